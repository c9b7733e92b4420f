//! MPEG transport streams (ISO/IEC 13818-1).
//!
//! They have no header: the first megabytes tell the streams, and the last ones when they end. What lies between is not read.

mod packet;
mod program;
mod stream;

use crate::source::Source;
use crate::{Container, Layout, Refusal};

use packet::Packets;
use program::Programs;
use stream::Clock;

/// Bytes at the start in which streams are looked for.
const HEAD: u64 = 16 * 1024 * 1024;

/// Bytes at the end in which the last time stamps are looked for.
const TAIL: u64 = 4 * 1024 * 1024;

/// The packets of the file, if it consists of such.
pub(crate) fn packets(source: &mut Source) -> Result<Option<Packets>, Refusal> {
    Packets::find(source)
}

pub(crate) fn scan(source: &mut Source) -> Result<Layout, Refusal> {
    let Some(packets) = packets(source)? else { return Err(Refusal::Unknown) };
    let mut programs = Programs::default();
    packets.each(source, 0, HEAD, |packet| programs.take(packet))?;
    if source.len() > HEAD {
        programs.skip();
        let tail = source.len().saturating_sub(TAIL).max(HEAD);
        packets.each(source, tail, TAIL, |packet| programs.take(packet))?;
    }
    programs.finish();
    let streams = programs.streams();
    if streams.is_empty() {
        return Err(Refusal::Headless { what: "its list of streams (PMT)" });
    }
    let clock = Clock::over(streams);
    Ok(Layout {
        container: Container::MpegTs,
        tracks: streams.iter().map(|stream| stream.track(&clock)).collect(),
        duration: clock.duration(),
        declared: None,
    })
}
