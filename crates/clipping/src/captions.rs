//! What is said in a clip, as WebVTT.

use std::fmt::Write as _;
use std::time::Duration;

use stepreel_core::{Clip, Span, Time, Transcript, Utterance, is_hidden};

/// Characters in a line, as broadcasters hold it.
const LINE: usize = 42;

/// Lines in a cue.
const LINES: usize = 2;

/// A longer pause than this inside an utterance ends its cue.
const PAUSE: Duration = Duration::from_millis(1500);

/// A cue stays at least this long where the next one and the clip's end leave room: a shorter one can't be read.
const READABLE: Duration = Duration::from_secs(1);

/// A word and when it is heard, on the recording's timeline.
struct TimedWord<'a> {
    span: Span,
    text: &'a str,
}

struct Cue {
    span: Span,
    lines: Vec<String>,
}

/// The captions of a clip as WebVTT, on the clip's own timeline: zero is its real start. Nothing when nothing reliable was
/// said in it.
///
/// Cues have at most two lines of 42 characters (a longer single word has a line of its own) and end at the end of a
/// sentence once they fill more than a line, or at a pause. Times are the words'; where the transcript gives none, an
/// utterance's time is shared out by the length of its words. A word belongs to the clip when its middle does.
pub fn captions(transcript: &Transcript, clip: &Clip) -> Option<String> {
    let mut cues: Vec<Cue> =
        transcript.reliable().flat_map(|(_, utterance)| cues(&words_within(utterance, clip.real))).collect();
    cues.sort_by_key(|cue| cue.span);
    hold(&mut cues, clip.real.end());
    (!cues.is_empty()).then(|| web_vtt(&cues, clip.real.start()))
}

fn words_within(utterance: &Utterance, clip: Span) -> Vec<TimedWord<'_>> {
    // A word of which nothing is shown would leave an empty line, which ends a cue.
    let shown = words(utterance).into_iter().filter(|word| !escaped(word.text).is_empty());
    let inside = shown.filter(|word| clip.contains(word.span.middle()));
    inside.filter_map(|word| Some(TimedWord { span: word.span.intersection(clip)?, ..word })).collect()
}

fn words(utterance: &Utterance) -> Vec<TimedWord<'_>> {
    if utterance.words.is_empty() {
        return shared_out(utterance);
    }
    let timed = utterance.words.iter().map(|word| TimedWord { span: word.span, text: word.text.trim() });
    timed.filter(|word| !word.text.is_empty()).collect()
}

fn shared_out(utterance: &Utterance) -> Vec<TimedWord<'_>> {
    let weight = |word: &str| word.chars().count() + 1;
    let all: usize = utterance.text.split_whitespace().map(weight).sum();
    let at = |said: usize| utterance.span.start() + utterance.span.duration().mul_f64(said as f64 / all as f64);
    let mut said = 0;
    let words = utterance.text.split_whitespace().filter_map(|text| {
        let before = said;
        said += weight(text);
        Some(TimedWord { span: Span::new(at(before), at(said))?, text })
    });
    words.collect()
}

