use std::fmt::Write;

use stepreel_core::Time;

use crate::TrueUtterance;

/// What was said, as WebVTT.
pub(crate) fn captions(utterances: &[TrueUtterance]) -> String {
    let mut text = String::from("WEBVTT\n");
    for utterance in utterances {
        let (start, end) = (clock(utterance.span.start()), clock(utterance.span.end()));
        let said = utterance.text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        write!(text, "\n{start} --> {end}\n{said}\n").expect("writing to a string does not fail");
    }
    text
}

/// `HH:MM:SS.mmm`.
fn clock(time: Time) -> String {
    let milliseconds = (time.micros() + 500) / 1000;
    let (seconds, minutes) = (milliseconds / 1000, milliseconds / 60_000);
    format!("{:02}:{:02}:{:02}.{:03}", minutes / 60, minutes % 60, seconds % 60, milliseconds % 1000)
}

#[cfg(test)]
mod tests {
    use stepreel_core::Span;

    use super::*;

    #[test]
    fn captions_carry_times_and_plain_text() {
        let span = Span::from_seconds(3723.4, 3725.0).unwrap();
        let utterance = TrueUtterance { span, text: "a < b & c".to_owned(), kind: None, procedure: None };
        assert_eq!(captions(&[utterance]), "WEBVTT\n\n01:02:03.400 --> 01:02:05.000\na &lt; b &amp; c\n");
    }
}
