//! What goes on, told to the pages that show it.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::{RawQuery, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use futures::stream::{self, Stream};
use serde::Serialize;
use stepreel_core::{SessionId, TenantId};
use stepreel_storage::{ListQuery, Listing as _};
use uuid::Uuid;

use super::activity::Activity;
use super::arriving::{self, Arriving};
use super::list;
use super::visitor::Visitor;
use crate::{App, Problem};

/// Between two looks at the store.
const PAUSE: Duration = Duration::from_secs(1);

/// Sessions that one page watches at most.
const WATCHED: usize = 100;

/// A page that stays open longer connects again, and shows then whether it still may.
const LONGEST: u32 = 600;

/// What a page that shows sessions needs to know.
#[derive(Serialize)]
struct Situation {
    /// Changes when a session or an upload comes or goes.
    mark: String,
    sessions: Vec<Going>,
    uploads: Vec<Arriving>,
}

#[derive(Serialize)]
struct Going {
    id: String,
    status: &'static str,
    percent: u8,
    stage: String,
}

/// What a page watches, and what it was told last.
struct Watch {
    app: App,
    tenant: TenantId,
    sessions: Vec<SessionId>,
    told: String,
    looks: u32,
}

pub(super) async fn live(
    Visitor(caller): Visitor,
    State(app): State<App>,
    RawQuery(query): RawQuery,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let sessions = watched(query.as_deref().unwrap_or_default());
    let watch = Watch { app, tenant: caller.tenant().clone(), sessions, told: String::new(), looks: 0 };
    Sse::new(stream::unfold(watch, next)).keep_alive(KeepAlive::default())
}

fn watched(query: &str) -> Vec<SessionId> {
    let ids = query.split('&').filter_map(|pair| pair.strip_prefix("id=")).filter_map(|id| id.parse::<Uuid>().ok());
    ids.map(SessionId).take(WATCHED).collect()
}

/// Waits until there is something new to tell. A store that doesn't answer ends the stream: the browser connects again.
async fn next(mut watch: Watch) -> Option<(Result<Event, Infallible>, Watch)> {
    while watch.looks < LONGEST && !watch.app.is_stopping() {
        if watch.looks > 0 {
            tokio::time::sleep(PAUSE).await;
        }
        watch.looks += 1;
        let situation = watch.situation().await.ok()?;
        let text = serde_json::to_string(&situation).ok()?;
        if text != watch.told {
            watch.told.clone_from(&text);
            return Some((Ok(Event::default().event("state").data(text)), watch));
        }
    }
    None
}

impl Watch {
    async fn situation(&self) -> Result<Situation, Problem> {
        let sessions = self.app.store().going(&self.tenant, &self.sessions).await?;
        let sessions = sessions.iter().map(Going::from).collect();
        let uploads = arriving::uploads(&self.app, &self.tenant).await?;
        Ok(Situation { mark: mark(&self.app, &self.tenant, &uploads).await?, sessions, uploads })
    }
}

impl From<&stepreel_storage::Going> for Going {
    fn from(going: &stepreel_storage::Going) -> Self {
        let now = going.job.as_ref().map_or_else(Activity::unknown, Activity::from);
        let status = list::status(going.status).value;
        Self { id: going.id.to_string(), status, percent: now.percent, stage: now.stage }
    }
}

/// Which sessions and uploads there are, in a word.
pub(super) async fn mark(app: &App, tenant: &TenantId, uploads: &[Arriving]) -> Result<String, Problem> {
    let total = app.store().count(tenant, &ListQuery::default()).await?;
    let uploads = uploads.iter().map(|upload| format!("-{}{}", upload.id, u8::from(upload.note.is_some())));
    Ok(format!("{total}{}", uploads.collect::<String>()))
}
