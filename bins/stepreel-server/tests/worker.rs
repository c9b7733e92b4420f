//! The worker on a real recording, killed, stopped and disturbed at every point.
#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]
#![allow(clippy::print_stdout, reason = "how often what was tried is to be known")]

mod full_disk;
mod installation;
mod points;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::Utc;
use rustix::process::Signal;
use stepreel_core::{Session, SessionRecord, SessionStatus};
use stepreel_models::Library;
use stepreel_pipeline::{Config, Job, Pipeline, Quiet, Stages, Watch};
use stepreel_storage::{JobState, Queue, QueuedJob, Sqlite, Store};
use tokio::sync::OnceCell;

use installation::{Installation, deserted, is_deserted, referred, send, timeless};
use points::{Killed, Points, spread};

/// The record that a worker makes when nobody disturbs it, and how long that takes.
async fn undisturbed() -> &'static (SessionRecord, Duration) {
    static CALM: OnceCell<(SessionRecord, Duration)> = OnceCell::const_new();
    CALM.get_or_init(left_alone).await
}

async fn left_alone() -> (SessionRecord, Duration) {
    let calm = Installation::new().await;
    let session = calm.submit("acme").await;
    let began = Instant::now();
    let mut worker = calm.worker();
    let record = calm.finished(&session).await;
    let took = began.elapsed();
    assert_eq!(worker.stop(), Some(0));
    (record, took)
}

