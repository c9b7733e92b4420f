//! Analyses of one short synthetic recording, beside a run that stores it.
#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};

use chrono::Utc;
use stepreel_core::{Findings, Name, Role, ScoreCard, Span};
use stepreel_models::Library;
use stepreel_pipeline::{Analysis, Audience, Config, Event, Job, Pipeline, Quiet, Stage, Stages, Watch, analyse};
use stepreel_storage::{Blobs, Sqlite};
use stepreel_testkit::{Format, Rate, Scenario, own_scripts};

/// A short session with captions beside it, made once.
fn recording() -> &'static Path {
    static RECORDING: OnceLock<PathBuf> = OnceLock::new();
    RECORDING.get_or_init(|| {
        let script = own_scripts().into_iter().find(|script| script.id == "short-job").unwrap();
        let mut scenario = Scenario::new(script, 5);
        scenario.format = Format { width: 320, height: 180, rate: Rate::Constant(10), ..scenario.format };
        scenario.record(&Path::new(env!("CARGO_TARGET_TMPDIR")).join("takes")).unwrap().recording
    })
}

/// Stages without models.
fn stages(config: &str) -> Stages {
    let config = format!("transcriber.kind = \"captions\"\nencoder.kind = \"histogram\"\n{config}");
    Stages::build(&Config::parse(&config).unwrap(), &Library::discover().unwrap()).unwrap()
}

/// Notes which stages took what an earlier run had kept.
#[derive(Default)]
struct Notes(Mutex<Vec<(Stage, bool)>>);

impl Audience for Notes {
    fn hear(&self, event: Event) {
        if let Event::Ended { stage, reused, .. } = event {
            self.0.lock().unwrap().push((stage, reused));
        }
    }
}

fn analysed(config: &str, kept: &Path) -> (Analysis, Vec<(Stage, bool)>) {
    let notes = Arc::new(Notes::default());
    let analysis = analyse(&stages(config), recording(), kept, &Watch::new(notes.clone())).unwrap();
    let stages = notes.0.lock().unwrap().clone();
    (analysis, stages)
}

#[test]
fn configurations_share_what_they_have_in_common() {
    let kept = tempfile::tempdir().unwrap();
    let check = |config: &str, made: &[Stage]| {
        let (_, stages) = analysed(config, kept.path());
        for stage in [Stage::Pictures, Stage::Sound, Stage::Speech] {
            assert!(stages.contains(&(stage, !made.contains(&stage))), "{config}: {stage}, {stages:?}");
        }
        assert!(!stages.iter().any(|(stage, _)| [Stage::Clips, Stage::Store].contains(stage)), "{stages:?}");
    };
    check("", &[Stage::Pictures, Stage::Sound, Stage::Speech]);
    check("", &[]);
    check("segmenter = { kind = \"change_point\", weights = { pictures = 0 } }", &[]);
    check("namer.kind = \"first_words\"", &[]);
    check("voice_activity.kind = \"energy\"", &[Stage::Speech]);
    check("frames.every_seconds = 2", &[Stage::Pictures]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_analysis_finds_what_a_run_stores() {
    let folder = tempfile::tempdir().unwrap();
    let (analysis, _) = analysed("", &folder.path().join("kept"));
    let store = Sqlite::open(&folder.path().join("stepreel.db")).await.unwrap();
    let blobs = Blobs::open(&folder.path().join("blobs").to_string_lossy()).unwrap();
    let pipeline = Pipeline::new(stages(""), Arc::new(store), blobs, folder.path().join("cache"));
    let job = Job {
        recording: recording().to_owned(),
        captions: None,
        tenant: "acme".parse().unwrap(),
        title: "A short job".to_owned(),
        engineer: None,
        role: Role::Trainer,
        started_at: None,
        clock: Utc::now,
    };
    let record = pipeline.process(job, Watch::new(Arc::new(Quiet))).await.unwrap();
    let stored = record.procedures.iter().map(|procedure| (procedure.span, &procedure.name, &procedure.score));
    let found = analysis.works.iter().map(|work| (work.segment.span, &work.name, &work.score));
    let (stored, found): (Vec<(Span, &Name, &ScoreCard)>, Vec<_>) = (stored.collect(), found.collect());
    assert!(!found.is_empty());
    assert_eq!(stored, found);
    let findings: &Findings = &record.session.findings;
    assert_eq!((findings, &record.session.score), (&analysis.findings, &analysis.score));
    assert_eq!(record.transcript, analysis.transcript);
}
