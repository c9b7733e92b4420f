//! How close a transcript comes to what was really said.
//!
//! The word error rate is the least number of words that have to be put in, left out or changed, over the number of words that were
//! said (Levenshtein's distance on words). Words are compared in lower case, without punctuation and apostrophes, with numbers
//! spelt out, and hesitations ("um") count on neither side, after the text normaliser that came with Whisper (Radford et al., 2022).

mod words;

use std::time::Duration;

use stepreel_core::{Span, Time, Transcript};

use crate::Truth;
use crate::alignment::errors;
use words::words;

/// How well the words of one session, or of several together, were recognised.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WordScore {
    /// Words that were said.
    pub said: usize,
    /// Words left out, put in or taken for others.
    pub errors: usize,
    /// How far the times of rightly recognised words are off, where both are known: at the start and the end of true utterances, or
    /// of their words.
    pub time_errors: Vec<Duration>,
}

impl WordScore {
    /// Compares what was recognised reliably with what can be heard.
    pub fn compare(transcript: &Transcript, truth: &Truth) -> Self {
        let said: Vec<Heard> = truth.utterances.iter().flat_map(|said| heard(said.span, &said.text)).collect();
        let recognised: Vec<Heard> = transcript.reliable().flat_map(|(_, utterance)| recognised(utterance)).collect();
        let (errors, pairs) = errors(&texts(&said), &texts(&recognised));
        let pairs = pairs.into_iter().map(|(i, j)| (&said[i], &recognised[j]));
        Self { said: said.len(), errors, time_errors: pairs.flat_map(|(a, b)| a.time_errors(b)).collect() }
    }

    /// The word error rate: 0 is perfect, and words that nobody said can take it above 1. Nothing where nothing was said.
    pub fn error_rate(&self) -> Option<f64> {
        (self.said > 0).then(|| self.errors as f64 / self.said as f64)
    }

    /// The median of the times' errors.
    pub fn median_time_error(&self) -> Option<Duration> {
        let mut sorted = self.time_errors.clone();
        sorted.sort_unstable();
        sorted.get(sorted.len() / 2).copied()
    }
}

/// Sessions together: every word counts the same.
impl<'a> std::iter::Sum<&'a WordScore> for WordScore {
    fn sum<I: Iterator<Item = &'a Self>>(scores: I) -> Self {
        scores.fold(Self::default(), |mut sum, score| {
            sum.said += score.said;
            sum.errors += score.errors;
            sum.time_errors.extend(&score.time_errors);
            sum
        })
    }
}

/// A word with as much as is known of its time.
struct Heard {
    word: String,
    start: Option<Time>,
    end: Option<Time>,
}

impl Heard {
    fn time_errors(&self, other: &Self) -> impl Iterator<Item = Duration> {
        let starts = self.start.zip(other.start);
        let ends = self.end.zip(other.end);
        starts.into_iter().chain(ends).map(|(a, b)| a.distance(b))
    }
}

/// The words of a text that was said in a span: the first starts with it, the last ends with it.
fn heard(span: Span, text: &str) -> Vec<Heard> {
    let mut heard: Vec<Heard> = words(text).into_iter().map(|word| Heard { word, start: None, end: None }).collect();
    if let Some(first) = heard.first_mut() {
        first.start = Some(span.start());
    }
    if let Some(last) = heard.last_mut() {
        last.end = Some(span.end());
    }
    heard.retain(|heard| !HESITATIONS.contains(&heard.word.as_str()));
    heard
}

fn recognised(utterance: &stepreel_core::Utterance) -> Vec<Heard> {
    if utterance.words.is_empty() {
        return heard(utterance.span, &utterance.text);
    }
    utterance.words.iter().flat_map(|word| heard(word.span, &word.text)).collect()
}

fn texts(heard: &[Heard]) -> Vec<&str> {
    heard.iter().map(|heard| heard.word.as_str()).collect()
}

const HESITATIONS: [&str; 6] = ["hmm", "mhm", "mm", "mmm", "uh", "um"];

#[cfg(test)]
mod tests {
    use stepreel_core::{TranscriptSource, Utterance, Word};

    use super::*;

