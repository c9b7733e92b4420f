//! Trying a policy on what is stored.
#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]

mod command;

use command::{run, text};
use serde_json::Value;
use stepreel_core::{ProcedureStatus, Score, SessionRecord, TenantId};
use stepreel_storage::conformance::completed;
use stepreel_storage::{Sqlite, Store};

/// A store with one session of two procedures, approved with 83 points and excluded with 40.
fn stored(folder: &std::path::Path) -> SessionRecord {
    let tenant: TenantId = "local".parse().unwrap();
    let mut record = completed(&tenant, 7);
    for (procedure, (points, status)) in
        record.procedures.iter_mut().zip([(83, ProcedureStatus::Approved), (40, ProcedureStatus::Excluded)])
    {
        procedure.score.total = Score::new(points).unwrap();
        procedure.score.components.clear();
        procedure.status = status;
    }
    std::fs::create_dir(folder.join("store")).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let store = Sqlite::open(&folder.join("store/stepreel.db")).await.unwrap();
        let epoch = store.begin(&record.session).await.unwrap();
        store.finish(&record, epoch).await.unwrap();
        store.close().await;
    });
    record
}

/// How many would be approved, and the ordinals of the procedures that would change.
fn check(folder: &std::path::Path, threshold: &str, approved: u64, changed: &[u64]) {
    let output = run(folder, &["policy", "try", "--threshold", threshold, "--json"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let trial: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(trial["would_be_approved"], approved, "{threshold}: {trial}");
    let ordinals: Vec<u64> =
        trial["changes"].as_array().unwrap().iter().map(|change| change["ordinal"].as_u64().unwrap()).collect();
    assert_eq!(ordinals, changed, "{threshold}: {trial}");
}

#[test]
fn another_threshold_says_what_would_change_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let record = stored(folder.path());
    check(folder.path(), "50", 1, &[]);
    check(folder.path(), "40", 2, &[2]);
    check(folder.path(), "84", 0, &[1]);
    check(folder.path(), "83", 1, &[]);
    let shown = run(folder.path(), &["policy", "try", "--threshold", "90"]);
    let shown = text(&shown.stdout);
    assert!(shown.contains("would be") && shown.contains("0 of 2 procedures would be approved; 1 are"), "{shown}");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let kept = runtime.block_on(async {
        let store = Sqlite::open(&folder.path().join("store/stepreel.db")).await.unwrap();
        store.session(&record.session.tenant_id, record.session.id).await.unwrap()
    });
    assert_eq!(kept.unwrap().procedures, record.procedures);
}

#[test]
fn a_threshold_that_is_no_score_and_a_store_that_is_not_there_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let wrong = run(folder.path(), &["policy", "try", "--threshold", "101"]);
    assert_eq!(wrong.status.code(), Some(2), "{}", text(&wrong.stderr));
    let nowhere = run(folder.path(), &["policy", "try", "--threshold", "70"]);
    assert_eq!(nowhere.status.code(), Some(4), "{}", text(&nowhere.stderr));
}
