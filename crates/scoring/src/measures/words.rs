use stepreel_core::{SpanSet, Utterance};

use crate::measurement::{Measurement, percent};
use crate::worked::Worked;
use crate::{Measure, Profile};

/// How sure the recogniser is of its words, less what failed the guards; nothing for captions, which say nothing of it.
pub(super) fn measurements(worked: &Worked<'_>, profile: &Profile) -> Vec<Measurement> {
    let weighted = |utterance: &Utterance| {
        Some((f64::from(utterance.log_probability?), utterance.text.split_whitespace().count().max(1) as f64))
    };
    let (sum, words) = worked
        .utterances()
        .filter_map(weighted)
        .fold((0.0, 0.0), |(sum, words), (log, weight)| (sum + log * weight, words + weight));
    let transcription = || transcription(worked, profile, sum / words);
    (words > 0.0).then(transcription).into_iter().collect()
}

fn transcription(worked: &Worked<'_>, profile: &Profile, log_probability: f64) -> Measurement {
    let unreliable: SpanSet = worked.utterances().filter(|utterance| !utterance.reliable).map(|u| u.span).collect();
    let all: SpanSet = worked.utterances().map(|utterance| utterance.span).collect();
    let share = unreliable.duration().as_secs_f64() / all.duration().as_secs_f64();
    let points = profile.transcription.points(log_probability) * (1.0 - share);
    let sure = percent(log_probability.exp());
    let complaint = format!("Words were recognised with {sure} certainty, {} of them unreliably", percent(share));
    let place = unreliable.within(worked.subject.segment.span);
    Measurement::new(Measure::Transcription, log_probability, points).because(complaint).at(place)
}
