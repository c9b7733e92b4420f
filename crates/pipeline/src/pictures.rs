//! The branch of the pictures: one decode, measured and embedded on the way.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use stepreel_clipping::{Filmstrip, SmallPictures};
use stepreel_core::{Embedding, FrameSource, Picture, PictureReading, Sample, Span, StageProvenance};
use stepreel_media::FramePlan;
use stepreel_scoring::PictureMeter;

use crate::cache::Key;
use crate::observe::Observer;
use crate::{ProcessError, Stage};

/// What the pictures show.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Seen {
    pub(crate) embeddings: Vec<Embedding>,
    pub(crate) readings: Vec<PictureReading>,
    pub(crate) filmstrip: Option<Vec<u8>>,
    pub(crate) small_pictures: SmallPictures,
    pub(crate) provenance: Vec<StageProvenance>,
}

/// Frames that the encoder takes at once; more brings nothing on a processor.
const BATCH: usize = 8;

/// Frames in a filmstrip.
const FILMSTRIP: usize = 40;

impl Observer<'_> {
    /// Decodes the pictures once; nothing for a recording without.
    pub(crate) fn see(&self) -> Result<Seen, ProcessError> {
        let stages = &self.stages;
        let Some(plan) = self.recording.plan(&stages.sampling) else { return Ok(Seen::default()) };
        let provenance = vec![frames_provenance(&plan), stages.encoder.provenance()];
        let key = Key::new("pictures", &(&provenance, self.tools));
        self.watch.stage(Stage::Pictures, || self.cache.result(&key, || self.look(&plan, provenance)))
    }

    fn look(&self, plan: &FramePlan, provenance: Vec<StageProvenance>) -> Result<Seen, ProcessError> {
        let length = self.recording.info().duration;
        let recording = self.recording.clone().scratch_in(&self.cache.unfinished("frames"));
        let mut frames = self.watch.frames(recording.frames(plan)?, Stage::Pictures, length);
        let mut meter = PictureMeter::new();
        let mut filmstrip =
            Span::new(stepreel_core::Time::ZERO, stepreel_core::Time::ZERO + length.max(Duration::from_micros(1)))
                .map(|span| Filmstrip::new(span, FILMSTRIP));
        let mut seen = Seen { provenance, ..Seen::default() };
        loop {
            let batch = next_batch(&mut frames)?;
            if batch.is_empty() {
                break;
            }
            for sample in &batch {
                seen.readings.push(meter.read(sample));
                seen.small_pictures.add(&sample.frame, length);
                if let Some(strip) = &mut filmstrip {
                    strip.add(&sample.frame);
                }
            }
            seen.embeddings.extend(self.embed(&batch)?);
        }
        seen.filmstrip = filmstrip.and_then(|strip| strip.to_jpeg());
        Ok(seen)
    }

    fn embed(&self, batch: &[Sample]) -> Result<impl Iterator<Item = Embedding>, ProcessError> {
        let pictures: Vec<&Picture> = batch.iter().map(|sample| &sample.frame.picture).collect();
        let vectors = self.stages.encoder.encode(&pictures)?;
        let times = batch.iter().map(|sample| sample.frame.time).collect::<Vec<_>>();
        Ok(times.into_iter().zip(vectors).map(|(time, vector)| Embedding { time, vector }))
    }
}

fn next_batch(frames: &mut FrameSource<'_>) -> Result<Vec<Sample>, ProcessError> {
    Ok(frames.take(BATCH).collect::<Result<_, _>>()?)
}

fn frames_provenance(plan: &FramePlan) -> StageProvenance {
    StageProvenance {
        stage: "frames".to_owned(),
        kind: "ffmpeg".to_owned(),
        model: None,
        model_sha256: None,
        device: None,
        settings: format!(
            "{}, a sample every {} s at {}x{}, {}",
            plan.decode,
            plan.every.as_secs_f64(),
            plan.width,
            plan.height,
            plan.reason
        ),
    }
}
