//! Matroska and `WebM` (RFC 9559).

mod block;
mod elements;
mod segment;

use crate::source::Source;
use crate::{Layout, Limit, Limits, Refusal};

use elements::{Elements, id};
use segment::Segment;

/// Elements that hold elements that matter.
const HOLDERS: [u32; 11] = [
    id::HEADER,
    id::SEGMENT,
    id::INFO,
    id::TRACKS,
    id::TRACK,
    id::VIDEO,
    id::ENCODINGS,
    id::ENCODING,
    id::COMPRESSION,
    id::CLUSTER,
    id::GROUP,
];

/// Walks over all elements. What is damaged ends the walk: what was found until then counts.
pub(crate) fn scan(source: &mut Source, limits: &Limits) -> Result<Layout, Refusal> {
    let mut elements = Elements::new(source.len());
    let mut segment = Segment::default();
    while let Some(found) = elements.next(source)? {
        segment.take(&found, source, limits)?;
        if HOLDERS.contains(&found.id) {
            elements.enter(&found);
            limits.hold(Limit::Depth, elements.depth())?;
        }
    }
    segment.conclude()
}
