//! `stepreel inspect`: what a recording is made of, and what is wrong with it.

use std::io::Write;
use std::process::ExitCode;

use anyhow::Context;
use stepreel_core::{Time, plain};
use stepreel_models::Library;
use stepreel_pipeline::{Config, EncoderConfig, Inspection, Stages, TranscriberConfig, Watch};

use crate::args::Inspect;
use crate::exit::Failure;
use crate::{bars, config};

pub(crate) fn run(arguments: &Inspect) -> Result<ExitCode, Failure> {
    let library = Library::discover().map_err(Failure::usage)?;
    let stages = Stages::build(&measuring(config::read(&arguments.settings)?), &library).map_err(Failure::usage)?;
    let scratch = tempfile::tempdir().context("could not make a scratch folder")?;
    let inspection =
        stepreel_pipeline::inspect(&stages, &arguments.recording, scratch.path(), &Watch::new(bars::audience()))?;
    if arguments.json {
        let json = serde_json::to_string_pretty(&inspection).context("could not write JSON")?;
        writeln!(std::io::stdout(), "{}", stepreel_report::printable(&json))?;
    } else {
        print(&inspection)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The same configuration without what only costs time here: findings rest on measurements, not on vectors and words.
fn measuring(config: Config) -> Config {
    Config { encoder: EncoderConfig::Histogram, transcriber: TranscriberConfig::None, ..config }
}

fn print(inspection: &Inspection) -> std::io::Result<()> {
    let mut out = std::io::stdout();
    let info = &inspection.recording;
    writeln!(out, "container  {}, {:.1} MB, {}", info.container, info.bytes as f64 / 1e6, Time::ZERO + info.duration)?;
    if let Some(video) = &info.video {
        let rate = video.rate.map_or("unknown rate".to_owned(), |rate| format!("{rate:.2} frames/s"));
        let kind = if video.variable_rate { "variable" } else { "constant" };
        let keys = video.key_frames.len();
        writeln!(
            out,
            "pictures   {} {}x{}, {rate} ({kind}), {keys} key frames",
            video.codec, video.width, video.height
        )?;
    }
    if let Some(plan) = &inspection.frames {
        writeln!(out, "frames     {plan}")?;
    }
    if let Some(audio) = &info.audio {
        writeln!(out, "sound      {}, {} Hz, {} channels", audio.codec, audio.sample_rate, audio.channels)?;
        writeln!(out, "speech     {:.1} s", inspection.speech.duration().as_secs_f64())?;
    }
    for track in &info.subtitles {
        writeln!(out, "captions   {} (track {})", track.codec, track.index)?;
    }
    if inspection.findings.all().is_empty() {
        return writeln!(out, "findings   none");
    }
    for finding in inspection.findings.all() {
        writeln!(out, "finding    {}: {}", finding.code, plain(&finding.message))?;
        for range in finding.ranges.spans() {
            writeln!(out, "           {range}")?;
        }
    }
    Ok(())
}
