//! What has to hold of an evaluation.

use stepreel_testkit::metrics::Figures;

use crate::outcome::{Evaluation, Outcome};
use crate::verdicts::Judgement;

/// The least intersection over union of a planted range with what was found.
const LEAST_IOU: f64 = 0.8;

/// A line for each thing that is not as it must be.
pub(crate) fn complaints(evaluations: &[Evaluation]) -> Vec<String> {
    let several = evaluations.len() > 1;
    let told = |evaluation: &Evaluation, complaint: String| {
        if several { format!("{}: {complaint}", evaluation.configuration) } else { complaint }
    };
    let of = |evaluation| {
        let complaints = sessions(evaluation).chain(baselines(evaluation));
        complaints.map(move |complaint| told(evaluation, complaint))
    };
    evaluations.iter().flat_map(of).collect()
}

/// Wrong verdicts, and planted ranges that were missed.
fn sessions(evaluation: &Evaluation) -> impl Iterator<Item = String> {
    evaluation.sessions.iter().flat_map(|o| {
        let (name, verdict) = (&o.result.name, &o.result.verdict);
        let wrong = Judgement::of(o) != Judgement::Right;
        let verdict = wrong.then(|| format!("{name}: {verdict} instead of {}", o.true_verdict));
        let missed = o.finding_iou.filter(|&iou| iou < LEAST_IOU);
        verdict.into_iter().chain(missed.map(move |iou| format!("{name}: planted range found with {iou:.2}")))
    })
}

/// Baselines that find procedures as well.
fn baselines(evaluation: &Evaluation) -> impl Iterator<Item = String> {
    let sum = |figure: fn(&Outcome) -> Figures| {
        evaluation.sessions.iter().map(|outcome| figure(outcome).found.procedure_f1).sum::<f64>()
    };
    let baselines = [("by five equal parts", sum(|o| o.uniform_five)), ("at random", sum(|o| o.random_oracle))];
    let found = sum(|o| o.found);
    let as_good = baselines.into_iter().filter(move |&(_, baseline)| found <= baseline);
    as_good.map(|(baseline, _)| format!("procedures are found no better than {baseline}"))
}
