//! From what a run made to records that everybody sees, whole and at once.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::{DateTime, Utc};
use stepreel_core::{Procedure, Provenance, Session, SessionRecord, SessionStatus};
use stepreel_storage::{BlobKey, Epoch};

use crate::extract::{Extract, Work};
use crate::pipeline::Run;
use crate::{ProcessError, Stage};

impl Run {
    /// Stores everything in one step, then clears away the blobs that no record refers to.
    pub(crate) async fn publish(
        self,
        session: Session,
        extract: Extract,
        epoch: Epoch,
    ) -> Result<SessionRecord, ProcessError> {
        let keep = blobs(&extract);
        let record = self.record(session, extract);
        self.watch
            .waiting(Stage::Store, async {
                self.pipeline.store.finish(&record, epoch).await?;
                self.pipeline.blobs.sweep(&record.session.tenant_id, record.session.id, &keep).await?;
                Ok(())
            })
            .await?;
        Ok(record)
    }

    fn record(&self, session: Session, extract: Extract) -> SessionRecord {
        let completed_at = (self.job.clock)();
        let procedures: Vec<Procedure> =
            (1..).zip(&extract.works).map(|(ordinal, work)| self.procedure(ordinal, work, completed_at)).collect();
        let session = Session {
            completed_at: Some(completed_at),
            status: status(&procedures, &extract),
            outcome: extract.outcome,
            summary: summary(&procedures, &extract),
            findings: extract.findings,
            score: extract.score,
            filmstrip_url: extract.filmstrip.map(|key| key.to_string()),
            ..session
        };
        let provenance = Provenance {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            configuration: self.stages().configuration.clone(),
            stages: extract.provenance,
            warnings: extract.warnings,
        };
        SessionRecord {
            session,
            procedures,
            recording: extract.evidence.recording,
            transcript: extract.evidence.transcript,
            provenance,
        }
    }

    fn procedure(&self, ordinal: u32, work: &Work, created_at: DateTime<Utc>) -> Procedure {
        let (thumbnail, thumbnail_key) = work.cut.thumbnail.clone().unzip();
        Procedure {
            id: self.session.procedure(ordinal),
            tenant_id: self.job.tenant.clone(),
            session_id: self.session,
            ordinal,
            procedure_name: work.name.title.clone(),
            description: description(work),
            video_url: work.cut.clip_key.to_string(),
            thumbnail_url: thumbnail_key.map(|key| key.to_string()),
            captions_url: work.cut.captions_key.as_ref().map(ToString::to_string),
            storyboard_url: work.cut.storyboard.as_ref().map(|board| board.cues.to_string()),
            duration_seconds: work.cut.clip.real.seconds(),
            status: self.stages().policy.status(&work.score),
            created_at,
            span: work.segment.span,
            interruptions: work.segment.interruptions.clone(),
            confidence: work.segment.confidence,
            score: work.score.clone(),
            name: work.name.clone(),
            clip: work.cut.clip.clone(),
            thumbnail,
        }
    }
}

/// Nothing found is a failure, unless nobody looked for it.
fn status(procedures: &[Procedure], extract: &Extract) -> SessionStatus {
    let failed = procedures.is_empty() && extract.outcome.is_some();
    if failed { SessionStatus::Failed } else { SessionStatus::Completed }
}

/// One line a step, each with the time at which it begins.
fn description(work: &Work) -> String {
    let lines = work.name.description.iter().map(|line| format!("{}  {}", line.span.start(), line.text));
    lines.collect::<Vec<_>>().join("\n")
}

/// Everything that the session's records refer to.
fn blobs(extract: &Extract) -> BTreeSet<BlobKey> {
    extract.works.iter().flat_map(|work| work.cut.blobs()).chain(extract.filmstrip.clone()).collect()
}

/// A sentence on what was done, or why nothing came of it.
fn summary(procedures: &[Procedure], extract: &Extract) -> String {
    if procedures.is_empty() {
        let gravest = extract.findings.gravest();
        let reasons = extract.findings.all().iter().filter(|finding| Some(finding.severity) == gravest);
        return reasons.map(|finding| finding.message.as_str()).collect::<Vec<_>>().join(" ");
    }
    let titles: Vec<&str> = procedures.iter().map(|procedure| procedure.procedure_name.as_str()).collect();
    let work: Duration = extract.works.iter().map(|work| work.segment.span.duration()).sum();
    let noun = if titles.len() == 1 { "procedure" } else { "procedures" };
    format!("{} {noun}, {:.0} min of work: {}.", titles.len(), work.as_secs_f64() / 60.0, titles.join("; "))
}