fn cues(words: &[TimedWord<'_>]) -> Vec<Cue> {
    let mut cues: Vec<Cue> = Vec::new();
    for word in words {
        match cues.last_mut() {
            Some(cue) if cue.takes(word) => cue.push(word),
            _ => cues.push(Cue { span: word.span, lines: vec![escaped(word.text)] }),
        }
    }
    cues
}

impl Cue {
    fn takes(&self, word: &TimedWord<'_>) -> bool {
        let full = self.lines.len() == LINES && !self.fits(word.text);
        let sentence_ends = self.lines.len() == LINES && self.last_line().ends_with(['.', '?', '!']);
        !full && !sentence_ends && word.span.start().since(self.span.end()) <= PAUSE
    }

    fn push(&mut self, word: &TimedWord<'_>) {
        let fits = self.fits(word.text);
        match self.lines.last_mut() {
            Some(line) if fits => {
                line.push(' ');
                line.push_str(&escaped(word.text));
            }
            _ => self.lines.push(escaped(word.text)),
        }
        self.span = self.span.hull(word.span);
    }

    fn fits(&self, text: &str) -> bool {
        shown(self.last_line()) + 1 + text.chars().count() <= LINE
    }

    fn last_line(&self) -> &str {
        self.lines.last().map_or("", String::as_str)
    }
}

/// Characters of an escaped line as they are shown.
fn shown(line: &str) -> usize {
    let hidden: usize = [("&amp;", 4), ("&lt;", 3), ("&gt;", 3)].iter().map(|(e, n)| line.matches(e).count() * n).sum();
    line.chars().count() - hidden
}

/// Text as WebVTT wants it: what would be read as a tag, an entity or an arrow is escaped, what controls or reorders is dropped.
fn escaped(text: &str) -> String {
    let plain: String = text.chars().filter(|&c| !is_hidden(c)).collect();
    plain.trim().replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Lets short cues stay, up to the next one.
fn hold(cues: &mut [Cue], clip_end: Time) {
    let starts: Vec<Time> = cues.iter().skip(1).map(|cue| cue.span.start()).chain([clip_end]).collect();
    for (cue, next) in cues.iter_mut().zip(starts) {
        let readable = next.min(cue.span.start() + READABLE);
        cue.span = Span::new(cue.span.start(), readable).map_or(cue.span, |longer| cue.span.hull(longer));
    }
}

fn web_vtt(cues: &[Cue], zero: Time) -> String {
    let mut text = String::from("WEBVTT\n");
    for cue in cues {
        let span = cue.span.relative_to(zero);
        let (start, end) = (Timestamp::from(span.start()), Timestamp::from(span.end()));
        write!(text, "\n{start} --> {end}\n{}\n", cue.lines.join("\n")).expect("writing to a string never fails");
    }
    text
}

/// A time as WebVTT writes it, in milliseconds.
pub(crate) struct Timestamp(u128);

impl From<Time> for Timestamp {
    fn from(time: Time) -> Self {
        Self((time.since(Time::ZERO) + Duration::from_micros(500)).as_millis())
    }
}

impl std::fmt::Display for Timestamp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (seconds, millis) = (self.0 / 1000, self.0 % 1000);
        write!(f, "{:02}:{:02}:{:02}.{millis:03}", seconds / 3600, seconds / 60 % 60, seconds % 60)
    }
}

#[cfg(test)]
mod tests {
    use stepreel_core::{CutMethod, TranscriptSource, Word};

    use super::*;

    fn span(start: f64, end: f64) -> Span {
        Span::from_seconds(start, end).unwrap()
    }

    fn clip() -> Clip {
        let real = span(100.02, 130.0);
        Clip {
            asked: span(100.0, 130.0),
            real,
            frames: 899,
            sound_offset: Some(0.0),
            copied: 0,
            sound_copied: false,
            method: CutMethod::Reencode,
            why_encoded: None,
        }
    }

    fn said(start: f64, end: f64, text: &str) -> Utterance {
        let (span, text) = (span(start, end), text.to_owned());
        Utterance { span, text, words: Vec::new(), log_probability: None, no_speech: None, reliable: true }
    }

    fn check(utterances: Vec<Utterance>, expected: Option<&str>) {
        let transcript = Transcript { source: TranscriptSource::Captions, language: None, utterances };
        assert_eq!(captions(&transcript, &clip()).as_deref(), expected);
    }

    #[test]
    fn times_count_from_the_real_start() {
        check(
            vec![said(102.02, 104.52, "Close the valve.")],
            Some("WEBVTT\n\n00:00:02.000 --> 00:00:04.500\nClose the valve.\n"),
        );
    }

    #[test]
    fn nothing_said_makes_no_captions() {
        check(vec![], None);
        check(vec![said(90.0, 95.0, "Before."), said(131.0, 133.0, "After.")], None);
        check(vec![Utterance { reliable: false, ..said(102.0, 104.0, "Thank you for watching!") }], None);
        check(vec![said(102.0, 104.0, "  ")], None);
    }

