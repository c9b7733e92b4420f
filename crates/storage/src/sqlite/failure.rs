//! What the driver's errors mean for the person at the keyboard.

use sqlx::error::DatabaseError;
use sqlx::migrate::MigrateError;

use crate::StoreError;

/// The error in our own words.
pub(super) fn explain(error: &sqlx::Error, place: &str) -> StoreError {
    match error {
        sqlx::Error::Database(error) => database_failure(error.as_ref(), place.to_owned()),
        sqlx::Error::Migrate(error) => migration_failure(error, place),
        sqlx::Error::PoolTimedOut => {
            StoreError::Busy { place: place.to_owned(), cause: "nothing was free for too long".into() }
        }
        error => StoreError::at(place, error),
    }
}

/// Whether another has the file to itself.
pub(super) fn is_busy(error: &sqlx::Error) -> bool {
    error.as_database_error().and_then(result_code).is_some_and(|code| matches!(code, BUSY | LOCKED))
}

fn migration_failure(error: &MigrateError, place: &str) -> StoreError {
    match error {
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => explain(error, place),
        MigrateError::VersionMissing(_) | MigrateError::VersionMismatch(_) => {
            StoreError::Newer { place: place.to_owned() }
        }
        error => StoreError::at(place, error),
    }
}

fn database_failure(error: &dyn DatabaseError, place: String) -> StoreError {
    let cause = error.message().into();
    match result_code(error) {
        Some(BUSY | LOCKED) => StoreError::Busy { place, cause },
        Some(READ_ONLY | CANNOT_OPEN) => StoreError::Unwritable { place, cause },
        Some(FULL) => StoreError::Full { place, cause },
        Some(CORRUPT | NO_DATABASE) => StoreError::Damaged { place, cause },
        _ => StoreError::Failed { place, cause },
    }
}

/// The primary result code: <https://www.sqlite.org/rescode.html>. The driver gives the extended one, whose lowest byte it is.
fn result_code(error: &dyn DatabaseError) -> Option<i32> {
    let extended: i32 = error.code()?.parse().ok()?;
    Some(extended & 0xff)
}

const BUSY: i32 = 5;
const LOCKED: i32 = 6;
const READ_ONLY: i32 = 8;
const CORRUPT: i32 = 11;
const FULL: i32 = 13;
const CANNOT_OPEN: i32 = 14;
const NO_DATABASE: i32 = 26;
