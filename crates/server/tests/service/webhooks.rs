//! Servers of others are told what happens: what, when, in which order, and where nothing is ever sent.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::http::HeaderMap;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::Utc;
use hmac::{Hmac, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;
use stepreel_core::{Session, SessionRecord, SessionStatus};
use stepreel_server::{Reach, Webhooks};
use stepreel_storage::conformance::completed;
use stepreel_storage::{Fault, Leavings, Outbox as _, Queue as _, Retry, Store as _};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::timeout;

use crate::host::{Host, SOON, eventually, recording};
use crate::wire::{Answer, Request};

/// A server of somebody else's.
struct Other {
    address: SocketAddr,
    messages: UnboundedReceiver<Message>,
    /// What it answers, the next first; then that it has taken the message.
    answers: Arc<Mutex<Vec<&'static str>>>,
}

struct Message {
    id: String,
    seconds: String,
    signature: String,
    body: String,
}

impl Other {
    async fn start(answers: &[&'static str]) -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (told, messages) = unbounded_channel();
        let answers = Arc::new(Mutex::new(answers.iter().rev().copied().collect::<Vec<_>>()));
        let other = Self { address: socket.local_addr().unwrap(), messages, answers: Arc::clone(&answers) };
        tokio::spawn(async move {
            loop {
                let (stream, _) = socket.accept().await.unwrap();
                let message = Message::read(BufReader::new(stream), &answers).await;
                let _ = told.send(message);
            }
        });
        other
    }

    async fn next(&mut self) -> Message {
        timeout(SOON, self.messages.recv()).await.expect("a message comes").unwrap()
    }

    async fn nothing_comes(&mut self) -> bool {
        timeout(Duration::from_millis(1_500), self.messages.recv()).await.is_err()
    }
}

impl Message {
    async fn read(mut stream: BufReader<TcpStream>, answers: &Mutex<Vec<&'static str>>) -> Self {
        let mut headers = HeaderMap::new();
        let mut line = String::new();
        while stream.read_line(&mut line).await.unwrap() > 2 {
            if let Some((name, value)) = line.trim().split_once(": ") {
                headers.insert(name.parse::<axum::http::HeaderName>().unwrap(), value.parse().unwrap());
            }
            line.clear();
        }
        let header = |name: &str| headers[name].to_str().unwrap().to_owned();
        let mut body = vec![0; header("content-length").parse().unwrap()];
        stream.read_exact(&mut body).await.unwrap();
        let answer = answers.lock().unwrap().pop().unwrap_or("204 No Content");
        let _ = stream.write_all(format!("HTTP/1.1 {answer}\r\nContent-Length: 0\r\n\r\n").as_bytes()).await;
        let (id, seconds) = (header("webhook-id"), header("webhook-timestamp"));
        Self { id, seconds, signature: header("webhook-signature"), body: String::from_utf8(body).unwrap() }
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    fn kind(&self) -> String {
        self.json()["type"].as_str().unwrap().to_owned()
    }

    /// As the standard has it, and not as the sender does it.
    fn is_signed_with(&self, secret: &str) -> bool {
        let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
        mac.update(format!("{}.{}.{}", self.id, self.seconds, self.body).as_bytes());
        self.signature == format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }
}

/// A server that sends to private addresses, and again soon.
async fn host() -> Host {
    let webhooks = Webhooks { reach: Reach::Anywhere, pause: Duration::from_millis(20) };
    Host::with(|settings| settings.webhooks = webhooks).await
}

fn create(host: &Host, wanted: &Value) -> Request {
    host.request("POST", "/api/v1/webhooks").header("Content-Type", "application/json").body(wanted.to_string())
}

async fn webhook(host: &Host, wanted: Value) -> Answer {
    let made = create(host, &wanted).send(host.address).await;
    assert_eq!(made.status, 201, "{}", made.text());
    made
}

fn to(other: &Other) -> Value {
    json!({ "url": format!("http://{}/hook", other.address) })
}

/// What a worker does with the next session.
async fn process(host: &Host) -> SessionRecord {
    let assignment = host.store.claim(Duration::from_mins(1)).await.unwrap().unwrap();
    let session = assignment.session.clone();
    let mut record = completed(&session.tenant_id, 1);
    for procedure in &mut record.procedures {
        procedure.id = session.id.procedure(procedure.ordinal);
        procedure.session_id = session.id;
    }
    let status = SessionStatus::Completed;
    record.session = Session { findings: record.session.findings, score: record.session.score, status, ..session };
    host.store.finish(&record, assignment.claim.epoch).await.unwrap();
    assert!(host.store.cleared(&Leavings::of_finished(&assignment)).await.unwrap());
    record
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_is_told_what_happens_in_order_and_signed() {
    let (host, mut other) = (host().await, Other::start(&[]).await);
    let made = webhook(&host, to(&other)).await.json();
    let secret = made["secret"].as_str().unwrap();
    let arrived = host.upload(&recording(700, 1)).await;
    let session = arrived.header("stepreel-session").unwrap();
    process(&host).await;
    let mut kinds = Vec::new();
    for _ in 0..4 {
        let message = other.next().await;
        assert!(message.is_signed_with(secret));
        assert!((Utc::now().timestamp() - message.seconds.parse::<i64>().unwrap()).abs() < 60);
        assert_eq!(message.json()["id"], message.id);
        kinds.push(message.kind());
        if message.kind() == "session.completed" {
            // The same as the interface says.
            let listed = host.request("GET", "/api/v1/sessions").send(host.address).await.json();
            assert_eq!(message.json()["data"], listed["sessions"][0]);
            assert_eq!(message.json()["data"]["id"], session);
        }
    }
    assert_eq!(kinds, ["session.uploaded", "procedure.ready", "procedure.excluded", "session.completed"]);
    assert!(other.nothing_comes().await, "each is told once");
    let listed = host.request("GET", "/api/v1/webhooks").send(host.address).await;
    assert!(!listed.text().contains(secret), "a secret is shown once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_taken_is_sent_again_and_holds_up_what_came_after() {
    let (host, mut other) =
        (host().await, Other::start(&["500 Oh", "302 Found\r\nLocation: http://127.0.0.1:1/"]).await);
    let made = webhook(&host, to(&other)).await.json();
    host.upload(&recording(700, 2)).await;
    process(&host).await;
    let mut told = Vec::new();
    for _ in 0..6 {
        let message = other.next().await;
        told.push((message.kind(), message.id));
    }
    assert_eq!(told[0], told[1], "the same message under the same id");
    assert_eq!(told[1], told[2]);
    let kinds: Vec<&str> = told[2..].iter().map(|(kind, _)| kind.as_str()).collect();
    assert_eq!(kinds, ["session.uploaded", "procedure.ready", "procedure.excluded", "session.completed"]);
    let deliveries = format!("/api/v1/webhooks/{}/deliveries", made["id"].as_str().unwrap());
    eventually(|| async {
        let shown = host.request("GET", &deliveries).send(host.address).await.json();
        shown[0]["state"] == "delivered" && shown[3]["attempts"] == 3 && shown[3]["answer"] == "204"
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failed_session_is_told_with_its_reason() {
    let (host, mut other) = (host().await, Other::start(&[]).await);
    webhook(&host, json!({ "url": format!("http://{}/", other.address), "events": ["session.failed"] })).await;
    host.upload(&recording(700, 3)).await;
    let assignment = host.store.claim(Duration::from_mins(1)).await.unwrap().unwrap();
    let message = "the file ends in the middle".to_owned();
    let fault = Fault { code: "media_truncated".to_owned(), stage: None, message, signal: None };
    host.store.fail(&assignment.claim, &fault, Retry::Never).await.unwrap();
    let told = other.next().await.json();
    assert_eq!((&told["type"], &told["data"]["status"]), (&json!("session.failed"), &json!("failed")));
    assert_eq!(told["data"]["reason"], "the file ends in the middle");
    assert!(other.nothing_comes().await, "it asked for nothing else");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_hangs_holds_up_no_other() {
    let (host, mut other) = (host().await, Other::start(&[]).await);
    // It takes connections, and never says a word.
    let hangs = TcpListener::bind("127.0.0.1:0").await.unwrap();
    webhook(&host, json!({ "url": format!("http://{}/", hangs.local_addr().unwrap()) })).await;
    webhook(&host, to(&other)).await;
    for seed in 10..13 {
        host.upload(&recording(700, seed)).await;
        assert_eq!(other.next().await.kind(), "session.uploaded");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_gone_is_left_alone_until_it_is_replayed() {
    let (host, mut other) = (host().await, Other::start(&["410 Gone"]).await);
    let made = webhook(&host, to(&other)).await.json();
    let before = Utc::now() - chrono::TimeDelta::minutes(1);
    host.upload(&recording(700, 4)).await;
    let first = other.next().await;
    eventually(|| async {
        let listed = host.request("GET", "/api/v1/webhooks").send(host.address).await.json();
        listed[0]["disabled"].is_string()
    })
    .await;
    host.upload(&recording(700, 5)).await;
    assert!(other.nothing_comes().await);
    assert!(other.answers.lock().unwrap().is_empty());
    let replay = format!("/api/v1/webhooks/{}/replay", made["id"].as_str().unwrap());
    let replay = host.request("POST", &replay).header("Content-Type", "application/json");
    let replayed = replay.body(json!({ "since": before }).to_string()).send(host.address).await;
    assert_eq!((replayed.status, &replayed.json()["events"]), (202, &json!(2)));
    assert_eq!(other.next().await.id, first.id);
    assert_ne!(other.next().await.id, first.id);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_sent_to_private_addresses_unless_that_is_allowed() {
    let (host, mut other) = (Host::start().await, Other::start(&[]).await);
    let port = other.address.port();
    for url in [format!("http://127.0.0.1:{port}/"), format!("https://127.0.0.1:{port}/"), "https://[::1]/".to_owned()]
    {
        let refused = create(&host, &json!({ "url": url })).send(host.address).await;
        assert_eq!((refused.status, &refused.json()["field"]), (400, &json!("url")), "{url}");
    }
    // What the name leads to is seen when it is asked.
    let made = webhook(&host, json!({ "url": format!("https://localhost:{port}/") })).await.json();
    host.upload(&recording(700, 6)).await;
    let deliveries = format!("/api/v1/webhooks/{}/deliveries", made["id"].as_str().unwrap());
    eventually(|| async {
        let shown = host.request("GET", &deliveries).send(host.address).await.json();
        shown[0]["answer"].as_str().is_some_and(|answer| answer.contains("not public"))
    })
    .await;
    assert!(other.nothing_comes().await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_happened_is_listed_for_whoever_asks_and_goes_with_its_session() {
    let host = host().await;
    let arrived = host.upload(&recording(700, 7)).await;
    process(&host).await;
    let events = async |after: u64| {
        let path = format!("/api/v1/events?limit=3&cursor={after}");
        host.request("GET", &path).send(host.address).await.json()
    };
    let first = events(0).await;
    let kinds: Vec<&str> =
        first["events"].as_array().unwrap().iter().map(|told| told["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["session.uploaded", "procedure.ready", "procedure.excluded"]);
    let rest = events(first["next"].as_u64().unwrap()).await;
    assert_eq!(rest["events"].as_array().unwrap().len(), 1);
    let last = rest["next"].as_u64().unwrap();
    assert_eq!(events(last).await, json!({ "events": [], "next": last }));
    assert_eq!(events(u64::MAX).await["field"], "cursor");
    let rival = host.token("rival", stepreel_storage::Scope::ALL, None).await;
    let seen = Request::new("GET", "/api/v1/events").bearer(&rival).send(host.address).await.json();
    assert_eq!(seen["events"], json!([]));
    let session = format!("/api/v1/sessions/{}", arrived.header("stepreel-session").unwrap());
    assert_eq!(host.request("DELETE", &session).send(host.address).await.status, 204);
    assert_eq!(events(0).await["events"], json!([]));
    assert!(host.store.events(&"acme".parse().unwrap(), 0, 10).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_document_describes_what_is_sent() {
    let host = Host::start().await;
    let document = Request::new("GET", "/api/v1/openapi.json").send(host.address).await.json();
    let sent: Vec<&String> = document["webhooks"].as_object().unwrap().keys().collect();
    assert_eq!(sent.len(), 5, "{sent:?}");
    let body = &document["webhooks"]["session.completed"]["post"]["requestBody"]["content"]["application/json"];
    assert_eq!(body["schema"]["$ref"], "#/components/schemas/EventTold");
    assert!(document["components"]["schemas"]["EventTold"].is_object());
    assert!(document["components"]["schemas"]["SessionInList"].is_object());
}
