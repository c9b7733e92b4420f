//! The command over labelled transcripts. The configurations cut sessions into equal parts, so that every figure is known.
#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value, json};
use tempfile::TempDir;

/// A folder with sessions, and configurations that cut them.
struct Bench {
    folder: TempDir,
}

/// A session of five minutes with something said every ten seconds.
fn session(name: &str, procedures: &[(u32, u32, &str)]) -> Value {
    let said = |i: u32| json!({"start": 10 * i, "end": 10 * i + 4, "text": format!("Next, loosen bolt number {i}.")});
    let marked = procedures.iter().map(|(start, end, title)| json!({"start": start, "end": end, "title": title}));
    json!({
        "name": name,
        "duration": 300,
        "transcript": (0..30).map(said).collect::<Vec<_>>(),
        "procedures": marked.collect::<Vec<_>>(),
    })
}

/// One in three equal parts, one in two, and one of talk.
fn sessions() -> [Value; 3] {
    [
        session(
            "thirds",
            &[(0, 100, "Loosen the <b>bolts</b>"), (100, 200, "Loosen bolts"), (200, 300, "Fit the lid")],
        ),
        session("halves", &[(0, 150, "Loosen the bolts"), (150, 300, "Fit the lid")]),
        session("talk", &[]),
    ]
}

