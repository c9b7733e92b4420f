//! A whole upload becomes a session.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use axum::http::StatusCode;
use chrono::Utc;
use stepreel_core::{Findings, Session, SessionId, SessionStatus};
use stepreel_prescan::{Container, Refusal};
use stepreel_storage::{BlobKey, Extension, Queue as _, Upload, Uploads as _, content_of};

use super::metadata::Metadata;
use super::turns::Turn;
use super::{append, growing};
use crate::{App, Problem};

/// Recordings that are read through at a time: many that arrive at once must not take the cores from who reads.
pub(crate) const AT_ONCE: usize = 2;

/// What a whole upload became.
pub(super) enum Ending {
    Session(SessionId),
    Refused(Box<Problem>),
}

/// Makes a session of a whole upload, whose turn it is. Every step can be done again: whoever finds an upload that is whole and
/// has become nothing begins here, wherever a crash ended the last try.
pub(super) async fn finish(app: &App, _turn: &Turn, upload: &Upload) -> Result<Ending, Problem> {
    let file = growing::place(app.uploads(), upload.id);
    let recording = match &upload.recording {
        Some(recording) => recording.clone(),
        None => match identify(app, file.clone(), upload.clone()).await? {
            Some(recording) => recording,
            None => return refuse(app, upload).await,
        },
    };
    // The session of the same recording may be going.
    let _alone = app.recordings_turn().lock().await;
    app.store().seal_upload(upload.id, &recording).await?;
    if tokio::fs::try_exists(&file).await.map_err(|cause| append::disk(&cause))? {
        app.recordings().take_file(&recording, &file).await?;
    }
    let session = session(upload, &recording);
    app.store().submit(&session).await?;
    app.store().finish_upload(upload.id, session.id).await?;
    app.counters().arrived();
    tracing::info!(upload = %upload.id, session = %session.id, bytes = upload.length, "a recording has arrived");
    Ok(Ending::Session(session.id))
}

/// What the recording's name will be, made of what it holds; nothing for what is no recording.
async fn identify(app: &App, file: PathBuf, upload: Upload) -> Result<Option<BlobKey>, Problem> {
    let look = move || -> io::Result<Option<BlobKey>> {
        let Some(extension) = extension(&file)? else { return Ok(None) };
        let content = content_of(&file)?;
        let session = SessionId::of(&upload.tenant, content);
        Ok(Some(BlobKey::new(&upload.tenant, session, content, extension)))
    };
    let _turn = app.arrivals_turn().await.map_err(|_| Problem::internal())?;
    let looked = tokio::task::spawn_blocking(look).await.map_err(|_| Problem::internal())?;
    looked.map_err(|cause| append::disk(&cause))
}

/// The ending of what the file's first bytes say that it is.
fn extension(file: &Path) -> io::Result<Option<Extension>> {
    let container = match Container::of(&mut File::open(file)?) {
        Ok(container) => container,
        Err(Refusal::Io(cause)) => return Err(cause),
        Err(_) => None,
    };
    Ok(container.map(|container| match container {
        Container::Mp4 => Extension::Mp4,
        Container::Matroska => Extension::Mkv,
        Container::MpegTs => Extension::Ts,
        Container::Avi => Extension::Avi,
        Container::MpegPs => Extension::Mpg,
        Container::Flv => Extension::Flv,
        Container::Ogg => Extension::Ogg,
        _ => Extension::Sound,
    }))
}

/// The file goes, and the upload stays for a while to say why.
async fn refuse(app: &App, upload: &Upload) -> Result<Ending, Problem> {
    const REASON: &str = "it is no recording: its first bytes are of none of MP4, MOV, Matroska, WebM, MPEG-TS, AVI";
    app.store().refuse_upload(upload.id, REASON).await?;
    growing::remove(app.uploads(), upload.id).await.map_err(|cause| append::disk(&cause))?;
    app.counters().refused();
    let problem = Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "no_recording", "that is no recording");
    Ok(Ending::Refused(Box::new(problem.detail(REASON).remedy("send the file that the camera wrote, as it is"))))
}

fn session(upload: &Upload, recording: &BlobKey) -> Session {
    // It was read when the upload began.
    let said = Metadata::read(&upload.metadata).unwrap_or_default();
    Session {
        id: recording.session(),
        tenant_id: upload.tenant.clone(),
        title: said.title(),
        engineer: said.engineer,
        role: said.role,
        started_at: said.started_at,
        completed_at: None,
        duration_seconds: 0.0,
        video_url: recording.to_string(),
        recording_sha256: recording.content(),
        status: SessionStatus::Queued,
        outcome: None,
        findings: Findings::default(),
        score: None,
        filmstrip_url: None,
        summary: String::new(),
        created_at: Utc::now(),
    }
}
