//! The flow from evidence to procedures, or to a verdict.

use stepreel_core::{
    Evidence, Finding, Findings, Name, Outcome, ScoreCard, Segment, Span, SpanSet, StageProvenance, Transcript,
};
use stepreel_scoring::{Subject, no_procedures, not_extracted, session_findings};
use stepreel_storage::BlobKey;

use crate::observe::Observed;
use crate::pipeline::Run;
use crate::produce::Cut;
use crate::{ProcessError, Stage};

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
    /// The flow. Nothing goes back; a session that fails ends here with its reasons.
    pub(crate) fn extract(&self) -> Result<Extract, ProcessError> {
        if !self.stages().sessions.extracts(self.job.role) {
            return Ok(self.left_as_it_is());
        }
        let observed = self.observer().observe()?;
        let findings = session_findings(&observed.evidence, &self.stages().policy);
        if findings.reject() {
            return self.rejected(observed, findings);
        }
        let segments = self.segments(&observed.evidence)?;
        if segments.is_empty() {
            let nothing: Finding = no_procedures(&observed.evidence);
            return self.rejected(observed, findings.with(nothing));
        }
        let names = self.names(&observed.evidence, &segments)?;
        let cuts = self.cut(&observed.evidence, &segments)?;
        let scores = self.scores(&observed.evidence, &findings, &segments, &names)?;
        let works = assemble(segments, names, cuts, scores);
        self.extracted(observed, findings, works)
    }

    /// The stretches of work; one that lies wholly in sound before or after the pictures can't be shown, and is none.
    fn segments(&self, evidence: &Evidence) -> Result<Vec<Segment>, ProcessError> {
        let segmenter = &self.stages().segmenter;
        let pictures = evidence.recording.video.as_ref().and_then(|video| Span::new(video.start, video.end));
        let shown = |segment: &Segment| pictures.is_some_and(|pictures| segment.span.intersection(pictures).is_some());
        self.watch.stage(Stage::Segments, || {
            let segments = segmenter.segment(evidence).segments;
            Ok((segments.into_iter().filter(shown).collect(), false))
        })
    }

    fn names(&self, evidence: &Evidence, segments: &[Segment]) -> Result<Vec<Name>, ProcessError> {
        let passages = evidence.transcript.passages(segments);
        self.watch.stage(Stage::Names, || Ok((self.stages().namer.name(&passages)?, false)))
    }

    fn scores(
        &self,
        evidence: &Evidence,
        findings: &Findings,
        segments: &[Segment],
        names: &[Name],
    ) -> Result<Vec<ScoreCard>, ProcessError> {
        let scorer = &self.stages().scorer;
        let score = |(segment, name)| scorer.score(&Subject { evidence, segment, name, findings });
        self.watch.stage(Stage::Scores, || Ok((segments.iter().zip(names).map(score).collect(), false)))
    }

    fn extracted(&self, observed: Observed, findings: Findings, works: Vec<Work>) -> Result<Extract, ProcessError> {
        let scored: Vec<(Span, ScoreCard)> = works.iter().map(|work| (work.segment.span, work.score.clone())).collect();
        let score = observed.evidence.span().map(|span| self.stages().scorer.session(&scored, &findings, span));
        self.finished(observed, findings, works, score)
    }

    fn rejected(&self, observed: Observed, findings: Findings) -> Result<Extract, ProcessError> {
        self.finished(observed, findings, Vec::new(), None)
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

    fn finished(
        &self,
        observed: Observed,
        findings: Findings,
        works: Vec<Work>,
        score: Option<ScoreCard>,
    ) -> Result<Extract, ProcessError> {
        let filmstrip = observed.filmstrip.map(|jpeg| self.shelve_filmstrip(&jpeg)).transpose()?;
        let deciding = self.stages().deciding();
        let provenance = observed.provenance.into_iter().chain(deciding).collect();
        for warning in &observed.warnings {
            self.watch.warn(warning.clone());
        }
        Ok(Extract {
            evidence: observed.evidence,
            outcome: Some(self.stages().policy.outcome(&findings)),
            findings,
            works,
            score,
            filmstrip,
            provenance,
            warnings: observed.warnings,
        })
    }
}

fn assemble(segments: Vec<Segment>, names: Vec<Name>, cuts: Vec<Cut>, scores: Vec<ScoreCard>) -> Vec<Work> {
    let parts = segments.into_iter().zip(names).zip(cuts).zip(scores);
    parts.map(|(((segment, name), cut), score)| Work { segment, name, cut, score }).collect()
}
