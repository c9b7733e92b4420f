//! A folder of the server with short recordings in its queue, and the program as it is started.
#![allow(dead_code, reason = "each test file uses its own part of this")]

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use chrono::Utc;
use rustix::process::Signal;
use stepreel_core::{Digest, Findings, Role, Session, SessionId, SessionRecord, SessionStatus, TenantId};
use stepreel_models::digest_of;
use stepreel_storage::{
    Accounts, BlobKey, Blobs, Folders, JobState, NewUpload, Queue, QueuedJob, Scrutiny, Sqlite, Store, Tenant,
    UploadId, Uploads,
};
use stepreel_testkit::{Format, Rate, Scenario, own_scripts};
use tempfile::TempDir;

/// A configuration without models: words come from the captions beside the recording.
const CONFIG: &str = "[encoder]\nkind = \"histogram\"\n[transcriber]\nkind = \"captions\"\n";

pub(crate) struct Installation {
    pub(crate) folder: TempDir,
    pub(crate) store: Sqlite,
}

impl Installation {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("config.toml"), CONFIG).unwrap();
        let store = Sqlite::open(&folder.path().join("stepreel.db")).await.unwrap();
        Self { folder, store }
    }

    /// Puts the short recording into the queue, as an upload does.
    pub(crate) async fn submit(&self, tenant: &str) -> Session {
        let tenant: TenantId = tenant.parse().unwrap();
        let digest = digest_of(recording()).unwrap();
        let session = session(&tenant, digest);
        let place = self.folder.path().join("recordings").join(&session.video_url);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::copy(recording(), &place).unwrap();
        fs::copy(recording().with_extension("vtt"), place.with_extension("vtt")).unwrap();
        self.take_in(&session).await;
        session
    }

    async fn put_tenant(&self, tenant: &TenantId) {
        let (id, name) = (tenant.clone(), tenant.to_string());
        self.store.put_tenant(&Tenant { id, name, quota: 1 << 40, retention_days: None }).await.unwrap();
    }

    /// Stops a worker and its child, which it gives, at a moment when neither writes: `SQLite` lets nobody write while another does, and
    /// whoever falls asleep over that keeps all others waiting.
    pub(crate) async fn put_to_sleep(&self, worker: &Running) -> Option<u32> {
        loop {
            let child = worker.child();
            let all = || child.into_iter().chain([worker.id()]);
            all().for_each(|process| send(process, Signal::STOP));
            if tokio::time::timeout(Duration::from_secs(2), self.put_tenant(&"other".parse().unwrap())).await.is_ok() {
                return child;
            }
            all().for_each(|process| send(process, Signal::CONT));
        }
    }

    /// As an upload ends.
    async fn take_in(&self, session: &Session) {
        let (tenant, length) = (session.tenant_id.clone(), recording().metadata().unwrap().len());
        self.put_tenant(&tenant).await;
        let (id, lifetime) = (UploadId(session.id.0), Duration::from_hours(1));
        let (key, metadata, created_at) = (None, String::new(), Utc::now());
        let upload = NewUpload { id, tenant, key, length, metadata, created_at, lifetime };
        self.store.begin_upload(&upload).await.unwrap();
        self.store.receive(id, length, lifetime).await.unwrap();
        self.store.submit(session).await.unwrap();
        self.store.finish_upload(id, session.id).await.unwrap();
    }

    /// What doesn't hold.
    pub(crate) async fn violations(&self) -> Vec<String> {
        let place = |name| self.folder.path().join(name);
        let folders = Folders {
            blobs: place("blobs"),
            recordings: place("recordings"),
            uploads: place("uploads"),
            cache: place("cache"),
        };
        let scrutiny = Scrutiny { contents: true, grace: Duration::ZERO };
        let audit = stepreel_storage::audit(&self.store, &folders, scrutiny).await.unwrap();
        // Captions lie beside these recordings, as beside no upload.
        let captions = |found: &str| found.contains(" recordings/") && found.contains(".vtt");
        audit.violations.iter().map(ToString::to_string).filter(|found| !captions(found)).collect()
    }

    /// Starts a worker on the folder.
    pub(crate) fn worker(&self) -> Running {
        self.worker_in([])
    }

    /// Starts a worker with more in its environment.
    pub(crate) fn worker_in(&self, environment: impl IntoIterator<Item = (&'static str, OsString)>) -> Running {
        let mut command = Command::new(server());
        let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        command
            .args(["worker", "--lease", "4", "--pause", "0.5", "--data"])
            .arg(self.folder.path())
            .arg("--config")
            .arg(self.folder.path().join("config.toml"))
            .env("STEPREEL_MODELS", checkout.join("models"))
            .envs(environment)
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        Running(command.spawn().unwrap())
    }

    pub(crate) async fn job(&self, session: &Session) -> QueuedJob {
        self.store.job(&session.tenant_id, session.id).await.unwrap().unwrap()
    }

    /// Waits until the job is as expected.
    pub(crate) async fn becomes(&self, session: &Session, is: impl Fn(&QueuedJob) -> bool) -> QueuedJob {
        let end = Instant::now() + Duration::from_mins(2);
        loop {
            let job = self.job(session).await;
            if is(&job) {
                return job;
            }
            assert!(Instant::now() < end, "{job:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    pub(crate) async fn finished(&self, session: &Session) -> SessionRecord {
        self.becomes(session, |job| job.state == JobState::Finished).await;
        self.store.session(&session.tenant_id, session.id).await.unwrap().unwrap()
    }

    pub(crate) fn blobs(&self) -> Blobs {
        Blobs::open(&self.folder.path().join("blobs").to_string_lossy()).unwrap()
    }

    /// The files below a folder of the installation, by their paths in it.
    pub(crate) fn files(&self, below: &str) -> BTreeSet<String> {
        let root = self.folder.path().join(below);
        let (mut found, mut folders) = (BTreeSet::new(), vec![root.clone()]);
        while let Some(next) = folders.pop() {
            for path in fs::read_dir(&next).into_iter().flatten().flatten().map(|entry| entry.path()) {
                if path.is_dir() {
                    folders.push(path);
                } else {
                    found.insert(path.strip_prefix(&root).unwrap().display().to_string());
                }
            }
        }
        found
    }
}

/// The program: this build's, or the one that `STEPREEL_SERVER` names, such as an optimised one to be measured.
pub(crate) fn server() -> OsString {
    std::env::var_os("STEPREEL_SERVER").unwrap_or_else(|| env!("CARGO_BIN_EXE_stepreel-server").into())
}

/// The program at work; killed when it is dropped.
pub(crate) struct Running(Child);

impl Running {
    pub(crate) fn id(&self) -> u32 {
        self.0.id()
    }

    pub(crate) fn signal(&self, signal: Signal) {
        send(self.id(), signal);
    }

    pub(crate) fn kill(&mut self) {
        let _ = self.0.kill();
        self.0.wait().unwrap();
    }

    /// Asks it to stop, and waits. One that has hardly begun ends by the signal, as it has nothing to give back.
    pub(crate) fn stop(&mut self) -> Option<i32> {
        let asked = Signal::TERM;
        self.signal(asked);
        let status = self.0.wait().unwrap();
        status.code().or_else(|| (status.signal() == Some(asked.as_raw())).then_some(0))
    }

    /// Whether it has ended by itself, or was killed.
    pub(crate) fn has_ended(&mut self) -> bool {
        self.0.try_wait().unwrap().is_some()
    }

    /// The process that works on a session now, if there is one.
    pub(crate) fn child(&self) -> Option<u32> {
        children(self.id()).into_iter().next()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill();
    }
}

pub(crate) fn send(process: u32, signal: Signal) {
    let process = rustix::process::Pid::from_raw(process.try_into().unwrap()).unwrap();
    // One that has ended in between can't be sent anything.
    let _ = rustix::process::kill_process(process, signal);
}

/// The processes that a process has started, by any of its threads.
fn children(process: u32) -> Vec<u32> {
    let threads = fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
    let lists = threads.filter_map(|thread| fs::read_to_string(thread.path().join("children")).ok());
    lists.flat_map(|list| list.split_whitespace().filter_map(|id| id.parse().ok()).collect::<Vec<_>>()).collect()
}

/// Waits until nothing runs any more that names the folder among its arguments.
pub(crate) async fn deserted(folder: &Path) {
    let end = Instant::now() + Duration::from_secs(20);
    while !is_deserted(folder) {
        assert!(Instant::now() < end, "the children of who was killed live on");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Whether anything still runs that names the folder among its arguments.
pub(crate) fn is_deserted(folder: &Path) -> bool {
    let name = folder.to_string_lossy();
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let mut arguments = processes.filter_map(|process| fs::read(process.path().join("cmdline")).ok());
    !arguments.any(|arguments| String::from_utf8_lossy(&arguments).contains(&*name))
}

/// A short session with captions, made once.
pub(crate) fn recording() -> &'static Path {
    static RECORDING: OnceLock<PathBuf> = OnceLock::new();
    RECORDING.get_or_init(|| {
        let script = own_scripts().into_iter().find(|script| script.id == "short-job").unwrap();
        let mut scenario = Scenario::new(script, 5);
        scenario.format = Format { width: 320, height: 180, rate: Rate::Constant(10), ..scenario.format };
        scenario.record(&Path::new(env!("CARGO_TARGET_TMPDIR")).join("served")).unwrap().recording
    })
}

fn session(tenant: &TenantId, digest: Digest) -> Session {
    let id = SessionId::of(tenant, digest);
    Session {
        id,
        tenant_id: tenant.clone(),
        title: "A short job".to_owned(),
        engineer: Some("Ada".to_owned()),
        role: Role::Trainer,
        started_at: Some(Utc::now()),
        completed_at: None,
        duration_seconds: 0.0,
        video_url: format!("{tenant}/{id}/{digest}.mp4"),
        recording_sha256: digest,
        status: SessionStatus::Queued,
        outcome: None,
        findings: Findings::default(),
        score: None,
        filmstrip_url: None,
        summary: String::new(),
        created_at: Utc::now(),
    }
}

/// The files that a record refers to, directly or by a storyboard.
pub(crate) async fn referred(record: &SessionRecord, blobs: &Blobs) -> BTreeSet<String> {
    let mut keys: BTreeSet<String> = record.session.filmstrip_url.iter().cloned().collect();
    for procedure in &record.procedures {
        let optional = [&procedure.thumbnail_url, &procedure.captions_url, &procedure.storyboard_url];
        keys.extend(optional.into_iter().flatten().cloned().chain([procedure.video_url.clone()]));
        let Some(board) = &procedure.storyboard_url else { continue };
        let cues = blobs.get(&board.parse::<BlobKey>().unwrap()).await.unwrap();
        let folder = board.rsplit_once('/').unwrap().0.to_owned();
        let cues = String::from_utf8(cues).unwrap();
        keys.extend(cues.lines().filter_map(|line| Some(format!("{folder}/{}", line.split_once("#xywh=")?.0))));
    }
    keys
}

/// The record without what tells when, where and from which file it was made.
pub(crate) fn timeless(record: &SessionRecord) -> serde_json::Value {
    let mut value = serde_json::to_value(record).unwrap();
    forget(&mut value);
    value
}

fn forget(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::Object(fields) => {
            fields.retain(|name, _| !matches!(name.as_str(), "created_at" | "completed_at" | "started_at"));
            fields.values_mut().for_each(forget);
        }
        serde_json::Value::Array(items) => items.iter_mut().for_each(forget),
        _ => {}
    }
}
