//! Every scorer keeps the trait's contract, whatever the readings.
#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]

mod support;

use proptest::prelude::*;
use stepreel_core::{Component, Finding, Findings, Outcome, ProcedureStatus, Score, ScoreCard, Severity};
use stepreel_scoring::conformance::{self, Readings};
use stepreel_scoring::{Policy, Scorer, ScorerConfig};
use support::session::{span, spans};

fn scorers() -> Vec<Box<dyn Scorer>> {
    ["weakest_link", "flat"].map(|kind| config(kind).build()).into()
}

fn config(kind: &str) -> ScorerConfig {
    serde_json::from_value(serde_json::json!({ "kind": kind })).unwrap()
}

fn readings() -> impl Strategy<Value = Readings> {
    let pictures = (prop::option::of(0f32..60.0), 0f32..40.0, 0f32..=1.0, 0f32..255.0, prop::option::of(0f32..0.5));
    let sound = (Readings::FLOOR..0.0, 0f32..=1.0, 0.0..1.0, 0.0..1.0, 0.0..1.0, prop::option::of(-4f32..0.0));
    (pictures, sound).prop_map(|((edge_width, noise, dark_share, mean_luma, shift), sound)| {
        let (loudness, clipped, spoken, unseen, unheard, log_probability) = sound;
        Readings {
            edge_width,
            noise,
            dark_share,
            mean_luma,
            shift,
            loudness,
            clipped,
            spoken,
            unseen,
            unheard,
            log_probability,
        }
    })
}

#[test]
fn every_scorer_keeps_the_contract() {
    scorers().iter().for_each(|scorer| conformance::run(&**scorer));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn cards_keep_the_contract(readings in readings()) {
        scorers().iter().for_each(|scorer| conformance::check(&**scorer, &readings));
    }

    #[test]
    fn worse_never_scores_higher(readings in readings(), more in 0f32..1.0) {
        scorers().iter().for_each(|scorer| conformance::worse_never_scores_higher(&**scorer, &readings, more));
    }
}

fn measured(total: f64, components: &[(&str, f64)]) -> ScoreCard {
    let component = |&(name, points): &(&str, f64)| Component {
        name: name.to_owned(),
        measured: Some(0.0),
        unit: String::new(),
        points: Some(points),
    };
    ScoreCard {
        total: Score::rounded(total),
        profile: "v1".to_owned(),
        components: components.iter().map(component).collect(),
        reasons: Vec::new(),
    }
}

#[test]
fn a_session_is_the_mean_of_its_procedures_by_length() {
    let cards = [(span(0.0, 30.0), measured(90.0, &[])), (span(50.0, 60.0), measured(50.0, &[]))];
    for scorer in scorers() {
        assert_eq!(scorer.session(&cards, &Findings::default(), span(0.0, 100.0)).total, Score::rounded(80.0));
    }
}

#[test]
fn a_session_half_of_which_is_lost_is_not_good() {
    let cards = [(span(0.0, 30.0), measured(95.0, &[]))];
    let lost = Readings { unseen: 0.6, unheard: 0.0, ..Readings::good() }.findings();
    let card = config("weakest_link").build().session(&cards, &lost, span(0.0, 60.0));
    assert_eq!(card.total, Score::rounded(40.0));
    assert_eq!(card.reasons[0].component, "visibility");
}

#[test]
fn a_reason_is_one_clear_sentence() {
    let blurred = Readings { edge_width: Some(17.0), ..Readings::good() }.card(&*config("weakest_link").build());
    assert_eq!(
        blurred.reasons[0].message,
        "Picture blurred for 100 % of the procedure (edge width 17 px, good at most 9 px)"
    );
    assert_eq!(blurred.reasons[0].ranges, spans(&[(1.0, 59.0)]));
}

#[test]
fn what_was_not_measured_has_no_weight() {
    let card = |readings: Readings| readings.card(&*config("weakest_link").build());
    let unmeasured = card(Readings { shift: None, log_probability: None, ..Readings::good() });
    let points = |name: &str| unmeasured.components.iter().find(|component| component.name == name).unwrap().points;
    assert_eq!((points("stability"), points("transcription")), (None, None));
    assert!(
        unmeasured.total >= card(Readings { shift: Some(0.05), log_probability: Some(-0.9), ..Readings::good() }).total
    );
    assert!(unmeasured.total.points() >= 95, "{}", unmeasured.total);
}

#[test]
fn the_policy_approves_what_is_good_enough() {
    let check = |total, components: &[(&str, f64)], status| {
        assert_eq!(Policy::default().status(&measured(total, components)), status, "{total} {components:?}");
    };
    check(50.0, &[], ProcedureStatus::Approved);
    check(49.0, &[], ProcedureStatus::Excluded);
    check(
        80.0,
        &[("visibility", 20.0), ("dropout", 15.0), ("speech", 1.0), ("transcription", 25.0)],
        ProcedureStatus::Approved,
    );
    check(80.0, &[("visibility", 19.0)], ProcedureStatus::Excluded);
    check(80.0, &[("dropout", 14.0)], ProcedureStatus::Excluded);
    check(80.0, &[("speech", 0.0)], ProcedureStatus::Excluded);
    check(80.0, &[("transcription", 24.0)], ProcedureStatus::Excluded);
}

#[test]
fn the_gravest_finding_decides_the_outcome() {
    let outcome = |severities: &[Severity]| {
        let finding = |&severity: &Severity| Finding { severity, ..Readings::good().findings().all()[0].clone() };
        Policy::default().outcome(&severities.iter().map(finding).collect())
    };
    assert_eq!(outcome(&[]), Outcome::Extracted);
    assert_eq!(outcome(&[Severity::Info]), Outcome::Extracted);
    assert_eq!(outcome(&[Severity::Info, Severity::Warning]), Outcome::Degraded);
    assert_eq!(outcome(&[Severity::Warning, Severity::Failure]), Outcome::Rejected);
}

#[test]
fn configurations_survive_and_refuse_what_they_do_not_know() {
    for config in [ScorerConfig::default(), config("flat")] {
        let json = serde_json::to_string(&config).unwrap();
        assert_eq!(serde_json::from_str::<ScorerConfig>(&json).unwrap(), config);
    }
    for text in [r#"{"kind": "best"}"#, r#"{"kind": "flat", "x": 1}"#, r#"{"kind": "weakest_link", "headrom": 3}"#] {
        assert!(serde_json::from_str::<ScorerConfig>(text).is_err(), "{text}");
    }
    assert!(serde_json::from_str::<Policy>(r#"{"approve_from": 101}"#).is_err());
    assert!(serde_json::from_str::<Policy>(r#"{"limits": {"unseen": 1}}"#).is_err());
    assert_eq!(serde_json::from_str::<Policy>("{}").unwrap(), Policy::default());
}

#[test]
fn other_knots_are_another_profile() {
    let text = r#"{"kind": "weakest_link", "profile": {"sharpness": [[5, 100], [6, 0]]}}"#;
    let scorer = serde_json::from_str::<ScorerConfig>(text).unwrap().build();
    let card = Readings::good().card(&*scorer);
    assert_eq!((card.profile.as_str(), card.components[0].points), ("custom", Some(0.0)));
    assert!(scorer.provenance().settings.contains("6.0"), "{}", scorer.provenance().settings);
}
