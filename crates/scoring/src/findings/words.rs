use stepreel_core::{Finding, FindingCode, Severity, SpanSet, TranscriptSource, Utterance};

use super::session::Session;
use crate::measurement::percent;

/// From this share on, unreliable words are worth a warning.
const WARNED_SHARE: f64 = 0.5;

/// What is wrong with what is said in the sound that is `heard`.
pub(super) fn findings(session: &Session<'_>, heard: &SpanSet) -> Vec<Finding> {
    no_speech(session, heard).or_else(|| unreliable(session)).into_iter().collect()
}

fn no_speech(session: &Session<'_>, heard: &SpanSet) -> Option<Finding> {
    let speech = session.evidence.speech.intersection(heard).duration().as_secs_f64();
    let share = speech / heard.duration().as_secs_f64().max(f64::MIN_POSITIVE);
    let threshold = session.limits.speech_share;
    (share < threshold).then(|| Finding {
        code: FindingCode::NoSpeech,
        severity: Severity::Failure,
        ranges: SpanSet::default(),
        measured: share,
        threshold,
        unit: "share of the sound".to_owned(),
        message: format!("Somebody speaks for {} of the time: nothing tells what was done", percent(share)),
    })
}

fn unreliable(session: &Session<'_>) -> Option<Finding> {
    let transcript = &session.evidence.transcript;
    let seconds = |utterances: &[&Utterance]| utterances.iter().map(|utterance| utterance.span.seconds()).sum::<f64>();
    let all: Vec<&Utterance> = transcript.utterances.iter().collect();
    let failed: Vec<&Utterance> = all.iter().copied().filter(|utterance| !utterance.reliable).collect();
    if transcript.source == TranscriptSource::None || failed.is_empty() {
        return None;
    }
    let share = seconds(&failed) / seconds(&all);
    let fails = share > session.limits.unreliable_share;
    (share > WARNED_SHARE).then(|| Finding {
        code: FindingCode::TranscriptUnreliable,
        severity: if fails { Severity::Failure } else { Severity::Warning },
        ranges: failed.iter().map(|utterance| utterance.span).collect::<SpanSet>().within(session.span),
        measured: share,
        threshold: if fails { session.limits.unreliable_share } else { WARNED_SHARE },
        unit: "share of what was said".to_owned(),
        message: format!("{} of what was said could not be recognised reliably", percent(share)),
    })
}
