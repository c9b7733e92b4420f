//! What an audit finds, and that a backup made in the middle of work is whole.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::Utc;
use futures::future::try_join_all;
use sha2::{Digest as _, Sha256};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, SqlitePool};
use stepreel_core::{Digest, Session, SessionId, SessionRecord, SessionStatus, TenantId};
use stepreel_storage::conformance::completed;
use stepreel_storage::{
    Accounts, BlobKey, Extension, Folders, Invariant, JobState, Leavings, NewUpload, Queue, Scrutiny, Sqlite, Store,
    StoreError, Tenant, UploadId, Uploads, audit, back_up,
};
use tempfile::TempDir;
use uuid::Uuid;

type Checked = Result<(), Box<dyn Error>>;

const STRICT: Scrutiny = Scrutiny { contents: true, grace: Duration::ZERO };

/// A folder with one finished session, one that waits, and one upload that is half there.
struct Place {
    folder: TempDir,
    store: Sqlite,
    finished: SessionRecord,
    growing: UploadId,
}

fn tenant() -> TenantId {
    "acme".parse().expect("it is one")
}

fn folders(root: &Path) -> Folders {
    let place = |name| root.join(name);
    Folders { blobs: place("blobs"), recordings: place("recordings"), uploads: place("uploads"), cache: place("cache") }
}

