//! Cutting by copying groups of pictures, where that is exact.

use std::path::Path;

use serde::{Deserialize, Serialize};
use stepreel_core::{Clip, CutMethod, Span, StageProvenance};
use stepreel_media::{Crf, Encoding, MediaError, Preset, Recording};

use crate::reencode::{clip, warn_when_off};
use crate::whole_file::WholeFile;
use crate::{ClipError, Clipper, Reencode};

/// Copies whole groups of pictures and, where it is AAC, the sound bit for bit, and encodes again only the frames at the ends that are in
/// none: as exact as [`Reencode`], without loss where it copies, at a tenth of the work or less. Where a recording does not allow it, or a
/// finished clip does not stand its check, the clip is encoded again, and says why.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SmartCut {
    settings: SmartCutSettings,
}

/// How [`SmartCut`] cuts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SmartCutSettings {
    /// How much work goes into making frames smaller that are encoded again.
    pub preset: Preset,
    /// How good frames are that are encoded again.
    pub crf: Crf,
    /// What becomes of recordings in HEVC.
    pub hevc: Hevc,
}

/// What becomes of recordings in HEVC: many browsers play none without help of the hardware.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hevc {
    /// Clips are encoded again, in H.264, which everything plays.
    #[default]
    Encode,
    /// Groups of pictures are copied; the clips play where HEVC does.
    Copy,
}

/// Share of a cut's time that goes into copying; the rest is looking at the clip again.
const SPLICING: f64 = 0.7;

impl SmartCut {
    /// A clipper with those settings.
    pub fn new(settings: SmartCutSettings) -> Self {
        Self { settings }
    }

    fn encoding(self) -> Encoding {
        Encoding { preset: self.settings.preset, crf: self.settings.crf }
    }

    fn splice(self, recording: &Recording, span: Span, to: &Path) -> Result<Clip, MediaError> {
        let is_hevc = recording.info().video.as_ref().is_some_and(|video| video.codec == "hevc");
        if is_hevc && self.settings.hevc == Hevc::Encode {
            let path = recording.path().to_owned();
            return Err(MediaError::CannotCopy { path, why: "few browsers play HEVC" });
        }
        let part = |range| recording.clone().reporting_to(recording.progress().part(range));
        let splice = part(0.0..SPLICING).splice(span, self.encoding(), to)?;
        let measured = recording.measure_splice(&splice, to)?;
        let clip = Clip {
            copied: splice.copied(),
            sound_copied: splice.sound_copied(),
            method: CutMethod::SmartCut,
            ..clip(span, splice.span.start(), &measured)
        };
        warn_when_off(splice.span, &clip);
        Ok(clip)
    }
}

/// Why a recording's clip has to be encoded again after that error; nothing when that would not help.
fn reason(error: &MediaError) -> Option<String> {
    match error {
        MediaError::CannotCopy { why, .. } => Some((*why).to_owned()),
        MediaError::BadClip { damage, .. } => Some(format!("the copied clip did not stand its check: {damage}")),
        _ => None,
    }
}

impl Clipper for SmartCut {
    fn cut(&self, recording: &Recording, span: Span, to: &Path) -> Result<Clip, ClipError> {
        let file = WholeFile::beside(to)?;
        let recording = &recording.clone().reporting_to(recording.progress().onward());
        let why = match self.splice(recording, span, file.path()) {
            Ok(clip) => {
                recording.progress().tell(1.0);
                file.finish()?;
                return Ok(clip);
            }
            Err(error) => reason(&error).ok_or(ClipError::Cut { span, cause: error })?,
        };
        let clip = Reencode::new(self.encoding()).cut(recording, span, to)?;
        Ok(Clip { why_encoded: Some(why), ..clip })
    }

    fn provenance(&self) -> StageProvenance {
        let SmartCutSettings { preset, crf, hevc } = self.settings;
        let hevc = match hevc {
            Hevc::Encode => "encoded again",
            Hevc::Copy => "copied",
        };
        StageProvenance {
            stage: "clipper".to_owned(),
            kind: "smart_cut".to_owned(),
            model: None,
            model_sha256: None,
            device: None,
            settings: format!("ends {} crf {}, sound copied or aac 128k, HEVC {hevc}", preset.name(), crf.value()),
        }
    }
}
