//! Sessions that go leave nothing.

use std::path::PathBuf;
use std::sync::Arc;

use chrono::{TimeDelta, Utc};
use stepreel_core::{Session, TenantId};
use stepreel_storage::{
    Accounts as _, Listing as _, Outbox as _, Queue as _, SessionFilter, Store as _, Tenant, UploadId, Uploads as _,
};
use tempfile::TempDir;

use crate::host::{Host, QUOTA, eventually, recording, recording_key};

fn acme() -> TenantId {
    "acme".parse().unwrap()
}

/// Where the recording of that content lies.
fn place(host: &Host, content: &[u8]) -> PathBuf {
    host.folder().join("recordings").join(recording_key("acme", content).to_string())
}

/// Makes the session of that content look as if it had arrived so many days ago.
async fn age(host: &Host, content: &[u8], days: i64) {
    let session = host.store.sessions(&acme(), &SessionFilter::default()).await.unwrap();
    let id = recording_key("acme", content).session();
    let session = session.into_iter().find(|session| session.id == id).unwrap();
    let bytes = std::fs::read(place(host, content)).unwrap();
    assert!(host.store.delete(&acme(), id).await.unwrap());
    host.store.submit(&Session { created_at: Utc::now() - TimeDelta::days(days), ..session }).await.unwrap();
    std::fs::write(place(host, content), bytes).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_whose_time_is_over_goes_with_all_that_hangs_on_it() {
    let host = Host::start().await;
    let (old, young) = (recording(600, 1), recording(600, 2));
    host.upload(&old).await;
    host.upload(&young).await;
    age(&host, &old, 31).await;
    age(&host, &young, 29).await;
    let tenant = Tenant { id: acme(), name: "acme".to_owned(), quota: QUOTA, retention_days: Some(30) };
    host.store.put_tenant(&tenant).await.unwrap();
    let host = host.again().await;
    eventually(|| async { !place(&host, &old).exists() }).await;
    let left = host.store.sessions(&acme(), &SessionFilter::default()).await.unwrap();
    assert_eq!(left.iter().map(|session| session.id).collect::<Vec<_>>(), [recording_key("acme", &young).session()]);
    assert!(place(&host, &young).exists());
    let events = host.store.events(&acme(), 0, 100).await.unwrap();
    assert!(events.iter().all(|event| event.session == left[0].id), "{events:?}");
    // Its clips are for a worker to clear away.
    let leavings = host.store.claim_leavings(std::time::Duration::from_mins(1)).await.unwrap().unwrap();
    assert!(leavings.deleted && leavings.claim.session == recording_key("acme", &old).session());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_limit_sessions_are_kept() {
    let host = Host::start().await;
    let content = recording(600, 3);
    host.upload(&content).await;
    age(&host, &content, 10_000).await;
    let host = host.again().await;
    eventually(|| async {
        host.store.listed(&acme(), recording_key("acme", &content).session()).await.unwrap().is_some()
    })
    .await;
    assert!(place(&host, &content).exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_recording_that_a_crash_left_over_goes_and_one_that_is_awaited_stays() {
    let folder = Arc::new(TempDir::new().unwrap());
    let (early, over, awaited) = (recording(600, 3), recording(600, 4), recording(600, 5));
    let leave = |content: &[u8]| {
        let place = folder.path().join("recordings").join(recording_key("acme", content).to_string());
        std::fs::create_dir_all(place.parent().unwrap()).unwrap();
        std::fs::write(place, content).unwrap();
    };
    leave(&early);
    let host = Host::at(Arc::clone(&folder)).await;
    // The first round is over then, and takes away nothing of what follows.
    eventually(|| async { !place(&host, &early).exists() }).await;
    leave(&over);
    leave(&awaited);
    let upload = host.begin(600).await;
    let id: UploadId = upload.rsplit('/').next().unwrap().parse().unwrap();
    std::fs::remove_file(host.folder().join("uploads").join(id.to_string())).unwrap();
    host.store.receive(id, 600, std::time::Duration::from_mins(1)).await.unwrap();
    host.store.seal_upload(id, &recording_key("acme", &awaited)).await.unwrap();
    let host = host.again().await;
    eventually(|| async { !place(&host, &over).exists() }).await;
    eventually(|| async { host.store.uploads(&acme()).await.unwrap().is_empty() }).await;
    assert!(host.has_recording(&awaited).await);
    host.audit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_that_comes_again_while_it_is_deleted_is_whole_or_gone() {
    let host = Host::start().await;
    let content = recording(600, 6);
    for round in 0..30 {
        let arrived = host.upload(&content).await;
        let session = format!("/api/v1/sessions/{}", arrived.header("stepreel-session").unwrap());
        let again = host.begin(600).await;
        let (piece, delete) = (host.piece(&again, 0, &content), host.request("DELETE", &session));
        let (_, deleted) = tokio::join!(piece.send(host.address), delete.send(host.address));
        assert_eq!(deleted.status, 204, "round {round}");
        let listed = host.store.listed(&acme(), recording_key("acme", &content).session()).await.unwrap();
        assert_eq!(listed.is_some(), host.has_recording(&content).await, "round {round}");
    }
    host.audit().await;
}
