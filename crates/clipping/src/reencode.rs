//! Cutting by encoding every frame again.

use std::path::Path;

use stepreel_core::{Clip, CutMethod, Span, StageProvenance, Time};
use stepreel_media::{Encoding, Measured, Recording};

use crate::whole_file::WholeFile;
use crate::{ClipError, Clipper};

/// How far sound may be off the pictures, in seconds, before it is worth a warning.
const IN_SYNC: f64 = 0.02;

/// Share of a cut's time that goes into encoding; the rest is decoding the clip again.
const ENCODING: f64 = 0.85;

/// Encodes every frame of the clip again: exact to the frame whatever the recording's codec and key frames are, at the
/// price of about half of real time for 1280x720 on two cores.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reencode {
    encoding: Encoding,
}

impl Reencode {
    /// A clipper that compresses pictures that way.
    pub fn new(encoding: Encoding) -> Self {
        Self { encoding }
    }
}

impl Clipper for Reencode {
    fn cut(&self, recording: &Recording, span: Span, to: &Path) -> Result<Clip, ClipError> {
        let failed = |cause| ClipError::Cut { span, cause };
        let file = WholeFile::beside(to)?;
        let part = |range| recording.clone().reporting_to(recording.progress().part(range));
        let wanted = part(0.0..ENCODING).cut(span, self.encoding, file.path()).map_err(failed)?;
        let measured = part(ENCODING..1.0).measure(file.path()).map_err(failed)?;
        recording.progress().tell(1.0);
        let clip = clip(span, wanted.start(), &measured);
        warn_when_off(wanted, &clip);
        file.finish()?;
        Ok(clip)
    }

    fn provenance(&self) -> StageProvenance {
        let Encoding { preset, crf } = self.encoding;
        StageProvenance {
            stage: "clipper".to_owned(),
            kind: "reencode".to_owned(),
            model: None,
            model_sha256: None,
            device: None,
            settings: format!("libx264 {} crf {}, aac 128k", preset.name(), crf.value()),
        }
    }
}

/// What was measured on the clip's timeline, whose zero lies at `zero` on the recording's.
pub(crate) fn clip(asked: Span, zero: Time, measured: &Measured) -> Clip {
    let to_recording = Time::from_micros(-zero.micros());
    Clip {
        asked,
        real: measured.pictures.relative_to(to_recording),
        frames: measured.frames,
        copied: 0,
        sound_copied: false,
        sound_offset: measured.sound_offset(),
        method: CutMethod::Reencode,
        why_encoded: None,
    }
}

/// Frames that the recording lists and that do not decode are missing from the clip, too: that is the recording's fault
/// and no reason to have no clip, and `real` says what is left.
pub(crate) fn warn_when_off(wanted: Span, clip: &Clip) {
    let off = wanted.start().distance(clip.real.start()).max(wanted.end().distance(clip.real.end()));
    if off.as_secs_f64() > IN_SYNC || clip.sound_offset.is_some_and(|offset| offset.abs() > IN_SYNC) {
        tracing::warn!(%wanted, real = %clip.real, sound_offset = clip.sound_offset, "the clip is not what was wanted");
    }
}