impl Place {
    async fn new() -> Result<Self, Box<dyn Error>> {
        let folder = TempDir::new()?;
        let store = Sqlite::open(&folder.path().join("stepreel.db")).await?;
        store
            .put_tenant(&Tenant { id: tenant(), name: "Acme".to_owned(), quota: 1 << 30, retention_days: None })
            .await?;
        let growing = UploadId(Uuid::from_u128(7));
        let mut place = Self { folder, store, finished: completed(&tenant(), 1), growing };
        place.finished = place.finish(b"first").await?;
        place.submit(b"second").await?;
        place.begin(growing, 10).await?;
        place.store.receive(growing, 4, Duration::from_hours(1)).await?;
        fs::create_dir_all(place.path("uploads"))?;
        // Two bytes more are on disk than were acknowledged.
        fs::write(place.path(&format!("uploads/{growing}")), "abcdef")?;
        Ok(place)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    async fn begin(&self, id: UploadId, length: u64) -> Checked {
        let (lifetime, created_at) = (Duration::from_hours(1), Utc::now());
        let metadata = String::new();
        let new = NewUpload { id, tenant: tenant(), key: None, length, metadata, created_at, lifetime };
        self.store.begin_upload(&new).await?;
        Ok(())
    }

    /// As an upload of that content does.
    async fn submit(&self, content: &[u8]) -> Result<Session, Box<dyn Error>> {
        let digest = Digest::new(Sha256::digest(content).into());
        let id = SessionId::of(&tenant(), digest);
        let key = BlobKey::new(&tenant(), id, digest, Extension::Mp4);
        let made = completed(&tenant(), 1).session;
        let session =
            Session { id, video_url: key.to_string(), recording_sha256: digest, status: SessionStatus::Queued, ..made };
        put(&self.path(&format!("recordings/{key}")), content)?;
        let upload = UploadId(id.0);
        self.begin(upload, content.len() as u64).await?;
        self.store.receive(upload, content.len() as u64, Duration::from_hours(1)).await?;
        self.store.submit(&session).await?;
        self.store.finish_upload(upload, id).await?;
        Ok(session)
    }

    /// The same, and a worker does its work.
    async fn finish(&self, content: &[u8]) -> Result<SessionRecord, Box<dyn Error>> {
        let session = self.submit(content).await?;
        let assignment = self.store.claim(Duration::from_mins(1)).await?.ok_or("it waits")?;
        let record = self.record(&session)?;
        self.store.finish(&record, assignment.claim.epoch).await?;
        assert!(self.store.cleared(&Leavings::of_finished(&assignment)).await?);
        Ok(record)
    }

    /// What a run makes of a session, with blobs that are there.
    fn record(&self, session: &Session) -> Result<SessionRecord, Box<dyn Error>> {
        let mut record = completed(&tenant(), 1);
        let blob = |content: &str, extension| -> Result<String, Box<dyn Error>> {
            let digest = Digest::new(Sha256::digest(content).into());
            let key = BlobKey::new(&tenant(), session.id, digest, extension);
            put(&self.path(&format!("blobs/{key}")), content.as_bytes())?;
            Ok(key.to_string())
        };
        let sheet = blob("sheet", Extension::Jpg)?;
        let cues = format!("WEBVTT\n\n{}#xywh=0,0,1,1\n", sheet.rsplit_once('/').ok_or("a key")?.1);
        record.session = Session {
            id: session.id,
            video_url: session.video_url.clone(),
            recording_sha256: session.recording_sha256,
            filmstrip_url: Some(blob("filmstrip", Extension::Jpg)?),
            ..record.session
        };
        for procedure in &mut record.procedures {
            let ordinal = procedure.ordinal;
            procedure.id = session.id.procedure(ordinal);
            procedure.session_id = session.id;
            procedure.video_url = blob(&format!("clip {ordinal}"), Extension::Mp4)?;
            procedure.thumbnail_url = Some(blob(&format!("still {ordinal}"), Extension::Jpg)?);
            procedure.captions_url = Some(blob(&format!("captions {ordinal}"), Extension::Vtt)?);
            procedure.storyboard_url = Some(blob(&cues, Extension::Vtt)?);
        }
        Ok(record)
    }

    /// Changes the records behind the store's back.
    async fn damage(&self, sql: &str) -> Checked {
        let options = SqliteConnectOptions::new().filename(self.path("stepreel.db")).foreign_keys(false);
        let pool = SqlitePool::connect_with(options).await?;
        let changed = sqlx::query(AssertSqlSafe(sql.to_owned())).execute(&pool).await?.rows_affected();
        assert!(changed > 0, "{sql} changes nothing");
        pool.close().await;
        Ok(())
    }

    async fn violations(&self) -> Result<Vec<(Invariant, String)>, StoreError> {
        let reader = Sqlite::open_to_read(&self.path("stepreel.db")).await?;
        let found = audit(&reader, &folders(self.folder.path()), STRICT).await?.violations;
        Ok(found.into_iter().map(|violation| (violation.invariant, violation.subject)).collect())
    }
}

fn put(path: &Path, content: &[u8]) -> Checked {
    fs::create_dir_all(path.parent().ok_or("it has one")?)?;
    Ok(fs::write(path, content)?)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_audit_of_what_holds_finds_nothing_and_counts_all() -> Checked {
    let place = Place::new().await?;
    let reader = Sqlite::open_to_read(&place.path("stepreel.db")).await?;
    let audit = audit(&reader, &folders(place.folder.path()), STRICT).await?;
    assert_eq!(audit.violations, []);
    let counts = audit.counts;
    assert_eq!((counts.sessions, counts.procedures, counts.jobs, counts.uploads), (2, 2, 2, 3));
    // Two recordings, a filmstrip, a storyboard and its sheet, and three of each procedure.
    assert_eq!(counts.files, 11);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_audit_finds_files_that_are_missing_changed_or_nobodys() -> Checked {
    let place = Place::new().await?;
    let clip = place.finished.procedures[0].video_url.clone();
    fs::write(place.path(&format!("blobs/{clip}")), "another clip")?;
    let still = place.finished.procedures[1].thumbnail_url.clone().ok_or("it has one")?;
    fs::remove_file(place.path(&format!("blobs/{still}")))?;
    let stray = format!("acme/{}/{}.jpg", Uuid::from_u128(9), "ab".repeat(32));
    put(&place.path(&format!("blobs/{stray}")), b"nobody's")?;
    put(&place.path(&format!("blobs/{clip}#1")), b"torn")?;
    put(&place.path(&format!("recordings/{stray}")), b"nobody's")?;
    put(&place.path("uploads/00000000000000000000000000000008"), b"nobody's")?;
    fs::write(place.path(&format!("uploads/{}", place.growing)), "abc")?;
    put(&place.path("cache/acme/ab/unfinished/clip"), b"half")?;
    let mut expected = vec![
        (Invariant::I1, format!("uploads/{}", place.growing)),
        (Invariant::I4, clip.clone()),
        (Invariant::I4, still),
        (Invariant::I4, format!("blobs/{stray}")),
        (Invariant::I4, format!("recordings/{stray}")),
        (Invariant::I8, format!("blobs/{clip}#1")),
        (Invariant::I8, "uploads/00000000000000000000000000000008".to_owned()),
        (Invariant::I8, "cache/acme/ab/unfinished/clip".to_owned()),
    ];
    expected.sort();
    assert_eq!(place.violations().await?, expected);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_audit_finds_records_that_contradict_each_other() -> Checked {
    let check = async |invariant, sql: &str| -> Checked {
        let place = Place::new().await?;
        place.damage(sql).await?;
        let found = place.violations().await?;
        assert!(found.iter().any(|(broken, _)| *broken == invariant), "{sql}: {found:?}");
        Ok(())
    };
    // An audit looks twice: together they take no longer than one.
    let all = [
        (Invariant::I2, "DELETE FROM jobs WHERE state = 'waiting'"),
        (Invariant::I2, "UPDATE jobs SET state = 'stopped' WHERE state = 'waiting'"),
        (Invariant::I3, "UPDATE procedures SET ordinal = 4 WHERE ordinal = 2"),
        (Invariant::I3, "DELETE FROM provenance"),
        (Invariant::I4, "DELETE FROM sessions WHERE status = 'completed'"),
        (Invariant::I6, "UPDATE sessions SET epoch = 1 WHERE status = 'completed'"),
        (Invariant::I7, "UPDATE procedures SET video_url = 'rival' || substr(video_url, 5)"),
        (Invariant::I9, "UPDATE procedures SET score = 100 WHERE ordinal = 1"),
        (Invariant::I9, "UPDATE sessions SET status = 'failed' WHERE status = 'completed'"),
        (Invariant::I10, "DELETE FROM search_documents"),
        (Invariant::I10, "UPDATE search_documents SET approved = NOT approved"),
        (Invariant::I10, "UPDATE search_states SET newest = 0"),
        (Invariant::I11, "UPDATE recordings SET bytes = bytes + 1"),
    ];
    try_join_all(all.into_iter().map(|(invariant, sql)| check(invariant, sql))).await.map(drop)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_takes_only_a_file_of_its_own_version() -> Checked {
    let place = Place::new().await?;
    place.damage("UPDATE _sqlx_migrations SET version = 9999 WHERE version = 1").await?;
    let newer = Sqlite::open_to_read(&place.path("stepreel.db")).await;
    assert!(matches!(newer, Err(StoreError::Newer { .. })), "{newer:?}");
    place.damage("DELETE FROM _sqlx_migrations WHERE version > 2").await?;
    let older = Sqlite::open_to_read(&place.path("stepreel.db")).await;
    assert!(matches!(older, Err(StoreError::Older { .. })), "{older:?}");
    assert!(Sqlite::open_to_read(&place.path("nothing.db")).await.is_err());
    assert!(!place.path("nothing.db").exists());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_in_the_middle_of_work_is_whole() -> Checked {
    let place = Place::new().await?;
    let source = folders(place.folder.path());
    // Somebody is at work on the one that waits.
    assert!(place.store.claim(Duration::from_mins(10)).await?.is_some());
    // Sessions come and go all the while.
    let work = async {
        for number in 0..40u32 {
            let record = place.finish(format!("content {number}").as_bytes()).await?;
            if number % 2 == 0 {
                let key: BlobKey = record.session.video_url.parse()?;
                assert!(place.store.delete(&tenant(), record.session.id).await?);
                fs::remove_dir_all(place.path(&format!("blobs/{}", key.owner())))?;
                fs::remove_dir_all(place.path(&format!("recordings/{}", key.owner())))?;
            }
        }
        Ok::<_, Box<dyn Error>>(())
    };
    let copy = TempDir::new()?;
    let database = copy.path().join("stepreel.db");
    let other = Sqlite::open(&place.path("stepreel.db")).await?;
    let target = folders(copy.path());
    let (worked, copied) = tokio::join!(work, back_up(&other, &source, &database, &target));
    worked?;
    assert_eq!(copied?.missing, 0);
    let reader = Sqlite::open_to_read(&database).await?;
    assert_eq!(audit(&reader, &folders(copy.path()), STRICT).await?.violations, []);
    reader.close().await;
    // It is a store as any other: what was acknowledged goes on, what is finished is shown.
    let restored = Sqlite::open(&database).await?;
    assert_eq!(restored.session(&tenant(), place.finished.session.id).await?, Some(place.finished.clone()));
    let upload = restored.upload(&tenant(), place.growing).await?.ok_or("it goes on")?;
    assert_eq!(upload.received, 4);
    assert_eq!(fs::read(copy.path().join(format!("uploads/{}", place.growing)))?, b"abcd");
    assert!(restored.jobs(&tenant()).await?.iter().any(|job| job.state == JobState::Running));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_what_is_damaged_has_the_rest_and_says_so() -> Checked {
    let place = Place::new().await?;
    let clip = place.finished.procedures[0].video_url.clone();
    fs::remove_file(place.path(&format!("blobs/{clip}")))?;
    let copy = TempDir::new()?;
    let database = copy.path().join("stepreel.db");
    let copied = back_up(&place.store, &folders(place.folder.path()), &database, &folders(copy.path())).await?;
    assert_eq!((copied.missing, copied.files), (1, 11));
    let reader = Sqlite::open_to_read(&database).await?;
    let found = audit(&reader, &folders(copy.path()), STRICT).await?.violations;
    assert_eq!(found.iter().map(|violation| &*violation.subject).collect::<Vec<_>>(), [clip]);
    Ok(())
}
