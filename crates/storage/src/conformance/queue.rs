//! The contract of [`Queue`], one check a sentence.

use std::time::Duration;

use futures::future::try_join_all;
use stepreel_core::{Session, SessionId, SessionRecord, SessionStatus, TenantId};

use super::{completed, expect, status, tenant};
use crate::{
    ATTEMPTS, Assignment, Claim, Fault, Hold, JobState, Leavings, Load, Progress, Queue, Retry, Store, StoreError,
    Submission,
};

/// A lease that outlasts every check.
const LONG: Duration = Duration::from_mins(10);

/// A lease that has run out when it is given.
const OVER: Duration = Duration::ZERO;

/// Checks an empty store.
///
/// # Errors
/// What the store says where nothing should have gone wrong.
///
/// # Panics
/// Where a sentence of the contract does not hold.
pub async fn queue_holds<S: Store + Queue>(store: &S) -> Result<(), StoreError> {
    a_submitted_session_waits_once(store).await?;
    no_job_is_claimed_twice(store).await?;
    a_lease_that_ran_out_is_lost(store).await?;
    epochs_outlive_their_session(store).await?;
    claims_are_fair_between_tenants(store).await?;
    a_job_is_tried_three_times(store).await?;
    faults_are_tried_again_when_that_can_help(store).await?;
    what_is_given_back_was_no_attempt(store).await?;
    finishing_ends_the_job(store).await?;
    a_stopped_job_keeps_earlier_results(store).await?;
    cancelling_works_at_any_moment(store).await?;
    deleting_works_at_any_moment(store).await?;
    leavings_are_cleared_before_the_next_run(store).await?;
    tenants_do_not_meet(store).await?;
    the_load_is_counted(store).await
}

/// Sentence 1.
async fn a_submitted_session_waits_once<S: Store + Queue>(store: &S) -> Result<(), StoreError> {
    let record = completed(&tenant("submitted"), 1);
    let key = Key::of(&record);
    assert_eq!(store.submit(&record.session).await?, Submission::Queued);
    assert_eq!(store.submit(&record.session).await?, Submission::Known);
    assert_eq!(key.state(store).await?, Some(JobState::Waiting));
    assert_eq!(status(store, &key.tenant).await?, SessionStatus::Queued);
    let taken = claim(store).await?;
    assert_eq!((&taken.session.title, taken.attempt), (&record.session.title, 1));
    assert_eq!(status(store, &key.tenant).await?, SessionStatus::InProgress);
    store.submit(&record.session).await?;
    assert_eq!(key.state(store).await?, Some(JobState::Running));
    store.finish(&record, taken.claim.epoch).await?;
    assert_eq!(store.submit(&record.session).await?, Submission::Known);
    assert_eq!(key.state(store).await?, Some(JobState::Finished));
    clear(store, &Leavings::of_finished(&taken)).await
}

/// Sentence 2.
async fn no_job_is_claimed_twice<S: Store + Queue>(store: &S) -> Result<(), StoreError> {
    for recording in 1..=8 {
        store.submit(&completed(&tenant("once"), recording).session).await?;
    }
    let claims = try_join_all((0..16).map(|_| store.claim(LONG))).await?;
    let mut taken: Vec<Assignment> = claims.into_iter().flatten().collect();
    taken.sort_by_key(|taken| taken.claim.session);
    taken.dedup_by_key(|taken| taken.claim.session);
    assert_eq!(taken.len(), 8, "each job was claimed once");
    for taken in taken {
        remove(store, &taken).await?;
    }
    Ok(())
}

