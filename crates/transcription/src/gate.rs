//! From a score for each frame of sound to spans of speech.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use stepreel_core::{SoundBlock, SoundSource, Span, SpanSet, StageProvenance, Time};

use crate::TranscribeError;

/// When speech begins and ends, given a score of 0-1 for each frame of a few hundredths of a second.
///
/// Two thresholds, so that a score that wavers around one of them does not chop a sentence: Canny's hysteresis, in time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Gate {
    /// Speech begins at a frame of at least that score; the detector's own default when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub onset: Option<f32>,
    /// Speech goes on through frames of at least that score; the detector's own default when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset: Option<f32>,
    /// What is shorter is no speech.
    pub min_speech_seconds: f64,
    /// A pause up to that long does not end speech.
    pub hang_over_seconds: f64,
    /// What is added before and after: soft first and last sounds score low.
    pub padding_seconds: f64,
}

impl Default for Gate {
    fn default() -> Self {
        Self { onset: None, offset: None, min_speech_seconds: 0.25, hang_over_seconds: 0.4, padding_seconds: 0.2 }
    }
}

/// The two thresholds of a detector.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Thresholds {
    pub(crate) onset: f32,
    pub(crate) offset: f32,
}

/// Scores the frames of one sound, in order.
pub(crate) trait FrameScorer {
    /// What it is called in an error.
    fn name(&self) -> &'static str;

    /// Samples in a frame.
    fn frame(&self) -> usize;

    /// One score for each whole frame of `frames`. The samples are finite and within -1 to 1.
    ///
    /// # Errors
    /// Only those of the model behind it.
    fn scores(&mut self, frames: &[f32]) -> Result<Vec<f32>, TranscribeError>;
}

impl Gate {
    /// The spans of speech in that sound, by that scorer.
    pub(crate) fn spans(
        &self,
        sound: SoundSource<'_>,
        scorer: &mut dyn FrameScorer,
        own: Thresholds,
    ) -> Result<SpanSet, TranscribeError> {
        let frame = scorer.frame();
        let mut opening = Opening::new(self, own, SoundBlock::length(frame));
        let mut heard = 0;
        let mut pending = Vec::new();
        for block in sound {
            let samples = block?.samples;
            heard += samples.len();
            pending.extend(samples.iter().map(|&sample| bounded(sample)));
            let whole = pending.len() / BATCH_FRAMES / frame * BATCH_FRAMES * frame;
            if whole > 0 {
                opening.hear_all(&scores(scorer, &pending[..whole])?);
                pending.drain(..whole);
            }
        }
        pending.resize(pending.len().next_multiple_of(frame), 0.0);
        opening.hear_all(&scores(scorer, &pending)?);
        Ok(self.padded(&opening.finish(), Time::ZERO + SoundBlock::length(heard)))
    }

    fn padded(&self, spans: &[Span], end: Time) -> SpanSet {
        let padding = seconds(self.padding_seconds);
        let inside = |span: &Span| Span::new((span.start() - padding).max(Time::ZERO), (span.end() + padding).min(end));
        let long = spans.iter().filter(|span| span.duration() >= seconds(self.min_speech_seconds));
        long.filter_map(inside).collect()
    }

    /// What a detector that uses this gate is.
    pub(crate) fn provenance(&self, kind: &str, own: Thresholds) -> StageProvenance {
        let (onset, offset) = (self.onset.unwrap_or(own.onset), self.offset.unwrap_or(own.offset));
        let Self { min_speech_seconds, hang_over_seconds, padding_seconds, .. } = self;
        StageProvenance {
            stage: "voice_activity".to_owned(),
            kind: kind.to_owned(),
            model: None,
            model_sha256: None,
            device: None,
            settings: format!(
                "onset {onset}, offset {offset}, min speech {min_speech_seconds} s, hang-over {hang_over_seconds} s, \
                 padding {padding_seconds} s"
            ),
        }
    }
}

/// A score for each frame; refuses what is none, as it would pass for silence.
fn scores(scorer: &mut dyn FrameScorer, frames: &[f32]) -> Result<Vec<f32>, TranscribeError> {
    let (detector, expected) = (scorer.name(), frames.len() / scorer.frame());
    let scores = scorer.scores(frames)?;
    let numbers = scores.iter().filter(|score| score.is_finite()).count();
    if scores.len() == expected && numbers == expected {
        return Ok(scores);
    }
    Err(TranscribeError::Scores { detector, expected, found: numbers })
}

/// Frames that are scored together: one matrix product instead of many small ones.
const BATCH_FRAMES: usize = 32;

/// A sample that every model can take.
pub(crate) fn bounded(sample: f32) -> f32 {
    // Resampling overshoots a little, and a damaged file may hold anything.
    if sample.is_finite() { sample.clamp(-1.0, 1.0) } else { 0.0 }
}

fn seconds(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds).unwrap_or_default()
}

/// Whether somebody speaks at the moment, and since when.
struct Opening {
    thresholds: Thresholds,
    hang_over: Duration,
    frame: Duration,
    now: Time,
    /// First and last frame of the speech that goes on.
    open: Option<Span>,
    closed: Vec<Span>,
}

