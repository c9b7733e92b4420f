//! Every scorer keeps the trait's contract, whatever the readings.
#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]

mod support;

use proptest::prelude::*;
use stepreel_core::{
    Component, Evidence, Finding, FindingCode, Findings, Outcome, PictureReading, ProcedureStatus, Score, ScoreCard,
    Severity, SoundTrack, SpanSet, Time,
};
use stepreel_scoring::{Policy, Scorer, ScorerConfig, Subject};
use support::session::{Heard, evidence, name, segment, span, spans};

fn scorers() -> Vec<Box<dyn Scorer>> {
    ["weakest_link", "flat"].map(|kind| config(kind).build()).into()
}

fn config(kind: &str) -> ScorerConfig {
    serde_json::from_value(serde_json::json!({ "kind": kind })).unwrap()
}

/// The level between words, in dB below full scale.
const FLOOR: f32 = -60.0;

/// What pictures and sound of a session are read as, each in its whole range.
#[derive(Clone, Debug)]
struct Readings {
    edge_width: Option<f32>,
    noise: f32,
    dark_share: f32,
    mean_luma: f32,
    shift: Option<f32>,
    loudness: f32,
    clipped: f32,
    spoken: f64,
    unseen: f64,
    unheard: f64,
    log_probability: Option<f32>,
}

