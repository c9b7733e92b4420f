//! One session, in a process of its own.

use std::process::ExitCode;

use anyhow::{Context, Result};
use stepreel_core::TRACES;
use stepreel_worker::Errand;
use tracing::Instrument;

use crate::args::Installation;
use crate::{data, telemetry};

pub(crate) fn run(installation: &Installation) -> Result<ExitCode> {
    let errand = Errand::receive()?;
    let config = installation.config()?;
    let runtime = tokio::runtime::Runtime::new().context("could not start")?;
    let span = tracing::info_span!(target: TRACES, "errand", stepreel.session = %errand.session());
    telemetry::take_up_environment(&span);
    let run = async { errand.run(data::open(&installation.data).await, &config).await };
    let done = runtime.block_on(run.instrument(span));
    // A cancelled run may still have a child process to wait for; it dies with this process.
    runtime.shutdown_background();
    Ok(if done { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