impl Bench {
    fn new(sessions: &[Value]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let lines: Vec<String> = sessions.iter().map(Value::to_string).collect();
        fs::write(folder.path().join("sessions.jsonl"), lines.join("\n")).unwrap();
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A configuration that cuts every session into so many equal parts.
    fn parts(&self, count: usize) -> PathBuf {
        let file = self.path(&format!("parts-{count}.toml"));
        fs::write(&file, format!("segmenter = {{ kind = \"uniform\", count = {count} }}")).unwrap();
        file
    }

    fn run(&self, counts: &[usize], options: &[&Path]) -> Output {
        let configurations = counts.iter().map(|&count| self.parts(count));
        let sessions = self.path("sessions.jsonl");
        command("run").arg(sessions).args(options).arg("--config").args(configurations).output().unwrap()
    }

    fn evaluations(&self, counts: &[usize]) -> Value {
        let output = self.run(counts, &["--json".as_ref()]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// The result of a run, kept in a file.
    fn stored(&self, name: &str, result: &Value) -> PathBuf {
        fs::write(self.path(name), result.to_string()).unwrap();
        self.path(name)
    }

    fn diff(&self, before: &Value, after: &Value, options: &[&str]) -> (bool, String) {
        let files = [self.stored("before.json", before), self.stored("after.json", after)];
        let output = command("diff").args(files).args(options).output().unwrap();
        assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
        (output.status.success(), String::from_utf8(output.stdout).unwrap())
    }
}

fn command(name: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stepreel-eval"));
    command.arg(name);
    command
}

#[test]
fn words_alone_are_judged_beside_the_baselines() {
    let evaluation = &Bench::new(&sessions()).evaluations(&[3])[0];
    let of = |session: usize| &evaluation["sessions"][session];
    assert_eq!([&of(0)["found"]["procedure_f1"], &of(0)["found"]["frame_accuracy"]], [1.0, 1.0]);
    assert_eq!(of(0)["found"]["pk"], 0.0);
    assert_eq!([&of(1)["found"]["count_error"], &of(1)["uniform_oracle"]["procedure_f1"]], [1.0, 1.0]);
    assert_eq!(of(0)["procedures"][1]["span"], json!({"start": 100.0, "end": 200.0}));
    assert!(of(0)["words"].is_null() && of(0)["procedures"][1]["score"].is_null());
    let summary = &evaluation["summary"];
    assert_eq!([&summary["sessions"], &summary["sessions_with_procedures"]], [3, 2]);
    let count_error = &summary["found"]["count_error"];
    assert_eq!([&count_error["value"], &count_error["low"], &count_error["high"]], [0.5, 0.0, 1.0]);
    assert_eq!(summary["uniform_five"]["count_error"]["value"], 2.5);
}

#[test]
fn verdicts_go_wrong_in_three_ways() {
    let evaluation = &Bench::new(&sessions()).evaluations(&[3])[0];
    let expected = json!({"right": 2, "false_fail": 0, "false_pass": 1, "wrong_reason": 0});
    assert_eq!(evaluation["summary"]["verdicts"], expected);
}

#[test]
fn of_two_configurations_the_sessions_that_changed_are_shown() {
    let bench = Bench::new(&sessions());
    let output = bench.run(&[3, 2], &[]);
    let table = String::from_utf8(output.stdout).unwrap();
    let row =
        |name: &str| table.lines().find(|line| line.trim_start().starts_with(name)).unwrap_or_default().to_owned();
    assert!(row("thirds").contains("3 → 2 of 3"), "{table}");
    assert!(row("halves").contains("3 → 2 of 2") && row("parts-2").contains("0 / 1 / 0 of 3"), "{table}");
    let same = String::from_utf8(bench.run(&[3, 3], &[]).stdout).unwrap();
    assert!(!same.contains("thirds"), "{same}");
}

#[test]
fn the_page_holds_everything_and_runs_nothing() {
    let bench = Bench::new(&sessions());
    let file = bench.path("page.html");
    assert!(bench.run(&[3, 2], &["--html".as_ref(), &file]).status.success());
    let page = fs::read_to_string(file).unwrap();
    for text in
        ["parts-3", "uniform, K = 5", "WindowDiff", "session-halves", "Fit the lid", "Next, loosen bolt number 29."]
    {
        assert!(page.contains(text), "{text}");
    }
    assert!(!page.contains("<b>bolts") && !page.contains("<script") && !page.contains("://"));
}

#[test]
fn what_is_wrong_with_a_line_is_told() {
    let mut wrong = session("wrong", &[]);
    wrong["procedures"] = Value::Null;
    let [good, ..] = sessions();
    for (sessions, told) in [
        (vec![good.clone(), wrong], "line 2: it is no labelled transcript (docs/evaluation.md"),
        (vec![good.clone(), good], "two sessions are called thirds"),
        (vec![], "no labelled session"),
    ] {
        let output = Bench::new(&sessions).run(&[3], &[]);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && error.contains("sessions.jsonl") && error.contains(told), "{error}");
    }
}

#[test]
fn a_configuration_that_cannot_name_is_told_before_anything_is_read() {
    let bench = Bench::new(&sessions());
    let file = bench.path("nowhere.toml");
    fs::write(&file, "namer = { kind = \"language_model\", address = \"nowhere\", model = \"m\" }").unwrap();
    let output = command("run").arg(bench.path("sessions.jsonl")).arg("--config").arg(file).output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && told.contains("the configuration nowhere can't run"), "{told}");
    assert!(!told.contains("thirds"), "{told}");
}

#[test]
fn a_run_does_not_differ_from_itself() {
    let bench = Bench::new(&sessions());
    let run = bench.evaluations(&[3]);
    assert_eq!(bench.diff(&run, &run, &[]), (true, "0 of 3 sessions differ\n".to_owned()));
}

#[test]
fn what_differs_is_told_beyond_what_is_tolerated() {
    let bench = Bench::new(&sessions());
    let before = bench.evaluations(&[3]);
    let mut after = before.clone();
    after[0]["sessions"][0]["procedures"][0]["span"]["end"] = json!(98.5);
    after[0]["sessions"][1]["procedures"].as_array_mut().unwrap().truncate(2);
    let (same, told) = bench.diff(&before, &after, &[]);
    assert!(!same && told.starts_with("halves\n  removed   3:20.0-5:00.0"), "{told}");
    assert!(told.ends_with("\n1 of 3 sessions differ\n"), "{told}");
    let (same, told) = bench.diff(&before, &after, &["--moved", "1", "--json"]);
    let told: Value = serde_json::from_str(&told).unwrap();
    assert!(!same);
    assert_eq!(told[0]["sessions"][1]["changes"][0]["change"], "moved");
    assert_eq!(told[0]["sessions"][1]["changes"][0]["end_seconds"], -1.5);
}

#[test]
fn a_session_that_only_one_run_has_is_a_difference() {
    let bench = Bench::new(&sessions());
    let before = bench.evaluations(&[3]);
    let mut after = before.clone();
    after[0]["sessions"][2]["name"] = json!("chat");
    let (same, told) = bench.diff(&before, &after, &[]);
    assert!(!same && told.contains("chat\n  session added\n") && told.contains("talk\n  session removed\n"), "{told}");
}

#[test]
fn configurations_are_paired_by_name() {
    let bench = Bench::new(&sessions());
    let [two, swapped] = [[3, 2], [2, 3]].map(|counts| bench.evaluations(&counts));
    assert!(bench.diff(&two, &swapped, &[]).0);
    let files = [bench.stored("a.json", &two), bench.stored("b.json", &bench.evaluations(&[3, 4]))];
    let output = command("diff").args(files).output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && told.contains("parts-3, parts-2 and parts-3, parts-4"), "{told}");
}