/// Nothing lost, nothing double, nothing left, nobody there.
async fn check_all(installation: &Installation, session: &Session, right: &SessionRecord, when: &str) {
    let record = installation.finished(session).await;
    assert_eq!(timeless(&record), timeless(right), "{when}");
    let blobs = installation.blobs();
    let referred = referred(&record, &blobs).await;
    // What a killed run left is swept by the next turn of a worker.
    let end = Instant::now() + Duration::from_secs(30);
    while installation.files("blobs") != referred && Instant::now() < end {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(installation.files("blobs"), referred, "{when}");
    let left: Vec<_> = installation.files("cache").into_iter().filter(|file| file.contains("unfinished/")).collect();
    assert!(left.is_empty(), "{when}: {left:?}");
    assert_eq!(installation.store.jobs(&session.tenant_id).await.unwrap().len(), 1, "{when}");
    assert_eq!(installation.violations().await, [""; 0], "{when}");
}

/// Moments through a run by the golden ratio: no two alike, none favoured. `STEPREEL_RUNS` times as many, if that is set.
fn moments(took: Duration, count: u32) -> impl Iterator<Item = Duration> {
    let runs = std::env::var("STEPREEL_RUNS").map_or(1, |runs| runs.parse().unwrap());
    (1..=count * runs).map(move |n| took.mul_f64((f64::from(n) * 0.618_033_988_75).fract()))
}

/// How often a run was disturbed in which of its stages, by the progress that the store knew of at that moment.
#[derive(Default)]
struct Disturbed(BTreeMap<String, u32>);

impl Disturbed {
    fn count(&mut self, job: &QueuedJob) {
        let stage = job.progress.stage.clone().unwrap_or_else(|| "before the first stage".to_owned());
        *self.0.entry(stage).or_default() += 1;
    }
}

/// With `--nocapture` each test tells what it did.
impl Drop for Disturbed {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let all: u32 = self.0.values().sum();
            println!("{all} times, all well: {:?}", self.0);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_makes_what_a_run_in_this_process_makes() {
    let installation = Installation::new().await;
    let session = installation.submit("acme").await;
    let mut worker = installation.worker();
    let record = installation.finished(&session).await;
    assert_eq!(worker.stop(), Some(0));
    assert!(record.procedures.len() > 1);
    assert_eq!(record.session.status, SessionStatus::Completed);
    assert_eq!((&record.session.title, &record.session.engineer), (&session.title, &session.engineer));
    assert_eq!((record.session.started_at, &record.session.video_url), (session.started_at, &session.video_url));

    let here = tempfile::tempdir().unwrap();
    let config = Config::read(&installation.folder.path().join("config.toml")).unwrap();
    let stages = Stages::build(&config, &Library::discover().unwrap()).unwrap();
    let store = Sqlite::open(&here.path().join("stepreel.db")).await.unwrap();
    let blobs = stepreel_storage::Blobs::open(&here.path().join("blobs").to_string_lossy()).unwrap();
    let pipeline = Pipeline::new(stages, Arc::new(store), blobs, here.path().join("cache"));
    let job = Job {
        recording: installation.folder.path().join("recordings").join(&session.video_url),
        captions: None,
        tenant: session.tenant_id.clone(),
        title: session.title.clone(),
        engineer: session.engineer.clone(),
        role: session.role,
        started_at: session.started_at,
        clock: Utc::now,
    };
    let mut made = pipeline.process(job, Watch::new(Arc::new(Quiet))).await.unwrap();
    made.session.video_url.clone_from(&session.video_url);
    assert_eq!(timeless(&record), timeless(&made));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_is_killed_at_any_moment_loses_and_doubles_nothing() {
    let (right, took) = undisturbed().await;
    let mut killed_in = Disturbed::default();
    for moment in moments(*took, 8) {
        let installation = Installation::new().await;
        let session = installation.submit("acme").await;
        let mut worker = installation.worker();
        tokio::time::sleep(moment).await;
        killed_in.count(&installation.job(&session).await);
        worker.kill();
        deserted(installation.folder.path()).await;
        let mut next = installation.worker();
        check_all(&installation, &session, right, &format!("killed after {moment:?}")).await;
        assert_eq!(next.stop(), Some(0));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_child_that_is_killed_at_any_moment_is_tried_again() {
    let (right, took) = undisturbed().await;
    let mut killed_in = Disturbed::default();
    for moment in moments(*took, 6) {
        let installation = Installation::new().await;
        let session = installation.submit("acme").await;
        let mut worker = installation.worker();
        tokio::time::sleep(moment).await;
        killed_in.count(&installation.job(&session).await);
        if let Some(child) = worker.child() {
            send(child, Signal::KILL);
        }
        check_all(&installation, &session, right, &format!("child killed after {moment:?}")).await;
        assert_eq!(worker.stop(), Some(0));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_or_its_child_that_is_killed_at_any_change_of_the_disk_loses_and_doubles_nothing() {
    let (right, _) = undisturbed().await;
    let mut killed_at = Killed::default();
    for fatal in spread(changes_of_a_run().await, 6) {
        let installation = Installation::new().await;
        let session = installation.submit("acme").await;
        let points = Points::new();
        let mut worker = installation.worker_in(points.environment(fatal));
        while !worker.has_ended() && installation.job(&session).await.state != JobState::Finished {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        // It may be killed as late as while it stops.
        let status = worker.stop();
        assert!(status == Some(0) || points.fatal().is_some(), "{status:?}");
        deserted(installation.folder.path()).await;
        let mut next = installation.worker();
        check_all(&installation, &session, right, &format!("killed at {:?}", points.fatal())).await;
        assert_eq!(next.stop(), Some(0));
        killed_at.count(&points, installation.folder.path());
    }
    assert!(killed_at.is_any(), "nobody was killed");
}

/// How often a worker and its child change what is on disk for one session.
async fn changes_of_a_run() -> u64 {
    let installation = Installation::new().await;
    let session = installation.submit("acme").await;
    let points = Points::new();
    let mut worker = installation.worker_in(points.environment(0));
    installation.finished(&session).await;
    assert_eq!(worker.stop(), Some(0));
    points.count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_sleeps_through_its_lease_writes_nothing_when_it_wakes() {
    let (right, took) = undisturbed().await;
    let mut slept_in = Disturbed::default();
    for moment in moments(*took, 4) {
        let installation = Installation::new().await;
        let session = installation.submit("acme").await;
        let mut sleeper = installation.worker();
        tokio::time::sleep(moment).await;
        slept_in.count(&installation.job(&session).await);
        let child = installation.put_to_sleep(&sleeper).await;
        let mut heir = installation.worker();
        // The heir takes over, and finds the sleeping child at the recording if there is one.
        if child.is_some() {
            installation.becomes(&session, |job| job.state == JobState::Finished || job.fault.is_some()).await;
        }
        sleeper.signal(Signal::CONT);
        child.iter().for_each(|&child| send(child, Signal::CONT));
        check_all(&installation, &session, right, &format!("slept after {moment:?}")).await;
        assert_eq!((sleeper.stop(), heir.stop()), (Some(0), Some(0)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_is_deleted_or_cancelled_at_any_moment_leaves_nothing() {
    let (_, took) = undisturbed().await;
    let mut deleted_in = Disturbed::default();
    for (turn, moment) in moments(*took, 6).enumerate() {
        let installation = Installation::new().await;
        let session = installation.submit("acme").await;
        let mut worker = installation.worker();
        tokio::time::sleep(moment).await;
        deleted_in.count(&installation.job(&session).await);
        if turn % 2 == 0 {
            installation.store.cancel(&session.tenant_id, session.id).await.unwrap();
            installation.becomes(&session, |job| job.state != JobState::Running).await;
        }
        installation.store.delete(&session.tenant_id, session.id).await.unwrap();
        let end = Instant::now() + Duration::from_secs(30);
        while worker.child().is_some()
            || !installation.files("blobs").is_empty()
            || !installation.files("cache").is_empty()
        {
            assert!(Instant::now() < end, "{moment:?}: {:?}", installation.files("."));
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert_eq!(worker.stop(), Some(0));
        assert_eq!(installation.store.session(&session.tenant_id, session.id).await.unwrap(), None);
        // The worker may have been stopped before it looked.
        while let Some(left) = installation.store.claim_leavings(Duration::from_mins(1)).await.unwrap() {
            assert!(left.deleted && installation.store.cleared(&left).await.unwrap(), "{moment:?}");
        }
        assert_eq!(installation.store.jobs(&session.tenant_id).await.unwrap(), [], "{moment:?}");
        // The recording is for whoever deleted the session to remove.
        std::fs::remove_dir_all(installation.folder.path().join("recordings")).unwrap();
        assert_eq!(installation.violations().await, [""; 0], "{moment:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_is_asked_to_stop_gives_its_session_back() {
    let installation = Installation::new().await;
    let session = installation.submit("acme").await;
    let mut worker = installation.worker();
    installation.becomes(&session, |job| job.progress.stage.is_some()).await;
    assert_eq!(worker.stop(), Some(0));
    let job = installation.job(&session).await;
    assert_eq!((job.state, job.attempts, job.fault), (JobState::Waiting, 0, None));
    assert!(is_deserted(installation.folder.path()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_is_extracted_again_shows_its_results_meanwhile() {
    let installation = Installation::new().await;
    let session = installation.submit("acme").await;
    let mut worker = installation.worker();
    let first = installation.finished(&session).await;
    assert!(installation.store.retry(&session.tenant_id, session.id).await.unwrap());
    let again = loop {
        let shown = installation.store.session(&session.tenant_id, session.id).await.unwrap().unwrap();
        assert_eq!(timeless(&shown), timeless(&first));
        if installation.job(&session).await.state == JobState::Finished {
            break shown;
        }
    };
    assert_eq!(again.session.status, SessionStatus::Completed);
    assert_eq!(worker.stop(), Some(0));
}
