//! What was said, ready to be read for cues.

use std::collections::{HashMap, HashSet};

use rust_stemmers::{Algorithm, Stemmer};
use stepreel_core::{Evidence, Span, SpanSet, Time, Transcript, Utterance};

use crate::bins::Bins;
use crate::cohesion::Vocabulary;
use crate::tokens::{is_content, tokens};

/// One reliable utterance and its words in lower case.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    pub(crate) span: Span,
    pub(crate) words: Vec<String>,
}

/// All reliable utterances in order of start, or the spans of speech where nothing was transcribed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Speech {
    pub(crate) said: Vec<Said>,
    /// Where the sound failed: what was said there is not known, so that no word is no silence.
    unheard: SpanSet,
    english: bool,
}

impl Speech {
    pub(crate) fn new(evidence: &Evidence) -> Self {
        let transcript = &evidence.transcript;
        let mut said: Vec<Said> = transcript.reliable().flat_map(|(_, utterance)| sentences(utterance)).collect();
        if said.is_empty() {
            said.extend(evidence.speech.spans().iter().map(|&span| Said { span, words: Vec::new() }));
        }
        said.sort_by_key(|said| said.span);
        let unheard = evidence.sound.as_ref().map(|sound| sound.dropouts.clone()).unwrap_or_default();
        Self { said, unheard, english: is_english(transcript) }
    }

    /// Whether no word was heard, though somebody may have spoken.
    pub(crate) fn is_wordless(&self) -> bool {
        self.said.iter().all(|said| said.words.is_empty())
    }

    /// For each utterance how many seconds of silence were heard between those before it and its start. Lost sound is none.
    pub(crate) fn silences(&self) -> Vec<f64> {
        let mut last = Time::ZERO;
        let silence = |said: &Said| {
            let pause = Span::new(last, said.span.start());
            last = last.max(said.span.end());
            pause.map_or(0.0, |pause| self.unheard.gaps(pause).duration().as_secs_f64())
        };
        self.said.iter().map(silence).collect()
    }

    /// The words to read cues from: none unless they are English, the only language whose closed classes are known here.
    pub(crate) fn cue_words<'s>(&self, said: &'s Said) -> &'s [String] {
        if self.english { &said.words } else { &[] }
    }

    /// The stems of content words, each in the bin where it is heard if the utterance's words are evenly spaced. Stems that are
    /// said once in the session tie nothing together and are left out.
    pub(crate) fn vocabulary(&self, bins: Bins) -> Vocabulary {
        let mut stems = vec![Vec::new(); bins.count()];
        for said in &self.said {
            self.stems(said).for_each(|(index, stem)| stems[bins.of(said.heard(index))].push(stem));
        }
        Vocabulary::new(repeated(stems))
    }

    /// The stems of an utterance's content words, each with the word's number.
    pub(crate) fn stems<'s>(&self, said: &'s Said) -> impl Iterator<Item = (usize, String)> + use<'s> {
        let stemmer = self.english.then(|| Stemmer::create(Algorithm::English));
        let stem = move |word: &String| {
            stemmer.as_ref().map_or_else(|| word.clone(), |stemmer| stemmer.stem(word).into_owned())
        };
        let content = said.words.iter().enumerate().filter(|(_, word)| is_content(word));
        content.map(move |(index, word)| (index, stem(word)))
    }

    /// For each utterance the share of its content words, 0-1, that were not said in the `memory` seconds before it.
    pub(crate) fn novelty(&self, memory: f64) -> Vec<f64> {
        let mut last: HashMap<&str, Time> = HashMap::new();
        let share = |said: &'_ Said, last: &HashMap<&str, Time>| {
            let content: HashSet<&str> =
                said.words.iter().map(String::as_str).filter(|word| is_content(word)).collect();
            let new = |word: &&&str| {
                last.get(**word).is_none_or(|time| said.span.start().seconds() - time.seconds() > memory)
            };
            content.iter().filter(new).count() as f64 / (content.len() + 1) as f64
        };
        let mut shares = Vec::with_capacity(self.said.len());
        for said in &self.said {
            shares.push(share(said, &last));
            last.extend(said.words.iter().map(|word| (word.as_str(), said.span.end())));
        }
        shares
    }
}

impl Said {
    fn heard(&self, word: usize) -> Time {
        let share = (word as f64 + 0.5) / self.words.len() as f64;
        Time::from_seconds(self.span.start().seconds() + share * self.span.seconds())
    }
}

/// The sentences of an utterance, each with the share of its time that its words have. One breath often closes a job and opens
/// the next: *that's it done, now we'll fit the lid*.
fn sentences(utterance: &Utterance) -> Vec<Said> {
    let ends = |c: char| matches!(c, '.' | '?' | '!');
    let texts = utterance.text.split_inclusive(' ').collect::<Vec<_>>();
    let parts = texts.split_inclusive(|word| word.trim_end().ends_with(ends)).map(|words| tokens(&words.concat()));
    let parts: Vec<Vec<String>> = parts.filter(|words| !words.is_empty()).collect();
    let total = parts.iter().map(Vec::len).sum::<usize>() as f64;
    let at = |words: usize| {
        Time::from_seconds(utterance.span.start().seconds() + utterance.span.seconds() * words as f64 / total)
    };
    let mut before = 0;
    let sentence = |words: Vec<String>| {
        let start = before;
        before += words.len();
        Some(Said { span: Span::new(at(start), at(before))?, words })
    };
    parts.into_iter().filter_map(sentence).collect()
}

fn is_english(transcript: &Transcript) -> bool {
    transcript.language.as_deref().is_none_or(|language| language.starts_with("en"))
}

fn repeated(bins: Vec<Vec<String>>) -> Vec<Vec<String>> {
    let mut counts: HashMap<String, usize> = HashMap::new();
    bins.iter().flatten().for_each(|stem| *counts.entry(stem.clone()).or_default() += 1);
    bins.into_iter().map(|stems| stems.into_iter().filter(|stem| counts[stem] > 1).collect()).collect()
}

#[cfg(test)]
mod tests {
    use stepreel_core::SoundTrack;

    use super::*;
    use crate::conformance::words_only;

    /// Sentences of four seconds that begin at those times, the sound lost in between.
    fn silences(starts: [f64; 3], lost: Option<(f64, f64)>) -> Vec<f64> {
        let said = starts.map(|start| (Span::from_seconds(start, start + 4.0).unwrap(), "Turn the screw.".to_owned()));
        let dropouts = lost.and_then(|(start, end)| Span::from_seconds(start, end)).into_iter().collect();
        let sound = Some(SoundTrack { dropouts, ..SoundTrack::default() });
        Speech::new(&Evidence { sound, ..words_only(said.to_vec(), 60.0) }).silences()
    }

    #[test]
    fn lost_sound_is_no_silence() {
        assert_eq!(silences([2.0, 10.0, 30.0], None), [2.0, 4.0, 16.0]);
        assert_eq!(silences([2.0, 10.0, 30.0], Some((15.0, 29.0))), [2.0, 4.0, 2.0]);
        assert_eq!(silences([2.0, 10.0, 30.0], Some((0.0, 60.0))), [0.0, 0.0, 0.0]);
    }
}
