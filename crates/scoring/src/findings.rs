mod container;
mod picture;
mod session;
mod sound;
mod words;

use stepreel_core::{Evidence, Finding, FindingCode, Findings, Role, Severity, SpanSet};

use crate::Policy;
use session::Session;

/// Everything that can be said about a session before it is segmented; one finding of severity failure rejects it.
///
/// A cause is told once: where the sound failed, its finding explains the missing words, and a session too short for anything
/// is just that. Ranges of sound are exact to 0.25 s, ranges of pictures to one step of their sampling.
pub fn session_findings(evidence: &Evidence, policy: &Policy) -> Findings {
    let limits = &policy.limits;
    let container = container::findings(evidence);
    match evidence.span().filter(|span| span.seconds() >= limits.shortest_seconds) {
        Some(span) => {
            let session = Session { evidence, limits, span };
            [container, picture::findings(&session), sound::findings(&session)].into_iter().flatten().collect()
        }
        None => container.into_iter().chain([too_short(evidence, limits.shortest_seconds)]).collect(),
    }
}

/// The verdict on a session in which no work was found although pictures and sound are healthy; says what there was.
pub fn no_procedures(evidence: &Evidence) -> Finding {
    let minutes = evidence.speech.duration().as_secs_f64() / 60.0;
    let sentences = evidence.transcript.reliable().count();
    Finding {
        code: FindingCode::NoProcedures,
        severity: Severity::Failure,
        ranges: SpanSet::default(),
        measured: 0.0,
        threshold: 1.0,
        unit: "procedures".to_owned(),
        message: format!(
            "Pictures and sound are healthy, but no work was found in {minutes:.1} minutes of speech with {sentences} sentences"
        ),
    }
}

/// Why nothing was looked for in a session of that role.
pub fn not_extracted(role: Role) -> Finding {
    let whose = match role {
        Role::Trainer => "a trainer's",
        Role::Trainee => "a trainee's",
    };
    Finding {
        code: FindingCode::NotExtracted,
        severity: Severity::Info,
        ranges: SpanSet::default(),
        measured: 0.0,
        threshold: 0.0,
        unit: "procedures".to_owned(),
        message: format!("This is {whose} session: it is stored, and no procedures are extracted from it"),
    }
}

fn too_short(evidence: &Evidence, shortest: f64) -> Finding {
    let seconds = evidence.recording.duration.as_secs_f64();
    Finding {
        code: FindingCode::SessionTooShort,
        severity: Severity::Failure,
        ranges: SpanSet::default(),
        measured: seconds,
        threshold: shortest,
        unit: "s".to_owned(),
        message: format!("The session lasts {seconds:.1} s, too short for a procedure"),
    }
}
