use serde::{Deserialize, Serialize};
use stepreel_core::{FindingCode, Span, SpanSet, Time};

use crate::TrueFault;

/// Something done to a recording.
///
/// Not all of it is a failure: some is what a careful pipeline must not complain about. Those have no finding.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Fault {
    /// The microphone's link fails: exact zeros.
    Dropout(Extent),
    /// A palm, a sleeve or a glove lies over the lens: nearly uniform, dark or skin coloured.
    Covered(Extent),
    /// The picture is black.
    Black(Extent),
    /// The picture stands still while the sound goes on.
    Frozen(Extent),
    /// The lens is out of focus.
    Defocused(Extent),
    /// Frames are missing, and their time goes on.
    PicturesStop(Extent),
    /// The sound ends at that share of the session.
    SoundStops(f64),
    /// The file has no sound track.
    NoAudioTrack,
    /// The whole track is real quiet, at -68 dBFS: nothing above the microphone's own noise.
    Hushed,
    /// The file is cut off after that share of its bytes.
    Truncated(f64),
    /// Amplified by so many dB until it clips. It costs score.
    Clipped(f64),
    /// Workshop noise so many dB below the speech. It costs score.
    Noisy(f64),
    /// The head never rests. It costs score.
    Shaky,
    /// A noise gate: quiet between utterances, with a floor that is not zero. No fault.
    Gated,
    /// A dim workshop, open all the same. No fault.
    Dark,
    /// The engineer looks at a plain wall. No fault.
    WallInView(Extent),
}

/// Where in a session something happens.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Extent {
    /// All of it.
    Whole,
    /// From one share of the session to another, 0-1.
    Shares(f64, f64),
    /// So many seconds around a share of the session: share first.
    Around(f64, f64),
}

impl Fault {
    /// How it should be noticed in a session of that span, whose pictures follow each other so many times a second.
    pub(crate) fn truth(&self, session: Span, rate: u32) -> Option<TrueFault> {
        let code = self.code()?;
        let ranges = match self {
            Self::SoundStops(share) => Extent::Shares(*share, 1.0).span(session, rate).into_iter().collect(),
            _ => self.extent().and_then(|extent| extent.span(session, rate)).into_iter().collect::<SpanSet>(),
        };
        Some(TrueFault { code, ranges })
    }

    /// The stretch that it takes of a session, where it has one.
    pub(crate) fn extent(&self) -> Option<Extent> {
        match *self {
            Self::Dropout(extent)
            | Self::Covered(extent)
            | Self::Black(extent)
            | Self::Frozen(extent)
            | Self::Defocused(extent)
            | Self::PicturesStop(extent)
            | Self::WallInView(extent) => Some(extent),
            _ => None,
        }
    }

    fn code(self) -> Option<FindingCode> {
        match self {
            Self::Dropout(_) => Some(FindingCode::AudioDropout),
            Self::Covered(_) => Some(FindingCode::CameraOccluded),
            Self::Black(_) => Some(FindingCode::VideoBlack),
            Self::Frozen(_) => Some(FindingCode::VideoFrozen),
            Self::Defocused(_) => Some(FindingCode::VideoDefocused),
            Self::PicturesStop(_) => Some(FindingCode::TimestampGap),
            Self::SoundStops(_) => Some(FindingCode::AudioTrackShort),
            Self::NoAudioTrack => Some(FindingCode::AudioStreamMissing),
            Self::Hushed => Some(FindingCode::AudioSilent),
            Self::Truncated(_) => Some(FindingCode::FileTruncated),
            _ => None,
        }
    }
}

impl Extent {
    /// The stretch of a session, moved to the nearest frames so that it is exact.
    pub(crate) fn span(self, session: Span, rate: u32) -> Option<Span> {
        let (from, to) = match self {
            Self::Whole => (0.0, session.seconds()),
            Self::Shares(from, to) => (from * session.seconds(), to * session.seconds()),
            Self::Around(share, seconds) => {
                (share * session.seconds() - seconds / 2.0, share * session.seconds() + seconds / 2.0)
            }
        };
        let frame = |seconds: f64| Time::from_seconds((seconds * f64::from(rate)).round() / f64::from(rate));
        Span::new(frame(from), frame(to))?.intersection(session)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_extent_lies_on_frames_and_inside_the_session() {
        let session = Span::from_seconds(0.0, 100.0).unwrap();
        let check = |extent: Extent, from, to| assert_eq!(extent.span(session, 10), Span::from_seconds(from, to));
        check(Extent::Whole, 0.0, 100.0);
        check(Extent::Shares(0.25, 0.5), 25.0, 50.0);
        check(Extent::Around(0.5, 8.06), 46.0, 54.0);
        check(Extent::Around(0.99, 8.0), 95.0, 100.0);
    }
}
