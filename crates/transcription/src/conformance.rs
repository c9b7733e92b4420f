//! What every detector and every transcriber must keep to: each sentence of the two contracts as a check.
//!
//! A test calls [`check_voice_activity`] or [`check_transcriber`] with an implementation, or with a wrapper around one.

use std::f64::consts::TAU;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use stepreel_core::{SAMPLE_RATE, SoundBlock, SoundSource, SourceError, Span, SpanSet, Time, Transcript};

use crate::{TranscribeError, Transcriber, VoiceActivity};

/// Checks all of [`VoiceActivity`]'s contract.
///
/// # Panics
/// When a sentence of it does not hold.
pub fn check_voice_activity(detector: &dyn VoiceActivity) {
    spans_lie_inside_the_sound(detector);
    the_same_sound_gives_the_same_spans(detector);
    silence_has_no_speech(detector);
    detectors_hand_on_what_the_source_says(detector);
    assert_eq!(detector.provenance().stage, "voice_activity");
}

/// Spans lie inside the sound, whatever it is.
///
/// # Panics
/// When they don't.
pub fn spans_lie_inside_the_sound(detector: &dyn VoiceActivity) {
    for samples in [voice(40_000), noise(40_000), vec![1.0; 40_000], voice(100), vec![f32::NAN; 1000]] {
        let end = Time::ZERO + SoundBlock::length(samples.len());
        let speech = spans(detector, &samples, 1000);
        assert!(speech.spans().iter().all(|span| Time::ZERO <= span.start() && span.end() <= end), "{speech:?}");
    }
}

/// The same sound gives the same spans, whatever the blocks that it comes in.
///
/// # Panics
/// When it doesn't.
pub fn the_same_sound_gives_the_same_spans(detector: &dyn VoiceActivity) {
    let sound = [silence(30_000), voice(60_000), silence(30_000), voice(20_000)].concat();
    let speech = spans(detector, &sound, 4096);
    for block in [1, 777, 16_000, sound.len()] {
        assert_eq!(spans(detector, &sound, block), speech, "blocks of {block}");
    }
}

/// Silence gives no spans, and neither does no sound at all.
///
/// # Panics
/// When it does.
pub fn silence_has_no_speech(detector: &dyn VoiceActivity) {
    for samples in [silence(0), silence(1), silence(1_000_000)] {
        assert!(spans(detector, &samples, 4096).is_empty());
    }
}

/// A source that is cancelled, or fails, is what the detector says.
///
/// # Panics
/// When it says something else.
pub fn detectors_hand_on_what_the_source_says(detector: &dyn VoiceActivity) {
    assert!(matches!(detector.speech(cancelled(&voice(20_000))), Err(TranscribeError::Source(SourceError::Cancelled))));
}

/// Checks all of [`Transcriber`]'s contract that holds without knowing what is said.
///
/// # Panics
/// When a sentence of it does not hold.
pub fn check_transcriber(transcriber: &dyn Transcriber) {
    utterances_lie_in_order_inside_speech(transcriber);
    no_speech_is_not_even_read(transcriber);
    speech_after_the_end_of_the_sound_is_not_heard(transcriber);
    nothing_is_carried_over(transcriber);
    transcribers_hand_on_what_the_source_says(transcriber);
    assert_eq!(transcriber.provenance().stage, "transcriber");
}

/// Utterances are in order and lie inside `speech`; each word lies inside its utterance.
///
/// # Panics
/// When they don't.
pub fn utterances_lie_in_order_inside_speech(transcriber: &dyn Transcriber) {
    let sound = [voice(160_000), silence(80_000), noise(160_000), voice(240_000)].concat();
    for speech in
        [&[(0.0, 10.0)][..], &[(0.5, 3.1), (4.0, 4.05), (9.0, 16.0), (20.123_457, 39.999_999)], &[(0.0, 40.0)]]
    {
        let speech = span_set(speech);
        assert_inside(&transcribed(transcriber, &sound, &speech), &speech);
    }
}

/// No speech gives an empty transcript without reading the sound.
///
/// # Panics
/// When it doesn't.
pub fn no_speech_is_not_even_read(transcriber: &dyn Transcriber) {
    let read = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&read);
    let samples = voice(16_000);
    let sound = Box::new(blocks(&samples, 1000).inspect(move |_| {
        count.fetch_add(1, Ordering::Relaxed);
    }));
    let transcript = transcriber.transcribe(sound, &SpanSet::default()).expect("nothing was read");
    assert!(transcript.utterances.is_empty());
    assert_eq!(read.load(Ordering::Relaxed), 0);
}

/// No word comes from outside the sound.
///
/// # Panics
/// When one does.
pub fn speech_after_the_end_of_the_sound_is_not_heard(transcriber: &dyn Transcriber) {
    let transcript = transcribed(transcriber, &voice(32_000), &span_set(&[(1.0, 5.0), (7.0, 9.0)]));
    assert_inside(&transcript, &span_set(&[(1.0, 2.0)]));
}