/// Sentences 2 and 3.
async fn a_lease_that_ran_out_is_lost<S: Store + Queue>(store: &S) -> Result<(), StoreError> {
    let record = completed(&tenant("lapsed"), 1);
    store.submit(&record.session).await?;
    let early = store.claim(OVER).await?.expect("a job waits");
    assert_eq!(beat(store, &early.claim, OVER).await?, Hold::Kept, "nobody else wanted it");
    let late = claim(store).await?;
    assert!(early.claim.epoch < late.claim.epoch);
    assert_eq!(late.attempt, 2);
    assert_eq!(Key::of(&record).fault(store).await?.code, Fault::WORKER_LOST);
    assert_eq!(beat(store, &early.claim, LONG).await?, Hold::Lost);
    store.fail(&early.claim, &fault("late"), Retry::Never).await?;
    store.give_back(&early.claim).await?;
    assert!(!store.cleared(&Leavings::of_finished(&early)).await?);
    superseded(store, &record, &early.claim).await;
    assert_eq!(beat(store, &late.claim, LONG).await?, Hold::Kept, "the late one changed nothing");
    store.finish(&record, late.claim.epoch).await?;
    superseded(store, &record, &early.claim).await;
    expect(store, &record).await?;
    clear(store, &Leavings::of_finished(&late)).await
}

/// Sentence 2.
async fn epochs_outlive_their_session<S: Store + Queue>(store: &S) -> Result<(), StoreError> {
    let record = completed(&tenant("reborn"), 1);
    let key = Key::of(&record);
    store.submit(&record.session).await?;
    let before = claim(store).await?;
    assert!(store.delete(&key.tenant, key.id).await?);
    store.give_back(&before.claim).await?;
    let leavings = store.claim_leavings(LONG).await?.expect("something may be left");
    // It comes again while its leavings are being cleared away.
    assert_eq!(store.submit(&record.session).await?, Submission::Queued);
    assert_eq!(store.claim(LONG).await?, None, "nobody works on it before it is cleared");
    clear(store, &leavings).await?;
    let after = claim(store).await?;
    assert!(before.claim.epoch < leavings.claim.epoch && leavings.claim.epoch < after.claim.epoch);
    superseded(store, &record, &before.claim).await;
    assert_eq!(beat(store, &before.claim, LONG).await?, Hold::Lost);
    remove(store, &after).await?;
    assert_eq!(store.submit(&record.session).await?, Submission::Queued);
    let again = claim(store).await?;
    assert!(after.claim.epoch < again.claim.epoch);
    remove(store, &again).await
}

/// Sentence 4.
async fn claims_are_fair_between_tenants<S: Store + Queue>(store: &S) -> Result<(), StoreError> {
    let (many, few) = (tenant("many"), tenant("few"));
    for recording in 1..=20 {
        store.submit(&completed(&many, recording).session).await?;
    }
    for recording in 1..=3 {
        store.submit(&completed(&few, recording).session).await?;
    }
    let mut at_work = Vec::new();
    for _ in 0..6 {
        at_work.push(claim(store).await?);
    }
    let turns: Vec<&TenantId> = at_work.iter().map(|taken| &taken.claim.tenant).collect();
    assert_eq!(turns, [&many, &few, &many, &few, &many, &few], "both at work, one as much as the other");
    let order: Vec<u8> = (1..=3).collect();
    let first: Vec<SessionId> = order.iter().map(|&n| completed(&many, n).session.id).collect();
    let taken: Vec<SessionId> = at_work.iter().step_by(2).map(|taken| taken.claim.session).collect();
    assert_eq!(taken, first, "the oldest first");
    for taken in at_work {
        remove(store, &taken).await?;
    }
    while let Some(taken) = store.claim(LONG).await? {
        remove(store, &taken).await?;
    }
    Ok(())
}

