//! One recording through all stages, in order.

use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use stepreel_core::{Role, Session, SessionId, SessionRecord, SessionStatus, TenantId};
use stepreel_media::{Recording, ToolVersions};
use stepreel_storage::{Blobs, Epoch, Store};
use tokio::runtime::Handle;
use tracing::Span;

use crate::cache::{Cache, folder_of};
use crate::observe::Observer;
use crate::probed::Probed;
use crate::shelf::Shelf;
use crate::{ProcessError, Stages, Watch};

/// Stages with a place for what they make.
pub struct Pipeline {
    pub(crate) stages: Stages,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) blobs: Blobs,
    pub(crate) cache: PathBuf,
}

/// One recording to be processed.
#[derive(Clone, Debug)]
pub struct Job {
    /// The file.
    pub recording: PathBuf,
    /// A caption file to be used instead of recognising words.
    pub captions: Option<PathBuf>,
    /// Whose it is.
    pub tenant: TenantId,
    /// What it is called.
    pub title: String,
    /// Who recorded it, if known.
    pub engineer: Option<String>,
    /// What for.
    pub role: Role,
    /// When the recording began, if known.
    pub started_at: Option<DateTime<Utc>>,
    /// Tells the time that the records carry.
    pub clock: fn() -> DateTime<Utc>,
}

/// A run over one recording: what it works on, and where it puts what it makes.
pub(crate) struct Run {
    pub(crate) pipeline: Arc<Pipeline>,
    pub(crate) job: Job,
    pub(crate) session: SessionId,
    pub(crate) recording: Recording,
    pub(crate) tools: ToolVersions,
    pub(crate) cache: Cache,
    pub(crate) shelf: Shelf,
    pub(crate) watch: Watch,
}

impl Run {
    pub(crate) fn stages(&self) -> &Stages {
        &self.pipeline.stages
    }

    pub(crate) fn observer(&self) -> Observer<'_> {
        Observer {
            stages: self.stages(),
            recording: &self.recording,
            tools: &self.tools,
            captions: self.job.captions.as_deref(),
            cache: &self.cache,
            watch: &self.watch,
        }
    }
}

impl Pipeline {
    /// A pipeline of those stages that stores records and blobs there, and keeps results of stages below the folder `cache`.
    pub fn new(stages: Stages, store: Arc<dyn Store>, blobs: Blobs, cache: PathBuf) -> Arc<Self> {
        Arc::new(Self { stages, store, blobs, cache })
    }

    /// Turns one recording into a stored session with its procedures, or into a stored verdict with its reasons.
    ///
    /// One run at a time works on a recording, and takes the next epoch of its session. What it makes becomes visible at once and whole when
    /// everything is done; a run that is killed or fails before that leaves what was visible before, and the next one goes on from
    /// the results that were kept.
    ///
    /// # Errors
    /// When the recording can't be read, a stage fails, something can't be stored, or the run was cancelled. A session that
    /// went badly is not an error: its record says so.
    pub async fn process(self: &Arc<Self>, job: Job, watch: Watch) -> Result<SessionRecord, ProcessError> {
        let watch = watch.of_one_run();
        self.stages.announce(&watch);
        let (pipeline, path, watched) = (Arc::clone(self), job.recording.clone(), watch.clone());
        let probed = blocking(move || Probed::open(&pipeline.stages, &path, &watched)).await?;
        let session = session(&job, &probed);
        let (pipeline, begun) = (Arc::clone(self), session.clone());
        let run = blocking(move || pipeline.run(job, probed, &begun, watch)).await?;
        let epoch = self.store.begin(&session).await?;
        let finished = finish(run, session.clone(), epoch).await;
        if finished.is_err()
            && let Err(error) = self.store.release(&session.tenant_id, session.id, epoch).await
        {
            tracing::warn!(%error, "the session stays listed as in progress until its next run");
        }
        self.trim().await;
        finished
    }

    /// Results of old configurations go. When they can't, the session is no worse for it.
    async fn trim(&self) {
        let (kept, folder) = (self.stages.kept_results, self.cache.clone());
        let trimmed = blocking(move || kept.trim(&folder).map_err(|cause| ProcessError::Cache { path: folder, cause }));
        if let Err(error) = trimmed.await {
            tracing::warn!(%error, "kept results could not be trimmed");
        }
    }

    fn run(self: &Arc<Self>, job: Job, probed: Probed, session: &Session, watch: Watch) -> Result<Run, ProcessError> {
        let Probed { recording, tools, .. } = probed;
        let cache = Cache::open(folder_of(&self.cache, &session.tenant_id, session.recording_sha256))?;
        let shelf = Shelf::new(self.blobs.clone(), Handle::current(), session);
        Ok(Run { pipeline: Arc::clone(self), job, recording, tools, session: session.id, cache, shelf, watch })
    }
}

/// Extracts and publishes.
async fn finish(run: Run, session: Session, epoch: Epoch) -> Result<SessionRecord, ProcessError> {
    let (extract, run) = blocking(move || run.extract().map(|extract| (extract, run))).await?;
    run.publish(session, extract, epoch).await
}

/// The session as it stands before anything is known of it.
fn session(job: &Job, probed: &Probed) -> Session {
    let Probed { recording, digest, .. } = probed;
    let path = std::path::absolute(&job.recording).unwrap_or_else(|_| job.recording.clone());
    Session {
        id: SessionId::of(&job.tenant, *digest),
        tenant_id: job.tenant.clone(),
        title: job.title.clone(),
        engineer: job.engineer.clone(),
        role: job.role,
        started_at: job.started_at,
        completed_at: None,
        duration_seconds: recording.info().duration.as_secs_f64(),
        video_url: url::Url::from_file_path(&path).map_or_else(|()| path.display().to_string(), String::from),
        recording_sha256: *digest,
        status: SessionStatus::InProgress,
        outcome: None,
        findings: stepreel_core::Findings::default(),
        score: None,
        filmstrip_url: None,
        summary: String::new(),
        created_at: (job.clock)(),
    }
}

/// Runs work that computes or waits for child processes beside the threads that wait for storage, within the span of here.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ProcessError> + Send + 'static,
) -> Result<T, ProcessError> {
    let span = Span::current();
    match tokio::task::spawn_blocking(move || span.in_scope(work)).await {
        Ok(result) => result,
        Err(panic) => std::panic::resume_unwind(panic.into_panic()),
    }
}
