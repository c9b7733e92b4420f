//! From spans of a recording to clips, thumbnails and captions; every clip is decoded and measured after it was cut.
//!
//! [`Clipper`] is the trait, [`SmartCut`] copies where it can, and [`Reencode`] always encodes; [`best_frame`] and [`write_thumbnail`]
//! make a clip's still, [`captions`] its words, [`SmallPictures`] its [`Storyboard`], [`Filmstrip`] a whole session at a glance. It does not choose the
//! spans, and it does not start ffmpeg: that is `stepreel-media`'s.

use std::path::Path;

use stepreel_core::{Clip, Span, StageProvenance};
use stepreel_media::Recording;

/// Cuts a piece out of a recording and says what the piece really holds.
///
/// # Contract
/// The clip at `to` is an MP4 that starts playing before it is loaded as a whole, upright, with pictures and at most one
/// sound track, and nothing else of the recording: no metadata, chapters, subtitles or data. It decodes from its first
/// frame to its last without an error, as far as the recording does. Its first frame is the first at or after the start of the span and its last the
/// last before its end, so that each boundary is off by one frame at most; sound starts with the pictures and ends with
/// them, within 20 ms. A span that leaves the recording is cut to it, and frames that the recording lists but that do not
/// decode are missing. What the answer says was measured on the finished file. The same recording and span give
/// the same bytes. `to` appears when the clip is whole, and replaces what was there; after an error nothing is left. When
/// the recording's cuts are cancelled ([`Recording::cancelled_by`]), the cut that is under way ends soon, with an error. A cut
/// tells on the way how far it is ([`Recording::reporting_to`]), never goes back, and ends with 1.
///
/// # For implementations
/// [`conformance::check`] is this contract as code.
pub trait Clipper: Send + Sync {
    /// Cuts `span` out of `recording` into the file `to`.
    ///
    /// # Errors
    /// When no picture lies in the span, when the recording can't be read there or the clip can't be written, when the
    /// finished clip does not decode, and when the cut is cancelled.
    fn cut(&self, recording: &Recording, span: Span, to: &Path) -> Result<Clip, ClipError>;

    /// What this clipper is.
    fn provenance(&self) -> StageProvenance;
}

mod config;
mod reencode;
mod smart_cut;

mod best_frame;
mod stills;
mod thumbnail;

mod captions;
mod filmstrip;
mod storyboard;

mod error;
mod whole_file;

pub mod conformance;

pub use best_frame::best_frame;
pub use captions::captions;
pub use config::ClipperConfig;
pub use error::ClipError;
pub use filmstrip::Filmstrip;
pub use reencode::Reencode;
pub use smart_cut::{Hevc, SmartCut, SmartCutSettings};
pub use stills::{still_of, stills};
pub use storyboard::{SmallPictures, Storyboard};
pub use thumbnail::write_thumbnail;