/// Sentences 5 and 9.
async fn a_job_is_tried_three_times<S: Store + Queue>(store: &S) -> Result<(), StoreError> {
    let record = completed(&tenant("tried"), 1);
    let key = Key::of(&record);
    store.submit(&record.session).await?;
    let mut last = None;
    for attempt in 1..=ATTEMPTS {
        let taken = store.claim(OVER).await?.expect("it is tried again");
        assert_eq!(taken.attempt, attempt);
        let progress = Progress { stage: Some("words".to_owned()), share: 0.5, remaining: Some(LONG) };
        store.beat(&taken.claim, &progress, OVER).await?;
        last = Some(taken);
    }
    assert_eq!(store.claim(LONG).await?, None);
    assert_eq!(key.state(store).await?, Some(JobState::Stopped));
    let fault = key.fault(store).await?;
    assert_eq!((fault.code.as_str(), fault.stage.as_deref()), (Fault::WORKER_LOST, Some("words")));
    let listed = store.sessions(&key.tenant, &crate::SessionFilter::default()).await?;
    assert_eq!((listed[0].status, &listed[0].summary), (SessionStatus::Failed, &fault.message));
    let last = last.expect("it was tried").claim;
    assert_eq!(beat(store, &last, LONG).await?, Hold::Lost);
    superseded(store, &record, &last).await;
    assert_eq!(store.submit(&record.session).await?, Submission::Known);
    clear_leavings(store, &key).await?;
    assert!(store.retry(&key.tenant, key.id).await?, "somebody may ask for it all the same");
    assert_eq!(status(store, &key.tenant).await?, SessionStatus::Queued);
    let again = claim(store).await?;
    assert_eq!(again.attempt, 1);
    store.finish(&record, again.claim.epoch).await?;
    expect(store, &record).await?;
    clear(store, &Leavings::of_finished(&again)).await
}

/// Sentences 5 and 6.
async fn faults_are_tried_again_when_that_can_help<S: Store + Queue>(store: &S) -> Result<(), StoreError> {
    let record = completed(&tenant("faults"), 1);
    let key = Key::of(&record);
    store.submit(&record.session).await?;
    for _ in 0..5 {
        let taken = claim(store).await?;
        assert_eq!(taken.attempt, 1, "the machine's faults are no attempts");
        store.fail(&taken.claim, &fault("disk_full"), Retry::WhenReady(Duration::ZERO)).await?;
    }
    let taken = claim(store).await?;
    store.fail(&taken.claim, &fault("busy"), Retry::WhenReady(LONG)).await?;
    assert_eq!(store.claim(LONG).await?, None, "not before its time");
    assert_eq!(status(store, &key.tenant).await?, SessionStatus::Queued);
    assert_eq!(beat(store, &taken.claim, LONG).await?, Hold::Lost);
    store.cancel(&key.tenant, key.id).await?;
    store.retry(&key.tenant, key.id).await?;
    for attempt in 1..=ATTEMPTS {
        let taken = claim(store).await?;
        assert_eq!(taken.attempt, attempt);
        let fault = Fault { signal: (attempt < ATTEMPTS).then(|| "SIGABRT".to_owned()), ..fault("crashed") };
        store.fail(&taken.claim, &fault, Retry::After(Duration::ZERO)).await?;
    }
    let told = key.fault(store).await?;
    assert_eq!((told.code.as_str(), told.signal.as_deref()), ("crashed", Some("SIGABRT")), "the last signal");
    assert_eq!(key.state(store).await?, Some(JobState::Stopped));
    store.retry(&key.tenant, key.id).await?;
    let taken = claim(store).await?;
    store.fail(&taken.claim, &fault("media_truncated"), Retry::Never).await?;
    assert_eq!(key.state(store).await?, Some(JobState::Stopped));
    assert_eq!(key.fault(store).await?, fault("media_truncated"));
    clear_leavings(store, &key).await
}

/// Sentence 7.
async fn what_is_given_back_was_no_attempt<S: Store + Queue>(store: &S) -> Result<(), StoreError> {
    let record = completed(&tenant("back"), 1);
    store.submit(&record.session).await?;
    for _ in 0..5 {
        let taken = claim(store).await?;
        assert_eq!(taken.attempt, 1);
        store.give_back(&taken.claim).await?;
        assert_eq!(status(store, &record.session.tenant_id).await?, SessionStatus::Queued);
        assert_eq!(beat(store, &taken.claim, LONG).await?, Hold::Lost);
    }
    let taken = claim(store).await?;
    remove(store, &taken).await
}

