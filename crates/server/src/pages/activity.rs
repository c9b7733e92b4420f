//! How far sessions are that are being worked on.

use std::time::Duration;

use serde::Serialize;
use stepreel_core::{SessionId, SessionStatus, TenantId};
use stepreel_storage::{Fault, JobState, Progress, Queue as _, QueuedJob};

use crate::{App, Problem};

/// How far a session is, as it is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Activity {
    /// Of the whole.
    pub(super) percent: u8,
    /// What is done to it, and for how long.
    pub(super) stage: String,
}

/// Whether something is still to happen to it.
pub(super) fn is_active(status: SessionStatus) -> bool {
    matches!(status, SessionStatus::Queued | SessionStatus::InProgress)
}

/// How far the session is.
pub(super) async fn of(app: &App, tenant: &TenantId, id: SessionId) -> Result<Activity, Problem> {
    Ok(app.store().job(tenant, id).await?.as_ref().map_or_else(Activity::unknown, Activity::from))
}

/// Why a session failed of which no run has left a record.
pub(super) async fn fault(app: &App, tenant: &TenantId, id: SessionId) -> Result<Option<Fault>, Problem> {
    Ok(app.store().job(tenant, id).await?.and_then(|job| job.fault))
}

impl Activity {
    /// Of a session that somebody works on without a job: with the command, say.
    pub(super) fn unknown() -> Self {
        Self { percent: 0, stage: "Being worked on".to_owned() }
    }
}

impl From<&QueuedJob> for Activity {
    fn from(job: &QueuedJob) -> Self {
        match (job.state, job.attempts) {
            (JobState::Waiting, 0) => Self { percent: 0, stage: "Waits for its turn".to_owned() },
            (JobState::Waiting, _) => Self { percent: 0, stage: "Waits to be tried again".to_owned() },
            _ => Self { percent: percent(job.progress.share), stage: stage(&job.progress) },
        }
    }
}

/// `Words · 42% · about 3 min left`.
fn stage(progress: &Progress) -> String {
    let name = progress.stage.as_deref().map_or("Starting".to_owned(), capitalised);
    let share = format!("{}%", percent(progress.share));
    let left = progress.remaining.map(|remaining| format!("about {} left", roughly(remaining)));
    [Some(name), Some(share), left].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// Not all before it is.
fn percent(share: f64) -> u8 {
    (100.0 * share).clamp(0.0, 99.0) as u8
}

/// No more exact than such a guess is.
fn roughly(remaining: Duration) -> String {
    match remaining.as_secs() {
        seconds @ 0..55 => format!("{} s", (seconds / 10 + 1) * 10),
        seconds @ 55..3300 => format!("{} min", (seconds + 30) / 60),
        seconds => format!("{:.1} h", seconds as f64 / 3600.0),
    }
}

fn capitalised(stage: &str) -> String {
    let spaced = stage.replace('_', " ");
    let mut letters = spaced.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_reads_like_a_sentence() {
        let progress = |stage: Option<&str>, share, remaining: Option<u64>| Progress {
            stage: stage.map(str::to_owned),
            share,
            remaining: remaining.map(Duration::from_secs),
        };
        assert_eq!(stage(&progress(Some("words"), 0.424, Some(185))), "Words · 42% · about 3 min left");
        assert_eq!(stage(&progress(Some("words"), 1.0, Some(3))), "Words · 99% · about 10 s left");
        assert_eq!(stage(&progress(None, 0.0, None)), "Starting · 0%");
        assert_eq!(stage(&progress(Some("x"), f64::NAN, Some(7200))), "X · 0% · about 2.0 h left");
    }
}
