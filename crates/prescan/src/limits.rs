//! How much a recording may ask for.

use std::fmt;
use std::time::Duration;

use crate::{Layout, Refusal, Track, TrackKind};

/// What a recording may ask for. The defaults leave room above what cameras, phones and browsers write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Pixels of one picture; 40 million, a little more than 8K (7680 x 4320) has. ffmpeg decoding a still of 16,000 x 16,000
    /// took 801 MB.
    pub pixels: u64,
    /// Streams of all kinds; 16. Cameras with telemetry write up to 7.
    pub streams: u64,
    /// Pictures a second, on average; 300. Phones record slow motion at 240.
    pub frame_rate: u64,
    /// What the sample tables or time stamps add up to, whatever the header says; 6 hours.
    pub duration: Duration,
    /// Entries of an edit list; 1,000. One of 60,000 made a file of 734 KB take 406 MB in ffprobe.
    pub edits: u64,
    /// Samples (packets) of all streams; 5 million. 6 hours of 60 pictures and 47 packets of sound a second have 2.3 million.
    pub samples: u64,
    /// Bytes of the header that holds the sample tables; 128 MiB, which 5 million samples fill at 26 bytes each.
    pub header_bytes: u64,
    /// Boxes or elements inside each other; 16. ffmpeg stops at 10 boxes.
    pub depth: u64,
    /// How often the samples' bytes may go into the file's; 4. A key frame listed 100,000 times makes hours of decoding from
    /// 413 KB.
    pub reuse: u64,
    /// Boxes, elements, packets and table entries that are looked at; 30 million, some seconds.
    pub work: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            pixels: 40_000_000,
            streams: 16,
            frame_rate: 300,
            duration: Duration::from_hours(6),
            edits: 1_000,
            samples: 5_000_000,
            header_bytes: 128 * 1024 * 1024,
            depth: 16,
            reuse: 4,
            work: 30_000_000,
        }
    }
}

/// What there can be too much of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Limit {
    /// [`Limits::pixels`]
    Pixels,
    /// [`Limits::streams`]
    Streams,
    /// [`Limits::frame_rate`]
    FrameRate,
    /// [`Limits::duration`], in seconds
    Duration,
    /// [`Limits::edits`]
    Edits,
    /// [`Limits::samples`]
    Samples,
    /// [`Limits::header_bytes`]
    HeaderBytes,
    /// [`Limits::depth`]
    Depth,
    /// [`Limits::reuse`]
    Reuse,
    /// [`Limits::work`]
    Work,
}

impl fmt::Display for Limit {
    /// As it follows a number.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pixels => "pixels in a picture",
            Self::Streams => "streams",
            Self::FrameRate => "pictures a second",
            Self::Duration => "seconds",
            Self::Edits => "edits",
            Self::Samples => "packets",
            Self::HeaderBytes => "bytes of header",
            Self::Depth => "boxes inside each other",
            Self::Reuse => "uses of each byte",
            Self::Work => "entries to look at",
        })
    }
}

impl Limits {
    /// Refuses what is beyond that limit.
    pub(crate) fn hold(&self, limit: Limit, found: u64) -> Result<(), Refusal> {
        let allowed = self.allowed(limit);
        if found > allowed { Err(Refusal::Beyond { limit, found, allowed }) } else { Ok(()) }
    }

    fn allowed(&self, limit: Limit) -> u64 {
        match limit {
            Limit::Pixels => self.pixels,
            Limit::Streams => self.streams,
            Limit::FrameRate => self.frame_rate,
            Limit::Duration => self.duration.as_secs(),
            Limit::Edits => self.edits,
            Limit::Samples => self.samples,
            Limit::HeaderBytes => self.header_bytes,
            Limit::Depth => self.depth,
            Limit::Reuse => self.reuse,
            Limit::Work => self.work,
        }
    }

    /// Holds what a container told of its tracks to the limits.
    pub(crate) fn check(&self, layout: &Layout) -> Result<(), Refusal> {
        self.hold(Limit::Streams, layout.tracks.len() as u64)?;
        self.hold(Limit::Samples, layout.tracks.iter().map(|track| track.samples).fold(0, u64::saturating_add))?;
        self.hold(Limit::Duration, layout.duration.map_or(0, whole_seconds))?;
        layout.tracks.iter().try_for_each(|track| self.check_track(track))
    }

    fn check_track(&self, track: &Track) -> Result<(), Refusal> {
        self.hold(Limit::Edits, track.edits)?;
        self.hold(Limit::Duration, whole_seconds(track.length))?;
        for size in track.sizes() {
            self.hold(Limit::Pixels, size.pixels())?;
        }
        if track.kind == TrackKind::Video {
            self.hold(Limit::FrameRate, frame_rate(track))?;
        }
        Ok(())
    }
}

fn whole_seconds(duration: Duration) -> u64 {
    duration.as_secs() + u64::from(duration.subsec_nanos() > 0)
}

/// Pictures a second over the whole track; one second more than it lasts, as some frames a millisecond apart are no harm.
fn frame_rate(track: &Track) -> u64 {
    (track.samples as f64 / (track.length.as_secs_f64() + 1.0)) as u64
}
