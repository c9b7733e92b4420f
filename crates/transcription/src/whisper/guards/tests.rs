use stepreel_core::Span;

use super::*;
use crate::whisper::words::Spoken;

/// One piece of so many seconds, and the utterances in it.
fn judged(seconds: f64, texts: &[&str], change: fn(&mut Placed)) -> Vec<bool> {
    let span = Span::from_seconds(0.0, seconds).unwrap();
    let window =
        Window { samples: Vec::new(), pieces: vec![Piece { samples: 0..(seconds * 16_000.0) as usize, span }] };
    let word = |text: &str| {
        let spoken = Spoken { text: format!(" {text}"), log_probability: -0.1, tokens: 1 };
        let mut word = Placed { spoken, span, piece: 0, no_speech: 0.0 };
        change(&mut word);
        word
    };
    let drafts: Vec<Draft> =
        texts.iter().map(|text| Draft { words: text.split_whitespace().map(word).collect() }).collect();
    Guards::default().judge(&drafts, &window)
}

fn check(seconds: f64, text: &str, expected: bool) {
    assert_eq!(judged(seconds, &[text], |_| {}), [expected], "{text} in {seconds} s");
}

#[test]
fn plain_talk_passes() {
    check(2.0, "Now I close the main gas valve.", true);
    check(1.0, "no, no, no!", true);
    check(1.5, "Right, right, right, right.", true);
    check(4.0, "Torque it to 25 newton metres, then 25 again.", true);
    check(3.0, "Left a bit, left a bit, and now it fits.", true);
}

#[test]
fn loops_are_not_trusted() {
    check(4.0, "yes yes yes yes yes yes yes yes", false);
    check(6.0, "thank you very much thank you very much thank you very much thank you very much", false);
    check(3.0, "hahahahahahahahahahahahahahaha", false);
}

#[test]
fn a_loop_over_several_utterances_is_one() {
    assert_eq!(judged(10.0, &["Thank you.", "Thank you.", "Thank you.", "Thank you."], |_| {}), [false; 4]);
    assert_eq!(judged(10.0, &["Thank you.", "Thank you.", "The valve is shut."], |_| {}), [true; 3]);
    let mixed = ["Now I close it.", "Bye.", "Bye.", "Bye.", "Bye.", "Bye.", "Bye."];
    assert_eq!(judged(10.0, &mixed, |_| {}), [true, false, false, false, false, false, false]);
}

#[test]
fn nobody_says_forty_letters_a_second() {
    check(1.0, "Now I close the main gas valve and the water tap", false);
}

#[test]
fn a_few_letters_for_much_speech_are_invented() {
    check(30.0, "Thank you.", false);
    check(3.0, "Ok.", true);
}

#[test]
fn what_the_model_doubts_is_not_trusted() {
    assert_eq!(judged(2.0, &["close the valve"], |word| word.spoken.log_probability = -1.2), [false]);
    assert_eq!(judged(2.0, &["close the valve"], |word| word.spoken.log_probability = f32::NAN), [false]);
    assert_eq!(judged(2.0, &["close the valve"], |word| word.no_speech = 0.9), [true]);
    let quiet = |word: &mut Placed| (word.no_speech, word.spoken.log_probability) = (0.9, -0.7);
    assert_eq!(judged(2.0, &["close the valve"], quiet), [false]);
}

#[test]
fn descriptions_of_sound_are_not_trusted() {
    check(2.0, "[wind blowing]", false);
    check(2.0, "...", false);
}
