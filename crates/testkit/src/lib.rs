//! Synthetic recordings with exact truth, for tests, evaluation and the demo; and the test of the workspace's layers.
//!
//! A [`Scenario`] says what is to be recorded: a [`Script`] of what the engineer says and works on, a [`Format`], planted
//! [`Fault`]s and a seed. [`Scenario::record`] films it: procedural workplaces seen from a moving head, hands at work,
//! walks along corridors, narration by a speech synthesiser over room tone and tools. Beside the recording lie its captions
//! and its [`Truth`], known exactly because it was decided before the first frame was drawn.
//!
//! The recordings are not made to please the pipeline: procedures share and revisit workplaces, pause in silence, are
//! announced on the way or not at all, and the engineer talks while walking. Where real first-person clips are at hand,
//! [`Pictures::Footage`] puts them in place of the drawn ones.
//!
//! Sessions of which only the words are known come from [`transcripts`]. [`metrics`], [`title_metric`] and [`word_metric`] say how close what was found comes to what is true.
//!
//! This crate knows nothing of the pipeline: it depends on the core's values alone, and needs `ffmpeg`, `ffprobe`, `flite`
//! and `espeak-ng` on the path.

mod fault;
mod scenario;
mod script;
mod truth;

mod narrations;
mod own_scripts;
mod planted;
mod transcripts;

mod plan;

mod captions;
mod soundtrack;
mod voice;
mod wave;

mod film;
mod footage;
mod view;

mod encoder;
mod recorder;
mod tool;

mod corpora;
mod mutation;
mod naughty;

mod alignment;
mod dice;
mod error;
mod json_lines;
mod mishearing;

pub mod metrics;
pub mod title_metric;
pub mod word_metric;

pub use corpora::{OddFile, corpora, odd_files};
pub use error::TestkitError;
pub use fault::{Extent, Fault};
pub use mishearing::{Mishearing, fingerprint};
pub use mutation::{accepted_recordings, mutated, mutations};
pub use narrations::narrations;
pub use naughty::{big_list_of_naughty_strings, naughty_strings};
pub use own_scripts::own_scripts;
pub use planted::planted;
pub use recorder::Take;
pub use scenario::{AudioCodec, Container, Format, Length, Narration, Pictures, Rate, Scenario, VideoCodec};
pub use script::{LineKind, Script, ScriptLine, ScriptedProcedure, Style};
pub use transcripts::transcripts;
pub use truth::{TrueFault, TrueProcedure, TrueUtterance, TrueVerdict, Truth};
pub use voice::Speaker;