fn readings() -> impl Strategy<Value = Readings> {
    let pictures = (prop::option::of(0f32..60.0), 0f32..40.0, 0f32..=1.0, 0f32..255.0, prop::option::of(0f32..0.5));
    let sound = (FLOOR..0.0, 0f32..=1.0, 0.0..1.0, 0.0..1.0, 0.0..1.0, prop::option::of(-4f32..0.0));
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

impl Readings {
    fn evidence(&self) -> Evidence {
        let picture = |second: u32| PictureReading {
            time: Time::from_seconds(f64::from(second) + 0.5),
            edge_width: self.edge_width,
            noise: self.noise,
            dark_share: self.dark_share,
            mean_luma: self.mean_luma,
            shift: self.shift,
            ..PictureReading::default()
        };
        let level = |hop: usize| if hop % 5 < 2 { self.loudness } else { FLOOR };
        let track = SoundTrack {
            level_db: (0..2400).map(level).collect(),
            clipped: vec![self.clipped; 2400],
            ..SoundTrack::default()
        };
        let heard = Heard { track, spoken: spans(&[(0.0, 0.01 + 59.0 * self.spoken)]) };
        let mut evidence = evidence(60.0, (0..60).map(picture).collect(), heard);
        let utterances = evidence.transcript.utterances.iter_mut();
        utterances.for_each(|utterance| utterance.log_probability = self.log_probability);
        evidence
    }

    fn findings(&self) -> Findings {
        let finding = |code, share: f64| Finding {
            code,
            severity: Severity::Warning,
            ranges: spans(&[(0.0, 0.01 + 59.0 * share)]),
            measured: share,
            threshold: 0.0,
            unit: "share of session".to_owned(),
            message: String::new(),
        };
        let found =
            [finding(FindingCode::CameraOccluded, self.unseen), finding(FindingCode::AudioDropout, self.unheard)];
        found.into_iter().collect()
    }

    fn card(&self, scorer: &dyn Scorer) -> ScoreCard {
        let (evidence, findings, name, segment) = (self.evidence(), self.findings(), name(), segment(1.0, 59.0));
        scorer.score(&Subject { evidence: &evidence, segment: &segment, name: &name, findings: &findings })
    }
}

fn order(card: &ScoreCard) -> Vec<&str> {
    card.components.iter().map(|component| component.name.as_str()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn cards_keep_the_contract(readings in readings()) {
        for scorer in scorers() {
            let card = readings.card(&*scorer);
            let lost: f64 = card.reasons.iter().map(|reason| reason.points_lost).sum();
            prop_assert!(card.reasons.iter().all(|reason| reason.points_lost >= 0.0 && !reason.message.is_empty()));
            prop_assert!(card.reasons.is_sorted_by(|a, b| a.points_lost >= b.points_lost));
            prop_assert!((lost - (100.0 - f64::from(card.total.points()))).abs() <= 1.2, "{lost} of {}", card.total);
            let inside = |ranges: &SpanSet| *ranges == ranges.within(span(1.0, 59.0));
            prop_assert!(card.reasons.iter().all(|reason| inside(&reason.ranges)));
            prop_assert!(card.components.iter().all(|c| c.points.is_none_or(|points| (0.0..=100.0).contains(&points))));
            prop_assert!(card.components.iter().all(|c| c.points.is_some() == c.measured.is_some()));
            let session = scorer.session(&[], &Findings::default(), span(0.0, 1.0));
            prop_assert_eq!(order(&card), order(&session));
            let json = |card: &ScoreCard| serde_json::to_string(card).unwrap();
            prop_assert_eq!(json(&card), json(&readings.card(&*scorer)));
        }
    }

    #[test]
    fn worse_never_scores_higher(readings in readings(), more in 0f32..1.0) {
        let worse = [
            Readings { edge_width: readings.edge_width.map(|width| width + 30.0 * more), ..readings.clone() },
            Readings { noise: readings.noise + 20.0 * more, ..readings.clone() },
            Readings { dark_share: (readings.dark_share + more).min(1.0), ..readings.clone() },
            Readings { shift: readings.shift.map(|shift| shift + 0.1 * more), ..readings.clone() },
            Readings { clipped: (readings.clipped + more).min(1.0), ..readings.clone() },
            Readings { loudness: (readings.loudness - 20.0 * more).max(FLOOR), ..readings.clone() },
            Readings { log_probability: readings.log_probability.map(|log| log - more), ..readings.clone() },
        ];
        for scorer in scorers() {
            let total = readings.card(&*scorer).total;
            for worse in &worse {
                prop_assert!(worse.card(&*scorer).total <= total, "{worse:?}");
            }
        }
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
        assert_eq!(scorer.session(&[], &Findings::default(), span(0.0, 100.0)).total, Score::rounded(0.0));
    }
}

#[test]
fn a_session_half_of_which_is_lost_is_not_good() {
    let cards = [(span(0.0, 30.0), measured(95.0, &[]))];
    let lost = Readings { unseen: 0.6, unheard: 0.0, ..perfect() }.findings();
    let card = config("weakest_link").build().session(&cards, &lost, span(0.0, 60.0));
    assert_eq!(card.total, Score::rounded(40.0));
    assert_eq!(card.reasons[0].component, "visibility");
}

fn perfect() -> Readings {
    Readings {
        edge_width: Some(7.0),
        noise: 1.0,
        dark_share: 0.1,
        mean_luma: 110.0,
        shift: Some(0.002),
        loudness: -20.0,
        clipped: 0.0,
        spoken: 0.5,
        unseen: 0.0,
        unheard: 0.0,
        log_probability: Some(-0.2),
    }
}

#[test]
fn a_reason_is_one_clear_sentence() {
    let blurred = Readings { edge_width: Some(17.0), ..perfect() }.card(&*config("weakest_link").build());
    assert_eq!(
        blurred.reasons[0].message,
        "Picture blurred for 100 % of the procedure (edge width 17 px, good at most 9 px)"
    );
    assert_eq!(blurred.reasons[0].ranges, spans(&[(1.0, 59.0)]));
}

#[test]
fn what_was_not_measured_has_no_weight() {
    let card = |readings: Readings| readings.card(&*config("weakest_link").build());
    let unmeasured = card(Readings { shift: None, log_probability: None, ..perfect() });
    let points = |name: &str| unmeasured.components.iter().find(|component| component.name == name).unwrap().points;
    assert_eq!((points("stability"), points("transcription")), (None, None));
    assert!(unmeasured.total >= card(Readings { shift: Some(0.05), log_probability: Some(-0.9), ..perfect() }).total);
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
        let finding = |&severity: &Severity| Finding { severity, ..perfect().findings().all()[0].clone() };
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
    let card = perfect().card(&*scorer);
    assert_eq!((card.profile.as_str(), card.components[0].points), ("custom", Some(0.0)));
    assert!(scorer.provenance().settings.contains("6.0"), "{}", scorer.provenance().settings);
}
