use criterion::Criterion;
use stepreel_core::{SoundBlock, SoundSource, Span, SpanSet};
use stepreel_models::Role;
use stepreel_scoring::measure_sound;
use stepreel_transcription::{Silero, Transcriber, VoiceActivity, Whisper, WhisperSettings};

use crate::take::Take;

pub(crate) fn bench(criterion: &mut Criterion, take: &Take) {
    criterion.bench_function("half a minute of sound, decoded", |bench| {
        bench.iter(|| take.recording.sound().expect("it can be read").expect("it has sound").count());
    });
    criterion.bench_function("half a minute of sound, measured", |bench| {
        bench.iter(|| measure_sound(source(&take.sound)).expect("it does not fail"));
    });
    let silero = Silero::default();
    criterion.bench_function("voice activity in half a minute", |bench| {
        bench.iter(|| silero.speech(source(&take.sound)).expect("it does not fail"));
    });
    let located = take.models.locate(Role::Speech, "workshop-en").expect("it ships");
    let settings = WhisperSettings { language: Some("en".to_owned()), ..WhisperSettings::default() };
    let whisper = Whisper::load(&located.path, settings).expect("it is a model");
    let all = SpanSet::from_iter(Span::from_seconds(0.0, 29.0));
    criterion.bench_function("half a minute recognised by the model that ships", |bench| {
        bench.iter(|| whisper.transcribe(source(&take.sound), &all).expect("it does not fail"));
    });
}

fn source(sound: &[SoundBlock]) -> SoundSource<'_> {
    Box::new(sound.iter().cloned().map(Ok))
}