    #[test]
    fn words_outside_the_clip_are_left_out() {
        let word = |start, end, text: &str| Word { span: span(start, end), text: text.to_owned(), probability: None };
        let words = vec![word(99.0, 99.5, "Then"), word(100.0, 100.52, "we"), word(100.52, 101.52, "drain.")];
        check(
            vec![Utterance { words, ..said(99.0, 101.52, "Then we drain.") }],
            Some("WEBVTT\n\n00:00:00.000 --> 00:00:01.500\nwe drain.\n"),
        );
    }

    #[test]
    fn long_speech_is_split_by_the_words_times() {
        let text = "Turn the isolation valve a quarter turn to the right. Wait until the gauge has fallen to zero, and \
                    only then loosen the four bolts of the flange.";
        check(
            vec![said(100.02, 114.62, text)],
            Some(concat!(
                "WEBVTT\n\n00:00:00.000 --> 00:00:05.400\nTurn the isolation valve a quarter turn to\nthe right.\n",
                "\n00:00:05.400 --> 00:00:13.800\nWait until the gauge has fallen to zero,\n",
                "and only then loosen the four bolts of the\n\n00:00:13.800 --> 00:00:14.800\nflange.\n"
            )),
        );
    }

    #[test]
    fn a_long_pause_ends_a_cue() {
        let word = |start, end, text: &str| Word { span: span(start, end), text: text.to_owned(), probability: None };
        let words = vec![word(101.02, 102.02, "Pull"), word(110.02, 111.02, "now.")];
        check(
            vec![Utterance { words, ..said(101.02, 111.02, "Pull now.") }],
            Some("WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nPull\n\n00:00:10.000 --> 00:00:11.000\nnow.\n"),
        );
    }

    #[test]
    fn text_can_not_break_out_of_its_cue() {
        check(
            vec![said(101.02, 104.02, "<b>R&D</b>\n\n00:01 --> 00:09 \u{7}x")],
            Some("WEBVTT\n\n00:00:01.000 --> 00:00:04.000\n&lt;b&gt;R&amp;D&lt;/b&gt; 00:01 --&gt; 00:09 x\n"),
        );
    }

    #[test]
    fn a_short_cue_stays_until_it_can_be_read() {
        check(
            vec![said(101.02, 101.12, "Yes."), said(101.52, 103.02, "Go on."), said(129.8, 129.9, "Done.")],
            Some(concat!(
                "WEBVTT\n\n00:00:01.000 --> 00:00:01.500\nYes.\n\n00:00:01.500 --> 00:00:03.000\nGo on.\n",
                "\n00:00:29.780 --> 00:00:29.980\nDone.\n"
            )),
        );
    }

    /// Checks that captions keep their structure when that is said, as a whole and word by word.
    fn stays_in_its_cues(text: &str) {
        let word = |at: f64, text: &str| Word { span: span(at, at + 0.5), text: text.to_owned(), probability: None };
        let words = vec![word(102.0, text), word(102.5, "and"), word(103.0, text), word(104.0, text)];
        for words in [Vec::new(), words] {
            let said = Utterance { words, ..said(102.0, 106.0, text) };
            let transcript = Transcript { source: TranscriptSource::Captions, language: None, utterances: vec![said] };
            let Some(vtt) = captions(&transcript, &clip()) else { continue };
            assert!(!vtt.chars().any(|c| c != '\n' && is_hidden(c)), "{vtt:?}");
            let mut blocks = vtt.trim_end_matches('\n').split("\n\n");
            assert_eq!(blocks.next(), Some("WEBVTT"));
            for block in blocks {
                let lines: Vec<_> = block.lines().collect();
                let text = &lines[1..];
                assert!(lines[0].contains(" --> ") && (1..=LINES).contains(&text.len()), "{vtt:?}");
                assert!(text.iter().all(|line| !line.is_empty() && !line.contains(['<', '>'])), "{vtt:?}");
            }
        }
    }

    #[test]
    fn no_text_breaks_the_structure_of_captions() {
        stepreel_testkit::naughty_strings().iter().for_each(|text| stays_in_its_cues(text));
    }

    #[test]
    #[ignore = "needs STEPREEL_DATA"]
    fn no_text_of_the_big_list_breaks_the_structure_of_captions() {
        let list = stepreel_testkit::big_list_of_naughty_strings().unwrap();
        list.iter().for_each(|text| stays_in_its_cues(text));
    }
}
