//! What the pre-scan may see otherwise than ffprobe, and why: all of it stands here.

use std::time::Duration;

use stepreel_prescan::{Container, Layout, Refusal, Size, Track, TrackKind};

use crate::report::Report;

/// How far durations may be apart: rounding, the last frame's length, the encoder's delay.
const TOLERANCE: Duration = Duration::from_millis(250);

/// Why both see something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Explanation {
    /// It is beyond a limit of ours; ffprobe has none, or another.
    BeyondALimit,
    /// Its data lies elsewhere, or is compressed: ffprobe opens it and reads nothing from there.
    NotSelfContained,
    /// A table claims more entries than its box has room for: we refuse, ffprobe reads on behind the box.
    TornTable,
    /// Its first bytes are none of a known container's: ffprobe looks further into the file.
    NoKnownStart,
    /// Its header is lost: we refuse, ffprobe finds a stream without pictures or sound that it can name.
    HeaderLost,
    /// ffprobe looks at the streams' content, and finds none that it can name.
    NothingToDecode,
    /// Program streams, Flash, Ogg and sound have no header: nothing is said of their tracks.
    NoHeader,
    /// ffprobe, on damage in Matroska, searches for the next element that it knows; we stop there.
    SearchesOn,
    /// Only the pictures themselves tell their size, in codecs whose pictures we don't look at.
    SizeInPictures,
    /// Damaged pictures bring another size with them than the container has: ffprobe says what it saw last.
    OtherSizeInPictures,
    /// In damaged Matroska, elements reach beyond what holds them: ffprobe takes what follows for their content, we end there.
    Overhang,
    /// A damaged index leads ffprobe to the list of tracks once more, so that it sees each twice.
    TracksTwice,
    /// In fragments, ffprobe counts how far pictures are shown after they are decoded, as an unsigned number.
    ShiftedFragments,
    /// A box holds the track, fragment or data that should stand behind it: ffprobe leaves the inner one out, we count it.
    Swallowed,
    /// ffprobe says zero, as when the samples' times are lost.
    NoDuration,
}

/// Says that both see the same, or why they don't; nothing when that can't be explained.
pub(crate) fn difference(ours: &Result<Layout, Refusal>, theirs: Option<&Report>) -> Result<(), Option<Explanation>> {
    match (ours, theirs) {
        (Err(_), None) => Ok(()),
        (Ok(layout), Some(report)) => compare(layout, report),
        (Ok(_), None) => Err(Some(Explanation::NothingToDecode)),
        (Err(refusal), Some(report)) => Err(refused(refusal, report)),
    }
}

fn refused(refusal: &Refusal, report: &Report) -> Option<Explanation> {
    match refusal {
        Refusal::Beyond { .. } => Some(Explanation::BeyondALimit),
        Refusal::Elsewhere | Refusal::Compressed { .. } => Some(Explanation::NotSelfContained),
        Refusal::Unknown => Some(Explanation::NoKnownStart),
        Refusal::Damaged { what } if what.contains("claims more") => Some(Explanation::TornTable),
        Refusal::Headless { .. } if report.is_bare() => Some(Explanation::HeaderLost),
        Refusal::Headless { what } if what.starts_with("its list of tracks") => Some(Explanation::SearchesOn),
        _ => None,
    }
}

fn compare(layout: &Layout, report: &Report) -> Result<(), Option<Explanation>> {
    if layout.tracks.is_empty() && !matches!(layout.container, Container::Mp4) {
        return Err(Some(Explanation::NoHeader));
    }
    same_streams(layout, report)?;
    same_sizes(layout, report)?;
    same_duration(layout, report)
}

