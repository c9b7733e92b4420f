//! Values and pure rules: time, spans, pictures, sound, transcripts, segments, names, clips, findings, scores and records.
//!
//! What passes between two stages lives here, so that no stage needs to know another. There is no I/O, no clock, no
//! randomness and no async code: the same values in give the same values out.

mod time;

mod picture;
mod recording;
mod sound;
mod source;

mod quality;
mod transcript;

mod evidence;
mod finding;
mod segment;

mod clip;
mod name;
mod score;

mod device;
mod id;
mod provenance;
mod record;

mod plain_text;
mod traces;

pub use clip::{Clip, CutMethod, Thumbnail};
pub use device::{Device, DeviceChoice, UnknownDevice, UnusableDevice};
pub use evidence::{Embedding, Evidence};
pub use finding::{Finding, FindingCode, Findings, Severity};
pub use id::{Digest, ProcedureId, SessionId, TenantId, TenantIdError};
pub use name::{Author, Line, Name, NameSource};
pub use picture::{Frame, Picture};
pub use plain_text::{is_hidden, plain};
pub use provenance::{Provenance, StageProvenance};
pub use quality::{PictureReading, SoundTrack};
pub use record::{Outcome, Procedure, ProcedureStatus, Role, Session, SessionRecord, SessionStatus};
pub use recording::{AudioStream, RecordingInfo, Rotation, SubtitleStream, VideoStream};
pub use score::{Component, Reason, Score, ScoreCard};
pub use segment::{BoundaryConfidence, Passage, Segment, Segmentation, Still};
pub use sound::{SAMPLE_RATE, SoundBlock};
pub use source::{FrameSource, Sample, SoundSource, SourceError};
pub use time::{Span, SpanSet, Time};
pub use traces::TRACES;
pub use transcript::{Transcript, TranscriptSource, Utterance, Word};
