//! The flow as far as it needs nothing but the recording: from evidence to names, or to a verdict; and scores.

use stepreel_clipping::stills;
use stepreel_core::{Author, Evidence, Finding, Findings, Name, ScoreCard, Segment, Span};
use stepreel_scoring::{Subject, no_procedures, session_findings};

use crate::observe::{Observed, Observer};
use crate::{ProcessError, Stage};

/// What is known of a recording before anything is cut out of it: each stretch of work has a name. None for a session that failed.
pub(crate) struct Outline {
    pub(crate) observed: Observed,
    pub(crate) findings: Findings,
    pub(crate) segments: Vec<Segment>,
    pub(crate) names: Vec<Name>,
}

/// The scores of an outline; none of a session that failed.
#[derive(Default)]
pub(crate) struct Scores {
    /// One for each stretch of work.
    pub(crate) works: Vec<ScoreCard>,
    /// The session's.
    pub(crate) session: Option<ScoreCard>,
}

impl Outline {
    pub(crate) fn failed(&self) -> bool {
        self.segments.is_empty()
    }
}

impl Observer<'_> {
    /// From evidence to names. Nothing goes back; a session that fails ends here with its reasons.
    pub(crate) fn outline(&self) -> Result<Outline, ProcessError> {
        let mut observed = self.observe()?;
        let findings = session_findings(&observed.evidence, &self.stages.policy);
        if findings.reject() {
            return Ok(rejected(observed, findings));
        }
        let segments = self.segments(&observed.evidence)?;
        if segments.is_empty() {
            let nothing: Finding = no_procedures(&observed.evidence);
            return Ok(rejected(observed, findings.with(nothing)));
        }
        let names = self.names(&observed.evidence, &segments)?;
        observed.warnings.extend(self.named_otherwise(&names));
        Ok(Outline { observed, findings, segments, names })
    }

    /// The stretches of work; one that lies wholly in sound before or after the pictures can't be shown, and is none.
    fn segments(&self, evidence: &Evidence) -> Result<Vec<Segment>, ProcessError> {
        let segmenter = &self.stages.segmenter;
        let pictures = evidence.recording.video.as_ref().and_then(|video| Span::new(video.start, video.end));
        let shown = |segment: &Segment| pictures.is_some_and(|pictures| segment.span.intersection(pictures).is_some());
        self.watch.stage(Stage::Segments, || {
            let segments = segmenter.segment(evidence).segments;
            Ok((segments.into_iter().filter(shown).collect(), false))
        })
    }

    fn names(&self, evidence: &Evidence, segments: &[Segment]) -> Result<Vec<Name>, ProcessError> {
        let namer = &self.stages.namer;
        self.watch.stage(Stage::Names, || {
            let mut passages = evidence.transcript.passages(segments);
            for passage in passages.iter_mut().filter(|_| namer.pictures() > 0) {
                self.watch.check()?;
                passage.stills = stills(self.recording, &evidence.pictures, passage.segment, namer.pictures())?;
            }
            Ok((namer.name(&passages)?, false))
        })
    }

    /// What to say when a language model was asked for and did not word all names.
    fn named_otherwise(&self, names: &[Name]) -> Option<String> {
        let model = self.stages.namer.provenance().model?;
        let otherwise = names.iter().filter(|name| name.author == Author::Engineer).count();
        let all = names.len();
        (otherwise > 0).then(|| {
            format!(
                "{otherwise} of {all} procedures are named without the language model \"{model}\": it gave no answer that could be \
                 used. Is its server running, and does it have that model? `stepreel process` again asks it again"
            )
        })
    }

    /// What each stretch of work is worth, and the session.
    pub(crate) fn scores(&self, outline: &Outline) -> Result<Scores, ProcessError> {
        if outline.failed() {
            return Ok(Scores::default());
        }
        let Outline { observed: Observed { evidence, .. }, findings, segments, names } = outline;
        let scorer = &self.stages.scorer;
        let score = |(segment, name)| scorer.score(&Subject { evidence, segment, name, findings });
        self.watch.stage(Stage::Scores, || {
            let works: Vec<ScoreCard> = segments.iter().zip(names).map(score).collect();
            let spans = segments.iter().map(|segment| segment.span);
            let scored: Vec<(Span, ScoreCard)> = spans.zip(works.iter().cloned()).collect();
            let session = evidence.span().map(|span| scorer.session(&scored, findings, span));
            Ok((Scores { works, session }, false))
        })
    }
}

fn rejected(observed: Observed, findings: Findings) -> Outline {
    Outline { observed, findings, segments: Vec::new(), names: Vec::new() }
}
