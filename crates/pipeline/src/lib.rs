//! The flow from a recording to stored procedures.
//!
//! A [`Config`] says what is wanted; [`Stages`] are what it resolves to; a [`Pipeline`] runs them over one recording after the
//! other, in the order of [`Pipeline::process`]. Stage results are kept by content, so that a run that was killed or changed does again only what
//! it must. Nothing here looks at a picture or a word: that is the stages' work.

mod config;
mod preset;
mod stages;

mod pipeline;

mod analyse;
mod illustrate;
mod inspect;
mod observe;
mod pictures;
mod sound;
mod words;

mod extract;
mod outline;
mod probed;
mod produce;

mod publish;
mod shelf;
mod side_by_side;

mod cache;
mod error;
mod progress;
mod trim;

pub use analyse::{AnalysedWork, Analysis, analyse};
pub use cache::forget_kept_results;
pub use config::{Config, ConfigError, Decoding, InferenceConfig, Sessions};
pub use error::ProcessError;
pub use illustrate::illustrate;
pub use inspect::{Inspection, inspect};
pub use pipeline::{Job, Pipeline};
pub use preset::Preset;
pub use progress::{Audience, Event, Quiet, Stage, Watch};
pub use stages::{BuildError, Stages};
pub use trim::KeptResults;

// What a configuration is made of.
pub use stepreel_clipping::ClipperConfig;
pub use stepreel_media::Sampling;
pub use stepreel_naming::NamerConfig;
pub use stepreel_scoring::{Policy, ScorerConfig};
pub use stepreel_segmentation::{EncoderConfig, SegmenterConfig};
pub use stepreel_transcription::{TranscriberConfig, VoiceActivityConfig};
