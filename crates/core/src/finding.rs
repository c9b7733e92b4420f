//! What quality control noticed.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::SpanSet;

/// Something that quality control noticed, with the time ranges behind it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// What it is.
    pub code: FindingCode,
    /// What it means for the session.
    pub severity: Severity,
    /// Where; empty when it concerns the whole session or has no place.
    pub ranges: SpanSet,
    /// What was measured, in `unit`.
    pub measured: f64,
    /// The limit that it broke, in `unit`.
    pub threshold: f64,
    /// Unit of both, such as `share of session` or `dBFS`.
    pub unit: String,
    /// One sentence for a person.
    pub message: String,
}

/// The kinds of finding. The codes are part of the interface: they are stored, filtered by and never renamed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[non_exhaustive]
pub enum FindingCode {
    /// There is no moving picture.
    VideoStreamMissing,
    /// There is no sound track, or it can't be decoded.
    AudioStreamMissing,
    /// The file ends before its container says.
    FileTruncated,
    /// Pictures stop for a while although the container goes on.
    TimestampGap,
    /// The sound is clearly shorter than the pictures.
    AudioTrackShort,
    /// Digital silence: the microphone or its link failed.
    AudioDropout,
    /// Real quiet: nothing above the noise floor for the whole session.
    AudioSilent,
    /// Nobody speaks.
    NoSpeech,
    /// The words could not be recognised well enough to be used.
    TranscriptUnreliable,
    /// The picture is black.
    VideoBlack,
    /// The picture stands still.
    VideoFrozen,
    /// Something covers the lens.
    CameraOccluded,
    /// The picture is blurred for long.
    VideoDefocused,
    /// Too short to hold a procedure.
    SessionTooShort,
    /// Sound and pictures are healthy, and no work was found.
    NoProcedures,
    /// Nobody looked for procedures: the session is of a role whose sessions are only stored.
    NotExtracted,
}

/// As stored, such as `CAMERA_OCCLUDED`.
impl fmt::Display for FindingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}

/// What a finding means for its session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Costs score; the session goes on.
    Warning,
    /// The session fails for this reason.
    Failure,
}

/// All findings of a session, gravest first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "Vec<Finding>")]
pub struct Findings(Vec<Finding>);

impl Findings {
    /// The findings, gravest first.
    pub fn all(&self) -> &[Finding] {
        &self.0
    }

    /// Adds one.
    #[must_use]
    pub fn with(mut self, finding: Finding) -> Self {
        self.0.push(finding);
        self.0.into()
    }

    /// Whether the session fails.
    pub fn reject(&self) -> bool {
        self.gravest() == Some(Severity::Failure)
    }

    /// The gravest severity.
    pub fn gravest(&self) -> Option<Severity> {
        self.0.first().map(|finding| finding.severity)
    }

    /// Where findings with that code lie.
    pub fn ranges(&self, code: FindingCode) -> SpanSet {
        self.0.iter().filter(|f| f.code == code).flat_map(|f| f.ranges.spans().iter().copied()).collect()
    }
}

impl From<Vec<Finding>> for Findings {
    fn from(mut findings: Vec<Finding>) -> Self {
        findings.sort_by_key(|finding| (std::cmp::Reverse(finding.severity), finding.code));
        Self(findings)
    }
}

impl FromIterator<Finding> for Findings {
    fn from_iter<I: IntoIterator<Item = Finding>>(findings: I) -> Self {
        findings.into_iter().collect::<Vec<_>>().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_print_as_they_are_stored() {
        assert_eq!(FindingCode::CameraOccluded.to_string(), "CAMERA_OCCLUDED");
    }
}
