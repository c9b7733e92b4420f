//! The queue: each method one transaction over jobs, turns and sessions.

use std::time::Duration;

use async_trait::async_trait;
use sqlx::SqliteConnection;
use stepreel_core::{Session, SessionId, TenantId};

use super::jobs::{self, Hold as Held};
use super::{SessionKey, Sqlite, WRITE, failure, happenings, sessions, shown_jobs, tallies, turns};
use crate::{
    ATTEMPTS, Assignment, Claim, Epoch, EventKind, Fault, Hold, JobState, Leavings, Load, Progress, Queue, QueuedJob,
    Retry, StoreError, Submission, Tally,
};

#[async_trait]
impl Queue for Sqlite {
    async fn submit(&self, session: &Session) -> Result<Submission, StoreError> {
        self.in_transaction(async |connection| submit(connection, session).await).await
    }

    async fn claim(&self, lease: Duration) -> Result<Option<Assignment>, StoreError> {
        self.in_transaction(async |connection| claim(connection, lease).await).await
    }

    async fn beat(&self, claim: &Claim, progress: &Progress, lease: Duration) -> Result<Hold, StoreError> {
        self.in_transaction(async |connection| beat(connection, claim, progress, lease).await).await
    }

    async fn fail(&self, claim: &Claim, fault: &Fault, retry: Retry) -> Result<(), StoreError> {
        self.in_transaction(async |connection| fail(connection, claim, fault, retry).await).await
    }

    async fn give_back(&self, claim: &Claim) -> Result<(), StoreError> {
        self.in_transaction(async |connection| give_back(connection, claim).await).await
    }

    async fn claim_leavings(&self, lease: Duration) -> Result<Option<Leavings>, StoreError> {
        self.in_transaction(async |connection| claim_leavings(connection, lease).await).await
    }

    async fn cleared(&self, leavings: &Leavings) -> Result<bool, StoreError> {
        self.in_transaction(async |connection| cleared(connection, leavings).await).await
    }

    async fn cancel(&self, tenant: &TenantId, id: SessionId) -> Result<bool, StoreError> {
        let key = SessionKey { tenant, session: id };
        self.in_transaction(async |connection| cancel(connection, key).await).await
    }

    async fn retry(&self, tenant: &TenantId, id: SessionId) -> Result<bool, StoreError> {
        let key = SessionKey { tenant, session: id };
        self.in_transaction(async |connection| retry(connection, key).await).await
    }

    async fn delete(&self, tenant: &TenantId, id: SessionId) -> Result<bool, StoreError> {
        let key = SessionKey { tenant, session: id };
        self.in_transaction(async |connection| delete(connection, key).await).await
    }

    async fn outlived(&self) -> Result<Vec<(TenantId, SessionId)>, StoreError> {
        sessions::outlived(&self.readers).await.map_err(|cause| failure::explain(&cause, &self.place))
    }

    async fn job(&self, tenant: &TenantId, id: SessionId) -> Result<Option<QueuedJob>, StoreError> {
        let found = shown_jobs::show(&self.readers, tenant, Some(id)).await;
        found.map(|jobs| jobs.into_iter().next()).map_err(|cause| failure::explain(&cause, &self.place))
    }

    async fn jobs(&self, tenant: &TenantId) -> Result<Vec<QueuedJob>, StoreError> {
        shown_jobs::show(&self.readers, tenant, None).await.map_err(|cause| failure::explain(&cause, &self.place))
    }

    async fn load(&self) -> Result<Load, StoreError> {
        shown_jobs::load(&self.readers).await.map_err(|cause| failure::explain(&cause, &self.place))
    }

    async fn tallies(&self) -> Result<Vec<Tally>, StoreError> {
        tallies::all(&self.readers).await.map_err(|cause| failure::explain(&cause, &self.place))
    }
}

impl Sqlite {
    /// All of it or nothing, with the lock for writing from its beginning: what is read in it stays so until its end.
    async fn in_transaction<T>(
        &self,
        work: impl AsyncFnOnce(&mut SqliteConnection) -> Result<T, sqlx::Error>,
    ) -> Result<T, StoreError> {
        let all = async {
            let mut transaction = self.writer.begin_with(WRITE).await?;
            let done = work(&mut transaction).await?;
            transaction.commit().await?;
            Ok(done)
        };
        all.await.map_err(|cause| failure::explain(&cause, &self.place))
    }
}

async fn submit(connection: &mut SqliteConnection, session: &Session) -> Result<Submission, sqlx::Error> {
    let key = SessionKey { tenant: &session.tenant_id, session: session.id };
    let known = jobs::hold(connection, key).await?.is_some_and(|held| held.state != JobState::Deleted);
    if known || sessions::is_finished(connection, key).await? {
        return Ok(Submission::Known);
    }
    sessions::queue(connection, session).await?;
    let now = jobs::now(connection).await?;
    jobs::insert(connection, session, now).await?;
    happenings::session(connection, key, EventKind::SessionUploaded).await?;
    Ok(Submission::Queued)
}

