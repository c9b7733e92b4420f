//! What other programs are told, in a real SQLite file.

use std::error::Error;
use std::time::Duration;

use chrono::{TimeDelta, Utc};
use stepreel_core::{SessionRecord, TenantId};
use stepreel_storage::conformance::{completed, failed};
use stepreel_storage::{
    Accounts, DeliveryState, EventKind, Fault, Leavings, Outbox, Queue, Retry, Sqlite, Store, StoreError, Tenant, Told,
    Webhook,
};
use tempfile::TempDir;
use uuid::Uuid;

type Checked = Result<(), Box<dyn Error>>;

const LONG: Duration = Duration::from_mins(10);

fn tenant(name: &str) -> TenantId {
    name.parse().expect("a tenant")
}

/// A store with two tenants who have an account, and a webhook of the first.
async fn store() -> Result<(TempDir, Sqlite, Webhook), Box<dyn Error>> {
    let folder = TempDir::new()?;
    let store = Sqlite::open(&folder.path().join("stepreel.db")).await?;
    for name in ["acme", "rival"] {
        let (id, name) = (tenant(name), name.to_owned());
        store.put_tenant(&Tenant { id, name, quota: 0, retention_days: None }).await?;
    }
    let webhook = add(&store, 1, &[]).await?;
    Ok((folder, store, webhook))
}

async fn add(store: &Sqlite, id: u128, kinds: &[EventKind]) -> Result<Webhook, StoreError> {
    let webhook = Webhook {
        id: Uuid::from_u128(id),
        tenant: tenant("acme"),
        url: "https://hooks.example/".to_owned(),
        kinds: kinds.to_vec(),
        secret: "whsec_x".to_owned(),
        created_at: Utc::now(),
        disabled: None,
    };
    assert!(store.add_webhook(&webhook).await?);
    Ok(webhook)
}

/// Submits and finishes a session.
async fn process(store: &Sqlite, record: &SessionRecord) -> Checked {
    store.submit(&record.session).await?;
    let assignment = store.claim(LONG).await?.ok_or("it waits")?;
    store.finish(record, assignment.claim.epoch).await?;
    assert!(store.cleared(&Leavings::of_finished(&assignment)).await?);
    Ok(())
}

async fn kinds(store: &Sqlite, owner: &str) -> Result<Vec<EventKind>, StoreError> {
    Ok(store.events(&tenant(owner), 0, 1_000).await?.into_iter().map(|event| event.kind).collect())
}

const ALL: [EventKind; 4] =
    [EventKind::SessionUploaded, EventKind::ProcedureReady, EventKind::ProcedureExcluded, EventKind::SessionCompleted];

#[tokio::test]
async fn what_happens_is_an_event_as_it_was_then() -> Checked {
    let (_folder, store, _) = store().await?;
    let record = completed(&tenant("acme"), 1);
    process(&store, &record).await?;
    let events = store.events(&tenant("acme"), 0, 10).await?;
    assert_eq!(events.iter().map(|event| event.kind).collect::<Vec<_>>(), ALL);
    assert!(events.iter().all(|event| event.session == record.session.id && event.id.starts_with("msg_")));
    assert_eq!(events[1].told, Told::Procedure(Box::new(record.procedures[0].clone())));
    let Told::Session(listed) = &events[3].told else { panic!("{:?}", events[3]) };
    assert_eq!((listed.approved, listed.excluded, &listed.title), (1, 1, &record.session.title));
    assert_eq!(store.events(&tenant("acme"), events[2].number, 10).await?, events[3..]);
    assert_eq!(kinds(&store, "rival").await?, []);
    Ok(())
}

#[tokio::test]
async fn numbers_tell_nothing_of_other_tenants() -> Checked {
    let (_folder, store, _) = store().await?;
    process(&store, &completed(&tenant("acme"), 1)).await?;
    for recording in 2..6 {
        process(&store, &completed(&tenant("rival"), recording)).await?;
    }
    process(&store, &completed(&tenant("acme"), 7)).await?;
    let numbers: Vec<u64> =
        store.events(&tenant("acme"), 0, 100).await?.into_iter().map(|event| event.number).collect();
    assert_eq!(numbers, (1..=8).collect::<Vec<_>>());
    Ok(())
}

#[tokio::test]
async fn what_did_not_happen_is_none_and_what_is_written_twice_happened_once() -> Checked {
    let (_folder, store, _) = store().await?;
    let record = failed(&tenant("acme"), 1);
    store.submit(&record.session).await?;
    store.submit(&record.session).await?;
    let stale = store.claim(Duration::ZERO).await?.ok_or("it waits")?;
    let heir = store.claim(LONG).await?.ok_or("its lease ran out")?;
    let fenced = store.finish(&record, stale.claim.epoch).await;
    assert!(matches!(fenced, Err(StoreError::Superseded { .. })), "{fenced:?}");
    assert_eq!(kinds(&store, "acme").await?, [EventKind::SessionUploaded]);
    store.finish(&record, heir.claim.epoch).await?;
    store.finish(&record, heir.claim.epoch).await?;
    assert_eq!(kinds(&store, "acme").await?, [EventKind::SessionUploaded, EventKind::SessionFailed]);
    // Of a tenant without an account nobody asks.
    process(&store, &completed(&tenant("guest"), 2)).await?;
    assert_eq!(kinds(&store, "guest").await?, []);
    Ok(())
}

