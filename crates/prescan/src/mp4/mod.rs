//! ISO base media files (ISO/IEC 14496-12) and `QuickTime`'s.
//!
//! Boxes are taken as ffmpeg takes them, wherever they stand: a table belongs to the track that was opened last. A reader that
//! looked for them in their proper places only could be shown another file than ffmpeg.

mod boxes;
mod entry;
mod fragment;
mod movie;
mod tables;

use crate::source::Source;
use crate::{Layout, Limit, Limits, Refusal};

use boxes::{BoxHeader, Boxes};
use movie::Movie;

/// Boxes that hold boxes.
const HOLDERS: [&[u8; 4]; 11] =
    [b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts", b"dinf", b"mvex", b"moof", b"traf", b"udta"];

pub(crate) fn scan(source: &mut Source, limits: &Limits) -> Result<Layout, Refusal> {
    let mut boxes = Boxes::new(source.len());
    let mut movie = Movie::default();
    while let Some(found) = boxes.next(source)? {
        if repeats(&movie, &found) {
            continue;
        }
        if &found.kind == b"moov" {
            limits.hold(Limit::HeaderBytes, found.len())?;
        }
        movie.take(&found, source, limits)?;
        if HOLDERS.contains(&&found.kind) {
            boxes.enter(&found);
            limits.hold(Limit::Depth, boxes.depth())?;
        }
    }
    movie.conclude(source, limits)
}

/// Whether it is a second movie header, which nobody reads.
fn repeats(movie: &Movie, found: &BoxHeader) -> bool {
    &found.kind == b"moov" && movie.begun
}

/// What a read past the end of the file means for a header that is needed.
fn torn(what: &'static str) -> Refusal {
    Refusal::Damaged { what }
}
