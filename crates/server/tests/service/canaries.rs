//! What is one tenant's shows nowhere else.

use std::fs;
use std::path::Path;

use stepreel_core::SessionRecord;
use stepreel_server::{Reach, new_webhook};
use stepreel_storage::conformance::completed;
use stepreel_storage::{Outbox as _, Scope, Search as _, Store as _, UserRole};

use crate::host::{Host, recording};
use crate::matrix::{ROWS, ask, path};
use crate::wire::{Answer, Request};

const CANARY: &str = "canary7f3a";

/// `canary7f3a`, as metadata of an upload has it.
const IN_BASE64: &str = "Y2FuYXJ5N2YzYQ==";

const PAGES: [&str; 9] = [
    "/sessions",
    "/sessions?q=fuel",
    "/sessions/{id}",
    "/sessions/{id}/procedures/1",
    "/search?q=fuel+filter",
    "/upload",
    "/api",
    "/metrics",
    "/readyz",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_of_a_tenant_shows_elsewhere() {
    let host = Host::start().await;
    let ids = sing(&host).await;
    for tenant in ["acme", "rival"] {
        host.user(tenant, &format!("manager@{tenant}.example"), UserRole::Manager).await;
    }
    let (own, rival) = (host.log_in("manager@acme.example").await, host.log_in("manager@rival.example").await);
    let token = host.token("rival", Scope::ALL, None).await;
    let (mut asked, mut heard) = (0, 0);
    for request in requests(&ids) {
        let strangers = [request.clone(), request.clone().own_cookie(&rival), request.clone().bearer(&token)];
        for stranger in strangers {
            let answer = stranger.send(host.address).await;
            assert!(!sings(&answer), "{answer:?}");
            asked += 1;
        }
        heard += usize::from(sings(&request.own_cookie(&own).send(host.address).await));
    }
    assert!(asked >= 100 && heard >= 15, "of {asked} answers to strangers, and {heard} to its own");
    files(host.folder(), &mut |file, content| {
        let of_records = file.file_name().is_some_and(|name| name.to_string_lossy().starts_with("stepreel.db"));
        let silent = !content.windows(CANARY.len()).any(|window| window == CANARY.as_bytes());
        assert!(of_records || silent, "{}", file.display());
    });
}

/// Puts the canary into every text that `acme` has; gives the ids of its things.
async fn sing(host: &Host) -> Vec<String> {
    let acme = "acme".parse().unwrap();
    let mut record = completed(&acme, 1);
    put_everywhere(&mut record);
    let epoch = host.store.begin(&record.session).await.unwrap();
    host.store.finish(&record, epoch).await.unwrap();
    host.store.set_glossary(&acme, &format!("{CANARY}: fuel")).await.unwrap();
    let webhook = new_webhook(&acme, &format!("https://{CANARY}.invalid/"), Vec::new(), Reach::Public).unwrap();
    assert!(host.store.add_webhook(&webhook).await.unwrap());
    let body = format!(r#"{{"label":"{CANARY}","scopes":["read"]}}"#);
    let made = host.request("POST", "/api/v1/tokens").header("Content-Type", "application/json").body(body);
    let token = made.send(host.address).await.json()["id"].as_str().unwrap().to_owned();
    let begun = host
        .tus("POST", "/api/v1/uploads")
        .header("Upload-Length", 100)
        .header("Upload-Metadata", format_args!("title {IN_BASE64},engineer {IN_BASE64}"));
    let begun = begun.send(host.address).await;
    let upload = begun.header("location").unwrap().rsplit('/').next().unwrap().to_owned();
    host.upload(&recording(500, 1)).await;
    vec![record.session.id.to_string(), upload, token, webhook.id.to_string()]
}

fn put_everywhere(record: &mut SessionRecord) {
    let sing = |text: &mut String| *text = format!("{text} {CANARY}");
    sing(&mut record.session.title);
    sing(&mut record.session.summary);
    record.session.engineer = Some(CANARY.to_owned());
    record.transcript.utterances.iter_mut().for_each(|line| sing(&mut line.text));
    for procedure in &mut record.procedures {
        sing(&mut procedure.procedure_name);
        sing(&mut procedure.description);
    }
}

/// Every question that changes nothing, about each of the things.
fn requests(ids: &[String]) -> Vec<Request> {
    let safe = ROWS.iter().filter(|row| row.is_safe());
    let routes = safe.flat_map(|row| ids.iter().map(move |id| ask(row, &path(row.route).replace("{id}", id))));
    let search = Request::new("GET", "/api/v1/search?q=fuel%20filter&all=true");
    let pages = PAGES.iter().map(|page| Request::new("GET", &page.replace("{id}", &ids[0])));
    routes.chain(pages).chain([search]).collect()
}

fn sings(answer: &Answer) -> bool {
    let said = format!("{:?} {}", answer.headers, answer.text());
    said.contains(CANARY) || said.contains(IN_BASE64)
}

fn files(folder: &Path, look: &mut impl FnMut(&Path, &[u8])) {
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() { files(&path, look) } else { look(&path, &fs::read(&path).unwrap()) }
    }
}
