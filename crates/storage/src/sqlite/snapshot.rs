//! What an audit and a backup have to know, of one moment.

use sqlx::sqlite::SqliteRow;
use sqlx::types::Text;
use sqlx::{AssertSqlSafe, Connection, Row, SqliteConnection};

use super::rules::RULES;
use super::{Sqlite, failure};
use crate::audit::{Counts, Invariant, Violation};
use crate::{BlobKey, StoreError, UploadId};

/// The store at one moment, as far as files hang on it.
#[derive(Debug, Default)]
pub(crate) struct Snapshot {
    pub(crate) counts: Counts,
    /// What the records alone are wrong about.
    pub(crate) violations: Vec<Violation>,
    pub(crate) blobs: Vec<Reference>,
    pub(crate) recordings: Vec<Recorded>,
    pub(crate) uploads: Vec<Growing>,
    /// Sessions, as `tenant/session`, whose runs may have left what nobody refers to, or are at it.
    pub(crate) busy: Vec<String>,
    /// Whether a run may be at work.
    pub(crate) at_work: bool,
}

/// A session's word that there is such a blob.
#[derive(Debug)]
pub(crate) struct Reference {
    /// `tenant/session`.
    pub(crate) owner: String,
    /// What the record says.
    pub(crate) url: String,
    /// Whether it names others.
    pub(crate) is_storyboard: bool,
}

/// A session's recording.
#[derive(Debug)]
pub(crate) struct Recorded {
    /// `tenant/session`.
    pub(crate) owner: String,
    pub(crate) url: String,
    /// What it takes of the quota; nothing before that was noted.
    pub(crate) bytes: Option<u64>,
    /// Whether its upload is still to be ended, which notes that.
    pub(crate) is_arriving: bool,
}

/// An upload that has become nothing yet.
#[derive(Debug)]
pub(crate) struct Growing {
    pub(crate) id: UploadId,
    pub(crate) received: u64,
    /// Where its file is, or is about to be, once it is whole.
    pub(crate) recording: Option<BlobKey>,
}

impl Sqlite {
    /// What there is, and what is wrong with it, all of one moment.
    pub(crate) async fn snapshot(&self) -> Result<Snapshot, StoreError> {
        let all = async {
            let mut transaction = self.readers.begin().await?;
            take(&mut transaction).await
        };
        all.await.map_err(|cause| failure::explain(&cause, &self.place))
    }

    /// Writes all records, as of one moment, to a file that isn't there yet. Others may read and write meanwhile.
    pub(crate) async fn copy_to(&self, file: &std::path::Path) -> Result<(), StoreError> {
        let copied = async {
            // Those of the readers may write to no file at all.
            let options = (*self.readers.connect_options()).clone().pragma("query_only", "OFF");
            let mut connection = SqliteConnection::connect_with(&options).await?;
            let copy = sqlx::query("VACUUM INTO ?").bind(file.to_string_lossy().into_owned());
            copy.execute(&mut connection).await?;
            connection.close().await
        };
        copied.await.map_err(|cause| failure::explain(&cause, &self.place))
    }
}

async fn take(connection: &mut SqliteConnection) -> Result<Snapshot, sqlx::Error> {
    Ok(Snapshot {
        counts: counts(connection).await?,
        violations: violations(connection).await?,
        blobs: blobs(connection).await?,
        recordings: recordings(connection).await?,
        uploads: uploads(connection).await?,
        busy: busy(connection).await?,
        at_work: sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM jobs WHERE lease_until IS NOT NULL)")
            .fetch_one(connection)
            .await?,
    })
}

async fn counts(connection: &mut SqliteConnection) -> Result<Counts, sqlx::Error> {
    let row = sqlx::query(
        "SELECT (SELECT count(*) FROM sessions) AS sessions, (SELECT count(*) FROM procedures) AS procedures, \
         (SELECT count(*) FROM jobs) AS jobs, (SELECT count(*) FROM uploads) AS uploads",
    )
    .fetch_one(connection)
    .await?;
    let count = |column| row.try_get::<i64, _>(column).map(|count| count as u64);
    Ok(Counts {
        sessions: count("sessions")?,
        procedures: count("procedures")?,
        jobs: count("jobs")?,
        uploads: count("uploads")?,
        ..Counts::default()
    })
}