/// Nothing is carried over: what is heard in a span that is too long to share a window with the one before is the same
/// whatever that one holds.
///
/// # Panics
/// When it isn't.
pub fn nothing_is_carried_over(transcriber: &dyn Transcriber) {
    let second = span_set(&[(30.0, 56.0)]);
    let within = |first: Vec<f32>, speech: &SpanSet| {
        let sound = [first, voice(26 * 16_000)].concat();
        let mut transcript = transcribed(transcriber, &sound, speech);
        transcript.utterances.retain(|utterance| utterance.span.start() >= Time::from_seconds(30.0));
        transcript.utterances
    };
    let alone = within(silence(30 * 16_000), &second);
    assert_eq!(within(noise(30 * 16_000), &span_set(&[(2.0, 28.0), (30.0, 56.0)])), alone);
}

/// A source that is cancelled, or fails, is what the transcriber says: unless it doesn't read it.
///
/// # Panics
/// When it says something else.
pub fn transcribers_hand_on_what_the_source_says(transcriber: &dyn Transcriber) {
    match transcriber.transcribe(cancelled(&voice(20_000)), &span_set(&[(0.0, 5.0)])) {
        Err(TranscribeError::Source(SourceError::Cancelled)) => {}
        Ok(transcript) => assert!(transcript.utterances.is_empty(), "words from a sound that failed"),
        Err(other) => panic!("{other} instead of \"cancelled\""),
    }
}

fn assert_inside(transcript: &Transcript, speech: &SpanSet) {
    let utterances = &transcript.utterances;
    assert!(utterances.windows(2).all(|pair| pair[0].span.start() <= pair[1].span.start()), "utterances out of order");
    for utterance in utterances {
        assert!(
            speech.spans().iter().any(|span| is_inside(utterance.span, *span)),
            "{} outside speech",
            utterance.span
        );
        assert!(
            utterance.words.iter().all(|word| is_inside(word.span, utterance.span)),
            "a word outside {}",
            utterance.span
        );
        assert!(!utterance.text.trim().is_empty(), "an utterance without text");
    }
}

fn is_inside(inner: Span, outer: Span) -> bool {
    inner.intersection(outer) == Some(inner)
}

fn spans(detector: &dyn VoiceActivity, samples: &[f32], block: usize) -> SpanSet {
    detector.speech(sound(samples, block)).expect("the source does not fail")
}

fn transcribed(transcriber: &dyn Transcriber, samples: &[f32], speech: &SpanSet) -> Transcript {
    transcriber.transcribe(sound(samples, 4096), speech).expect("the source does not fail")
}

/// Sound of those samples, in blocks of that many.
pub fn sound(samples: &[f32], block: usize) -> SoundSource<'_> {
    Box::new(blocks(samples, block))
}

fn blocks(samples: &[f32], block: usize) -> impl Iterator<Item = Result<SoundBlock, SourceError>> + Send {
    let block = block.max(1);
    samples.chunks(block).enumerate().map(move |(index, samples)| {
        Ok(SoundBlock { start: Time::ZERO + SoundBlock::length(index * block), samples: samples.to_vec() })
    })
}

fn cancelled(samples: &[f32]) -> SoundSource<'_> {
    Box::new(blocks(samples, 1000).chain([Err(SourceError::Cancelled)]))
}

fn span_set(seconds: &[(f64, f64)]) -> SpanSet {
    seconds.iter().filter_map(|&(start, end)| Span::from_seconds(start, end)).collect()
}

/// Digital silence.
pub fn silence(samples: usize) -> Vec<f32> {
    vec![0.0; samples]
}

/// White noise at about 26 dB below full scale, the same each time.
pub fn noise(samples: usize) -> Vec<f32> {
    let mut state = 1u32;
    let mut next = move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (f64::from(state) / f64::from(u32::MAX) - 0.5) as f32
    };
    (0..samples).map(|_| 0.17 * next()).collect()
}

/// What detectors take for a voice: the harmonics of a gliding pitch under two moving formants, two syllables a second.
pub fn voice(samples: usize) -> Vec<f32> {
    let mut phase = 0.0;
    let sample = |n: usize| {
        let t = n as f64 / f64::from(SAMPLE_RATE);
        phase += TAU * 120.0 * (1.0 + 0.1 * (TAU * 0.7 * t).sin()) / f64::from(SAMPLE_RATE);
        let formants = [500.0 * (1.0 + 0.5 * (TAU * 2.0 * t).sin()), 1200.0 * (1.0 + 0.5 * (TAU * 2.0 * t).cos())];
        let harmonic = |k: f64| {
            let [first, second] = formants.map(|formant| (-((k * 120.0 - formant) / 120.0).powi(2)).exp());
            (first + 0.5 * second) * (k * phase).sin()
        };
        let loudness = (TAU * 2.0 * t).sin().max(0.0).sqrt();
        (0.1 * loudness * (1..30).map(|k| harmonic(f64::from(k))).sum::<f64>()) as f32
    };
    (0..samples).map(sample).collect()
}
