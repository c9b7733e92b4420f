//! The whole pipeline inside another program: one recording to a stored session.
//!
//! `cargo run -p stepreel-pipeline --example process -- RECORDING [STORE]`
#![allow(clippy::print_stdout, reason = "an example shows what it did")]

use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;

use chrono::Utc;
use stepreel_core::Role;
use stepreel_models::Library;
use stepreel_pipeline::{Config, Job, Pipeline, Quiet, Stages, Watch};
use stepreel_storage::{Blobs, Sqlite};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let recording = arguments.next().ok_or("usage: process RECORDING [STORE]")?;
    let store = arguments.next().unwrap_or_else(|| "stepreel-store".into());

    let stages = Stages::build(&Config::default(), &Library::discover()?)?;
    let records = Arc::new(Sqlite::open(&store.join("stepreel.db")).await?);
    let blobs = Blobs::open(&store.join("blobs").to_string_lossy())?;
    let pipeline = Pipeline::new(stages, records, blobs, store.join("cache"));

    let job = Job {
        title: recording.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
        recording,
        captions: None,
        tenant: "local".parse()?,
        engineer: None,
        role: Role::default(),
        started_at: None,
        clock: Utc::now,
    };
    let record = pipeline.process(job, Watch::new(Arc::new(Quiet))).await?;

    println!("{}", record.session.summary);
    for procedure in &record.procedures {
        println!(
            "{:>2}  {}  {}  {}",
            procedure.ordinal, procedure.span, procedure.score.total, procedure.procedure_name
        );
    }
    Ok(())
}
