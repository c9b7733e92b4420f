//! What the tests of searching store.

use std::error::Error;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, SqliteConnection};
use stepreel_core::{SessionRecord, TenantId};
use stepreel_storage::conformance::completed;
use stepreel_storage::{Sqlite, Store as _, StoreError};
use tempfile::TempDir;

pub(crate) type Checked = Result<(), Box<dyn Error>>;

pub(crate) async fn open(folder: &TempDir) -> Result<Sqlite, StoreError> {
    Sqlite::open(&folder.path().join("sessions.db")).await
}

/// The file without the store around it.
pub(crate) async fn raw(folder: &TempDir) -> Result<SqliteConnection, sqlx::Error> {
    SqliteConnectOptions::new().filename(folder.path().join("sessions.db")).connect().await
}

pub(crate) fn tenant(name: &str) -> TenantId {
    name.parse().expect("a tenant")
}

/// A session of two procedures, of which the second is excluded, with those names.
pub(crate) fn named(tenant: &TenantId, recording: u8, names: [&str; 2]) -> SessionRecord {
    let mut record = completed(tenant, recording);
    for (procedure, name) in record.procedures.iter_mut().zip(names) {
        name.clone_into(&mut procedure.procedure_name);
    }
    record
}

pub(crate) async fn finish(store: &Sqlite, record: &SessionRecord) -> Checked {
    let epoch = store.begin(&record.session).await?;
    Ok(store.finish(record, epoch).await?)
}
