//! The contract of [`Store`], one check a sentence, for every implementation.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! let store = stepreel_storage::Sqlite::open(&folder.path().join("sessions.db")).await?;
//! stepreel_storage::conformance::holds(&store).await?;
//! # Ok(()) }
//! ```

use chrono::TimeDelta;
use futures::future::try_join_all;
use stepreel_core::{Role, Session, SessionRecord, SessionStatus, TenantId};

use crate::{Epoch, SessionFilter, Store, StoreError};

mod example;
mod queue;

pub use example::{completed, failed};
pub use queue::queue_holds;

/// Checks an empty store.
///
/// # Errors
/// What the store says where nothing should have gone wrong.
///
/// # Panics
/// Where a sentence of the contract does not hold.
pub async fn holds(store: &dyn Store) -> Result<(), StoreError> {
    a_begun_session_is_in_progress(store).await?;
    a_finished_session_stays_until_a_later_run_finishes(store).await?;
    every_begin_gives_a_later_epoch(store).await?;
    what_was_finished_reads_back_exactly(store).await?;
    finish_replaces_everything(store).await?;
    an_outdated_run_changes_nothing(store).await?;
    a_released_session_waits_for_another_run(store).await?;
    a_record_that_does_not_hold_together_changes_nothing(store).await?;
    tenants_do_not_meet(store).await?;
    lists_are_newest_first_and_filtered(store).await
}

/// Sentence 1.
async fn a_begun_session_is_in_progress(store: &dyn Store) -> Result<(), StoreError> {
    let session = completed(&tenant("begun"), 1).session;
    store.begin(&session).await?;
    assert_eq!(store.session(&session.tenant_id, session.id).await?, None, "a begun session has no record");
    let listed = store.sessions(&session.tenant_id, &SessionFilter::default()).await?;
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].status, SessionStatus::InProgress);
    assert_eq!((&listed[0].title, listed[0].score.as_ref(), listed[0].completed_at), (&session.title, None, None));
    Ok(())
}

/// Sentence 2.
async fn a_finished_session_stays_until_a_later_run_finishes(store: &dyn Store) -> Result<(), StoreError> {
    for record in [completed(&tenant("stays"), 1), failed(&tenant("stays"), 2)] {
        run(store, &record).await?;
        store.begin(&Session { title: "Another title".to_owned(), ..record.session.clone() }).await?;
        expect(store, &record).await?;
    }
    Ok(())
}

/// Sentence 3.
async fn every_begin_gives_a_later_epoch(store: &dyn Store) -> Result<(), StoreError> {
    let session = completed(&tenant("epochs"), 1).session;
    let first = store.begin(&session).await?;
    let mut at_once = try_join_all((0..16).map(|_| store.begin(&session))).await?;
    at_once.sort_unstable();
    at_once.dedup();
    assert_eq!(at_once.len(), 16, "epochs of begins at once differ");
    let last = store.begin(&session).await?;
    assert!(at_once.iter().all(|&epoch| first < epoch && epoch < last), "epochs only grow");
    Ok(())
}

/// Sentence 4.
async fn what_was_finished_reads_back_exactly(store: &dyn Store) -> Result<(), StoreError> {
    for mut record in [completed(&tenant("exact"), 1), failed(&tenant("exact"), 2)] {
        let first_begun = record.session.created_at;
        let epoch = store.begin(&record.session).await?;
        record.session.created_at += TimeDelta::days(1);
        store.finish(&record, epoch).await?;
        record.session.created_at = first_begun;
        expect(store, &record).await?;
    }
    Ok(())
}

/// Sentence 5.
async fn finish_replaces_everything(store: &dyn Store) -> Result<(), StoreError> {
    let (rich, poor) = (completed(&tenant("replaces"), 1), failed(&tenant("replaces"), 1));
    for record in [&rich, &rich, &poor, &rich] {
        run(store, record).await?;
        expect(store, record).await?;
    }
    let epoch = store.begin(&rich.session).await?;
    store.finish(&rich, epoch).await?;
    store.finish(&rich, epoch).await?;
    expect(store, &rich).await
}

/// Sentence 7.
async fn an_outdated_run_changes_nothing(store: &dyn Store) -> Result<(), StoreError> {
    let (stays, late) = (completed(&tenant("outdated"), 1), failed(&tenant("outdated"), 1));
    let outdated = store.begin(&stays.session).await?;
    let latest = store.begin(&stays.session).await?;
    store.finish(&stays, latest).await?;
    for epoch in [outdated, Epoch(latest.0 + 1)] {
        let refused = store.finish(&late, epoch).await;
        assert!(matches!(refused, Err(StoreError::Superseded { .. })), "{epoch:?} is not the latest: {refused:?}");
        expect(store, &stays).await?;
    }
    Ok(())
}

