//! A look at a recording without storing anything.

use std::path::Path;

use serde::Serialize;
use stepreel_core::{Findings, RecordingInfo, SpanSet};
use stepreel_media::tool_versions;
use stepreel_scoring::session_findings;

use crate::cache::Cache;
use crate::observe::Observer;
use crate::{ProcessError, Stage, Stages, Watch};

/// What a recording is made of, and what is wrong with it.
#[derive(Clone, Debug, Serialize)]
pub struct Inspection {
    /// What the probe found.
    pub recording: RecordingInfo,
    /// How its frames would be decoded, and why.
    pub frames: Option<String>,
    /// Where somebody speaks.
    pub speech: SpanSet,
    /// What quality control noticed.
    pub findings: Findings,
}

/// Decodes and measures a recording, and says what quality control would say. Results of stages go to the folder `scratch`.
///
/// # Errors
/// When the recording can't be read, or the look was cancelled.
pub fn inspect(stages: &Stages, path: &Path, scratch: &Path, watch: &Watch) -> Result<Inspection, ProcessError> {
    let (recording, tools) = watch.stage(Stage::Probe, || Ok(((stages.open(path)?, tool_versions()?), false)))?;
    let cache = Cache::open(scratch.to_owned())?;
    let observer = Observer { stages, recording: &recording, tools: &tools, captions: None, cache: &cache, watch };
    let evidence = observer.observe()?.evidence;
    Ok(Inspection {
        frames: recording.plan(&stages.sampling).map(|plan| plan.reason),
        findings: session_findings(&evidence, &stages.policy),
        speech: evidence.speech,
        recording: evidence.recording,
    })
}
