//! A worker with real children that do everything wrong: shells, told to crash, hang, lie and linger.
#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use stepreel_core::{SessionStatus, TenantId};
use stepreel_storage::conformance::completed;
use stepreel_storage::{Blobs, Fault, JobState, Queue, QueuedJob, SessionFilter, Sqlite, Store};
use stepreel_worker::{Place, Program, Settings, Worker};
use tempfile::TempDir;
use tokio::runtime::Handle;
use tokio::task::spawn_blocking;

/// Short times, so that nobody waits.
fn settings() -> Settings {
    let ms = Duration::from_millis;
    Settings {
        jobs: 1,
        lease: Duration::from_secs(3),
        silence: Duration::from_mins(1),
        poll: ms(20),
        pause: ms(10),
        grace: ms(300),
    }
}

fn program(path: &str, arguments: &[&str]) -> Program {
    let arguments = arguments.iter().map(Into::into).collect();
    let environment = || vec![("TOLD".to_owned(), "by its worker".to_owned())];
    Program { path: path.into(), arguments, environment, withheld: &["CARGO_MANIFEST_DIR"] }
}

/// An installation with one session that waits, and a worker whose children run a script of the shell.
struct Bench {
    folder: TempDir,
    store: Arc<Sqlite>,
    worker: Option<Worker>,
}

impl Bench {
    async fn new(script: &str, settings: Settings) -> Self {
        Self::with(&program("/bin/sh", &["-c", script]), settings).await
    }