impl Opening {
    fn new(gate: &Gate, own: Thresholds, frame: Duration) -> Self {
        let onset = gate.onset.unwrap_or(own.onset);
        let thresholds = Thresholds { onset, offset: gate.offset.unwrap_or(own.offset).min(onset) };
        let hang_over = seconds(gate.hang_over_seconds);
        Self { thresholds, hang_over, frame, now: Time::ZERO, open: None, closed: Vec::new() }
    }

    fn hear_all(&mut self, scores: &[f32]) {
        for &score in scores {
            self.hear(score);
        }
    }

    fn hear(&mut self, score: f32) {
        let this = Span::new(self.now, self.now + self.frame);
        self.now = self.now + self.frame;
        match self.open {
            None if score >= self.thresholds.onset => self.open = this,
            Some(open) if score >= self.thresholds.offset => self.open = this.map(|this| open.hull(this)),
            Some(open) if self.now.since(open.end()) > self.hang_over => {
                self.closed.push(open);
                self.open = None;
            }
            _ => {}
        }
    }

    fn finish(mut self) -> Vec<Span> {
        self.closed.extend(self.open);
        self.closed
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Reads its scores off the samples: one second, one sample, one score.
    struct Told;

    impl FrameScorer for Told {
        fn name(&self) -> &'static str {
            "told"
        }

        fn frame(&self) -> usize {
            16_000
        }

        fn scores(&mut self, frames: &[f32]) -> Result<Vec<f32>, TranscribeError> {
            Ok(frames.chunks_exact(16_000).map(|frame| frame[0]).collect())
        }
    }

    fn gate(hang_over: f64, padding: f64) -> Gate {
        Gate { hang_over_seconds: hang_over, padding_seconds: padding, ..Gate::default() }
    }

    fn spans(gate: &Gate, scores: &[f32]) -> Vec<(f64, f64)> {
        let blocks = scores.iter().enumerate().map(|(second, &score)| {
            Ok(SoundBlock { start: Time::from_seconds(second as f64), samples: vec![score; 16_000] })
        });
        let own = Thresholds { onset: 0.5, offset: 0.3 };
        let set = gate.spans(Box::new(blocks.collect::<Vec<_>>().into_iter()), &mut Told, own).unwrap();
        set.spans().iter().map(|span| (span.start().seconds(), span.end().seconds())).collect()
    }

    #[test]
    fn speech_begins_at_the_onset_and_goes_on_above_the_offset() {
        assert_eq!(spans(&gate(0.5, 0.0), &[0.4, 0.6, 0.4, 0.2, 0.4]), [(1.0, 3.0)]);
    }

    #[test]
    fn a_pause_up_to_the_hang_over_does_not_end_speech() {
        assert_eq!(spans(&gate(2.0, 0.0), &[0.9, 0.0, 0.0, 0.9, 0.0]), [(0.0, 4.0)]);
        assert_eq!(spans(&gate(1.0, 0.0), &[0.9, 0.0, 0.0, 0.9, 0.0]), [(0.0, 1.0), (3.0, 4.0)]);
    }

    #[test]
    fn padding_stays_inside_the_sound() {
        assert_eq!(spans(&gate(0.0, 5.0), &[0.0, 0.9, 0.0]), [(0.0, 3.0)]);
    }

    #[test]
    fn what_is_too_short_is_no_speech() {
        let strict = Gate { min_speech_seconds: 2.0, ..gate(0.0, 0.0) };
        assert_eq!(spans(&strict, &[0.9, 0.0, 0.9, 0.9, 0.0]), [(2.0, 4.0)]);
    }

    #[test]
    fn a_score_that_is_no_number_is_an_error_that_names_the_detector() {
        struct Broken;
        impl FrameScorer for Broken {
            fn name(&self) -> &'static str {
                "broken"
            }
            fn frame(&self) -> usize {
                4
            }
            fn scores(&mut self, frames: &[f32]) -> Result<Vec<f32>, TranscribeError> {
                Ok(vec![f32::NAN; frames.len() / 4])
            }
        }
        let block = SoundBlock { start: Time::ZERO, samples: vec![0.0; 100] };
        let own = Thresholds { onset: 0.5, offset: 0.3 };
        let error = Gate::default().spans(Box::new([Ok(block)].into_iter()), &mut Broken, own).unwrap_err();
        assert!(error.to_string().contains("\"broken\" gave 0 scores for 25 frames"), "{error}");
    }

    proptest! {
        #[test]
        fn every_onset_is_covered(scores in prop::collection::vec(0.0f32..1.0, 0..40)) {
            let found = spans(&Gate { min_speech_seconds: 0.0, ..gate(1.0, 0.0) }, &scores);
            for (second, &score) in scores.iter().enumerate() {
                let covered = found.iter().any(|&(start, end)| start <= second as f64 && second as f64 + 1.0 <= end);
                prop_assert!(covered || score < 0.5);
            }
        }
    }
}
