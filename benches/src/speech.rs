//! What is said in a recording, without what lies between.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use stepreel_core::{SAMPLE_RATE, SoundSource, Span, Time};
use stepreel_media::Recording;
use stepreel_transcription::{Silero, VoiceActivity};

/// The speech of a recording as raw samples, for a recogniser that knows of no spans.
pub(crate) struct Speech {
    pub(crate) path: PathBuf,
}

impl Speech {
    /// Writes what the pipeline's own voice activity hears into the folder.
    pub(crate) fn of(recording: &Path, folder: &Path) -> Result<Self> {
        let recording = Recording::open(recording)?;
        let sound = || -> Result<SoundSource<'_>> { recording.sound()?.context("it has no sound") };
        let speech = Silero::default().speech(sound()?)?;
        let mut samples: Vec<f32> = Vec::new();
        for block in sound()? {
            samples.extend(block?.samples);
        }
        let said = speech.spans().iter().flat_map(|&span| &samples[range(span, samples.len())]);
        let bytes: Vec<u8> = said.flat_map(|sample| sample.to_le_bytes()).collect();
        let path = folder.join("speech.f32");
        fs::write(&path, &bytes)?;
        Ok(Self { path })
    }
}

fn range(span: Span, samples: usize) -> std::ops::Range<usize> {
    let index = |time: Time| ((time.seconds() * f64::from(SAMPLE_RATE)) as usize).min(samples);
    index(span.start())..index(span.end())
}
