//! Sessions and jobs in one SQLite file.

use std::cmp::Ordering;
use std::path::Path;

use async_trait::async_trait;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqlitePool};
use stepreel_core::{Session, SessionId, SessionRecord, Span, TenantId, Transcript};

use crate::{
    Epoch, Going, Judged, ListPage, ListQuery, Listed, Listing, SessionFilter, Store, StoreError, consistency,
};

mod schema;

mod findings;
mod jobs;
mod listing;
mod marketplace;
mod procedures;
mod provenance;
mod queue;
mod search;
mod sessions;
mod shown_jobs;
mod tallies;
mod turns;
mod utterances;

mod accounts;
mod uploads;

mod happenings;
mod outbox;

mod rules;
mod snapshot;

mod failure;
mod keyword;

pub(crate) use snapshot::{Growing, Snapshot};

/// Sessions and jobs in one SQLite file, for one machine.
///
/// Several processes may use the file at once. Within one, writers wait for each other in turn, and nobody who only reads waits
/// for them. A commit survives a loss of power: the file is in WAL mode with full
/// synchronisation. `SQLite` keeps two files beside it (`-wal`, `-shm`) that belong to it.
#[derive(Debug)]
pub struct Sqlite {
    readers: SqlitePool,
    /// One connection: `SQLite` has one writer at a time, and lets others try again and again in no order.
    writer: SqlitePool,
    place: String,
    indexes: search::indexes::Indexes,
}

impl Sqlite {
    /// Opens the file; creates it, and the folder that it is in, when there is none, and brings an older one up to date.
    ///
    /// # Errors
    /// [`StoreError::Unwritable`], [`StoreError::Full`], [`StoreError::Damaged`] or [`StoreError::Newer`], naming the file.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        let place = path.display().to_string();
        match schema::open(path).await {
            Ok((writer, readers)) => Ok(Self { readers, writer, place, indexes: search::indexes::Indexes::default() }),
            Err(cause) => Err(failure::explain(&cause, &place)),
        }
    }

    /// Opens a file that is there, of this very version, and never writes to it.
    ///
    /// # Errors
    /// [`StoreError::Unwritable`] when there is none, [`StoreError::Damaged`], [`StoreError::Newer`] or [`StoreError::Older`].
    pub async fn open_to_read(path: &Path) -> Result<Self, StoreError> {
        let place = path.display().to_string();
        let pool = schema::open_to_read(path).await.map_err(|cause| failure::explain(&cause, &place))?;
        // What would write fails there, as it should.
        let store = Self { readers: pool.clone(), writer: pool, place, indexes: search::indexes::Indexes::default() };
        let compared = schema::compared(&store.readers).await.map_err(store.explained())?;
        match compared {
            Ordering::Equal => Ok(store),
            Ordering::Greater => Err(StoreError::Newer { place: store.place }),
            Ordering::Less => Err(StoreError::Older { place: store.place }),
        }
    }

    /// Turns the driver's errors into ours.
    fn explained(&self) -> impl Fn(sqlx::Error) -> StoreError {
        |cause| failure::explain(&cause, &self.place)
    }

    /// Closes the file and waits until nothing more is to be written. A process that ends without it loses nothing.
    pub async fn close(self) {
        self.readers.close().await;
        self.writer.close().await;
    }

    async fn take(&self, session: &Session) -> Result<Epoch, sqlx::Error> {
        let mut transaction = self.writer.begin_with(WRITE).await?;
        let epoch = sessions::begin(&mut transaction, session).await?;
        transaction.commit().await?;
        Ok(epoch)
    }

    /// Says whether the epoch was still the latest; nothing is written when it was not.
    async fn replace(&self, record: &SessionRecord, epoch: Epoch) -> Result<bool, sqlx::Error> {
        let mut transaction = self.writer.begin_with(WRITE).await?;
        if !sessions::finish(&mut transaction, record, epoch).await? {
            return Ok(false);
        }
        let key = SessionKey { tenant: &record.session.tenant_id, session: record.session.id };
        findings::replace(&mut transaction, key, record.session.findings.all()).await?;
        procedures::replace(&mut transaction, key, &record.procedures).await?;
        utterances::replace(&mut transaction, key, &record.transcript.utterances).await?;
        search::documents::replace(&mut transaction, key).await?;
        provenance::replace(&mut transaction, key, &record.provenance).await?;
        let (now, length) = (jobs::now(&mut transaction).await?, 1000.0 * record.session.duration_seconds);
        tallies::run_ended(&mut transaction, key, (now, length as i64)).await?;
        jobs::finish(&mut transaction, key).await?;
        happenings::results(&mut transaction, key, record.session.status, &record.procedures).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// In one transaction, so that all parts are of the same run.
    async fn record(&self, key: SessionKey<'_>) -> Result<Option<SessionRecord>, sqlx::Error> {
        let mut transaction = self.readers.begin().await?;
        let Some(finished) = sessions::finished(&mut transaction, key).await? else { return Ok(None) };
        let utterances = utterances::read(&mut transaction, key).await?;
        Ok(Some(SessionRecord {
            session: finished.session,
            procedures: procedures::read(&mut transaction, key).await?,
            recording: finished.recording,
            transcript: Transcript { utterances, ..finished.transcript },
            provenance: provenance::read(&mut transaction, key).await?,
        }))
    }
}