    async fn with(program: &Program, settings: Settings) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Arc::new(Sqlite::open(&folder.path().join("stepreel.db")).await.unwrap());
        store.submit(&completed(&tenant(), 1).session).await.unwrap();
        let mut program = program.clone();
        // What a script is told by its place: where it may leave a word for the test.
        program.arguments.push(folder.path().join("word").into());
        let place = Place {
            store: Arc::clone(&store) as _,
            queue: Arc::clone(&store) as _,
            blobs: Blobs::open(&folder.path().join("blobs").to_string_lossy()).unwrap(),
            recordings: folder.path().join("recordings"),
            cache: folder.path().join("cache"),
        };
        let worker = Some(Worker::start(&place, &program, settings, &Handle::current()).unwrap());
        Self { folder, store, worker }
    }

    async fn job(&self) -> QueuedJob {
        self.store.jobs(&tenant()).await.unwrap().remove(0)
    }

    /// Waits until the job is as expected.
    async fn becomes(&self, is: impl Fn(&QueuedJob) -> bool) -> QueuedJob {
        let end = Instant::now() + Duration::from_mins(1);
        loop {
            let job = self.job().await;
            if is(&job) {
                return job;
            }
            assert!(Instant::now() < end, "{job:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// What the child left for the test: its process's number.
    async fn word(&self) -> u32 {
        let path = self.folder.path().join("word");
        loop {
            let word = fs::read_to_string(&path).unwrap_or_default();
            if let Some(word) = word.strip_suffix('\n') {
                return word.parse().unwrap();
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    async fn stop(&mut self) {
        let worker = self.worker.take().unwrap();
        worker.stop();
        spawn_blocking(|| worker.join()).await.unwrap();
    }

    async fn status(&self) -> SessionStatus {
        self.store.sessions(&tenant(), &SessionFilter::default()).await.unwrap()[0].status
    }
}

fn tenant() -> TenantId {
    "acme".parse().unwrap()
}

/// A line that tells of a stage.
const AT_WORDS: &str = r#"echo '{"progress":{"stage":"words","share":0.5,"remaining":{"secs":9,"nanos":0}}}';"#;

/// Leaves the number of the child, and a process of its group beside it that would go on for ever.
const LINGERS: &str = "sleep 1000 & echo $! > \"$0\"; sleep 1000";

/// A line that tells of a failure.
fn fails(code: &str, remedy: &str) -> String {
    format!(
        r#"echo '{{"failed":{{"fault":{{"code":"{code}","stage":"probe","message":"it is cut off","signal":null}},"remedy":"{remedy}"}}}}'; exit 1"#
    )
}

fn stopped(job: &QueuedJob) -> bool {
    job.state == JobState::Stopped
}

fn fault(job: QueuedJob) -> Fault {
    job.fault.unwrap()
}

async fn is_gone(process: u32) {
    let path = PathBuf::from(format!("/proc/{process}/stat"));
    let end = Instant::now() + Duration::from_secs(30);
    while is_alive(&path) {
        assert!(Instant::now() < end, "process {process} is still there");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// One that is only not yet reaped is dead.
fn is_alive(stat: &Path) -> bool {
    let state = fs::read_to_string(stat).ok().and_then(|stat| stat.rsplit_once(") ").map(|(_, rest)| rest.to_owned()));
    state.is_some_and(|state| !state.starts_with('Z'))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_child_has_the_environment_of_its_worker_but_for_secrets() {
    assert!(std::env::var_os("CARGO_MANIFEST_DIR").is_some() && std::env::var_os("PATH").is_some());
    let as_meant = r#"[ "$TOLD" = "by its worker" ] && [ -n "$PATH" ] && [ -z "${CARGO_MANIFEST_DIR+set}" ]"#;
    let script = format!("{as_meant} && {}", fails("as_meant", "none"));
    let mut bench = Bench::new(&script, settings()).await;
    assert_eq!(fault(bench.becomes(stopped).await).code, "as_meant");
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_child_that_aborts_is_stopped_after_three_with_its_stage_and_signal() {
    let mut bench = Bench::new(&format!("{AT_WORDS} kill -ABRT $$"), settings()).await;
    let job = bench.becomes(stopped).await;
    assert_eq!(job.attempts, 3);
    let fault = fault(job);
    assert_eq!((fault.code.as_str(), fault.signal.as_deref()), ("process_crashed", Some("SIGABRT")));
    assert_eq!(fault.stage.as_deref(), Some("words"));
    assert_eq!(bench.status().await, SessionStatus::Failed);
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recording_that_can_not_be_helped_is_tried_once() {
    let mut bench = Bench::new(&fails("media_truncated", "none"), settings()).await;
    let job = bench.becomes(stopped).await;
    assert_eq!(job.attempts, 1);
    let fault = fault(job);
    assert_eq!((fault.code.as_str(), fault.message.as_str()), ("media_truncated", "it is cut off"));
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_that_is_not_ready_costs_no_attempt() {
    let mut bench = Bench::new(&format!("echo >> \"$0\"; {}", fails("store_failed", "time")), settings()).await;
    let tried = bench.folder.path().join("word");
    let end = Instant::now() + Duration::from_mins(1);
    while fs::read_to_string(&tried).unwrap_or_default().len() < 5 {
        assert!(Instant::now() < end);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let job = bench.becomes(|job| job.state == JobState::Waiting).await;
    assert_eq!((job.attempts, fault(job).code.as_str()), (0, "store_failed"));
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_is_not_there_costs_no_attempt() {
    let program = program("/nowhere/at/all", &[]);
    let mut bench = Bench::with(&program, settings()).await;
    let job = bench.becomes(|job| job.fault.is_some() && job.state == JobState::Waiting).await;
    assert_eq!((job.attempts, fault(job).code.as_str()), (0, "process_not_started"));
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_child_that_says_that_it_is_done_and_is_not_is_found_out() {
    let mut bench = Bench::new(&format!("{AT_WORDS} exit 0"), settings()).await;
    let job = bench.becomes(stopped).await;
    assert_eq!((job.attempts, fault(job).code.as_str()), (3, "process_failed"));
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stage_that_makes_no_step_is_killed_however_much_it_says() {
    let silence = Duration::from_millis(500);
    let chatter = format!("while :; do {AT_WORDS} echo nonsense; done & echo $! > \"$0\"; wait");
    let mut bench = Bench::new(&chatter, Settings { silence, ..settings() }).await;
    let process = bench.word().await;
    let job = bench.becomes(stopped).await;
    let fault = fault(job);
    assert_eq!((fault.code.as_str(), fault.stage.as_deref()), ("stage_timeout", Some("words")));
    is_gone(process).await;
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn progress_shows_and_the_lease_is_kept() {
    let mut bench = Bench::new(&format!("{AT_WORDS} {LINGERS}"), settings()).await;
    let job = bench.becomes(|job| job.progress.stage.is_some()).await;
    assert_eq!((job.state, job.progress.share), (JobState::Running, 0.5));
    assert_eq!(job.progress.remaining, Some(Duration::from_secs(9)));
    // Longer than the lease: another claim would have got it by then.
    let end = Instant::now() + settings().lease + Duration::from_secs(1);
    while Instant::now() < end {
        assert_eq!(bench.store.claim(settings().lease).await.unwrap(), None);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_job_s_processes_are_gone() {
    let mut bench = Bench::new(LINGERS, settings()).await;
    let process = bench.word().await;
    let session = bench.job().await.session;
    assert!(bench.store.cancel(&tenant(), session).await.unwrap());
    is_gone(process).await;
    let job = bench.becomes(|job| job.state == JobState::Cancelled).await;
    assert_eq!(fault(job).code, Fault::CANCELLED);
    bench.stop().await;
    assert_eq!(bench.store.claim_leavings(settings().lease).await.unwrap(), None, "it is cleared");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_session_leaves_no_process_file_or_row() {
    let mut bench = Bench::new(LINGERS, settings()).await;
    let process = bench.word().await;
    let session = completed(&tenant(), 1).session;
    let left = [format!("blobs/acme/{}/part#1", session.id), format!("cache/acme/{}/words", session.recording_sha256)];
    for file in left.iter().map(|file| bench.folder.path().join(file)) {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, "left").unwrap();
    }
    assert!(bench.store.delete(&tenant(), session.id).await.unwrap());
    is_gone(process).await;
    let end = Instant::now() + Duration::from_mins(1);
    while left.iter().any(|file| bench.folder.path().join(file).exists()) {
        assert!(Instant::now() < end, "files of a deleted session are still there");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    bench.stop().await;
    assert_eq!(bench.store.claim_leavings(settings().lease).await.unwrap(), None);
    assert_eq!(bench.store.jobs(&tenant()).await.unwrap(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_takes_the_session_without_the_queue_ends_the_child() {
    let mut bench = Bench::new(LINGERS, settings()).await;
    let process = bench.word().await;
    let record = completed(&tenant(), 1);
    let epoch = bench.store.begin(&record.session).await.unwrap();
    is_gone(process).await;
    bench.store.finish(&record, epoch).await.unwrap();
    bench.becomes(|job| job.state == JobState::Finished).await;
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stopping_gives_the_job_back_and_costs_no_attempt() {
    for deaf in ["", "trap '' TERM; "] {
        let mut bench = Bench::new(&format!("{deaf}{LINGERS}"), settings()).await;
        let process = bench.word().await;
        bench.stop().await;
        is_gone(process).await;
        let job = bench.job().await;
        assert_eq!((job.state, job.attempts, job.fault), (JobState::Waiting, 0, None), "{deaf}");
        assert_eq!(bench.status().await, SessionStatus::Queued);
    }
}