#[tokio::test]
async fn a_job_that_ends_without_a_result_is_a_failure_unless_an_earlier_run_has_one() -> Checked {
    let (_folder, store, _) = store().await?;
    let (lost, kept) = (completed(&tenant("acme"), 1), completed(&tenant("acme"), 2));
    store.submit(&lost.session).await?;
    assert!(store.cancel(&tenant("acme"), lost.session.id).await?);
    let events = store.events(&tenant("acme"), 0, 10).await?;
    let Told::Session(listed) = &events[1].told else { panic!("{:?}", events[1]) };
    assert_eq!(events[1].kind, EventKind::SessionFailed);
    assert!(listed.reason.as_ref().is_some_and(|reason| reason.contains("cancelled")), "{listed:?}");
    process(&store, &kept).await?;
    let before = kinds(&store, "acme").await?.len();
    assert!(store.retry(&tenant("acme"), kept.session.id).await?);
    let again = store.claim(LONG).await?.ok_or("it waits again")?;
    let fault = Fault { code: "x".to_owned(), stage: None, message: "x".to_owned(), signal: None };
    store.fail(&again.claim, &fault, Retry::Never).await?;
    assert_eq!(kinds(&store, "acme").await?.len(), before, "its results are still there");
    Ok(())
}

#[tokio::test]
async fn of_a_session_the_next_is_due_when_the_one_before_is_told_or_given_up() -> Checked {
    let (_folder, store, webhook) = store().await?;
    process(&store, &completed(&tenant("acme"), 1)).await?;
    process(&store, &failed(&tenant("acme"), 2)).await?;
    let due = store.due(webhook.id, 10).await?;
    assert_eq!(due.len(), 2, "one of each session");
    let (first, other) = (due[0].event.sequence, due[1].event.sequence);
    store.undelivered(webhook.id, first, "500", Some(LONG)).await?;
    assert_eq!(sequences(&store, &webhook).await?, [other], "the second session goes on");
    store.undelivered(webhook.id, first, "500", Some(Duration::ZERO)).await?;
    assert_eq!(store.due(webhook.id, 10).await?[0].attempts, 2);
    store.delivered(webhook.id, first, "204").await?;
    assert_eq!(sequences(&store, &webhook).await?, [first + 1, other]);
    store.undelivered(webhook.id, first + 1, "500", None).await?;
    assert_eq!(sequences(&store, &webhook).await?, [first + 2, other]);
    let shown = store.deliveries(&tenant("acme"), webhook.id, 10).await?;
    let states: Vec<DeliveryState> = shown.iter().rev().map(|delivery| delivery.state).collect();
    assert_eq!(states[..3], [DeliveryState::Delivered, DeliveryState::GivenUp, DeliveryState::Waiting]);
    assert_eq!(store.deliveries(&tenant("rival"), webhook.id, 10).await?, []);
    Ok(())
}

async fn sequences(store: &Sqlite, webhook: &Webhook) -> Result<Vec<u64>, StoreError> {
    Ok(store.due(webhook.id, 10).await?.into_iter().map(|due| due.event.sequence).collect())
}

#[tokio::test]
async fn a_webhook_is_told_what_it_asked_for_while_it_is_there_and_again_when_replayed() -> Checked {
    let (_folder, store, webhook) = store().await?;
    let picky = add(&store, 2, &[EventKind::ProcedureReady, EventKind::SessionFailed]).await?;
    process(&store, &completed(&tenant("acme"), 1)).await?;
    assert_eq!(store.deliveries(&tenant("acme"), webhook.id, 10).await?.len(), 4);
    assert_eq!(store.deliveries(&tenant("acme"), picky.id, 10).await?.len(), 1);
    let late = add(&store, 3, &[]).await?;
    assert_eq!(store.due(late.id, 10).await?, []);
    let before = Utc::now() - TimeDelta::hours(1);
    assert_eq!(store.replay(&tenant("acme"), late.id, before).await?, Some(4));
    assert_eq!(store.replay(&tenant("acme"), picky.id, before).await?, Some(1));
    assert_eq!(store.replay(&tenant("acme"), late.id, Utc::now() + TimeDelta::hours(1)).await?, Some(0));
    assert_eq!(store.replay(&tenant("rival"), late.id, before).await?, None);
    store.disable_webhook(late.id, "gone").await?;
    assert!(store.due_webhooks().await?.iter().all(|due| due.id != late.id));
    store.replay(&tenant("acme"), late.id, before).await?;
    assert!(store.due_webhooks().await?.iter().any(|due| due.id == late.id));
    assert!(!store.remove_webhook(&tenant("rival"), late.id).await?);
    assert!(store.remove_webhook(&tenant("acme"), late.id).await?);
    assert_eq!(store.webhooks(&tenant("acme")).await?, [webhook, picky]);
    Ok(())
}

#[tokio::test]
async fn events_go_with_their_session_and_with_their_time_unless_somebody_waits() -> Checked {
    let (_folder, store, webhook) = store().await?;
    let record = completed(&tenant("acme"), 1);
    process(&store, &record).await?;
    assert_eq!(store.forget_events(LONG).await?, 0);
    assert_eq!(store.forget_events(Duration::ZERO).await?, 0, "a webhook waits for them");
    assert!(store.delete(&tenant("acme"), record.session.id).await?);
    assert_eq!(kinds(&store, "acme").await?, []);
    assert_eq!(store.due(webhook.id, 10).await?, []);
    assert!(store.remove_webhook(&tenant("acme"), webhook.id).await?);
    process(&store, &failed(&tenant("acme"), 2)).await?;
    assert_eq!(store.forget_events(Duration::ZERO).await?, 2);
    Ok(())
}
