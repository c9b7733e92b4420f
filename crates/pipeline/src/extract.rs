//! From what is known of a recording to everything that its records hold.

use stepreel_core::{Evidence, Findings, Name, Outcome, ScoreCard, Segment, SpanSet, StageProvenance, Transcript};
use stepreel_scoring::not_extracted;
use stepreel_storage::BlobKey;

use crate::ProcessError;
use crate::outline::{Outline, Scores};
use crate::pipeline::Run;
use crate::produce::Cut;

/// What a run makes of its recording.
pub(crate) struct Extract {
    pub(crate) evidence: Evidence,
    pub(crate) findings: Findings,
    /// Nothing when nobody looked for procedures.
    pub(crate) outcome: Option<Outcome>,
    pub(crate) works: Vec<Work>,
    /// The session's score; nothing when it failed.
    pub(crate) score: Option<ScoreCard>,
    pub(crate) filmstrip: Option<BlobKey>,
    pub(crate) provenance: Vec<StageProvenance>,
    pub(crate) warnings: Vec<String>,
}

/// One stretch of work with everything made of it.
pub(crate) struct Work {
    pub(crate) segment: Segment,
    pub(crate) name: Name,
    pub(crate) cut: Cut,
    pub(crate) score: ScoreCard,
}

impl Run {
    /// The flow: from evidence to names, then clips, then scores.
    pub(crate) fn extract(&self) -> Result<Extract, ProcessError> {
        if !self.stages().sessions.extracts(self.job.role) {
            return Ok(self.left_as_it_is());
        }
        let outline = self.observer().outline()?;
        let cuts = if outline.failed() { Vec::new() } else { self.cut(&outline.observed, &outline.segments)? };
        let scores = self.observer().scores(&outline)?;
        self.extracted(outline, cuts, scores)
    }

    /// A session of a role whose sessions are only stored: nothing of it is decoded.
    fn left_as_it_is(&self) -> Extract {
        let evidence = Evidence {
            recording: self.recording.info().clone(),
            embeddings: Vec::new(),
            pictures: Vec::new(),
            sound: None,
            speech: SpanSet::default(),
            transcript: Transcript::default(),
        };
        Extract {
            evidence,
            findings: Findings::default().with(not_extracted(self.job.role)),
            outcome: None,
            works: Vec::new(),
            score: None,
            filmstrip: None,
            provenance: vec![self.observer().probe_provenance()],
            warnings: Vec::new(),
        }
    }

    fn extracted(&self, outline: Outline, cuts: Vec<Cut>, scores: Scores) -> Result<Extract, ProcessError> {
        let Outline { observed, findings, segments, names } = outline;
        let filmstrip = observed.filmstrip.map(|jpeg| self.shelve_filmstrip(&jpeg)).transpose()?;
        let deciding = self.stages().deciding();
        for warning in &observed.warnings {
            self.watch.warn(warning.clone());
        }
        Ok(Extract {
            evidence: observed.evidence,
            outcome: Some(self.stages().policy.outcome(&findings)),
            findings,
            works: assemble(segments, names, cuts, scores.works),
            score: scores.session,
            filmstrip,
            provenance: observed.provenance.into_iter().chain(deciding).collect(),
            warnings: observed.warnings,
        })
    }
}

fn assemble(segments: Vec<Segment>, names: Vec<Name>, cuts: Vec<Cut>, scores: Vec<ScoreCard>) -> Vec<Work> {
    let parts = segments.into_iter().zip(names).zip(cuts).zip(scores);
    parts.map(|(((segment, name), cut), score)| Work { segment, name, cut, score }).collect()
}
