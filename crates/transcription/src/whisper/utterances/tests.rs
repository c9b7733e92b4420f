use std::ops::Range;
use std::path::PathBuf;
use std::sync::LazyLock;

use proptest::prelude::*;
use stepreel_core::{SpanSet, Time};

use super::*;
use crate::conformance::{noise, sound};
use crate::whisper::phrase::{Phrase, Token};
use crate::whisper::read_ahead::ReadAhead;
use crate::whisper::windows::Windows;
use crate::{Silero, VoiceActivity};

/// The first window over steady sound.
fn window(speech: &[(f64, f64)]) -> Window {
    static SAMPLES: LazyLock<Vec<f32>> = LazyLock::new(|| noise(40 * 16_000));
    let speech: SpanSet = speech.iter().filter_map(|&(start, end)| Span::from_seconds(start, end)).collect();
    Windows::new(ReadAhead::new(sound(&SAMPLES, 4096)), &speech).next().unwrap().unwrap()
}

fn phrase(times: Range<f64>, text: &str) -> Phrase {
    let tokens = text
        .split_inclusive(' ')
        .map(|word| Token { bytes: format!(" {}", word.trim()).into(), log_probability: -0.1 });
    Phrase { times: Duration::from_secs_f64(times.start)..Duration::from_secs_f64(times.end), tokens: tokens.collect() }
}

fn said(window: &Window, phrases: Vec<Phrase>) -> Vec<Utterance> {
    utterances(window, &[Heard { phrases, no_speech: 0.0 }], &Guards::default())
}

fn check(speech: &[(f64, f64)], phrases: Vec<Phrase>, expected: &[&str]) {
    let found: Vec<String> = said(&window(speech), phrases).into_iter().map(|utterance| utterance.text).collect();
    assert_eq!(found, expected);
}

#[test]
fn sentences_and_long_pauses_end_utterances() {
    check(
        &[(0.0, 10.0)],
        vec![phrase(0.0..4.0, "Close the valve. Mr. Smith did.")],
        &["Close the valve.", "Mr. Smith did."],
    );
    check(&[(0.0, 10.0)], vec![phrase(0.0..2.0, "close the"), phrase(2.1..4.0, "valve")], &["close the valve"]);
    check(&[(0.0, 10.0)], vec![phrase(0.0..2.0, "close the"), phrase(4.0..6.0, "valve")], &["close the", "valve"]);
}

#[test]
fn an_utterance_never_spans_two_stretches_of_speech() {
    check(&[(0.0, 3.0), (20.0, 23.0)], vec![phrase(0.0..6.5, "one two three four")], &["one two", "three four"]);
}

#[test]
fn times_are_those_of_the_recording() {
    let utterances =
        said(&window(&[(3.0, 6.0), (20.0, 23.0)]), vec![phrase(0.5..1.5, "first."), phrase(4.0..5.0, "Second.")]);
    let starts: Vec<f64> = utterances.iter().map(|utterance| utterance.span.start().seconds()).collect();
    assert!((starts[0] - 3.5).abs() < 0.05 && (starts[1] - 20.5).abs() < 0.05, "{starts:?}");
}

#[test]
fn time_passes_only_while_somebody_speaks() {
    let mut quiet = window(&[(0.0, 8.0)]);
    quiet.samples[2 * 16_000..6 * 16_000].fill(0.0);
    let words = &said(&quiet, vec![phrase(0.0..8.0, "abcdefg hijklmn")])
        .into_iter()
        .flat_map(|utterance| utterance.words)
        .map(|word| (word.span.start().seconds(), word.span.end().seconds()))
        .collect::<Vec<_>>();
    assert!(words[0].1 < 2.5 && words[1].0 > 5.5, "{words:?}");
}

#[test]
fn a_phrase_in_the_silence_between_goes_to_the_nearest_speech() {
    let utterances = said(&window(&[(0.0, 3.0), (20.0, 23.0)]), vec![phrase(3.3..3.4, "there")]);
    assert_eq!(utterances[0].span.start(), Time::from_seconds(20.0));
}

#[test]
#[ignore = "needs STEPREEL_DATA"]
fn words_of_a_real_sentence_lie_where_they_are_said() {
    let data = std::env::var_os("STEPREEL_DATA").map_or_else(|| "../../../shared/data".into(), PathBuf::from);
    let clip = data.join("speech/leopard/test.wav");
    let truth: serde_json::Value =
        serde_json::from_slice(&std::fs::read(clip.with_file_name("test_data.json")).unwrap()).unwrap();
    let truth = truth["tests"]["language_tests"][0]["words"].as_array().unwrap();
    let times: Vec<f64> = truth.iter().map(|word| word["start_sec"].as_f64().unwrap()).collect();
    let text: Vec<&str> = truth.iter().map(|word| word["word"].as_str().unwrap()).collect();
    let sound = stepreel_media::Recording::open(&clip).unwrap().sound().unwrap().unwrap();
    let speech =
        Silero::default().speech(stepreel_media::Recording::open(&clip).unwrap().sound().unwrap().unwrap()).unwrap();
    let window = Windows::new(ReadAhead::new(sound), &speech).next().unwrap().unwrap();
    let words =
        said(&window, vec![phrase(0.0..window.end().as_secs_f64(), &text.join(" "))]).into_iter().flat_map(|u| u.words);
    let mut errors: Vec<f64> =
        words.zip(times).map(|(word, time)| (word.span.start().seconds() - time).abs()).collect();
    errors.sort_by(f64::total_cmp);
    assert_eq!(errors.len(), text.len());
    assert!(errors[errors.len() / 2] < 0.15 && errors[errors.len() - 1] < 0.5, "{errors:.2?}");
}

fn phrases() -> impl Strategy<Value = Vec<Phrase>> {
    let text = "[a-zA-Z.?!, \u{e9}\u{4f60}\u{7}]{1,20}";
    prop::collection::vec((0u64..30_000, 0u64..8_000, text, -5.0f32..0.0), 0..12).prop_map(|raw| {
        let mut after = 0;
        let phrase = |(pause, length, text, log_probability): (u64, u64, String, f32)| {
            let start = after + pause / 10;
            after = start + length;
            let tokens = text.char_indices().map(|(_, c)| Token { bytes: c.to_string().into(), log_probability });
            Phrase { times: Duration::from_millis(start)..Duration::from_millis(after), tokens: tokens.collect() }
        };
        raw.into_iter().map(phrase).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn whatever_is_decoded_lies_in_order_inside_the_speech(phrases in phrases(), second in 6.0f64..30.0, length in 0.001f64..9.0) {
        let window = window(&[(0.0, 5.0), (second, second + length)]);
        let utterances = said(&window, phrases);
        prop_assert!(utterances.is_sorted_by_key(|utterance| utterance.span.start()));
        for utterance in &utterances {
            prop_assert!(window.pieces.iter().any(|piece| piece.span.intersection(utterance.span) == Some(utterance.span)));
            prop_assert!(!utterance.text.is_empty() && !utterance.words.is_empty());
            prop_assert!(utterance.words.is_sorted_by_key(|word| word.span.start()));
            for word in &utterance.words {
                prop_assert_eq!(word.span.intersection(utterance.span), Some(word.span));
                prop_assert!(!word.text.is_empty() && !word.text.contains(char::is_control));
                prop_assert!((0.0..=1.0).contains(&word.probability.unwrap()));
            }
        }
    }
}
