//! What is to be done with sessions, who does it, and how far it is.

use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use stepreel_core::{Digest, Session, SessionId, TenantId};

use crate::{Epoch, StoreError};

/// Keeps the jobs of sessions: one a session, beside its [`Store`](crate::Store).
///
/// A job is claimed for a lease, which is renewed by beating. Only the database's clock counts. Whoever claims gets the session's next
/// epoch, which fences every later write: a run that has lost its job can store nothing, however late it wakes.
///
/// # Contract
/// 1. `submit` makes the session queued and its job waiting. Doing so again changes nothing, whatever became of it.
/// 2. No job is claimed twice at once, and every claim has a later epoch than all before it, also after the session was deleted.
/// 3. A job whose lease has run out can be claimed again; then the earlier claim has lost it, and stores nothing more.
/// 4. Claims go to the tenant with the fewest jobs at work, then to the one that was served longest ago, then to the oldest job.
/// 5. Attempts are counted by claims. A job whose [`ATTEMPTS`]th claim neither finishes nor gives back is stopped.
/// 6. A fault that can't be helped stops the job at once; one of the recording's waits for its next attempt, and one of the
///    machine's does not count.
/// 7. A job that is given back waits, and the attempt does not count.
/// 8. `Store::finish` ends the job in the same transaction.
/// 9. A job that was stopped or cancelled makes its session failed, unless an earlier run finished it: then that stays.
///    None of its runs stores anything more.
/// 10. `cancel`, `delete` and `retry` work at any moment, and say whether there was something to do.
/// 11. Whatever ended otherwise than by a run that cleared up after itself shows up in `claim_leavings`, until it is `cleared`.
///     Nobody claims the job before.
/// 12. A session that is tried again shows what it showed, until the new run finishes.
/// 13. No tenant sees or changes another's jobs.
///
/// # For implementations
/// A write is durable when its method returns, and dropping the future of a method leaves all or nothing.
/// [`conformance::queue_holds`](crate::conformance::queue_holds) checks each sentence.
#[async_trait]
pub trait Queue: Send + Sync {
    /// Puts a session that was recorded into the queue.
    async fn submit(&self, session: &Session) -> Result<Submission, StoreError>;

    /// Takes the next job, if any waits.
    async fn claim(&self, lease: Duration) -> Result<Option<Assignment>, StoreError>;

    /// Renews a lease, tells how far the job is, and learns whether to go on.
    async fn beat(&self, claim: &Claim, progress: &Progress, lease: Duration) -> Result<Hold, StoreError>;

    /// Ends an attempt that failed.
    async fn fail(&self, claim: &Claim, fault: &Fault, retry: Retry) -> Result<(), StoreError>;

    /// Lets go of a job after its run is gone: it waits, or what is left of it is to be cleared away.
    async fn give_back(&self, claim: &Claim) -> Result<(), StoreError>;

    /// Takes a job that has ended, and of whose runs something may be left.
    async fn claim_leavings(&self, lease: Duration) -> Result<Option<Leavings>, StoreError>;

    /// Nothing is left any more. Says whether the job has ended, was the claim's, and its session was not deleted in the meantime.
    async fn cleared(&self, leavings: &Leavings) -> Result<bool, StoreError>;

    /// Ends a job that waits or runs.
    async fn cancel(&self, tenant: &TenantId, id: SessionId) -> Result<bool, StoreError>;

    /// Lets a job that has ended wait again, from its first attempt.
    async fn retry(&self, tenant: &TenantId, id: SessionId) -> Result<bool, StoreError>;

    /// Deletes a session with all its records. What its runs left is cleared away by whoever claims it; its recording is the caller's.
    async fn delete(&self, tenant: &TenantId, id: SessionId) -> Result<bool, StoreError>;

    /// Sessions of all tenants that arrived longer ago than their tenant keeps them.
    async fn outlived(&self) -> Result<Vec<(TenantId, SessionId)>, StoreError>;

    /// The job of a session.
    async fn job(&self, tenant: &TenantId, id: SessionId) -> Result<Option<QueuedJob>, StoreError>;

    /// The jobs of a tenant, the last that was queued first.
    async fn jobs(&self, tenant: &TenantId) -> Result<Vec<QueuedJob>, StoreError>;

