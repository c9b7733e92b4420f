//! What is made of the test data, where it is at hand.

use std::path::PathBuf;
use std::time::Duration;

use stepreel_testkit::{Format, Length, Rate, Scenario, Style, narrations, own_scripts};

fn data() -> PathBuf {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    std::env::var_os("STEPREEL_DATA").map_or_else(beside, PathBuf::from)
}

#[test]
#[ignore = "needs STEPREEL_DATA"]
fn the_narrations_become_scripts_of_five_styles() {
    let scripts = narrations(&data().join("narrations/public.jsonl")).unwrap();
    assert_eq!(scripts.len(), 60);
    assert_eq!(scripts.iter().map(|script| script.procedures.len()).sum::<usize>(), 377);
    for style in [Style::Explicit, Style::Implicit, Style::Mixed, Style::Idle, Style::ImplicitIdle] {
        assert!(scripts.iter().any(|script| script.style == style), "{style:?}");
    }
    let none = narrations(&data().join("narrations/negative.jsonl")).unwrap();
    assert!(none.iter().all(|script| script.procedures.is_empty() && script.style == Style::NoProcedure));
}

#[test]
#[ignore = "needs STEPREEL_DATA"]
fn real_clips_take_the_place_of_drawn_ones() {
    let folder = tempfile::tempdir().unwrap();
    let format = Format { width: 320, height: 180, rate: Rate::Constant(10), ..Format::default() };
    let script = own_scripts().into_iter().find(|script| script.id == "short-job").unwrap();
    let drawn = Scenario::new(script, 3).format(format).lasting(Length::StopsAt(Duration::from_secs(20)));
    let real = drawn.clone().named("real").filmed_from(data().join("video"));
    let (drawn, real) = (drawn.record(folder.path()).unwrap(), real.record(folder.path()).unwrap());
    assert_eq!(drawn.truth.procedures, real.truth.procedures);
    assert_eq!(drawn.truth.utterances, real.truth.utterances);
    assert_ne!(std::fs::read(drawn.recording).unwrap(), std::fs::read(real.recording).unwrap());
}