/// Sentence 8.
async fn a_released_session_waits_for_another_run(store: &dyn Store) -> Result<(), StoreError> {
    let record = completed(&tenant("released"), 1);
    let (owner, id) = (&record.session.tenant_id, record.session.id);
    let outdated = store.begin(&record.session).await?;
    let epoch = store.begin(&record.session).await?;
    store.release(owner, id, outdated).await?;
    assert_eq!(status(store, owner).await?, SessionStatus::InProgress, "an outdated run releases nothing");
    store.release(owner, id, epoch).await?;
    assert_eq!(status(store, owner).await?, SessionStatus::Queued);
    run(store, &record).await?;
    let epoch = store.begin(&record.session).await?;
    store.release(owner, id, epoch).await?;
    expect(store, &record).await
}

/// The status of a tenant's only session.
async fn status(store: &dyn Store, tenant: &TenantId) -> Result<SessionStatus, StoreError> {
    Ok(store.sessions(tenant, &SessionFilter::default()).await?[0].status)
}

/// Sentences 6 and 9.
async fn a_record_that_does_not_hold_together_changes_nothing(store: &dyn Store) -> Result<(), StoreError> {
    let good = completed(&tenant("together"), 1);
    run(store, &good).await?;
    let stranger = completed(&tenant("stranger"), 1).procedures.remove(0);
    let faults: [fn(&mut SessionRecord); 4] = [
        |record| record.session.status = SessionStatus::InProgress,
        |record| record.procedures[1] = record.procedures[0].clone(),
        |record| record.procedures.reverse(),
        |record| record.procedures[0].duration_seconds = f64::INFINITY,
    ];
    let faulty = faults.map(|fault| {
        let mut record = good.clone();
        fault(&mut record);
        record
    });
    let foreign = SessionRecord { procedures: vec![stranger], ..good.clone() };
    let epoch = store.begin(&good.session).await?;
    for record in faulty.iter().chain([&foreign]) {
        let refused = store.finish(record, epoch).await;
        assert!(matches!(refused, Err(StoreError::Inconsistent { .. })), "{refused:?}");
        expect(store, &good).await?;
    }
    Ok(())
}

/// Sentence 10.
async fn tenants_do_not_meet(store: &dyn Store) -> Result<(), StoreError> {
    let mine = completed(&tenant("mine"), 1);
    let theirs = with_id_of(&failed(&tenant("theirs"), 1), &mine);
    run(store, &mine).await?;
    assert_eq!(store.session(&theirs.session.tenant_id, mine.session.id).await?, None);
    assert_eq!(store.sessions(&theirs.session.tenant_id, &SessionFilter::default()).await?, []);

    let my_epoch = store.begin(&mine.session).await?;
    for _ in 0..3 {
        run(store, &theirs).await?;
    }
    expect(store, &mine).await?;
    expect(store, &theirs).await?;
    store.finish(&mine, my_epoch).await?;
    expect(store, &theirs).await
}

/// Sentence 11.
async fn lists_are_newest_first_and_filtered(store: &dyn Store) -> Result<(), StoreError> {
    let tenant = tenant("lists");
    let mut records = [completed(&tenant, 1), failed(&tenant, 2), completed(&tenant, 3)];
    records[2].session.role = Role::Trainee;
    for (day, record) in records.iter_mut().enumerate() {
        record.session.created_at += TimeDelta::days(day as i64);
        run(store, record).await?;
    }
    let [oldest, middle, newest] = records.map(|record| record.session);
    let all = SessionFilter::default();
    let trainers = SessionFilter { role: Some(Role::Trainer), ..all.clone() };
    let done = SessionFilter { status: Some(SessionStatus::Completed), ..all.clone() };
    let two = SessionFilter { limit: Some(2), ..all.clone() };
    let none = SessionFilter { limit: Some(0), ..all.clone() };
    for (filter, expected) in [
        (all, vec![&newest, &middle, &oldest]),
        (trainers, vec![&middle, &oldest]),
        (done, vec![&newest, &oldest]),
        (two, vec![&newest, &middle]),
        (none, vec![]),
    ] {
        let listed = store.sessions(&tenant, &filter).await?;
        assert_eq!(listed.iter().collect::<Vec<_>>(), expected, "{filter:?}");
    }
    Ok(())
}

async fn run(store: &dyn Store, record: &SessionRecord) -> Result<(), StoreError> {
    let epoch = store.begin(&record.session).await?;
    store.finish(record, epoch).await
}

/// The record reads back, and the list shows its session.
async fn expect(store: &dyn Store, record: &SessionRecord) -> Result<(), StoreError> {
    let session = &record.session;
    assert_eq!(store.session(&session.tenant_id, session.id).await?.as_ref(), Some(record));
    let listed = store.sessions(&session.tenant_id, &SessionFilter::default()).await?;
    assert_eq!(listed.iter().filter(|listed| listed.id == session.id).collect::<Vec<_>>(), [session]);
    Ok(())
}

fn with_id_of(record: &SessionRecord, other: &SessionRecord) -> SessionRecord {
    SessionRecord { session: Session { id: other.session.id, ..record.session.clone() }, ..record.clone() }
}

fn tenant(name: &str) -> TenantId {
    name.parse().expect("the names in this file are tenants")
}
