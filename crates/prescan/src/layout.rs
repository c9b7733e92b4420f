//! What a container holds.

use std::time::Duration;

use crate::Container;

/// What a container says that it holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    /// Its kind.
    pub container: Container,
    /// Its tracks, in the order of the file; none where the container has no header to tell.
    pub tracks: Vec<Track>,
    /// From the start of the first pictures or sound to the end of the last, by tables and time stamps.
    pub duration: Option<Duration>,
    /// The same as the header claims it.
    pub declared: Option<Duration>,
}

impl Layout {
    pub(crate) fn of(container: Container) -> Self {
        Self { container, tracks: Vec::new(), duration: None, declared: None }
    }

    /// How many tracks of that kind there are.
    pub fn count(&self, kind: TrackKind) -> usize {
        self.tracks.iter().filter(|track| track.kind == kind).count()
    }
}

/// One stream.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Track {
    /// What it holds.
    pub kind: TrackKind,
    /// Its codec as the container writes it, such as `avc1` or `V_VP9`; without what is no printable ASCII.
    pub codec: String,
    /// The size of its pictures as the container claims it.
    pub size: Option<Size>,
    /// The same as the codec's own header says it: of the picture as it is stored.
    pub coded: Option<Size>,
    /// The same without what is cropped away.
    pub shown: Option<Size>,
    /// Samples, or packets, that the container lists.
    pub samples: u64,
    /// Entries of its edit list.
    pub edits: u64,
    /// When it starts, on the container's clock.
    pub start: Duration,
    /// How long it lasts by tables and time stamps, without what is empty at its start.
    pub length: Duration,
    /// The same as the track's own header claims it.
    pub declared: Option<Duration>,
}

impl Track {
    /// All sizes that were claimed.
    pub(crate) fn sizes(&self) -> impl Iterator<Item = Size> {
        [self.size, self.coded].into_iter().flatten()
    }
}

/// What a track holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TrackKind {
    /// Pictures, moving or still.
    Video,
    /// Sound.
    Audio,
    /// Anything else: text, telemetry, time codes.
    #[default]
    Other,
}

/// Width and height in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Pixels of a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
}

impl Size {
    /// Pixels of the picture.
    pub fn pixels(self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }
}

/// What a container writes as a codec's name, of which the first 32 characters are kept.
pub(crate) fn codec_name(bytes: &[u8]) -> String {
    bytes.iter().filter(|byte| byte.is_ascii_graphic()).take(32).map(|&byte| char::from(byte)).collect()
}

/// Ticks as a time; the longest there is where they are beyond it.
pub(crate) fn ticks(count: u64, per_second: u64) -> Duration {
    let per_second = u128::from(per_second.max(1));
    let nanos = u128::from(count) * 1_000_000_000 / per_second;
    Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
}