/// Sentence 8.
async fn finishing_ends_the_job<S: Store + Queue>(store: &S) -> Result<(), StoreError> {
    let record = completed(&tenant("ends"), 1);
    let key = Key::of(&record);
    store.submit(&record.session).await?;
    let taken = claim(store).await?;
    assert!(!store.cleared(&Leavings::of_finished(&taken)).await?, "it has not ended");
    store.finish(&record, taken.claim.epoch).await?;
    assert_eq!(key.state(store).await?, Some(JobState::Finished));
    assert_eq!(beat(store, &taken.claim, LONG).await?, Hold::Kept, "its run is still clearing up");
    assert_eq!(store.claim_leavings(LONG).await?, None);
    clear(store, &Leavings::of_finished(&taken)).await?;
    assert_eq!(beat(store, &taken.claim, LONG).await?, Hold::Lost);
    assert_eq!((store.claim(LONG).await?, store.claim_leavings(LONG).await?), (None, None));
    expect(store, &record).await
}

/// Sentences 9 and 12.
async fn a_stopped_job_keeps_earlier_results<S: Store + Queue>(store: &S) -> Result<(), StoreError> {
    let record = completed(&tenant("keeps"), 1);
    let key = Key::of(&record);
    store.submit(&record.session).await?;
    let taken = claim(store).await?;
    store.finish(&record, taken.claim.epoch).await?;
    clear(store, &Leavings::of_finished(&taken)).await?;
    assert!(store.retry(&key.tenant, key.id).await?);
    assert!(!store.retry(&key.tenant, key.id).await?, "it waits already");
    expect(store, &record).await?;
    let again = claim(store).await?;
    expect(store, &record).await?;
    assert_eq!(again.session, record.session);
    store.fail(&again.claim, &fault("decoder_crashed"), Retry::Never).await?;
    expect(store, &record).await?;
    superseded(store, &record, &again.claim).await;
    clear_leavings(store, &key).await
}

/// Sentences 9 and 10.
async fn cancelling_works_at_any_moment<S: Store + Queue>(store: &S) -> Result<(), StoreError> {
    let record = completed(&tenant("cancels"), 1);
    let key = Key::of(&record);
    assert!(!store.cancel(&key.tenant, key.id).await?, "there is none");
    store.submit(&record.session).await?;
    assert!(store.cancel(&key.tenant, key.id).await?);
    assert!(!store.cancel(&key.tenant, key.id).await?, "it is cancelled already");
    assert_eq!(store.claim(LONG).await?, None);
    assert_eq!(status(store, &key.tenant).await?, SessionStatus::Failed);
    clear_leavings(store, &key).await?;

    store.retry(&key.tenant, key.id).await?;
    let taken = claim(store).await?;
    assert!(store.cancel(&key.tenant, key.id).await?);
    assert_eq!(key.fault(store).await?.code, Fault::CANCELLED);
    assert_eq!(beat(store, &taken.claim, LONG).await?, Hold::Cancelled);
    superseded(store, &record, &taken.claim).await;
    assert!(store.retry(&key.tenant, key.id).await?, "even while its run is being stopped");
    assert_eq!(store.claim(LONG).await?, None, "nobody works on it before that run is gone");
    assert_eq!(beat(store, &taken.claim, LONG).await?, Hold::Cancelled);
    store.give_back(&taken.claim).await?;
    let again = claim(store).await?;
    store.finish(&record, again.claim.epoch).await?;
    assert!(!store.cancel(&key.tenant, key.id).await?, "there is nothing to cancel any more");
    expect(store, &record).await?;
    clear(store, &Leavings::of_finished(&again)).await
}

