//! A worker, until somebody stops it.

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::{Context, Result};
use stepreel_models::Library;
use stepreel_pipeline::Stages;
use stepreel_worker::{Program, Worker};
use tokio::runtime::{Handle, Runtime};
use tokio::signal::unix::{SignalKind, signal};

use crate::args::Work;
use crate::{data, openid, telemetry};

pub(crate) fn run(arguments: &Work) -> Result<ExitCode> {
    check(arguments)?;
    let runtime = Runtime::new().context("could not start")?;
    let stop = runtime.block_on(async { stop_signal() })?;
    let worker = runtime.block_on(start(arguments))?;
    runtime.block_on(stop);
    tracing::info!("stopping: sessions at work go back to the queue");
    worker.stop();
    worker.join();
    Ok(ExitCode::SUCCESS)
}

/// What no session could be processed with is told now, and not once a session.
pub(crate) fn check(arguments: &Work) -> Result<()> {
    drop(Stages::build(&arguments.installation.config()?, &Library::discover()?)?);
    Ok(())
}

pub(crate) async fn start(arguments: &Work) -> Result<Worker> {
    let place = data::open(&arguments.installation.data).await?;
    let program = Program {
        path: std::env::current_exe().context("this program does not find itself")?,
        environment: telemetry::environment,
        withheld: &[openid::SECRET],
        arguments: std::iter::once(OsString::from("errand")).chain(arguments.installation.arguments()).collect(),
    };
    Worker::start(&place, &program, arguments.settings(), &Handle::current()).context("could not start")
}

/// Ends when somebody asks this process to stop; to be called within a runtime.
pub(crate) fn stop_signal() -> Result<impl Future<Output = ()> + Send + 'static> {
    let mut terminate = signal(SignalKind::terminate()).context("could not start")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("could not start")?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
