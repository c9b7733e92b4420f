//! Recordings in and out: the only home of ffmpeg, ffprobe and symphonia.
//!
//! A [`Recording`] is opened (probed) once; frames and sound are then pulled from it, each stream decoded once, and clips are
//! cut out of it. It does not know what anything shows or means. ffmpeg and ffprobe are child processes, started in one
//! place (`child`), because a decoder's crash must not be ours, and confined ([`Confinement`]), because a recording comes from
//! outside.

mod recording;

mod prescan;
mod probe;
mod sniff;

mod frames;
mod plan;

mod sound;
mod spool;

mod subtitles;

mod cut;

mod cancellation;
mod child;
mod error;
mod progress;
mod tools;

pub use cancellation::CancellationToken;
pub use child::confinement::{Confinement, Layer, LayerState, layer_states};
pub use cut::{Crf, Encoding, Measured, Preset, Splice};
pub use error::MediaError;
pub use plan::{Decode, FramePlan, Sampling};
#[cfg(fuzzing)]
pub use probe::concluded;
pub use progress::Progress;
pub use recording::Recording;
pub use sound::SoundDecoder;
pub use spool::SpooledSound;
pub use stepreel_prescan::{Limit, Refusal};
pub use tools::{KnownHole, ToolVersions, known_holes, tool_versions};
