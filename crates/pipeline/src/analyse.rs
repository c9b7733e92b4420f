//! What would become of a recording, without cutting or storing anything.

use std::path::Path;

use stepreel_core::{Findings, Name, ScoreCard, Segment, Transcript};

use crate::cache::Cache;
use crate::observe::Observer;
use crate::outline::Outline;
use crate::probed::Probed;
use crate::{ProcessError, Stages, Watch};

/// What the flow finds in a recording. It is no session: it has no record and no clip, and nothing of it can be shown or approved.
/// It is for comparing configurations, of whose time most would go into clips that nobody looks at.
#[derive(Clone, Debug, PartialEq)]
pub struct Analysis {
    /// What quality control noticed; a failure among it says why there is no work.
    pub findings: Findings,
    /// The stretches of work, in order; none when the session fails.
    pub works: Vec<AnalysedWork>,
    /// The session's score; nothing when it fails.
    pub score: Option<ScoreCard>,
    /// What was said.
    pub transcript: Transcript,
    /// What the user should know, a sentence each.
    pub warnings: Vec<String>,
}

/// A stretch of work: what would be a procedure.
#[derive(Clone, Debug, PartialEq)]
pub struct AnalysedWork {
    /// Where it is.
    pub segment: Segment,
    /// What it is called.
    pub name: Name,
    /// What it is worth.
    pub score: ScoreCard,
}

/// Runs the flow of [`Pipeline::process`](crate::Pipeline::process) over a recording but for its clips. Results of stages are kept below the folder `kept`,
/// whatever the configuration: those that are shared by several are made once.
///
/// # Errors
/// When the recording can't be read, a stage fails, or the run was cancelled.
pub fn analyse(stages: &Stages, path: &Path, kept: &Path, watch: &Watch) -> Result<Analysis, ProcessError> {
    let watch = &watch.of_one_run();
    stages.announce(watch);
    let Probed { recording, digest, tools } = Probed::open(stages, path, watch)?;
    let cache = Cache::open(kept.join(digest.to_string()))?;
    let observer = Observer { stages, recording: &recording, tools: &tools, captions: None, cache: &cache, watch };
    let outline = observer.outline()?;
    let scores = observer.scores(&outline)?;
    let Outline { observed, findings, segments, names } = outline;
    let works = segments.into_iter().zip(names).zip(scores.works);
    Ok(Analysis {
        findings,
        score: scores.session,
        works: works.map(|((segment, name), score)| AnalysedWork { segment, name, score }).collect(),
        transcript: observed.evidence.transcript,
        warnings: observed.warnings,
    })
}
