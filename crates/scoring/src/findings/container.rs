use std::time::Duration;

use stepreel_core::{Evidence, Finding, FindingCode, Severity, SpanSet};

/// Headers are imprecise: less than this is not missing.
const SLACK: Duration = Duration::from_secs(2);
/// Nor is a smaller share of what is claimed.
const SLACK_SHARE: f64 = 0.02;

/// What the container itself tells.
pub(super) fn findings(evidence: &Evidence) -> Vec<Finding> {
    truncated(evidence).into_iter().collect()
}

fn truncated(evidence: &Evidence) -> Option<Finding> {
    let declared = evidence.recording.declared_duration?;
    let lost = declared.saturating_sub(evidence.recording.duration);
    let slack = SLACK.max(declared.mul_f64(SLACK_SHARE));
    let (lost_seconds, declared_seconds) = (lost.as_secs_f64(), declared.as_secs_f64());
    (lost > slack).then(|| Finding {
        code: FindingCode::FileTruncated,
        severity: Severity::Warning,
        ranges: SpanSet::default(),
        measured: lost_seconds,
        threshold: slack.as_secs_f64(),
        unit: "s".to_owned(),
        message: format!("The last {lost_seconds:.0} s of {declared_seconds:.0} s are missing from the file"),
    })
}