    fn span(start: f64, end: f64) -> Span {
        Span::from_seconds(start, end).unwrap()
    }

    fn truth(said: &[(f64, f64, &str)]) -> Truth {
        let utterances: Vec<_> = said
            .iter()
            .map(|(start, end, text)| serde_json::json!({"span": {"start": start, "end": end}, "text": text}))
            .collect();
        let truth = serde_json::json!({"name": "s", "duration": 60.0, "procedures": [], "utterances": utterances});
        serde_json::from_value(truth).unwrap()
    }

    fn utterance(start: f64, end: f64, text: &str) -> Utterance {
        let mut captions = truth(&[(start, end, text)]).transcript();
        captions.utterances.remove(0)
    }

    fn compare(recognised: Vec<Utterance>, said: &[(f64, f64, &str)]) -> WordScore {
        let transcript = Transcript { source: TranscriptSource::Whisper, language: None, utterances: recognised };
        WordScore::compare(&transcript, &truth(said))
    }

    fn check(recognised: &str, said: &str, expected: (usize, usize)) {
        let score = compare(vec![utterance(0.0, 5.0, recognised)], &[(0.0, 5.0, said)]);
        assert_eq!((score.errors, score.said), expected, "{recognised} / {said}");
    }

    #[test]
    fn every_word_left_out_put_in_or_changed_is_an_error() {
        check("close the valve", "close the valve", (0, 3));
        check("close valve", "close the valve", (1, 3));
        check("now close the valve", "close the valve", (1, 3));
        check("close the value", "close the valve", (1, 3));
        check("the valve close", "close the valve", (2, 3));
        check("a b c d e f", "close", (6, 1));
    }

    #[test]
    fn case_punctuation_numbers_and_hesitations_are_no_errors() {
        check("um close THE valve", "Close the valve, uh.", (0, 3));
        check("don't use the t ten", "Dont use the T10!", (0, 5));
        check("jack stands of 32 millimetres", "jack-stands of thirty-two millimetres", (0, 6));
    }

    #[test]
    fn silence_recognised_as_silence_has_no_rate() {
        assert_eq!(compare(vec![], &[]).error_rate(), None);
        let score = compare(vec![], &[(0.0, 1.0, "two words")]);
        assert_eq!((score.error_rate(), score.median_time_error()), (Some(1.0), None));
    }

    #[test]
    fn what_failed_the_guards_does_not_count_as_recognised() {
        let invented = Utterance { reliable: false, ..utterance(0.0, 5.0, "thank you for watching") };
        assert_eq!(compare(vec![invented], &[]).errors, 0);
    }

    #[test]
    fn times_are_compared_at_the_edges_of_what_was_said() {
        let word = |start, end, text: &str| Word { span: span(start, end), text: text.to_owned(), probability: None };
        let words = vec![word(1.1, 1.4, "Close"), word(1.5, 1.6, "the"), word(1.6, 2.3, "valve.")];
        let recognised = Utterance { words, ..utterance(1.1, 2.3, "Close the valve.") };
        let score = compare(vec![recognised], &[(1.0, 2.0, "close the valve")]);
        assert_eq!(score.time_errors, [Duration::from_millis(100), Duration::from_millis(300)]);
    }

    #[test]
    fn a_caption_tells_no_time_of_words_inside_it() {
        let score = compare(
            vec![utterance(1.0, 4.0, "close the valve open the lid")],
            &[(1.2, 2.0, "close the valve"), (3.0, 4.1, "open the lid")],
        );
        assert_eq!(score.time_errors, [Duration::from_millis(200), Duration::from_millis(100)]);
    }

    #[test]
    fn sessions_together_weigh_by_their_words() {
        let scores = [
            WordScore { said: 10, errors: 1, time_errors: vec![Duration::from_millis(10)] },
            WordScore { said: 90, errors: 0, time_errors: vec![Duration::from_millis(30), Duration::from_millis(20)] },
        ];
        let sum: WordScore = scores.iter().sum();
        assert_eq!(sum.error_rate(), Some(0.01));
        assert_eq!(sum.median_time_error(), Some(Duration::from_millis(20)));
    }
}
