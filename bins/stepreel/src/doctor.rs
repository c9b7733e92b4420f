//! `stepreel doctor`: which ffmpeg decodes, what is known to be wrong with it, and how it is confined.

use std::io::Write;
use std::process::ExitCode;

use anyhow::Context;
use serde::Serialize;
use stepreel_media::{Confinement, KnownHole, LayerState, ToolVersions, known_holes, layer_states, tool_versions};

use crate::args::Doctor;
use crate::config;
use crate::exit::Failure;

/// What was found.
#[derive(Serialize)]
struct Diagnosis {
    tools: ToolVersions,
    holes: Vec<KnownHole>,
    confinement: Confinement,
    layers: Vec<LayerState>,
    /// Whether recordings are decoded here, with that configuration.
    decodes: bool,
}

pub(crate) fn run(arguments: &Doctor) -> Result<ExitCode, Failure> {
    let diagnosis = Diagnosis::of(config::read(&arguments.settings)?.decoding.confinement)?;
    if arguments.json {
        let json = serde_json::to_string_pretty(&diagnosis).context("could not write JSON")?;
        writeln!(std::io::stdout(), "{json}")?;
    } else {
        print(&diagnosis)?;
    }
    Ok(if diagnosis.decodes { ExitCode::SUCCESS } else { ExitCode::from(2) })
}

impl Diagnosis {
    fn of(confinement: Confinement) -> Result<Self, Failure> {
        let tools = tool_versions().map_err(Failure::usage)?;
        let layers = layer_states();
        let decodes = layers.iter().all(|state| state.absent.is_none() || !confinement.demands(state.layer));
        Ok(Self { holes: known_holes(&tools), tools, confinement, layers, decodes })
    }
}

fn print(diagnosis: &Diagnosis) -> std::io::Result<()> {
    let mut out = std::io::stdout();
    writeln!(out, "{}", diagnosis.tools)?;
    for hole in &diagnosis.holes {
        writeln!(out, "  {hole}")?;
    }
    writeln!(out, "confinement = \"{}\"", diagnosis.confinement)?;
    for LayerState { layer, absent } in &diagnosis.layers {
        match absent {
            _ if !diagnosis.confinement.wants(*layer) => writeln!(out, "  {layer:<24} off")?,
            None => writeln!(out, "  {layer:<24} enforced")?,
            Some(why) if layer.is_required() => writeln!(out, "  {layer:<24} absent, and required: {why}")?,
            Some(why) => writeln!(out, "  {layer:<24} absent: {why}")?,
        }
    }
    if !diagnosis.decodes {
        writeln!(
            out,
            "Nothing is decoded here with this configuration; confinement = \"available\" in [decoding] would."
        )?;
    }
    Ok(())
}