/// Sentences 10 and 11.
async fn deleting_works_at_any_moment<S: Store + Queue>(store: &S) -> Result<(), StoreError> {
    let record = completed(&tenant("deletes"), 1);
    let key = Key::of(&record);
    assert!(!store.delete(&key.tenant, key.id).await?, "there is none");
    for moment in ["waiting", "running", "finished", "without a queue"] {
        let mut holder = None;
        if moment == "without a queue" {
            let epoch = store.begin(&record.session).await?;
            store.finish(&record, epoch).await?;
        } else {
            store.submit(&record.session).await?;
        }
        if moment == "running" || moment == "finished" {
            holder = Some(claim(store).await?.claim);
        }
        if let Some(holder) = holder.as_ref().filter(|_| moment == "finished") {
            store.finish(&record, holder.epoch).await?;
        }
        assert!(store.delete(&key.tenant, key.id).await?, "{moment}");
        assert!(!store.delete(&key.tenant, key.id).await?, "{moment}");
        assert_eq!(store.session(&key.tenant, key.id).await?, None, "{moment}");
        assert_eq!(store.sessions(&key.tenant, &crate::SessionFilter::default()).await?, [], "{moment}");
        assert_eq!((key.state(store).await?, store.jobs(&key.tenant).await?), (None, vec![]), "{moment}");
        if let Some(holder) = &holder {
            assert_eq!(beat(store, holder, LONG).await?, Hold::Cancelled, "{moment}");
            superseded(store, &record, holder).await;
            assert_eq!(store.claim_leavings(LONG).await?, None, "{moment}: its run may still be there");
            store.give_back(holder).await?;
        }
        let leavings = store.claim_leavings(LONG).await?.expect(moment);
        assert!(leavings.deleted, "{moment}");
        assert_eq!(leavings.recording_sha256, record.session.recording_sha256);
        clear(store, &leavings).await?;
        assert_eq!(store.claim_leavings(LONG).await?, None, "{moment}");
    }
    Ok(())
}

/// Sentence 11.
async fn leavings_are_cleared_before_the_next_run<S: Store + Queue>(store: &S) -> Result<(), StoreError> {
    let record = completed(&tenant("leavings"), 1);
    let key = Key::of(&record);
    store.submit(&record.session).await?;
    let taken = store.claim(OVER).await?.expect("a job waits");
    store.finish(&record, taken.claim.epoch).await?;
    // Its worker went away before it had cleared up, and so does whoever takes that over.
    let first = store.claim_leavings(OVER).await?.expect("something may be left");
    let second = store.claim_leavings(LONG).await?.expect("something may still be left");
    assert!(!first.deleted && !store.cleared(&first).await?);
    store.retry(&key.tenant, key.id).await?;
    assert_eq!(store.claim(LONG).await?, None, "not before it is cleared");
    clear(store, &second).await?;
    let again = claim(store).await?;
    store.finish(&record, again.claim.epoch).await?;
    clear(store, &Leavings::of_finished(&again)).await?;
    deleted_while_it_is_cleared(store, &key).await?;
    store.submit(&record.session).await?;
    let taken = claim(store).await?;
    store.finish(&record, taken.claim.epoch).await?;
    clear(store, &Leavings::of_finished(&taken)).await?;
    // A run that had lost its job, and is gone only now, may have left something since.
    store.give_back(&taken.claim).await?;
    clear_leavings(store, &key).await?;
    expect(store, &record).await
}

/// Who cleared up after a session that was there has not cleared up after one that is gone.
async fn deleted_while_it_is_cleared<S: Store + Queue>(store: &S, key: &Key) -> Result<(), StoreError> {
    store.retry(&key.tenant, key.id).await?;
    store.cancel(&key.tenant, key.id).await?;
    let kept = store.claim_leavings(LONG).await?.expect("something may be left");
    store.delete(&key.tenant, key.id).await?;
    assert!(!store.cleared(&kept).await?);
    store.give_back(&kept.claim).await?;
    let gone = store.claim_leavings(LONG).await?.expect("everything is left");
    assert!(gone.deleted);
    clear(store, &gone).await
}

