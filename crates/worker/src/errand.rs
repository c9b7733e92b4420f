//! The child's side: what it is to do, how it does it, and what it tells.

use std::error::Error;
use std::io::{self, BufRead, Read};
use std::iter::successors;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use chrono::Utc;
use rustix::process::{Signal, getpid, kill_process, set_parent_process_death_signal};
use stepreel_core::SessionId;
use stepreel_models::Library;
use stepreel_pipeline::{Config, Job, Pipeline, ProcessError, Stages, Watch};
use stepreel_storage::{Assignment, Fault, StoreError};
use tokio::signal::unix::{SignalKind, signal};

use crate::Place;
use crate::claimed::Claimed;
use crate::line::{Failure, Remedy};
use crate::telling::Telling;

/// What a child was sent to do.
pub struct Errand {
    assignment: Assignment,
    telling: Arc<Telling>,
}

/// A process that no worker sent.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ErrandError {
    /// What is to be done can't be read.
    #[error("no errand on standard input: this command is for a worker to start")]
    Unread(#[source] io::Error),
    /// What is to be done makes no sense.
    #[error("no errand that makes sense on standard input: this command is for a worker to start")]
    Senseless(#[source] serde_json::Error),
    /// The process can't be made to end with its worker.
    #[error("this process can't be made to end with its worker")]
    Unbound(#[source] io::Error),
}

impl Errand {
    /// Reads what is to be done. From now on this process ends with the worker that started it, however that ends.
    ///
    /// # Errors
    /// When no worker has started it.
    pub fn receive() -> Result<Self, ErrandError> {
        set_parent_process_death_signal(Some(Signal::KILL)).map_err(|cause| ErrandError::Unbound(cause.into()))?;
        let mut line = String::new();
        io::stdin().lock().read_line(&mut line).map_err(ErrandError::Unread)?;
        let assignment = serde_json::from_str(&line).map_err(ErrandError::Senseless)?;
        thread::Builder::new().name("lifeline".into()).spawn(hold_lifeline).map_err(ErrandError::Unbound)?;
        Ok(Self { assignment, telling: Arc::new(Telling::new(Box::new(io::stdout()))) })
    }

    /// The session.
    pub fn session(&self) -> SessionId {
        self.assignment.claim.session
    }

    /// Processes the session of the errand; says whether it is done.
    pub async fn run(self, place: Result<Place, StoreError>, config: &Config) -> bool {
        let Self { assignment, telling } = self;
        let stages = match stages(config) {
            Ok(stages) => stages,
            Err(failure) => return telling.fail(failure),
        };
        match place {
            Ok(place) => process(&place, stages, assignment, &telling).await,
            Err(error) => telling.fail(of_store(&error)),
        }
    }
}

/// Waits for the end of standard input, which comes when the worker lets go of it or dies.
fn hold_lifeline() {
    let _ = io::copy(&mut io::stdin().lock().by_ref(), &mut io::sink());
    // Nobody is left who could use what this process makes.
    let _ = kill_process(getpid(), Signal::KILL);
}

fn stages(config: &Config) -> Result<Stages, Failure> {
    let library = Library::discover().map_err(|error| unready(&error))?;
    Stages::build(config, &library).map_err(|error| unready(&error))
}

async fn process(place: &Place, stages: Stages, assignment: Assignment, telling: &Arc<Telling>) -> bool {
    let Some(recording) = place.recording(&assignment.session.video_url) else {
        let message = "the recording is nowhere that could be read".to_owned();
        let fault = Fault { code: "media_not_found".to_owned(), stage: None, message, signal: None };
        return telling.fail(Failure { fault, remedy: Remedy::None });
    };
    let job = job(&assignment, recording.clone());
    let store = Arc::new(Claimed::new(Arc::clone(&place.store), assignment));
    let pipeline = Pipeline::new(stages, store, place.blobs.clone(), place.cache.clone());
    let watch = Watch::new(Arc::clone(telling) as Arc<_>);
    stop_when_asked(watch.clone());
    match pipeline.process(job, watch).await {
        Ok(_) => true,
        Err(error) => telling.fail(of_run(&error, &recording)),
    }
}

fn job(assignment: &Assignment, recording: PathBuf) -> Job {
    let session = &assignment.session;
    Job {
        recording,
        captions: None,
        tenant: session.tenant_id.clone(),
        title: session.title.clone(),
        engineer: session.engineer.clone(),
        role: session.role,
        started_at: session.started_at,
        clock: Utc::now,
    }
}

/// What was done so far is kept for the next run.
fn stop_when_asked(watch: Watch) {
    tokio::spawn(async move {
        match signal(SignalKind::terminate()) {
            Ok(mut asked) => {
                asked.recv().await;
                watch.cancel();
            }
            Err(error) => tracing::warn!(%error, "this process can only be stopped by killing it"),
        }
    });
}

/// Why a run failed. Where the recording lies on this machine is nobody's business.
fn of_run(error: &ProcessError, recording: &Path) -> Failure {
    let message = sentence(error).replace(&*recording.to_string_lossy(), "the recording");
    let fault = Fault { code: error.code().to_owned(), stage: None, message, signal: None };
    Failure { fault, remedy: remedy(error) }
}

fn remedy(error: &ProcessError) -> Remedy {
    match error {
        ProcessError::Cancelled => Remedy::Release,
        ProcessError::Busy { .. } | ProcessError::Cache { .. } => Remedy::Time,
        ProcessError::Store(error) => of_store(error).remedy,
        error if matches!(error.code(), "disk_full" | "decoder_missing" | "decoder_unconfined") => Remedy::Time,
        error if error.retry_can_help() => Remedy::Attempt,
        _ => Remedy::None,
    }
}

fn of_store(error: &StoreError) -> Failure {
    let remedy = match error {
        StoreError::Superseded { .. } => Remedy::Release,
        StoreError::Full { .. }
        | StoreError::Busy { .. }
        | StoreError::Unwritable { .. }
        | StoreError::Newer { .. } => Remedy::Time,
        StoreError::Inconsistent { .. } => Remedy::None,
        _ => Remedy::Attempt,
    };
    let code = if matches!(error, StoreError::Full { .. }) { "disk_full" } else { "store_failed" };
    let fault = Fault { code: code.to_owned(), stage: None, message: sentence(error), signal: None };
    Failure { fault, remedy }
}

/// The machine lacks something, of which no recording is to blame.
fn unready(error: &dyn Error) -> Failure {
    let fault = Fault { code: "not_ready".to_owned(), stage: None, message: sentence(error), signal: None };
    Failure { fault, remedy: Remedy::Time }
}

/// An error with all that is behind it, in one line.
fn sentence(error: &dyn Error) -> String {
    let causes = successors(Some(error), |&error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
