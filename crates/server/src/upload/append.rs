//! PATCH: a piece of an upload.

use std::io;
use std::time::Duration;

use axum::body::{Body, BodyDataStream, Bytes};
use axum::extract::{Path, State};
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use futures::StreamExt;
use stepreel_storage::{Scope, Upload, UploadState, Uploads as _};
use tokio::time::{Instant, sleep_until, timeout};

use super::arrive::{self, Ending};
use super::checksum::Checksum;
use super::growing::Growing;
use super::turns::Turn;
use super::{end, look, protocol};
use crate::{App, Caller, Problem};

/// So many bytes come between two times that they are put on disk and told: what a server's crash may cost.
const STEP: u64 = 8 << 20;

/// A connection that brings nothing for so long is given up.
const SILENCE: Duration = Duration::from_mins(1);

/// When somebody else asks for the upload, one that brings nothing for so long lets go.
const QUIET: Duration = Duration::from_millis(500);

/// When somebody else asks for the upload, it lets go after so long even if it goes on: the newer connection wins.
const GRACE: Duration = Duration::from_secs(5);

/// An answer waits so long for the session; the bytes are safe whether it comes or not.
const SESSION: Duration = Duration::from_secs(20);

/// Adds the body to the upload at `Upload-Offset`. What was received stays received when the connection breaks, unless the
/// piece has an `Upload-Checksum`: then it is kept whole or not at all.
#[utoipa::path(
    patch, path = "/api/v1/uploads/{id}", operation_id = "append_upload", tag = "uploads",
    params(
        ("id" = String, Path, description = "The upload"),
        ("Tus-Resumable" = String, Header, description = "1.0.0", pattern = r"^1\.0\.0$"),
        ("Upload-Offset" = u64, Header, description = "Where the piece begins"),
        ("Upload-Checksum" = Option<String>, Header, description = "sha1, sha256 or crc32, and base64"),
    ),
    request_body(content_type = "application/offset+octet-stream", content = Vec<u8>),
    responses(
        (status = 204, description = "Upload-Offset bytes are on disk; with the last, Stepreel-Session is the session"),
        (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem),
        (status = 409, body = Problem, description = "The upload is somewhere else"),
        (status = 410, body = Problem, description = "The upload was given up"),
        (status = 412, body = Problem), (status = 413, body = Problem),
        (status = 415, body = Problem, description = "No piece of an upload, or, after the last, no recording"),
        (status = 423, body = Problem), (status = 460, body = Problem, description = "The checksum is another"),
        (status = 507, body = Problem, description = "The disk is full"),
    )
)]
pub(super) async fn append(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    caller.may(Scope::Upload)?;
    let upload = look::find(&app, &caller, protocol::id(&id)?).await?;
    protocol::is_piece(&headers)?;
    let offset = protocol::number(&headers, &protocol::OFFSET, "Upload-Offset")?;
    let piece = Piece::announced(&headers, offset, body)?;
    let upload = take(&app, upload, piece).await?;
    Ok((StatusCode::NO_CONTENT, look::answer(&upload)).into_response())
}

/// For clients that can't send PATCH or DELETE: `X-HTTP-Method-Override` says which is meant.
#[utoipa::path(
    post, path = "/api/v1/uploads/{id}", operation_id = "override_upload", tag = "uploads",
    params(
        ("id" = String, Path, description = "The upload"),
        ("Tus-Resumable" = String, Header, description = "1.0.0", pattern = r"^1\.0\.0$"),
        ("X-HTTP-Method-Override" = String, Header, description = "PATCH or DELETE", pattern = "^(PATCH|DELETE)$"),
    ),
    responses(
        (status = 204, description = "Done"), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 405, body = Problem),
        (status = 409, body = Problem), (status = 410, body = Problem), (status = 412, body = Problem),
        (status = 413, body = Problem), (status = 415, body = Problem), (status = 423, body = Problem),
        (status = 460, body = Problem), (status = 507, body = Problem),
    )
)]
pub(super) async fn overridden(
    state: State<App>,
    caller: Caller,
    path: Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    match headers.get("x-http-method-override").map(HeaderValue::as_bytes) {
        Some(b"PATCH") => append(state, caller, path, headers, body).await,
        Some(b"DELETE") => end::end(state, caller, path).await,
        _ => Err(Problem::method_not_allowed()),
    }
}

/// A piece of an upload, on its way.
pub(super) struct Piece {
    offset: u64,
    /// Bytes, if that was said.
    length: Option<u64>,
    checksum: Option<Checksum>,
    body: BodyDataStream,
}

impl Piece {
    pub(super) fn announced(headers: &HeaderMap, offset: u64, body: Body) -> Result<Self, Problem> {
        let checksum = Checksum::announced(headers)?;
        Ok(Self { offset, length: protocol::body_length(headers), checksum, body: body.into_data_stream() })
    }
}

/// Takes a piece in, when it is its turn.
pub(super) async fn take(app: &App, upload: Upload, piece: Piece) -> Result<Upload, Problem> {
    let turn = app.turns().take(upload.id).await?;
    let upload = app.store().upload(&upload.tenant, upload.id).await?.ok_or_else(Problem::not_found)?;
    let upload = Appending { app, turn: &turn, upload, noted: Instant::now() }.run(piece).await?;
    become_session(app, turn, upload).await
}