/// Sentence 13.
async fn tenants_do_not_meet<S: Store + Queue>(store: &S) -> Result<(), StoreError> {
    let record = completed(&tenant("mine-too"), 1);
    let (key, other) = (Key::of(&record), tenant("theirs-too"));
    store.submit(&record.session).await?;
    assert_eq!((store.jobs(&other).await?, store.job(&other, key.id).await?), (vec![], None));
    assert!(!store.cancel(&other, key.id).await?);
    assert!(!store.retry(&other, key.id).await?);
    assert!(!store.delete(&other, key.id).await?);
    let taken = claim(store).await?;
    let foreign = Claim { tenant: other, ..taken.claim.clone() };
    assert_eq!(beat(store, &foreign, LONG).await?, Hold::Lost);
    store.fail(&foreign, &fault("theirs"), Retry::Never).await?;
    store.give_back(&foreign).await?;
    assert_eq!(beat(store, &taken.claim, LONG).await?, Hold::Kept);
    remove(store, &taken).await
}

async fn the_load_is_counted<S: Store + Queue>(store: &S) -> Result<(), StoreError> {
    let before = store.load().await?;
    for recording in 1..=3 {
        store.submit(&completed(&tenant("load"), recording).session).await?;
    }
    let taken = claim(store).await?;
    let Load { waiting, running, stopped, oldest_waiting } = store.load().await?;
    assert_eq!((waiting, running, stopped), (before.waiting + 2, before.running + 1, before.stopped));
    assert!(oldest_waiting.is_some_and(|age| age < LONG));
    remove(store, &taken).await?;
    while let Some(taken) = store.claim(LONG).await? {
        remove(store, &taken).await?;
    }
    assert_eq!(store.load().await?, Load { oldest_waiting: None, ..before });
    Ok(())
}

/// Which session a check is about.
struct Key {
    tenant: TenantId,
    id: SessionId,
}

impl Key {
    fn of(record: &SessionRecord) -> Self {
        let Session { tenant_id, id, .. } = &record.session;
        Self { tenant: tenant_id.clone(), id: *id }
    }

    async fn state(&self, store: &dyn Queue) -> Result<Option<JobState>, StoreError> {
        Ok(store.job(&self.tenant, self.id).await?.map(|job| job.state))
    }

    async fn fault(&self, store: &dyn Queue) -> Result<Fault, StoreError> {
        let job = store.job(&self.tenant, self.id).await?.expect("the job is there");
        Ok(job.fault.expect("it failed"))
    }
}

async fn claim(store: &dyn Queue) -> Result<Assignment, StoreError> {
    Ok(store.claim(LONG).await?.expect("a job waits"))
}

async fn beat(store: &dyn Queue, claim: &Claim, lease: Duration) -> Result<Hold, StoreError> {
    store.beat(claim, &Progress::default(), lease).await
}

async fn clear(store: &dyn Queue, leavings: &Leavings) -> Result<(), StoreError> {
    assert!(store.cleared(leavings).await?, "it has ended, and was the claim's");
    Ok(())
}

async fn clear_leavings(store: &dyn Queue, key: &Key) -> Result<(), StoreError> {
    let leavings = store.claim_leavings(LONG).await?.expect("something may be left");
    assert_eq!(leavings.claim.session, key.id);
    clear(store, &leavings).await?;
    assert_eq!(store.claim_leavings(LONG).await?, None);
    Ok(())
}

/// Deletes the session of a claim, and clears up after it.
async fn remove(store: &dyn Queue, taken: &Assignment) -> Result<(), StoreError> {
    store.delete(&taken.claim.tenant, taken.claim.session).await?;
    clear(store, &Leavings { deleted: true, ..Leavings::of_finished(taken) }).await
}

async fn superseded(store: &dyn Store, record: &SessionRecord, claim: &Claim) {
    let refused = store.finish(record, claim.epoch).await;
    assert!(matches!(refused, Err(StoreError::Superseded { .. })), "{refused:?}");
}

fn fault(code: &str) -> Fault {
    Fault {
        code: code.to_owned(),
        stage: Some("words".to_owned()),
        message: "something went wrong".to_owned(),
        signal: None,
    }
}