#[async_trait]
impl Store for Sqlite {
    async fn begin(&self, session: &Session) -> Result<Epoch, StoreError> {
        self.take(session).await.map_err(|cause| failure::explain(&cause, &self.place))
    }

    async fn finish(&self, record: &SessionRecord, epoch: Epoch) -> Result<(), StoreError> {
        consistency::check(record)?;
        match self.replace(record, epoch).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(StoreError::Superseded { session: record.session.id }),
            Err(cause) => Err(failure::explain(&cause, &self.place)),
        }
    }

    async fn release(&self, tenant: &TenantId, id: SessionId, epoch: Epoch) -> Result<(), StoreError> {
        let released = sessions::release(&self.writer, SessionKey { tenant, session: id }, epoch).await;
        released.map_err(|cause| failure::explain(&cause, &self.place))
    }

    async fn session(&self, tenant: &TenantId, id: SessionId) -> Result<Option<SessionRecord>, StoreError> {
        let key = SessionKey { tenant, session: id };
        self.record(key).await.map_err(|cause| failure::explain(&cause, &self.place))
    }

    async fn sessions(&self, tenant: &TenantId, filter: &SessionFilter) -> Result<Vec<Session>, StoreError> {
        let listed = sessions::list(&self.readers, tenant, filter).await;
        listed.map_err(|cause| failure::explain(&cause, &self.place))
    }
}

#[async_trait]
impl Listing for Sqlite {
    async fn page(&self, tenant: &TenantId, query: &ListQuery) -> Result<ListPage, StoreError> {
        let page = listing::page(&self.readers, tenant, query).await;
        page.map_err(|cause| failure::explain(&cause, &self.place))
    }

    async fn listed(&self, tenant: &TenantId, id: SessionId) -> Result<Option<Listed>, StoreError> {
        let key = SessionKey { tenant, session: id };
        let listed = async { listing::one(&mut *self.readers.acquire().await?, key).await };
        listed.await.map_err(self.explained())
    }

    async fn count(&self, tenant: &TenantId, query: &ListQuery) -> Result<u64, StoreError> {
        listing::count(&self.readers, tenant, query).await.map_err(self.explained())
    }

    async fn going(&self, tenant: &TenantId, ids: &[SessionId]) -> Result<Vec<Going>, StoreError> {
        listing::going(&self.readers, tenant, ids).await.map_err(self.explained())
    }

    async fn judged(&self, tenant: &TenantId) -> Result<Vec<Judged>, StoreError> {
        listing::judged(&self.readers, tenant).await.map_err(self.explained())
    }
}

/// Takes the lock for writing at once: a transaction that reads first and writes later fails when another wrote in between,
/// however long it waits.
const WRITE: &str = "BEGIN IMMEDIATE";

/// What every row of a session hangs on.
#[derive(Clone, Copy)]
struct SessionKey<'a> {
    tenant: &'a TenantId,
    session: SessionId,
}

/// The span in the columns `start_seconds` and `end_seconds`.
fn span(row: &SqliteRow) -> Result<Span, sqlx::Error> {
    Span::from_seconds(row.try_get("start_seconds")?, row.try_get("end_seconds")?)
        .ok_or_else(|| sqlx::Error::Decode("a span ends after it starts".into()))
}
