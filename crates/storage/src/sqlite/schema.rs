//! The tables, and how the file is opened.

use std::cmp::Ordering;
use std::path::Path;
use std::time::{Duration, Instant};

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection, SqlSafeStr, SqliteConnection, SqlitePool};

use super::{WRITE, failure, search};

/// A writer waits so long for another before it gives up; a write takes milliseconds.
const PATIENCE: Duration = Duration::from_secs(30);

/// Pause between two tries to open a file that another program is making.
const PAUSE: Duration = Duration::from_millis(5);

/// Connections to read by, beside the one to write by.
const READERS: u32 = 4;

/// The connection to write by, and those to read by.
pub(super) async fn open(path: &Path) -> Result<(SqlitePool, SqlitePool), sqlx::Error> {
    if let Some(folder) = path.parent() {
        tokio::fs::create_dir_all(folder).await?;
    }
    let options = SqliteConnectOptions::new().filename(path).busy_timeout(PATIENCE);
    let to_write = options
        .clone()
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        // What is deleted is overwritten, and not only forgotten.
        .pragma("secure_delete", "ON");
    let writer = connect(to_write).await?;
    migrate(&writer).await?;
    search::documents::complete(&writer).await?;
    let to_read = options.pragma("query_only", "ON");
    let readers = SqlitePoolOptions::new().max_connections(READERS).connect_with(to_read).await?;
    Ok((writer, readers))
}

/// A new file takes to its journal under a lock that `SQLite` doesn't wait for, however patient the connection is:
/// programs that make one file at once try again.
async fn connect(options: SqliteConnectOptions) -> Result<SqlitePool, sqlx::Error> {
    let end = Instant::now() + PATIENCE;
    loop {
        let pool = SqlitePoolOptions::new()
            .max_connections(1)
            // Those who wait here wait in turn, each for all before it.
            .acquire_timeout(2 * PATIENCE)
            .after_release(|connection, _| Box::pin(is_usable(connection)))
            .connect_with(options.clone());
        match pool.await {
            Err(cause) if failure::is_busy(&cause) && Instant::now() < end => tokio::time::sleep(PAUSE).await,
            opened => return opened,
        }
    }
}

pub(super) async fn open_to_read(path: &Path) -> Result<SqlitePool, sqlx::Error> {
    let options = SqliteConnectOptions::new().filename(path).read_only(true).busy_timeout(PATIENCE);
    SqlitePoolOptions::new().max_connections(1).connect_with(options).await
}

/// How the tables of a file compare with those that this program makes.
pub(super) async fn compared(pool: &SqlitePool) -> Result<Ordering, sqlx::Error> {
    let known: bool = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = '_sqlx_migrations')")
        .fetch_one(pool)
        .await?;
    if !known {
        return Ok(Ordering::Less);
    }
    let made: Vec<i64> = sqlx::query_scalar("SELECT version FROM _sqlx_migrations").fetch_all(pool).await?;
    let ours: Vec<i64> = migrations().iter().map(|migration| migration.version).collect();
    let foreign = made.iter().any(|version| !ours.contains(version));
    Ok(if foreign { Ordering::Greater } else { made.len().cmp(&ours.len()) })
}

/// On a full disk `SQLite` rolls back by itself, of which the driver learns nothing: it would never begin another transaction
/// on that connection. The ping waits for the rollbacks that the driver does know of.
async fn is_usable(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    connection.ping().await?;
    Ok(!connection.is_in_transaction())
}

/// In one transaction, because `SQLite` has no lock for migrations: of two programs that open a new file at once, the
/// second waits and finds it done.
async fn migrate(pool: &SqlitePool) -> Result<(), sqlx::Error> {
    let mut transaction = pool.begin_with(WRITE).await?;
    migrations().run(&mut *transaction).await?;
    transaction.commit().await
}

/// Every version of the tables, oldest first. One that has been released is never changed again.
fn migrations() -> Migrator {
    let sessions = include_str!("../../migrations/0001_sessions.sql").into_sql_str();
    let storyboards = include_str!("../../migrations/0002_storyboards.sql").into_sql_str();
    let jobs = include_str!("../../migrations/0003_jobs.sql").into_sql_str();
    let accounts = include_str!("../../migrations/0004_accounts.sql").into_sql_str();
    let uploads = include_str!("../../migrations/0005_uploads.sql").into_sql_str();
    let listing = include_str!("../../migrations/0006_listing.sql").into_sql_str();
    let search = include_str!("../../migrations/0007_search.sql").into_sql_str();
    let outbox = include_str!("../../migrations/0009_outbox.sql").into_sql_str();
    let retention = include_str!("../../migrations/0010_retention.sql").into_sql_str();
    let tallies = include_str!("../../migrations/0011_tallies.sql").into_sql_str();
    let utterance_times = include_str!("../../migrations/0012_utterance_times.sql").into_sql_str();
    let search_embeddings = include_str!("../../migrations/0013_search_embeddings.sql").into_sql_str();
    let identities = include_str!("../../migrations/0014_identities.sql").into_sql_str();
    let event_numbers = include_str!("../../migrations/0015_event_numbers.sql").into_sql_str();
    Migrator::with_migrations(vec![
        Migration::new(1, "sessions".into(), MigrationType::Simple, sessions, false),
        Migration::new(2, "storyboards".into(), MigrationType::Simple, storyboards, false),
        Migration::new(3, "jobs".into(), MigrationType::Simple, jobs, false),
        Migration::new(4, "accounts".into(), MigrationType::Simple, accounts, false),
        Migration::new(5, "uploads".into(), MigrationType::Simple, uploads, false),
        Migration::new(6, "listing".into(), MigrationType::Simple, listing, false),
        Migration::new(7, "search".into(), MigrationType::Simple, search, false),
        Migration::new(9, "outbox".into(), MigrationType::Simple, outbox, false),
        Migration::new(10, "retention".into(), MigrationType::Simple, retention, false),
        Migration::new(11, "tallies".into(), MigrationType::Simple, tallies, false),
        Migration::new(12, "utterance times".into(), MigrationType::Simple, utterance_times, false),
        Migration::new(13, "search embeddings".into(), MigrationType::Simple, search_embeddings, false),
        Migration::new(14, "identities".into(), MigrationType::Simple, identities, false),
        Migration::new(15, "event numbers".into(), MigrationType::Simple, event_numbers, false),
    ])
}
