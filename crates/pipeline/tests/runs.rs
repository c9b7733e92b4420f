//! Runs beside and after each other, over one short synthetic recording, with real ffmpeg, SQLite and files.
#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, OnceLock};

use chrono::Utc;
use stepreel_core::{SessionRecord, SessionStatus};
use stepreel_models::Library;
use stepreel_pipeline::{Audience, Config, Event, Job, Pipeline, ProcessError, Quiet, Stage, Stages, Watch};
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

/// A pipeline without models, whose places lie in `folder`.
async fn pipeline(folder: &Path, config: &str) -> Arc<Pipeline> {
    let config = Config::parse(&format!("[encoder]\nkind = \"histogram\"\n{config}")).unwrap();
    let stages = Stages::build(&config, &Library::discover().unwrap()).unwrap();
    let store = Sqlite::open(&folder.join("stepreel.db")).await.unwrap();
    Pipeline::new(stages, Arc::new(store), blobs(folder), folder.join("cache"))
}

fn blobs(folder: &Path) -> Blobs {
    Blobs::open(&folder.join("blobs").to_string_lossy()).unwrap()
}

fn job(tenant: &str) -> Job {
    Job {
        recording: recording().to_owned(),
        captions: None,
        tenant: tenant.parse().unwrap(),
        title: "A short job".to_owned(),
        engineer: None,
        clock: Utc::now,
    }
}

fn quiet() -> Watch {
    Watch::new(Arc::new(Quiet))
}

/// Tells a channel what happens.
struct Told(Mutex<Sender<Event>>);

impl Audience for Told {
    fn hear(&self, event: Event) {
        // Who no longer listens need not be told.
        let _ = self.0.lock().unwrap().send(event);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_run_of_a_recording_is_refused_and_the_first_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let pipeline = pipeline(folder.path(), "").await;
    let (sender, events) = channel();
    let first = Arc::clone(&pipeline);
    let first = tokio::spawn(async move {
        let watch = Watch::new(Arc::new(Told(Mutex::new(sender))));
        first.process(job("acme"), watch).await
    });
    let cutting = move || events.iter().any(|event| event == Event::Began(Stage::Clips));
    assert!(tokio::task::spawn_blocking(cutting).await.unwrap());
    let second = pipeline.process(job("acme"), quiet()).await;
    assert!(matches!(second, Err(ProcessError::Busy { .. })), "{second:?}");
    assert_eq!(first.await.unwrap().unwrap().session.status, SessionStatus::Completed);
}

#[tokio::test(flavor = "multi_thread")]
async fn tenants_with_the_same_recording_share_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let pipeline = pipeline(folder.path(), "").await;
    let acme = pipeline.process(job("acme"), quiet()).await.unwrap();
    let other = pipeline.process(job("other"), quiet()).await.unwrap();
    for record in [&acme, &other] {
        let tenant = record.session.tenant_id.as_str();
        for key in keys(record) {
            assert!(key.starts_with(&format!("{tenant}/")), "{key} of {tenant}");
            assert!(blobs(folder.path()).has(&key.parse().unwrap()).await.unwrap(), "{key}");
        }
    }
}

fn keys(record: &SessionRecord) -> Vec<String> {
    let of = record.procedures.iter().flat_map(|procedure| {
        [Some(procedure.video_url.clone()), procedure.thumbnail_url.clone(), procedure.captions_url.clone()]
    });
    let keys: Vec<String> = of.chain([record.session.filmstrip_url.clone()]).flatten().collect();
    assert!(keys.len() > 3, "{keys:?}");
    keys
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stops_one_run_is_told_and_does_not_stop_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let pipeline = pipeline(folder.path(), "").await;
    let broken = folder.path().join("broken.vtt");
    fs::write(&broken, "no captions at all\n").unwrap();
    let watch = quiet();
    let first = pipeline.process(Job { captions: Some(broken.clone()), ..job("acme") }, watch.clone()).await;
    assert!(matches!(&first, Err(ProcessError::Captions { path, .. }) if *path == broken), "{first:?}");
    assert_eq!(pipeline.process(job("acme"), watch).await.unwrap().session.status, SessionStatus::Completed);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_configuration_does_again_only_what_depends_on_it() {
    let folder = tempfile::tempdir().unwrap();
    pipeline(folder.path(), "").await.process(job("acme"), quiet()).await.unwrap();
    let (sender, events) = channel();
    let watch = Watch::new(Arc::new(Told(Mutex::new(sender))));
    let changed = pipeline(folder.path(), "[clipper]\nkind = \"reencode\"\ncrf = 30\n").await;
    changed.process(job("acme"), watch).await.unwrap();
    let ended = events.try_iter().filter_map(|event| match event {
        Event::Ended { stage, reused, .. } => Some((stage, reused)),
        _ => None,
    });
    let ended: Vec<(Stage, bool)> = ended.collect();
    for expected in [(Stage::Sound, true), (Stage::Speech, true), (Stage::Pictures, true), (Stage::Clips, false)] {
        assert!(ended.contains(&expected), "{expected:?}: {ended:?}");
    }
}
