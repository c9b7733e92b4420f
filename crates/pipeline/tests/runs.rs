//! Runs beside and after each other, over one short synthetic recording, with real ffmpeg, SQLite and files.
#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, OnceLock};

use chrono::Utc;
use stepreel_core::{FindingCode, Role, SessionRecord, SessionStatus, Span};
use stepreel_media::tool_versions;
use stepreel_models::Library;
use stepreel_pipeline::{
    Audience, Config, Event, Job, Pipeline, ProcessError, Quiet, Stage, Stages, Watch, illustrate,
};
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
        role: Role::Trainer,
        started_at: None,
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
async fn progress_moves_within_a_clip_and_never_goes_back() {
    let folder = tempfile::tempdir().unwrap();
    let (sender, events) = channel();
    let watch = Watch::new(Arc::new(Told(Mutex::new(sender))));
    let record = pipeline(folder.path(), "").await.process(job("acme"), watch).await.unwrap();
    let told: Vec<f64> = events
        .try_iter()
        .filter_map(|event| match event {
            Event::Advanced(Stage::Clips, share) => Some(share),
            _ => None,
        })
        .collect();
    assert!(told.is_sorted() && told.last() > Some(&0.99), "{told:?}");
    assert!(told.len() > 10 * record.procedures.len(), "{told:?}");
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

#[tokio::test(flavor = "multi_thread")]
async fn a_trainees_session_is_stored_and_only_extracted_when_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let trainee = || Job { role: Role::Trainee, ..job("acme") };
    let stored = pipeline(folder.path(), "").await.process(trainee(), quiet()).await.unwrap();
    assert_eq!(stored.session.role, Role::Trainee);
    assert_eq!((stored.session.status, stored.session.outcome), (SessionStatus::Completed, None));
    assert!(stored.procedures.is_empty() && stored.session.duration_seconds > 60.0);
    let reasons: Vec<FindingCode> = stored.session.findings.all().iter().map(|finding| finding.code).collect();
    assert_eq!(reasons, [FindingCode::NotExtracted]);
    assert_eq!(stored.session.summary, stored.session.findings.all()[0].message);

    let everyone = pipeline(folder.path(), "[sessions]\nextract_roles = [\"trainer\", \"trainee\"]\n").await;
    let extracted = everyone.process(trainee(), quiet()).await.unwrap();
    assert_eq!((extracted.session.id, extracted.session.role), (stored.session.id, Role::Trainee));
    assert!(!extracted.procedures.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_record_tells_what_decoded_the_recording() {
    let folder = tempfile::tempdir().unwrap();
    let record = pipeline(folder.path(), "").await.process(job("acme"), quiet()).await.unwrap();
    let stage = |name: &str| record.provenance.stages.iter().find(|stage| stage.stage == name).unwrap();
    assert_eq!(stage("probe").settings, tool_versions().unwrap().to_string());
    assert_eq!(stage("sound").kind, "symphonia");
    let order: Vec<&str> = record.provenance.stages.iter().map(|stage| stage.stage.as_str()).collect();
    assert_eq!(order[..4], ["probe", "frames", "encoder", "sound"], "{order:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn results_of_an_old_configuration_go_when_there_is_no_room() {
    let folder = tempfile::tempdir().unwrap();
    let sizes = || -> u64 { kept(folder.path()).iter().map(|path| path.metadata().unwrap().len()).sum() };
    pipeline(folder.path(), "").await.process(job("acme"), quiet()).await.unwrap();
    let old = kept(folder.path());
    let room = sizes() as f64 / 1e9;
    let changed = format!("[frames]\nevery_seconds = 2.0\n[kept_results]\nmost_gigabytes = {room}\n");
    pipeline(folder.path(), &changed).await.process(job("acme"), quiet()).await.unwrap();
    let left = kept(folder.path());
    assert!(sizes() as f64 / 1e9 <= room);
    let gone: Vec<_> = old.iter().filter(|path| !left.contains(path)).collect();
    assert!(!gone.is_empty() && gone.iter().all(|path| path.to_string_lossy().contains("pictures")), "{gone:?}");
}

/// The files of kept results.
fn kept(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.join("cache")];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap().map(Result::unwrap) {
            if entry.path().is_dir() { folders.push(entry.path()) } else { found.push(entry.path()) }
        }
    }
    found
}

#[test]
fn a_clip_gives_a_picture_of_each_scene_that_is_in_it() {
    let config = Config::default();
    let scene = |start, end| Span::from_seconds(start, end).unwrap();
    let scenes = [scene(2.0, 8.0), scene(20.0, 26.0), scene(9000.0, 9001.0)];
    let stills = illustrate(&config, recording(), &scenes).unwrap();
    let [Some(first), Some(second), None] = &stills[..] else { panic!("{stills:?}") };
    for (still, scene) in [(first, scenes[0]), (second, scenes[1])] {
        assert!(scene.contains(still.time) && still.jpeg.starts_with(&[0xff, 0xd8]), "{}", still.time);
    }
    assert!(illustrate(&config, recording(), &[]).unwrap().is_empty());
    assert!(matches!(illustrate(&config, Path::new("nowhere.mp4"), &scenes), Err(ProcessError::Media(_))));
}