async fn violations(connection: &mut SqliteConnection) -> Result<Vec<Violation>, sqlx::Error> {
    let mut found = damage(connection).await?;
    for rule in RULES {
        let rows = sqlx::query(rule.broken_by).fetch_all(&mut *connection).await?;
        for row in rows {
            found.push(Violation::new(rule.invariant, row.try_get::<String, _>("subject")?, rule.says));
        }
    }
    Ok(found)
}

/// What `SQLite` itself finds wrong with the file, and rows that refer to no row.
async fn damage(connection: &mut SqliteConnection) -> Result<Vec<Violation>, sqlx::Error> {
    let said: Vec<String> = sqlx::query_scalar("PRAGMA quick_check").fetch_all(&mut *connection).await?;
    let said = said.into_iter().filter(|said| said != "ok");
    let mut found: Vec<_> = said.map(|said| Violation::new(Invariant::I4, "stepreel.db", said)).collect();
    for row in sqlx::query("PRAGMA foreign_key_check").fetch_all(connection).await? {
        let table: String = row.try_get("table")?;
        found.push(Violation::new(Invariant::I4, table, "a row of the table refers to one that isn't there"));
    }
    Ok(found)
}

/// The columns that hold the URL of a blob.
const BLOBS: [(&str, &str); 5] = [
    ("SELECT tenant_id || '/' || id AS owner, filmstrip_url AS url FROM sessions", "filmstrip_url"),
    ("SELECT tenant_id || '/' || session_id AS owner, video_url AS url FROM procedures", "video_url"),
    ("SELECT tenant_id || '/' || session_id AS owner, thumbnail_url AS url FROM procedures", "thumbnail_url"),
    ("SELECT tenant_id || '/' || session_id AS owner, captions_url AS url FROM procedures", "captions_url"),
    ("SELECT tenant_id || '/' || session_id AS owner, storyboard_url AS url FROM procedures", "storyboard_url"),
];

async fn blobs(connection: &mut SqliteConnection) -> Result<Vec<Reference>, sqlx::Error> {
    let mut found = Vec::new();
    for (select, column) in BLOBS {
        let sql = AssertSqlSafe(format!("{select} WHERE {column} IS NOT NULL"));
        for row in sqlx::query(sql).fetch_all(&mut *connection).await? {
            let is_storyboard = column == "storyboard_url";
            found.push(Reference { owner: row.try_get("owner")?, url: row.try_get("url")?, is_storyboard });
        }
    }
    Ok(found)
}

/// Of sessions that came by an upload; what `stepreel process` was given lies where it was.
async fn recordings(connection: &mut SqliteConnection) -> Result<Vec<Recorded>, sqlx::Error> {
    let found = sqlx::query(
        "SELECT s.tenant_id || '/' || s.id AS owner, s.video_url AS url, r.bytes AS bytes, EXISTS (SELECT 1 FROM uploads u \
           WHERE u.tenant_id = s.tenant_id AND u.recording = s.video_url AND u.state = 'receiving') AS arriving \
         FROM sessions s LEFT JOIN recordings r ON r.tenant_id = s.tenant_id AND r.session_id = s.id \
         WHERE s.video_url NOT LIKE 'file:%'",
    );
    let recorded = |row: SqliteRow| {
        Ok(Recorded {
            owner: row.try_get("owner")?,
            url: row.try_get("url")?,
            bytes: row.try_get::<Option<i64>, _>("bytes")?.map(|bytes| bytes as u64),
            is_arriving: row.try_get("arriving")?,
        })
    };
    found.try_map(recorded).fetch_all(connection).await
}

async fn uploads(connection: &mut SqliteConnection) -> Result<Vec<Growing>, sqlx::Error> {
    let found = sqlx::query("SELECT id, received, recording FROM uploads WHERE state = 'receiving'");
    let growing = |row: SqliteRow| {
        Ok(Growing {
            id: row.try_get::<Text<_>, _>("id")?.0,
            received: row.try_get::<i64, _>("received")? as u64,
            recording: row.try_get::<Option<Text<_>>, _>("recording")?.map(|key| key.0),
        })
    };
    found.try_map(growing).fetch_all(connection).await
}

async fn busy(connection: &mut SqliteConnection) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT tenant_id || '/' || session_id FROM jobs WHERE lease_until IS NOT NULL OR state = 'running' \
         UNION SELECT tenant_id || '/' || id FROM sessions WHERE status = 'in_progress'",
    )
    .fetch_all(connection)
    .await
}
