//! A text encoder's say in what is found.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use stepreel_storage::conformance::completed;
use stepreel_storage::{Embedding, EncodingError, Scope, Sqlite, Store as _, TextEncoder};

use crate::host::Host;
use crate::wire::Request;

/// To which every text means the same, or, if it fails, none.
struct Alike {
    fails: bool,
}

impl TextEncoder for Alike {
    fn name(&self) -> &'static str {
        "alike"
    }

    fn encode(&self, texts: &[&str]) -> Result<Vec<Embedding>, EncodingError> {
        if self.fails { Err("it fails".into()) } else { Ok(vec![Embedding::new(&[1.0, 0.5]); texts.len()]) }
    }
}

/// A server on what was stored before it started.
async fn host(encoder: Alike) -> Host {
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let store = Sqlite::open(&folder.path().join("stepreel.db")).await.unwrap();
    let record = completed(&"acme".parse().unwrap(), 1);
    let epoch = store.begin(&record.session).await.unwrap();
    store.finish(&record, epoch).await.unwrap();
    store.close().await;
    Host::reading(folder, encoder).await
}

async fn over_rest(host: &Host) -> Value {
    let told = host.request("GET", "/api/v1/search?q=close+the+valve").send(host.address).await;
    assert_eq!(told.status, 200, "{told:?}");
    told.json()["answers"][0].clone()
}

async fn over_mcp(host: &Host) -> Value {
    let call = json!({"name": "search_procedures", "arguments": {"question": "close the valve"}});
    let body = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}).to_string();
    let token = host.token("acme", [Scope::Read], None).await;
    let request = Request::new("POST", "/mcp").header("Content-Type", "application/json").bearer(&token);
    let request = request.header("Accept", "application/json, text/event-stream").body(body);
    request.send(host.address).await.json()["result"]["structuredContent"]["answers"][0].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_ranks_are_told_once_the_server_has_read_what_is_there() {
    let host = host(Alike { fails: false }).await;
    let mut found = over_rest(&host).await;
    for _ in 0..100 {
        if found["rank_by_meaning"] != Value::Null {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        found = over_rest(&host).await;
    }
    for found in [found, over_mcp(&host).await] {
        let ranks = ["rank", "rank_by_words", "rank_by_meaning"].map(|rank| found[rank].as_u64());
        assert_eq!(ranks, [Some(1); 3], "{found}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_encoder_that_fails_leaves_the_words() {
    let host = host(Alike { fails: true }).await;
    for found in [over_rest(&host).await, over_mcp(&host).await] {
        assert_eq!((found["rank_by_words"].as_u64(), &found["rank_by_meaning"]), (Some(1), &Value::Null), "{found}");
    }
}