async fn claim(connection: &mut SqliteConnection, lease: Duration) -> Result<Option<Assignment>, sqlx::Error> {
    let now = jobs::now(connection).await?;
    stop_worn_out(connection, now).await?;
    let Some((tenant, id)) = jobs::next(connection, now).await? else { return Ok(None) };
    let key = SessionKey { tenant: &tenant, session: id };
    let epoch = sessions::take(connection, key).await?;
    turns::served(connection, &tenant).await?;
    let attempt = jobs::claim(connection, key, epoch, (now, end(now, lease))).await?;
    let session = sessions::read(connection, key).await?;
    Ok(Some(Assignment { claim: Claim { tenant, session: id, epoch }, session, attempt }))
}

/// Stops jobs whose last attempt ended without a word.
async fn stop_worn_out(connection: &mut SqliteConnection, now: i64) -> Result<(), sqlx::Error> {
    for (tenant, session) in jobs::worn_out(connection, now).await? {
        let key = SessionKey { tenant: &tenant, session };
        let message = format!("the worker went away {ATTEMPTS} times while it processed the recording");
        let fault = Fault { code: Fault::WORKER_LOST.to_owned(), stage: None, message, signal: None };
        stop(connection, key, JobState::Stopped, &fault).await?;
        leave(connection, key, now).await?;
    }
    Ok(())
}

/// Ends a job, and fences its run.
async fn stop(
    connection: &mut SqliteConnection,
    key: SessionKey<'_>,
    state: JobState,
    fault: &Fault,
) -> Result<(), sqlx::Error> {
    sessions::end(connection, key, &fault.message).await?;
    jobs::blame(connection, key, fault).await?;
    jobs::set_state(connection, key, state).await?;
    if sessions::is_finished(connection, key).await? {
        return Ok(());
    }
    happenings::session_because(connection, key, EventKind::SessionFailed, Some(&fault.message)).await
}

async fn beat(
    connection: &mut SqliteConnection,
    claim: &Claim,
    progress: &Progress,
    lease: Duration,
) -> Result<Hold, sqlx::Error> {
    let Some(held) = held(connection, claim).await? else { return Ok(Hold::Lost) };
    let now = jobs::now(connection).await?;
    jobs::renew(connection, key(claim), end(now, lease)).await?;
    match held.state {
        JobState::Running => {
            tallies::stage_ended(connection, key(claim), progress.stage.as_deref(), now).await?;
            jobs::advance(connection, key(claim), progress).await?;
            Ok(Hold::Kept)
        }
        JobState::Finished => Ok(Hold::Kept),
        // A job that waits while somebody has it was cancelled, and then asked for again.
        JobState::Cancelled | JobState::Deleted | JobState::Waiting => Ok(Hold::Cancelled),
        JobState::Stopped => Ok(Hold::Lost),
    }
}

async fn fail(
    connection: &mut SqliteConnection,
    claim: &Claim,
    fault: &Fault,
    retry: Retry,
) -> Result<(), sqlx::Error> {
    let running = held(connection, claim).await?.filter(|held| held.state == JobState::Running);
    let Some(held) = running else { return give_back(connection, claim).await };
    let now = jobs::now(connection).await?;
    match retry {
        Retry::After(pause) if held.attempts < ATTEMPTS => wait(connection, claim, fault, end(now, pause)).await,
        Retry::WhenReady(pause) => {
            jobs::uncount(connection, key(claim)).await?;
            wait(connection, claim, fault, end(now, pause)).await
        }
        Retry::After(_) | Retry::Never => {
            stop(connection, key(claim), JobState::Stopped, fault).await?;
            leave(connection, key(claim), now).await
        }
    }
}

/// Lets a job wait for its next attempt.
async fn wait(
    connection: &mut SqliteConnection,
    claim: &Claim,
    fault: &Fault,
    not_before: i64,
) -> Result<(), sqlx::Error> {
    jobs::blame(connection, key(claim), fault).await?;
    jobs::wait(connection, key(claim), not_before).await?;
    sessions::wait(connection, key(claim)).await
}

async fn give_back(connection: &mut SqliteConnection, claim: &Claim) -> Result<(), sqlx::Error> {
    let Some(held) = jobs::hold(connection, key(claim)).await? else { return Ok(()) };
    let now = jobs::now(connection).await?;
    let mine = held.is(claim.epoch);
    match held.state {
        JobState::Running if mine && held.fenced_by == Some(claim.epoch) => {
            jobs::uncount(connection, key(claim)).await?;
            jobs::wait(connection, key(claim), now).await?;
            sessions::wait(connection, key(claim)).await
        }
        JobState::Waiting if mine => jobs::let_go(connection, key(claim)).await,
        JobState::Running | JobState::Waiting => Ok(()),
        // Whoever is clearing up is so no longer alone: what this one left may be behind them.
        _ => leave(connection, key(claim), now).await,
    }
}

