//! The command over one short session.
#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;
use std::time::Duration;

use serde_json::Value;
use stepreel_testkit::{Format, Length, Rate, Scenario, own_scripts};

/// A folder with a labelled session of a minute, made once.
fn sessions() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("sessions");
        let script = own_scripts().into_iter().find(|script| script.id == "short-job").unwrap();
        let format = Format { width: 320, height: 180, rate: Rate::Constant(10), ..Format::default() };
        let scenario = Scenario::new(script, 5).format(format).lasting(Length::StopsAt(Duration::from_mins(1)));
        scenario.record(&folder).unwrap();
        folder
    })
}

fn evaluate(arguments: &[&Path]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_stepreel-eval")).arg("run").arg(sessions()).args(arguments).output().unwrap()
}

fn configuration(folder: &Path, name: &str, text: &str) -> PathBuf {
    let file = folder.join(name).with_extension("toml");
    fs::write(&file, format!("encoder.kind = \"histogram\"\n{text}")).unwrap();
    file
}

#[test]
fn configurations_are_compared_and_share_what_they_have_in_common() {
    let folder = tempfile::tempdir().unwrap();
    let captions = configuration(folder.path(), "captions", "transcriber.kind = \"captions\"");
    let pictures = configuration(folder.path(), "pictures", "transcriber.kind = \"none\"");
    let kept = folder.path().join("kept");
    let json: &[&Path] = &["--json".as_ref(), "--kept".as_ref(), &kept, "--config".as_ref(), &captions, &pictures];
    let [first, second] = [(); 2].map(|()| {
        let output = evaluate(json);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice::<Vec<Value>>(&output.stdout).unwrap()
    });
    let session = |configurations: &[Value], index: usize| configurations[index]["sessions"][0].clone();
    assert_eq!([&first[0]["configuration"], &first[1]["configuration"]], ["captions", "pictures"]);
    assert_eq!(session(&first, 0)["words"]["error_rate"], 0.0);
    assert!(session(&first, 1)["words"].is_null());
    for (index, figure) in [(0, "found"), (0, "titles"), (1, "found"), (1, "predicted_count")] {
        assert_eq!(session(&first, index)[figure], session(&second, index)[figure]);
    }
    // The second configuration takes its pictures and sound from the first, and the second run takes all from the first.
    let pace = |session: Value| session["seconds_per_minute"].as_f64().unwrap();
    let [captions, pictures, again] = [session(&first, 0), session(&first, 1), session(&second, 0)].map(pace);
    assert!(pictures > 0.5 * captions && again > 0.5 * captions, "{captions} {pictures} {again}");
}

#[test]
fn a_configuration_that_cannot_run_is_told_before_anything_is_measured() {
    let folder = tempfile::tempdir().unwrap();
    let good = configuration(folder.path(), "good", "transcriber.kind = \"captions\"");
    let unknown = configuration(folder.path(), "unknown", "transcriber = { kind = \"whisper\", model = \"no-such\" }");
    let output = evaluate(&["--config".as_ref(), &good, &unknown]);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && output.stdout.is_empty());
    assert!(told.contains("unknown") && told.contains("no-such") && !told.contains("good,"), "{told}");
}
