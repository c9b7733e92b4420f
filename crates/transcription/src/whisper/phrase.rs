//! What whisper.cpp decodes: phrases between timestamps.

use std::ops::Range;
use std::time::Duration;

/// What the recogniser puts out, in order.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Sign {
    /// A timestamp.
    Time(Duration),
    /// A piece of text.
    Text(Token),
}

/// A piece of text, from a letter to a word.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    /// UTF-8, but a letter may be spread over two tokens.
    pub(super) bytes: Vec<u8>,
    /// Natural logarithm of its probability.
    pub(super) log_probability: f32,
}

/// What is said between two timestamps.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Phrase {
    /// From and to, in the window.
    pub(super) times: Range<Duration>,
    pub(super) tokens: Vec<Token>,
}

/// The phrases of a stretch from `from` to `end` of a window, in order and without overlap. Where a timestamp is missing or
/// runs backwards, the phrase begins at the end of the one before, and ends at the end of the stretch.
pub(super) fn phrases(signs: &[Sign], stretch: &Range<Duration>) -> Vec<Phrase> {
    let mut phrases = Vec::new();
    let mut since = stretch.start;
    let mut tokens = Vec::new();
    for sign in signs {
        match sign {
            Sign::Text(token) => tokens.push(token.clone()),
            Sign::Time(time) => {
                let time = (*time).clamp(since, stretch.end.max(since));
                if !tokens.is_empty() {
                    phrases.push(Phrase { times: since..time, tokens: std::mem::take(&mut tokens) });
                }
                since = time;
            }
        }
    }
    if !tokens.is_empty() {
        phrases.push(Phrase { times: since..stretch.end.max(since), tokens });
    }
    phrases
}

/// Where the recogniser says that more is to come: it ends with two timestamps, the end of a phrase and the start of the next.
pub(super) fn rest(signs: &[Sign]) -> Option<Duration> {
    match signs {
        [.., Sign::Text(_), Sign::Time(_), Sign::Time(next)] => Some(*next),
        _ => None,
    }
}

/// A phrase that was cut off because the recogniser jumped ahead: its place among the signs, and when it begins.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Jump {
    /// The timestamp that leads too far.
    pub(super) at: usize,
    /// When the phrase before it can be over at the earliest.
    pub(super) over: Duration,
}

/// Where the recogniser jumped over speech: a timestamp that gives its phrase far more time than its text takes.
///
/// whisper.cpp takes a timestamp whenever all of them together are likelier than any one piece of text, so a word that the model does not
/// know can end in a timestamp from anywhere in the window, and no later one may be smaller.
pub(super) fn jump(signs: &[Sign]) -> Option<Jump> {
    let (mut since, mut letters) = (None, 0);
    for (at, sign) in signs.iter().enumerate() {
        match sign {
            Sign::Text(token) => letters += token.bytes.iter().filter(|byte| !byte.is_ascii_punctuation()).count(),
            Sign::Time(time) => {
                let lasts = time.saturating_sub(since.unwrap_or(*time));
                if letters > 0 && lasts > SLACK + SLOWEST * letters as u32 {
                    return since.map(|since| Jump { at, over: since + FASTEST * letters as u32 });
                }
                (since, letters) = (Some(*time), 0);
            }
        }
    }
    None
}

/// A window holds nothing but speech, so a phrase has no longer pauses than this,
const SLACK: Duration = Duration::from_secs(4);
/// and nobody takes longer for a letter,
const SLOWEST: Duration = Duration::from_millis(250);
/// nor less.
const FASTEST: Duration = Duration::from_millis(45);

#[cfg(test)]
mod tests {
    use super::*;

    fn time(seconds: u64) -> Sign {
        Sign::Time(Duration::from_secs(seconds))
    }

    fn text(bytes: &str) -> Sign {
        Sign::Text(Token { bytes: bytes.into(), log_probability: -0.1 })
    }

    fn check(signs: &[Sign], expected: &[(u64, u64, &str)]) {
        let phrases = phrases(signs, &(Duration::ZERO..Duration::from_secs(10)));
        let found: Vec<(u64, u64, String)> = phrases
            .iter()
            .map(|phrase| {
                let text = phrase.tokens.iter().flat_map(|token| token.bytes.clone()).collect();
                (phrase.times.start.as_secs(), phrase.times.end.as_secs(), String::from_utf8(text).unwrap())
            })
            .collect();
        let expected: Vec<_> = expected.iter().map(|&(start, end, text)| (start, end, text.to_owned())).collect();
        assert_eq!(found, expected, "{signs:?}");
    }

    #[test]
    fn timestamps_enclose_phrases() {
        check(
            &[time(0), text(" a"), text(" b"), time(2), time(3), text(" c"), time(5)],
            &[(0, 2, " a b"), (3, 5, " c")],
        );
    }

    #[test]
    fn what_has_no_timestamps_lasts_to_the_end() {
        check(&[text(" a")], &[(0, 10, " a")]);
        check(&[time(1), text(" a"), time(2), time(4), text(" b")], &[(1, 2, " a"), (4, 10, " b")]);
    }

    #[test]
    fn timestamps_never_run_backwards_or_out() {
        check(&[time(5), text(" a"), time(3), time(20), text(" b"), time(30)], &[(5, 5, " a"), (10, 10, " b")]);
        check(&[], &[]);
    }

    #[test]
    fn two_timestamps_at_the_end_mean_that_more_is_to_come() {
        assert_eq!(rest(&[time(0), text(" a"), time(2), time(3)]), Some(Duration::from_secs(3)));
        assert_eq!(rest(&[time(0), text(" a"), time(2)]), None);
        assert_eq!(rest(&[time(0), time(2)]), None);
    }

    #[test]
    fn a_timestamp_that_leads_far_beyond_its_text_is_a_jump() {
        let signs = [time(0), text(" a sentence."), time(2), time(3), text(" Cause to be"), time(29), time(29)];
        assert_eq!(jump(&signs), Some(Jump { at: 5, over: Duration::from_millis(3000 + 12 * 45) }));
        assert_eq!(jump(&signs[..3]), None);
    }

    #[test]
    fn slow_speech_and_what_was_never_begun_are_no_jump() {
        assert_eq!(jump(&[time(0), text(" well, let me see"), time(7)]), None);
        assert_eq!(jump(&[text(" a"), time(29)]), None);
        assert_eq!(jump(&[time(0), time(29)]), None);
    }
}
