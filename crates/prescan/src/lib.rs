//! What a recording's container claims, read before any decoder starts.
//!
//! [`prescan`] walks the headers, tables and block headers of a file and gives its [`Layout`], or a [`Refusal`] that names what
//! was found and what is allowed. It decodes nothing, and it is not a demuxer: it reads no more than it takes to hold a file to
//! its [`Limits`].
//!
//! # What it promises
//! - Memory is constant but for one small entry a stream: nothing is allocated by a size that the file claims.
//! - Time is bounded by [`Limits::work`]: every box, element, packet and table entry that is looked at counts.
//! - Nothing recurses: nesting is a stack of at most [`Limits::depth`] entries.
//! - A file that lost its tail has a layout as long as its header is whole.
//!
//! Sound files, Ogg, FLV and MPEG program streams are told by their first bytes and have no header that could ask for much;
//! their layout has no tracks.
#![forbid(unsafe_code)]

mod container;
mod layout;
mod limits;
mod refusal;
mod source;

mod avi;
mod matroska;
mod mp4;
mod transport;

mod picture;

pub use container::Container;
pub use layout::{Layout, Size, Track, TrackKind};
pub use limits::{Limit, Limits};
pub use refusal::Refusal;

use std::io::{Read, Seek};

use source::Source;

/// Looks at the container of the recording that `reader` reads, whatever its position.
///
/// # Errors
/// When it is none of the known containers, has lost its header, lies beyond a limit, or cannot be read.
pub fn prescan(reader: &mut (impl Read + Seek), limits: &Limits) -> Result<Layout, Refusal> {
    let mut source = Source::new(reader, limits)?;
    let container = Container::within(&mut source)?.ok_or(Refusal::Unknown)?;
    let layout = match container {
        Container::Mp4 => mp4::scan(&mut source, limits)?,
        Container::Matroska => matroska::scan(&mut source, limits)?,
        Container::MpegTs => transport::scan(&mut source)?,
        Container::Avi => avi::scan(&mut source, limits)?,
        other => Layout::of(other),
    };
    limits.check(&layout)?;
    Ok(layout)
}