fn same_streams(layout: &Layout, report: &Report) -> Result<(), Option<Explanation>> {
    let ours = (layout.count(TrackKind::Video), layout.count(TrackKind::Audio));
    let searched = layout.container == Container::Matroska && !report.said.is_empty();
    let theirs = (report.videos.len(), report.audios);
    match ours {
        ours if ours == theirs => Ok(()),
        (videos, audios) if layout.container == Container::Matroska && theirs == (2 * videos, 2 * audios) => {
            Err(Some(Explanation::TracksTwice))
        }
        (videos, audios) if searched && videos <= report.videos.len() && audios <= report.audios => {
            Err(Some(Explanation::SearchesOn))
        }
        _ if searched && overhangs(report) => Err(Some(Explanation::Overhang)),
        (videos, audios) if swallows(report) && videos >= report.videos.len() && audios >= report.audios => {
            Err(Some(Explanation::Swallowed))
        }
        _ => Err(None),
    }
}

/// Whether ffprobe found an element that is longer than what holds it.
fn overhangs(report: &Report) -> bool {
    report.said.contains("exceeds containing master element")
}

/// Whether ffprobe found a track or data inside a box that should have ended before.
fn swallows(report: &Report) -> bool {
    report.said.contains("trak/mdat not at top-level")
}

fn same_sizes(layout: &Layout, report: &Report) -> Result<(), Option<Explanation>> {
    let videos = layout.tracks.iter().filter(|track| track.kind == TrackKind::Video);
    videos.zip(&report.videos).try_for_each(|(track, theirs)| same_size(track, *theirs, &report.said))
}

fn same_size(track: &Track, theirs: (u64, u64), said: &str) -> Result<(), Option<Explanation>> {
    let ours = [track.shown, track.coded, track.size].into_iter().flatten();
    let ours: Vec<_> = ours.map(|Size { width, height }| (u64::from(width), u64::from(height))).collect();
    match theirs {
        theirs if ours.contains(&theirs) => Ok(()),
        (0, 0) if ours.is_empty() => Ok(()),
        _ if ours.iter().all(|&(width, height)| width == 0 || height == 0) => Err(Some(Explanation::SizeInPictures)),
        (0, 0) => Err(Some(Explanation::NothingToDecode)),
        _ if track.coded.is_some() && is_damaged(said) => Err(Some(Explanation::OtherSizeInPictures)),
        // Each key frame of VP9 may have a size of its own, and damage in one is no fault that a decoder would see.
        _ if track.codec == "vp09" => Err(Some(Explanation::OtherSizeInPictures)),
        _ => Err(None),
    }
}

/// Whether a decoder of pictures complained.
fn is_damaged(said: &str) -> bool {
    ["SPS", "[h264 @", "[hevc @"].iter().any(|complaint| said.contains(complaint))
}

fn same_duration(layout: &Layout, report: &Report) -> Result<(), Option<Explanation>> {
    let tracks = || layout.tracks.iter();
    let ends = tracks().map(|track| track.start.saturating_add(track.length)).max();
    let declared = tracks().filter_map(|track| track.declared).max();
    let mut ours: Vec<_> = [layout.duration, layout.declared, declared, ends].into_iter().flatten().collect();
    if layout.duration.is_none() {
        ours.push(Duration::ZERO);
    }
    let near = |theirs: &Duration| ours.iter().any(|ours| ours.abs_diff(*theirs) <= TOLERANCE);
    match report.durations.as_slice() {
        [] => Ok(()),
        theirs if theirs.iter().any(near) => Ok(()),
        theirs if theirs.iter().all(Duration::is_zero) => Err(Some(Explanation::NoDuration)),
        theirs if is_fragmented(layout) && theirs.iter().max() > ours.iter().max() => {
            Err(Some(Explanation::ShiftedFragments))
        }
        theirs if swallows(report) && theirs.iter().max() < ours.iter().max() => Err(Some(Explanation::Swallowed)),
        _ => Err(None),
    }
}

/// Whether only fragments have samples: the header then says that its tracks last no time.
fn is_fragmented(layout: &Layout) -> bool {
    layout.container == Container::Mp4 && layout.tracks.iter().all(|track| track.declared == Some(Duration::ZERO))
}