    /// How much there is to do, of all tenants.
    async fn load(&self) -> Result<Load, StoreError>;

    /// What was counted since the beginning, of all tenants; stages are seen by beats, and so to a few seconds.
    async fn tallies(&self) -> Result<Vec<Tally>, StoreError>;
}

/// How often a job is tried.
pub const ATTEMPTS: u32 = 3;

/// What became of a submitted session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Submission {
    /// It waits.
    Queued,
    /// It was there already.
    Known,
}

/// The right to work on a session for as long as its lease.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// Whose it is.
    pub tenant: TenantId,
    /// The session.
    pub session: SessionId,
    /// The epoch of the run.
    pub epoch: Epoch,
}

/// A job that was claimed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Assignment {
    /// The right to it.
    pub claim: Claim,
    /// The session as it was submitted, or as its last run left it.
    pub session: Session,
    /// Which attempt this is, from 1.
    pub attempt: u32,
}

/// A job that has ended, and of whose runs something may be left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leavings {
    /// The right to clear it away.
    pub claim: Claim,
    /// Content of the recording.
    pub recording_sha256: Digest,
    /// Whether the session is gone, so that nothing of it is to stay.
    pub deleted: bool,
}

impl Leavings {
    /// Those of a run that has finished its session, and cleared up itself.
    pub fn of_finished(assignment: &Assignment) -> Self {
        let Assignment { claim, session, .. } = assignment;
        Self { claim: claim.clone(), recording_sha256: session.recording_sha256, deleted: false }
    }
}

/// How far a run is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// What it works on; nothing when it has only begun.
    pub stage: Option<String>,
    /// How much of the whole is done, 0-1.
    pub share: f64,
    /// How long the rest is going to take, if that can be told.
    pub remaining: Option<Duration>,
}

/// What a beat is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// The job is the claim's for another lease.
    Kept,
    /// Somebody cancelled the job, or deleted the session; the lease is for clearing up.
    Cancelled,
    /// The job is somebody else's.
    Lost,
}

/// Why an attempt failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// In a word, for programs.
    pub code: String,
    /// The stage in which it happened.
    pub stage: Option<String>,
    /// In a sentence, for people.
    pub message: String,
    /// The signal that ended the process.
    pub signal: Option<String>,
}

impl Fault {
    /// The code of jobs whose worker went away without a word.
    pub const WORKER_LOST: &'static str = "worker_lost";
    /// The code of jobs that somebody cancelled.
    pub const CANCELLED: &'static str = "cancelled";
}

/// Whether another attempt can help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// It would end the same.
    Never,
    /// It may, after that time, as long as attempts are left.
    After(Duration),
    /// The machine was to blame, which is no attempt: again after that time.
    WhenReady(Duration),
}

/// How far a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// It waits for a worker.
    Waiting,
    /// A worker has it.
    Running,
    /// A run has finished it.
    Finished,
    /// It failed, and is not tried again unless somebody asks for it.
    Stopped,
    /// Somebody cancelled it.
    Cancelled,
    /// Its session is gone; never shown.
    Deleted,
}

/// A job, to be shown.
#[derive(Clone, Debug, PartialEq)]
pub struct QueuedJob {
    /// The session.
    pub session: SessionId,
    /// How far it is.
    pub state: JobState,
    /// How often it was tried.
    pub attempts: u32,
    /// How far its last run is.
    pub progress: Progress,
    /// Why its last attempt failed.
    pub fault: Option<Fault>,
    /// When it was put into the queue.
    pub queued_at: DateTime<Utc>,
}

/// How much there is to do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Load {
    /// Jobs that wait.
    pub waiting: u64,
    /// Jobs that are at work.
    pub running: u64,
    /// Jobs that failed and are not tried again.
    pub stopped: u64,
    /// How long the oldest has been waiting.
    pub oldest_waiting: Option<Duration>,
}

/// What was counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    /// What it counts.
    pub what: Tallied,
    /// Which of them: a stage's name, or a fault's code.
    pub label: String,
    /// How often.
    pub times: u64,
    /// How long in all.
    pub amount: Duration,
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tallied {
    /// Stages that ended, and how long they took.
    Stage,
    /// Runs that finished their session, and how long they took.
    Run,
    /// The recordings of those, and how long they are.
    Recording,
    /// Attempts that failed.
    Fault,
}
