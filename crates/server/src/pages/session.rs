//! The page of a session.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Html;
use stepreel_core::{Session, SessionId, SessionRecord, TenantId};
use stepreel_report::{Links, Parts, parts};
use stepreel_storage::{BlobKey, Listed, Listing as _, Store as _};

use super::frame::{Frame, page};
use super::handouts::Handout;
use super::list::{self, Row};
use super::visitor::Visitor;
use super::{activity, arriving, handouts, live};
use crate::api::session_id;
use crate::{App, Caller, Problem};

#[derive(Template)]
#[template(path = "session.html")]
struct SessionPage<'a> {
    frame: Frame,
    title: &'a str,
    here: String,
    parts: Parts,
    recording: Option<String>,
    poster: Option<String>,
    downloads: Vec<Download>,
    documents: Vec<Handout>,
    exports: Vec<Handout>,
}

/// Something to keep.
struct Download {
    text: &'static str,
    url: String,
    file: String,
}

#[derive(Template)]
#[template(path = "waiting.html")]
struct WaitingPage {
    frame: Frame,
    mark: String,
    session: Row,
    code: Option<String>,
    recording: Option<String>,
}

pub(super) async fn session(
    Visitor(caller): Visitor,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Html<String>, Problem> {
    let id = session_id(&id)?;
    match app.store().session(caller.tenant(), id).await? {
        Some(record) => shown(&app, &caller, &record).await,
        None => match app.store().listed(caller.tenant(), id).await? {
            Some(listed) => waiting(&app, &caller, &listed).await,
            None => Err(Problem::not_found()),
        },
    }
}

async fn shown(app: &App, caller: &Caller, record: &SessionRecord) -> Result<Html<String>, Problem> {
    let links = MediaLinks::of_session(app, record).await;
    let parts = parts(record, &links).map_err(|cause| unmade(&cause))?;
    let session = &record.session;
    let thumbnail = record.procedures.iter().find_map(|procedure| procedure.thumbnail_url.as_deref());
    page(&SessionPage {
        frame: Frame::of(caller, "sessions"),
        title: &session.title,
        here: format!("/sessions/{}", session.id),
        parts,
        recording: links.recording(),
        poster: thumbnail.map(|key| links.blob(key)),
        downloads: downloads(record, links.recording()),
        documents: handouts::documents(record),
        exports: handouts::exports(record),
    })
}

fn downloads(record: &SessionRecord, recording: Option<String>) -> Vec<Download> {
    let (id, title) = (record.session.id, &record.session.title);
    let download = |text, url, ending: &str| Download { text, url, file: format!("{title}{ending}") };
    let chapters = || download("Chapters", format!("/sessions/{id}/chapters.vtt"), " chapters.vtt");
    let mut downloads = vec![download("JSON", format!("/sessions/{id}/session.json"), ".json")];
    if !record.procedures.is_empty() {
        downloads.insert(0, chapters());
    }
    if let Some(url) = recording {
        let ending = url.rsplit_once('.').map_or(String::new(), |(_, ending)| format!(".{ending}"));
        downloads.insert(0, download("Download recording", url, &ending));
    }
    downloads
}

async fn waiting(app: &App, caller: &Caller, listed: &Listed) -> Result<Html<String>, Problem> {
    let tenant = caller.tenant();
    page(&WaitingPage {
        frame: Frame::of(caller, "sessions"),
        mark: live::mark(app, tenant, &arriving::uploads(app, tenant).await?).await?,
        session: list::row(app, tenant, listed).await?,
        code: activity::fault(app, tenant, listed.id).await?.map(|fault| fault.code),
        recording: recording_url(tenant, listed.id, &listed.video_url),
    })
}

pub(super) fn unmade(cause: &stepreel_report::ReportError) -> Problem {
    tracing::error!(error = cause as &dyn std::error::Error, "the parts of a page could not be made");
    Problem::internal()
}

/// Where this service has the media of a session. The cookie of the visit is enough for the page's own.
pub(super) struct MediaLinks<'a> {
    session: &'a Session,
    filmstrip: Option<Vec<u8>>,
    recording: Option<String>,
}

impl<'a> MediaLinks<'a> {
    async fn of_session(app: &App, record: &'a SessionRecord) -> Self {
        let session = &record.session;
        let recording = recording_url(&session.tenant_id, session.id, &session.video_url);
        Self { session, filmstrip: filmstrip(app, session).await, recording }
    }

    /// Without the recording: times play the clip.
    pub(super) fn of_procedure(record: &'a SessionRecord) -> Self {
        Self { session: &record.session, filmstrip: None, recording: None }
    }
}

/// A page is better without it than no page.
async fn filmstrip(app: &App, session: &Session) -> Option<Vec<u8>> {
    let key: BlobKey = session.filmstrip_url.as_ref()?.parse().ok()?;
    app.blobs().get(&key).await.inspect_err(|cause| tracing::warn!(%key, %cause, "a filmstrip is missing")).ok()
}

/// Where the recording is; nothing for one that lies elsewhere.
fn recording_url(tenant: &TenantId, id: SessionId, key: &str) -> Option<String> {
    let own = key.parse::<BlobKey>().is_ok_and(|key| key.tenant() == tenant && key.session() == id);
    own.then(|| format!("/media/{key}"))
}

impl Links for MediaLinks<'_> {
    fn blob(&self, key: &str) -> String {
        format!("/media/{key}")
    }

    fn procedure(&self, ordinal: u32) -> String {
        format!("/sessions/{}/procedures/{ordinal}", self.session.id)
    }

    fn recording(&self) -> Option<String> {
        self.recording.clone()
    }

    fn filmstrip(&self) -> Option<&[u8]> {
        self.filmstrip.as_deref()
    }
}
