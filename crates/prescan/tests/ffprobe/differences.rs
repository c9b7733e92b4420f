//! What the pre-scan may see otherwise than ffprobe, and why: all of it stands here.

use std::time::Duration;

use stepreel_prescan::{Container, Layout, Refusal, Size, TrackKind};

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
    /// ffprobe looks at the streams' content, and finds none that it can name.
    NothingToDecode,
    /// Program streams, Flash, Ogg and sound have no header: nothing is said of their tracks.
    NoHeader,
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

fn refused(refusal: &Refusal, _report: &Report) -> Option<Explanation> {
    match refusal {
        Refusal::Beyond { .. } => Some(Explanation::BeyondALimit),
        Refusal::Elsewhere | Refusal::Compressed { .. } => Some(Explanation::NotSelfContained),
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
    if ours == (report.videos.len(), report.audios) { Ok(()) } else { Err(None) }
}

fn same_sizes(layout: &Layout, report: &Report) -> Result<(), Option<Explanation>> {
    let videos = layout.tracks.iter().filter(|track| track.kind == TrackKind::Video);
    for (track, theirs) in videos.zip(&report.videos) {
        let ours = [track.shown, track.coded, track.size].into_iter().flatten();
        let mut ours = ours.map(|Size { width, height }| (u64::from(width), u64::from(height)));
        if !ours.any(|ours| ours == *theirs) {
            return Err(None);
        }
    }
    Ok(())
}

fn same_duration(layout: &Layout, report: &Report) -> Result<(), Option<Explanation>> {
    let declared = layout.tracks.iter().filter_map(|track| track.declared).max();
    let ours: Vec<_> = [layout.duration, layout.declared, declared].into_iter().flatten().collect();
    let near = |theirs: &Duration| ours.iter().any(|ours| ours.abs_diff(*theirs) <= TOLERANCE);
    if report.durations.is_empty() || report.durations.iter().any(near) { Ok(()) } else { Err(None) }
}
