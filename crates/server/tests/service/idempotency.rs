//! What is asked for twice under one key is made once.

use serde_json::{Value, json};

use crate::host::Host;
use crate::wire::Answer;

async fn make(host: &Host, what: &str, token: &str, key: &str, body: &Value) -> Answer {
    let request = crate::wire::Request::new("POST", &format!("/api/v1/{what}")).bearer(token);
    let request = request.header("Content-Type", "application/json").header("Idempotency-Key", key);
    request.body(body.to_string()).send(host.address).await
}

fn wanted() -> [(&'static str, Value, Value); 2] {
    [
        (
            "tokens",
            json!({"label": "glasses", "scopes": ["upload"], "expires_at": "2099-01-01T00:00:00.123456789Z"}),
            json!({"label": "glasses", "scopes": ["read"]}),
        ),
        (
            "webhooks",
            json!({"url": "https://hooks.invalid/one", "events": ["session.failed"]}),
            json!({"url": "https://hooks.invalid/two"}),
        ),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_key_gives_the_same_answer() {
    let host = Host::start().await;
    let rival = host.token("rival", stepreel_storage::Scope::ALL, None).await;
    for (what, one, other) in wanted() {
        let count = async || {
            let listed = host.request("GET", &format!("/api/v1/{what}")).send(host.address).await;
            listed.json().as_array().unwrap().len()
        };
        let before = count().await;
        let first = make(&host, what, &host.token, "key 1", &one).await;
        assert_eq!(first.status, 201, "{first:?}");
        let again = futures::future::join_all((0..8).map(|_| make(&host, what, &host.token, "key 1", &one))).await;
        for again in again {
            assert_eq!((again.status, again.json()), (201, first.json()), "the secret is the same, too");
        }
        assert_eq!(count().await, before + 1);
        let different = make(&host, what, &host.token, "key 1", &other).await;
        assert_eq!(
            (different.status, &different.json()["type"]),
            (409, &json!("/problems/key_taken")),
            "{different:?}"
        );
        let elsewhere = make(&host, what, &rival, "key 1", &one).await;
        assert_eq!(elsewhere.status, 201);
        let next = make(&host, what, &host.token, "key 2", &one).await;
        for other in [elsewhere, next] {
            assert_ne!(other.json()["secret"], first.json()["secret"]);
            assert_ne!(other.json()["id"], first.json()["id"]);
        }
        let long = make(&host, what, &host.token, &"k".repeat(256), &one).await;
        assert_eq!((long.status, &long.json()["field"]), (400, &json!("Idempotency-Key")));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn eight_at_once_make_one() {
    let host = Host::start().await;
    for (what, one, _) in wanted() {
        let answers = futures::future::join_all((0..8).map(|_| make(&host, what, &host.token, "k", &one))).await;
        for answer in &answers {
            assert_eq!((answer.status, answer.json()["id"].clone()), (201, answers[0].json()["id"].clone()));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revoked_token_does_not_come_back_under_its_key() {
    let host = Host::start().await;
    let (what, one, _) = &wanted()[0];
    let made = make(&host, what, &host.token, "k", one).await.json();
    let path = format!("/api/v1/tokens/{}", made["id"].as_str().unwrap());
    assert_eq!(host.request("DELETE", &path).send(host.address).await.status, 204);
    assert_eq!(make(&host, what, &host.token, "k", one).await.status, 409);
}
