//! Who may do what: every route of the `OpenAPI` document, for everybody, on everything.

use chrono::{TimeDelta, Utc};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use stepreel_core::Digest;
use stepreel_server::{Reach, new_webhook};
use stepreel_storage::{Accounts as _, Outbox as _, Scope, UserRole};

use crate::host::{Host, recording};
use crate::wire::{Answer, Request};

/// What a route takes besides its path, and which scope it asks for.
pub(crate) struct Row {
    pub(crate) route: &'static str,
    scope: Scope,
    headers: &'static [(&'static str, &'static str)],
    body: &'static str,
}

const JSON: (&str, &str) = ("Content-Type", "application/json");
const TUS: (&str, &str) = ("Tus-Resumable", "1.0.0");
const PIECE: (&str, &str) = ("Content-Type", "application/offset+octet-stream");
const START: (&str, &str) = ("Upload-Offset", "0");

pub(crate) const ROWS: &[Row] = &[
    Row { route: "GET /api/v1/sessions", scope: Scope::Read, headers: &[], body: "" },
    Row { route: "GET /api/v1/sessions/{id}", scope: Scope::Read, headers: &[], body: "" },
    Row { route: "GET /api/v1/sessions/{id}/procedures", scope: Scope::Read, headers: &[], body: "" },
    Row { route: "GET /api/v1/sessions/{id}/transcript", scope: Scope::Read, headers: &[], body: "" },
    Row { route: "GET /api/v1/sessions/{id}/document", scope: Scope::Read, headers: &[], body: "" },
    Row { route: "GET /api/v1/sessions/{id}/export", scope: Scope::Read, headers: &[], body: "" },
    Row { route: "POST /api/v1/sessions/{id}/cancel", scope: Scope::Manage, headers: &[], body: "" },
    Row { route: "POST /api/v1/sessions/{id}/extract", scope: Scope::Manage, headers: &[], body: "" },
    Row { route: "DELETE /api/v1/sessions/{id}", scope: Scope::Manage, headers: &[], body: "" },
    Row { route: "GET /api/v1/search", scope: Scope::Read, headers: &[], body: "" },
    Row { route: "GET /api/v1/policy/try", scope: Scope::Read, headers: &[], body: "" },
    Row { route: "GET /api/v1/tokens", scope: Scope::Manage, headers: &[], body: "" },
    Row {
        route: "POST /api/v1/tokens",
        scope: Scope::Manage,
        headers: &[JSON],
        body: r#"{"label":"x","scopes":["read"]}"#,
    },
    Row { route: "DELETE /api/v1/tokens/{id}", scope: Scope::Manage, headers: &[], body: "" },
    Row { route: "GET /api/v1/uploads", scope: Scope::Read, headers: &[], body: "" },
    Row { route: "POST /api/v1/uploads", scope: Scope::Upload, headers: &[TUS, ("Upload-Length", "9")], body: "" },
    Row { route: "HEAD /api/v1/uploads/{id}", scope: Scope::Upload, headers: &[TUS], body: "" },
    Row { route: "PATCH /api/v1/uploads/{id}", scope: Scope::Upload, headers: &[TUS, PIECE, START], body: "x" },
    Row {
        route: "POST /api/v1/uploads/{id}",
        scope: Scope::Upload,
        headers: &[TUS, PIECE, START, ("X-HTTP-Method-Override", "DELETE")],
        body: "",
    },
    Row { route: "DELETE /api/v1/uploads/{id}", scope: Scope::Upload, headers: &[TUS], body: "" },
    Row { route: "GET /api/v1/events", scope: Scope::Read, headers: &[], body: "" },
    Row { route: "GET /api/v1/webhooks", scope: Scope::Manage, headers: &[], body: "" },
    Row {
        route: "POST /api/v1/webhooks",
        scope: Scope::Manage,
        headers: &[JSON],
        body: r#"{"url":"https://hooks.invalid/"}"#,
    },
    Row { route: "DELETE /api/v1/webhooks/{id}", scope: Scope::Manage, headers: &[], body: "" },
    Row { route: "GET /api/v1/webhooks/{id}/deliveries", scope: Scope::Manage, headers: &[], body: "" },
    Row {
        route: "POST /api/v1/webhooks/{id}/replay",
        scope: Scope::Manage,
        headers: &[JSON],
        body: r#"{"since":"2026-01-01T00:00:00Z"}"#,
    },
];