/// Makes a session of an upload that is whole and has become nothing, and waits a while for it.
pub(super) async fn become_session(app: &App, turn: Turn, upload: Upload) -> Result<Upload, Problem> {
    if !upload.is_whole() || upload.state != UploadState::Receiving {
        return Ok(upload);
    }
    let (app, whole) = (app.clone(), upload.clone());
    let task = tokio::spawn(async move { arrive::finish(&app, &turn, &whole).await });
    match timeout(SESSION, task).await {
        Ok(Ok(Ok(Ending::Session(session)))) => Ok(Upload { state: UploadState::Finished(session), ..upload }),
        Ok(Ok(Ok(Ending::Refused(problem)))) => Err(*problem),
        // Every byte is on disk: it becomes a session later, and the client is done.
        Ok(_) | Err(_) => Ok(upload),
    }
}

/// An upload that a piece is added to.
struct Appending<'a> {
    app: &'a App,
    turn: &'a Turn,
    upload: Upload,
    /// When nobody else was last seen to wait.
    noted: Instant,
}

/// What comes next on a connection.
enum Next {
    Part(Bytes),
    End,
    /// It broke, or brought nothing for too long, or somebody else wants the upload.
    Broken(Problem),
}

impl Appending<'_> {
    async fn run(mut self, mut piece: Piece) -> Result<Upload, Problem> {
        self.check(&piece)?;
        if self.upload.is_whole() {
            return Ok(self.upload);
        }
        let growing = Growing::open(self.app.uploads(), self.upload.id, self.upload.received).await;
        let mut growing = growing.map_err(|cause| disk(&cause))?;
        match self.grow(&mut growing, &mut piece).await {
            Ok(()) => Ok(self.upload),
            Err(problem) => {
                // Nothing beyond what was told may stay: the next piece begins there.
                growing.back_to(self.upload.received).await.map_err(|cause| disk(&cause))?;
                Err(problem)
            }
        }
    }

    fn check(&self, piece: &Piece) -> Result<(), Problem> {
        match &self.upload.state {
            UploadState::Expired => return Err(protocol::gone(None)),
            UploadState::Refused(reason) => return Err(protocol::gone(Some(reason))),
            UploadState::Receiving | UploadState::Finished(_) => {}
        }
        if piece.offset != self.upload.received {
            return Err(protocol::wrong_offset(self.upload.received));
        }
        let left = self.upload.length - self.upload.received;
        if piece.length.is_some_and(|length| length > left) { Err(protocol::too_long()) } else { Ok(()) }
    }

    async fn grow(&mut self, growing: &mut Growing, piece: &mut Piece) -> Result<(), Problem> {
        loop {
            match self.next(&mut piece.body).await {
                Next::Part(part) => self.add(growing, piece.checksum.as_mut(), &part).await?,
                Next::End => {
                    piece.checksum.take().map_or(Ok(()), Checksum::check)?;
                    return self.tell(growing).await;
                }
                Next::Broken(problem) => {
                    // Part of a piece with a checksum can't be checked.
                    if piece.checksum.is_none() {
                        self.tell(growing).await?;
                    }
                    return Err(problem);
                }
            }
            if piece.checksum.is_none() && growing.length() - self.upload.received >= STEP {
                self.tell(growing).await?;
            }
        }
    }

    async fn add(&self, growing: &mut Growing, checksum: Option<&mut Checksum>, part: &[u8]) -> Result<(), Problem> {
        if part.len() as u64 > self.upload.length - growing.length() {
            return Err(protocol::too_long());
        }
        if let Some(checksum) = checksum {
            checksum.update(part);
        }
        growing.append(part).await.map_err(|cause| disk(&cause))
    }

    /// Puts what came on disk, then tells it.
    async fn tell(&mut self, growing: &mut Growing) -> Result<(), Problem> {
        growing.sync().await.map_err(|cause| disk(&cause))?;
        let lifetime = self.app.settings().upload_lifetime;
        self.app.store().receive(self.upload.id, growing.length(), lifetime).await?;
        self.app.counters().received(growing.length() - self.upload.received);
        self.upload.received = growing.length();
        self.upload.expires_at = chrono::Utc::now() + lifetime;
        Ok(())
    }

    async fn next(&mut self, body: &mut BodyDataStream) -> Next {
        let asked = Instant::now();
        if !self.turn.is_wanted() {
            self.noted = Instant::now();
        }
        if self.noted.elapsed() > GRACE {
            return Next::Broken(taken_over());
        }
        tokio::select! {
            biased;
            part = body.next() => match part {
                Some(Ok(part)) => Next::Part(part),
                Some(Err(_)) => Next::Broken(Problem::invalid("body", "the connection broke")),
                None => Next::End,
            },
            () = let_go(self.turn, asked) => Next::Broken(taken_over()),
            () = sleep_until(asked + SILENCE) => Next::Broken(silent()),
        }
    }
}

/// Returns when the upload should be left to somebody else.
async fn let_go(turn: &Turn, asked: Instant) {
    turn.wanted().await;
    sleep_until(asked + QUIET).await;
}

fn taken_over() -> Problem {
    Problem::new(StatusCode::CONFLICT, "taken_over", "a newer request took the upload over")
        .remedy("ask with HEAD how far the upload is, and go on from there")
}

fn silent() -> Problem {
    Problem::new(StatusCode::REQUEST_TIMEOUT, "silent", "nothing came for too long")
}

/// What a disk that fails means for a client. The cause goes to the log.
pub(super) fn disk(cause: &io::Error) -> Problem {
    tracing::error!(%cause, "an upload can't be written");
    match cause.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
            Problem::new(StatusCode::INSUFFICIENT_STORAGE, "full", "there is no space left")
                .remedy("go on later; what was acknowledged is safe")
                .header(RETRY_AFTER, 60.into())
        }
        _ => Problem::internal(),
    }
}
