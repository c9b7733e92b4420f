//! What another threshold would change, over REST.

use serde_json::Value;
use stepreel_core::{ProcedureStatus, Score, SessionRecord, TenantId};
use stepreel_storage::Store as _;
use stepreel_storage::conformance::completed;

use crate::host::Host;

/// A session of two procedures, approved with 83 points and excluded with 40.
fn judged(tenant: &str) -> SessionRecord {
    let tenant: TenantId = tenant.parse().unwrap();
    let mut record = completed(&tenant, 7);
    let given = [(83, ProcedureStatus::Approved), (40, ProcedureStatus::Excluded)];
    for (procedure, (points, status)) in record.procedures.iter_mut().zip(given) {
        procedure.score.total = Score::new(points).unwrap();
        procedure.score.components.clear();
        procedure.status = status;
    }
    record
}

async fn tried(host: &Host, query: &str) -> Value {
    let answer = host.request("GET", &format!("/api/v1/policy/try{query}")).send(host.address).await;
    assert_eq!(answer.status, 200, "{query}: {answer:?}");
    answer.json()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_threshold_says_what_would_change_and_changes_nothing() {
    let host = Host::with(|settings| settings.policy.approve_from = Score::new(60).unwrap()).await;
    for tenant in ["acme", "rival"] {
        let record = judged(tenant);
        let epoch = host.store.begin(&record.session).await.unwrap();
        host.store.finish(&record, epoch).await.unwrap();
    }
    for (query, from, approved, changed) in [
        ("", 60, 1, &[][..]),
        ("?threshold=40", 40, 2, &[2]),
        ("?threshold=84", 84, 0, &[1]),
        ("?threshold=100", 100, 0, &[1]),
    ] {
        let trial = tried(&host, query).await;
        let ordinals: Vec<u64> =
            trial["changes"].as_array().unwrap().iter().map(|change| change["ordinal"].as_u64().unwrap()).collect();
        assert_eq!(ordinals, changed, "{query}: {trial}");
        let counts =
            ["approve_from", "procedures", "approved", "would_be_approved", "changed"].map(|name| &trial[name]);
        assert_eq!(counts.map(|count| count.as_u64().unwrap()), [from, 2, 1, approved, changed.len() as u64]);
    }
    let change = &tried(&host, "?threshold=84").await["changes"][0];
    assert_eq!((&change["status"], &change["would_be"]), (&"approved".into(), &"excluded".into()), "{change}");
    let kept = host.store.session(&"acme".parse().unwrap(), judged("acme").session.id).await.unwrap().unwrap();
    assert_eq!(kept.procedures, judged("acme").procedures, "nothing has changed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_threshold_that_is_none_is_named() {
    let host = Host::start().await;
    for query in ["?threshold=101", "?threshold=-1", "?threshold=high"] {
        let answer = host.request("GET", &format!("/api/v1/policy/try{query}")).send(host.address).await;
        assert_eq!(answer.status, 400, "{query}: {answer:?}");
        assert!(answer.text().contains("threshold"), "{query}: {answer:?}");
    }
}