/// Routes for everybody.
const OPEN: &[&str] = &["OPTIONS /api/v1/uploads"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_route_has_a_row_and_every_row_a_route() {
    let host = Host::start().await;
    let document = Request::new("GET", "/api/v1/openapi.json").send(host.address).await.json();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"), "{}", document["openapi"]);
    let mut described = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        described.extend(methods.as_object().unwrap().keys().map(|method| format!("{} {path}", method.to_uppercase())));
    }
    let mut rows: Vec<String> = ROWS.iter().map(|row| row.route.to_owned()).collect();
    rows.extend(OPEN.iter().map(|&route| route.to_owned()));
    described.sort();
    rows.sort();
    assert_eq!(described, rows);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_taken_and_answered_is_what_is_described() {
    let host = Host::start().await;
    let document = Request::new("GET", "/api/v1/openapi.json").send(host.address).await.json();
    for row in ROWS {
        let (method, path) = row.route.split_once(' ').unwrap();
        let described = &document["paths"][path][method.to_lowercase()];
        if let Ok(Value::Object(sent)) = serde_json::from_str(row.body) {
            let place = described["requestBody"]["content"]["application/json"]["schema"]["$ref"].as_str().unwrap();
            let taken = document.pointer(place.trim_start_matches('#')).unwrap();
            for name in sent.keys() {
                assert!(taken["properties"][name].is_object(), "{}: {name} is not in {place}", row.route);
            }
        }
        let own = Things::of(&host).await;
        let mut requests = vec![ask(row, &own.path(row.route)), ask(row, &own.path(row.route)).bearer(&host.token)];
        requests.extend(own.unknown(row.route).iter().map(|unknown| ask(row, unknown).bearer(&host.token)));
        for request in requests {
            let answer = request.send(host.address).await;
            let told = &described["responses"][answer.status.to_string()];
            assert!(told.is_object(), "{} answers {}, of which nothing is said", row.route, answer.status);
            let kind = answer.header("content-type").and_then(|kind| kind.split(';').next());
            if let (Some(kind), Value::Object(kinds)) = (kind, &told["content"]) {
                assert!(kinds.contains_key(kind), "{} answers {} in {kind}: {kinds:?}", row.route, answer.status);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_gets_what_is_theirs() {
    let host = Host::start().await;
    host.user("acme", "viewer@acme.example", UserRole::Viewer).await;
    host.user("rival", "manager@rival.example", UserRole::Manager).await;
    let (viewer, rival) = (host.log_in("viewer@acme.example").await, host.log_in("manager@rival.example").await);
    let expired = host.token("acme", Scope::ALL, Some(Utc::now() - TimeDelta::seconds(5))).await;
    let revoked = revoked(&host).await;
    let deleted = deleted(&host).await;
    let mut cells = 0;
    for row in ROWS {
        let own = Things::of(&host).await;
        for unknown in own.unknown(row.route) {
            let foreign = ask(row, &own.path(row.route)).own_cookie(&rival).send(host.address).await;
            let nothing = ask(row, &unknown).own_cookie(&rival).send(host.address).await;
            let same = ask(row, &unknown).bearer(&host.token).send(host.address).await;
            if row.route.contains("{id}") {
                assert_eq!(foreign.status, 404, "{}", row.route);
                assert_eq!(bare(&foreign), bare(&nothing), "foreign is unknown: {}", row.route);
                assert_eq!(bare(&foreign), bare(&same), "and the same for everybody: {}", row.route);
            }
            cells += 3;
        }
        let path = own.path(row.route);
        for place in own.unknown(row.route).iter().chain([&path]) {
            let request = ask(row, place);
            for stranger in [
                request.clone(),
                request.clone().bearer(&expired),
                request.clone().bearer(&revoked),
                request.own_cookie(&deleted),
            ] {
                assert_eq!(stranger.send(host.address).await.status, 401, "{}", row.route);
                cells += 1;
            }
        }
        let seen = ask(row, &path).own_cookie(&viewer).send(host.address).await.status;
        assert_eq!(seen == 403, row.scope != Scope::Read, "a viewer only looks: {} is {seen}", row.route);
        let cross = ask(row, &path).header("Cookie", &rival).header("Sec-Fetch-Site", "cross-site");
        let cross = cross.send(host.address).await.status;
        assert!(row.is_safe() || cross == 403, "no commands from other sites: {} is {cross}", row.route);
        let done = ask(row, &path).bearer(&host.token).send(host.address).await;
        assert!(!matches!(done.status, 401 | 403 | 500..), "{}: {done:?}", row.route);
        cells += 3;
    }
    assert!(cells >= 700, "only {cells} cells");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_never_makes_one_that_may_more() {
    let host = Host::start().await;
    let narrow = host.token("acme", [Scope::Manage, Scope::Read], None).await;
    let make = |scopes: &str| {
        let request = Request::new("POST", "/api/v1/tokens").bearer(&narrow).header("Content-Type", "application/json");
        request.body(format!(r#"{{"label":"x","scopes":{scopes}}}"#))
    };
    assert_eq!(make(r#"["upload"]"#).send(host.address).await.status, 403);
    assert_eq!(make(r#"["read","upload"]"#).send(host.address).await.status, 403);
    assert_eq!(make("[]").send(host.address).await.json()["field"], "scopes");
    assert_eq!(make(r#"["admin"]"#).send(host.address).await.status, 400);
    let made = make(r#"["read"]"#).send(host.address).await;
    assert_eq!(made.status, 201);
    let made = made.json();
    let secret = made["secret"].as_str().unwrap();
    let listed = host.request("GET", "/api/v1/tokens").send(host.address).await;
    assert!(!listed.text().contains(secret), "a secret is shown once");
    let ask = || async { Request::new("GET", "/api/v1/sessions").bearer(secret).send(host.address).await.status };
    assert_eq!(ask().await, 200);
    let path = format!("/api/v1/tokens/{}", made["id"].as_str().unwrap());
    assert_eq!(host.request("DELETE", &path).send(host.address).await.status, 204);
    assert_eq!(ask().await, 401, "revoked is revoked at once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn guessing_ends_in_429() {
    let host = Host::with(|settings| settings.guesses_per_minute = 20).await;
    let guess = || async { Request::new("GET", "/api/v1/sessions").bearer("sr_guess").send(host.address).await.status };
    let mut statuses = Vec::new();
    for _ in 0..40 {
        statuses.push(guess().await);
    }
    assert_eq!((statuses[0], statuses[39]), (401, 429), "{statuses:?}");
    assert_eq!(host.request("GET", "/api/v1/sessions").send(host.address).await.status, 200, "a good token goes on");
}

impl Row {
    pub(crate) fn is_safe(&self) -> bool {
        self.route.starts_with("GET") || self.route.starts_with("HEAD")
    }
}

/// What `acme` has: a session, an upload that is under way, a token, and a webhook.
struct Things {
    session: String,
    upload: String,
    token: String,
    webhook: String,
}

impl Things {
    async fn of(host: &Host) -> Self {
        let seed = fresh(host);
        let arrived = host.upload(&recording(500, seed)).await;
        let session = arrived.header("stepreel-session").unwrap().to_owned();
        let upload = host.begin(100).await.rsplit('/').next().unwrap().to_owned();
        host.token("acme", [Scope::Read], None).await;
        let acme = "acme".parse().unwrap();
        let token = host.store.tokens(&acme).await.unwrap()[0].id.to_string();
        let webhook = new_webhook(&acme, "https://hooks.invalid/", Vec::new(), Reach::Public).unwrap();
        assert!(host.store.add_webhook(&webhook).await.unwrap());
        Self { session, upload, token, webhook: webhook.id.to_string() }
    }

    fn id(&self, route: &str) -> &str {
        match route {
            route if route.contains("sessions") => &self.session,
            route if route.contains("tokens") => &self.token,
            route if route.contains("webhooks") => &self.webhook,
            _ => &self.upload,
        }
    }

    fn path(&self, route: &str) -> String {
        path(route).replace("{id}", self.id(route))
    }

    /// Ids that nobody has, well made and not.
    fn unknown(&self, route: &str) -> Vec<String> {
        if !route.contains("{id}") {
            return vec![path(route).to_owned()];
        }
        let other = self.id(route).replace(|digit: char| digit.is_ascii_hexdigit(), "7");
        let ids = [
            other,
            self.id(route).to_uppercase() + "X",
            "..%2f..%2fetc".to_owned(),
            "%00".to_owned(),
            "'%20OR%201=1".to_owned(),
        ];
        ids.iter().map(|id| path(route).replace("{id}", id)).collect()
    }
}

pub(crate) fn ask(row: &Row, path: &str) -> Request {
    let request = Request::new(row.route.split(' ').next().unwrap(), path).body(row.body);
    row.headers.iter().fold(request, |request, (name, value)| request.header(name, value))
}

pub(crate) fn path(route: &str) -> &str {
    route.split(' ').nth(1).unwrap()
}

/// Another seed for each session.
fn fresh(host: &Host) -> u64 {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(1_000);
    NEXT.fetch_add(1, Ordering::Relaxed) + u64::from(host.address.port())
}

/// The cookie of a manager who was taken away while logged in.
async fn deleted(host: &Host) -> String {
    let email = "gone@acme.example";
    host.user("acme", email, UserRole::Manager).await;
    let cookie = host.log_in(email).await;
    assert!(host.store.remove_user(&"acme".parse().unwrap(), email).await.unwrap());
    cookie
}

async fn revoked(host: &Host) -> String {
    let secret = host.token("acme", Scope::ALL, None).await;
    let digest = Digest::new(Sha256::digest(&secret).into());
    let token = host.store.token(digest).await.unwrap().unwrap();
    assert!(host.store.revoke_token(&token.tenant, token.id).await.unwrap());
    secret
}

/// An answer without what differs from one to the next.
fn bare(answer: &Answer) -> Answer {
    let mut answer = answer.clone();
    answer.headers.retain(|(name, _)| name != "date" && name != "x-request-id");
    answer
}
