//! Everything that was measured, seen and heard in a session.

use serde::{Deserialize, Serialize};

use crate::{PictureReading, RecordingInfo, SoundTrack, Span, SpanSet, Time, Transcript};

/// All evidence of one session. Each modality may be missing: its list is then empty.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// What the recording is made of.
    pub recording: RecordingInfo,
    /// What the frames show, in order of time, as the encoder sees it.
    pub embeddings: Vec<Embedding>,
    /// How good the frames are, in order of time.
    pub pictures: Vec<PictureReading>,
    /// How good the sound is; nothing when the recording has none.
    pub sound: Option<SoundTrack>,
    /// Where somebody speaks, by voice activity.
    pub speech: SpanSet,
    /// What was said.
    pub transcript: Transcript,
}

impl Evidence {
    /// The whole timeline; nothing for a recording without length.
    pub fn span(&self) -> Option<Span> {
        self.recording.span()
    }
}

/// What an encoder makes of one frame.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Embedding {
    /// When the frame is shown.
    pub time: Time,
    /// The vector, of unit length; the same number of values for all frames of an encoder, all finite.
    pub vector: Vec<f32>,
}
