//! What whoever runs the service asks it: whether it lives, whether it can work, and how it does.

mod queue;

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderName, StatusCode};
use axum::routing::get;
use stepreel_storage::{Accounts as _, Queue as _};

use crate::{App, Problem};

pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
}

/// What has been counted since the start; of no tenant, so that anybody may see it.
#[derive(Default)]
pub(crate) struct Counters {
    answers: [AtomicU64; 5],
    received: AtomicU64,
    arrived: AtomicU64,
    refused: AtomicU64,
    told: AtomicU64,
    not_told: AtomicU64,
}

impl Counters {
    /// A request was answered.
    pub(crate) fn answered(&self, status: StatusCode) {
        let class = usize::from(status.as_u16() / 100).clamp(1, 5) - 1;
        self.answers[class].fetch_add(1, Ordering::Relaxed);
    }

    /// So many bytes of uploads are on disk.
    pub(crate) fn received(&self, bytes: u64) {
        self.received.fetch_add(bytes, Ordering::Relaxed);
    }

    /// An upload has become a session.
    pub(crate) fn arrived(&self) {
        self.arrived.fetch_add(1, Ordering::Relaxed);
    }

    /// An upload was no recording.
    pub(crate) fn refused(&self) {
        self.refused.fetch_add(1, Ordering::Relaxed);
    }

    /// A webhook has taken a message.
    pub(crate) fn told(&self) {
        self.told.fetch_add(1, Ordering::Relaxed);
    }

    /// A webhook has not.
    pub(crate) fn not_told(&self) {
        self.not_told.fetch_add(1, Ordering::Relaxed);
    }

    /// In the text format of Prometheus.
    fn page(&self) -> String {
        let mut page = String::from("# TYPE stepreel_http_responses_total counter\n");
        for (class, count) in self.answers.iter().enumerate() {
            let count = count.load(Ordering::Relaxed);
            // Writing to a string can't fail.
            let _ = writeln!(page, "stepreel_http_responses_total{{class=\"{}xx\"}} {count}", class + 1);
        }
        for (name, count) in [
            ("stepreel_upload_bytes_total", &self.received),
            ("stepreel_uploads_arrived_total", &self.arrived),
            ("stepreel_uploads_refused_total", &self.refused),
            ("stepreel_webhook_messages_taken_total", &self.told),
            ("stepreel_webhook_messages_not_taken_total", &self.not_told),
        ] {
            let count = count.load(Ordering::Relaxed);
            let _ = writeln!(page, "# TYPE {name} counter\n{name} {count}");
        }
        page
    }
}

/// Whether the store answers and uploads have a place.
async fn ready(State(app): State<App>) -> Result<&'static str, Problem> {
    app.store().tenants().await?;
    match tokio::fs::metadata(app.uploads()).await {
        Ok(folder) if folder.is_dir() => Ok("ok\n"),
        _ => Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "not_ready", "uploads have no place")),
    }
}

async fn metrics(State(app): State<App>) -> Result<([(HeaderName, &'static str); 1], String), Problem> {
    let queue = queue::page(&app.store().load().await?, &app.store().tallies().await?);
    Ok(([(CONTENT_TYPE, "text/plain; version=0.0.4")], app.counters().page() + &queue))
}