async fn claim_leavings(connection: &mut SqliteConnection, lease: Duration) -> Result<Option<Leavings>, sqlx::Error> {
    let now = jobs::now(connection).await?;
    let Some(left) = jobs::next_leavings(connection, now).await? else { return Ok(None) };
    let key = SessionKey { tenant: &left.tenant, session: left.session };
    let epoch = take_over(connection, key, end(now, lease)).await?;
    let claim = Claim { tenant: left.tenant, session: left.session, epoch };
    Ok(Some(Leavings { claim, recording_sha256: left.recording_sha256, deleted: left.deleted }))
}

/// Nobody has the job any more, and something may be left of its runs.
async fn leave(connection: &mut SqliteConnection, key: SessionKey<'_>, now: i64) -> Result<(), sqlx::Error> {
    take_over(connection, key, now).await.map(drop)
}

/// Gives an ended job to somebody else than who has it, under an epoch that no run of the session ever gets, also if it was deleted.
async fn take_over(
    connection: &mut SqliteConnection,
    key: SessionKey<'_>,
    lease_until: i64,
) -> Result<Epoch, sqlx::Error> {
    let epoch = jobs::take_over(connection, key, lease_until).await?;
    sessions::fence(connection, key, epoch).await?;
    turns::gone(connection, key.tenant, epoch).await?;
    Ok(epoch)
}

async fn cleared(connection: &mut SqliteConnection, leavings: &Leavings) -> Result<bool, sqlx::Error> {
    let Leavings { claim, deleted, .. } = leavings;
    let held = jobs::hold(connection, key(claim)).await?.filter(|held| held.is(claim.epoch));
    match held.map(|held| held.state) {
        None | Some(JobState::Running) => return Ok(false),
        Some(JobState::Deleted) if !deleted => return Ok(false),
        Some(JobState::Deleted) => jobs::forget(connection, key(claim)).await?,
        Some(_) => jobs::let_go(connection, key(claim)).await?,
    }
    Ok(true)
}

async fn cancel(connection: &mut SqliteConnection, key: SessionKey<'_>) -> Result<bool, sqlx::Error> {
    let open = |held: &Held| matches!(held.state, JobState::Waiting | JobState::Running);
    let Some(held) = jobs::hold(connection, key).await?.filter(open) else { return Ok(false) };
    let message = "somebody cancelled the processing of the recording".to_owned();
    let fault = Fault { code: Fault::CANCELLED.to_owned(), stage: None, message, signal: None };
    stop(connection, key, JobState::Cancelled, &fault).await?;
    leave_unless_held(connection, key, &held).await?;
    Ok(true)
}

/// What the runs of a job left is for whoever has it, or else for anybody.
async fn leave_unless_held(
    connection: &mut SqliteConnection,
    key: SessionKey<'_>,
    held: &Held,
) -> Result<(), sqlx::Error> {
    if held.lease_until.is_none() {
        let now = jobs::now(connection).await?;
        leave(connection, key, now).await?;
    }
    Ok(())
}

async fn retry(connection: &mut SqliteConnection, key: SessionKey<'_>) -> Result<bool, sqlx::Error> {
    let held = jobs::hold(connection, key).await?;
    let open = |held: Held| matches!(held.state, JobState::Waiting | JobState::Running | JobState::Deleted);
    if held.is_some_and(open) || !sessions::is_known(connection, key).await? {
        return Ok(false);
    }
    let session = Session { summary: String::new(), ..sessions::read(connection, key).await? };
    sessions::queue(connection, &session).await?;
    let now = jobs::now(connection).await?;
    jobs::insert(connection, &session, now).await?;
    Ok(true)
}

async fn delete(connection: &mut SqliteConnection, key: SessionKey<'_>) -> Result<bool, sqlx::Error> {
    if !sessions::is_known(connection, key).await? {
        return Ok(false);
    }
    let session = sessions::read(connection, key).await?;
    let epoch = sessions::delete(connection, key).await?;
    turns::gone(connection, key.tenant, epoch).await?;
    let now = jobs::now(connection).await?;
    if let Some(held) = jobs::hold(connection, key).await? {
        leave_unless_held(connection, key, &held).await?;
    } else {
        // It was made without a queue.
        jobs::insert(connection, &session, now).await?;
        leave(connection, key, now).await?;
    }
    jobs::bury(connection, key).await?;
    Ok(true)
}

/// The job, if the claim still has it.
async fn held(connection: &mut SqliteConnection, claim: &Claim) -> Result<Option<Held>, sqlx::Error> {
    let held = jobs::hold(connection, key(claim)).await?;
    // A run that took the session without the queue fences this one out.
    let fenced = |held: &Held| held.state == JobState::Running && held.fenced_by != Some(claim.epoch);
    Ok(held.filter(|held| held.is(claim.epoch) && !fenced(held)))
}

fn key(claim: &Claim) -> SessionKey<'_> {
    SessionKey { tenant: &claim.tenant, session: claim.session }
}

/// The moment that long after another, in milliseconds.
fn end(now: i64, after: Duration) -> i64 {
    now.saturating_add(i64::try_from(after.as_millis()).unwrap_or(i64::MAX))
}
