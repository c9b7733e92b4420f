//! Where sessions, procedures and jobs are kept: records in SQLite, blobs in an object store.
//!
//! The only home of sqlx and `object_store`. It knows records, not how they were made. A record refers to its blobs by
//! key; blobs are written first and the record last, so that whatever a record refers to is there. A run goes
//! [`begin`](Store::begin), blobs, [`finish`](Store::finish), [`sweep`](Blobs::sweep), and may be killed anywhere in between.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use stepreel_core::{Role, Session, SessionId, SessionRecord, SessionStatus, TenantId};

mod accounts;
mod uploads;

mod listing;
mod meaning;
mod outbox;
mod queue;
mod search;
mod sqlite;

mod blob_key;
mod blobs;
mod content;

mod audit;
mod backup;

mod consistency;
mod error;

pub mod conformance;

pub use accounts::{Accounts, Federation, Identity, Scope, ScopeError, Scopes, Tenant, Token, User, UserRole};
pub use audit::{Audit, Counts, Folders, Invariant, Scrutiny, Violation, audit};
pub use backup::{Backup, back_up};
pub use blob_key::{BlobKey, BlobKeyError, Extension};
pub use blobs::{BlobRange, BlobReader, Blobs};
pub use content::content_of;
pub use error::StoreError;
pub use listing::{Direction, Going, Judged, ListPage, ListQuery, Listed, Listing, Sort};
pub use meaning::{AskedMeaning, MeaningReader, ReadError, Unread};
pub use outbox::{Delivery, DeliveryState, Due, Event, EventKind, EventKindError, Outbox, Told, Webhook};
pub use queue::{
    ATTEMPTS, Assignment, Claim, Fault, Hold, JobState, Leavings, Load, Progress, Queue, QueuedJob, Retry, Submission,
    Tallied, Tally,
};
pub use search::{Answer, FoundPassage, Search, SearchQuery};
pub use sqlite::Sqlite;
pub use stepreel_retrieval::{Embedding, EncodingError, Glossary, GlossaryError, TextEncoder, Which};
pub use uploads::{Begun, NewUpload, Upload, UploadId, UploadState, Uploads};

/// Keeps the records of sessions.
///
/// # Contract
/// 1. A session that is begun is listed as in progress, and has no record until a run of it finishes.
/// 2. A finished session keeps its status, results and record until a later run finishes.
/// 3. Every `begin` of a session gives a later epoch than all before it, also when many begin at once.
/// 4. What was finished reads back exactly, but for `created_at`: that stays as first begun.
/// 5. `finish` replaces everything of its session, and finishing the same twice is finishing it once. What somebody set for
///    the marketplace on a procedure stays where the same stretch of the recording is a procedure again, whatever its place.
/// 6. A `finish` that fails changes nothing.
/// 7. A `finish` with an epoch that is not the session's latest changes nothing and is [`StoreError::Superseded`].
/// 8. `release` makes a session that no run has finished queued, if the epoch is still its latest; otherwise it changes nothing.
/// 9. A record that does not hold together is [`StoreError::Inconsistent`]: a procedure of another session or tenant, two
///    procedures in one place, a number that is not finite.
/// 10. No tenant sees, changes or takes an epoch of another's, even with the same session id.
/// 11. Sessions are listed newest first by `created_at`, those of one moment by id; only those that the filter lets through,
///     and no more than its limit.
///
/// # For implementations
/// A write is durable when its method returns. Dropping the future of a method at any point leaves all or nothing.
/// [`conformance`] checks each sentence.
#[async_trait]
pub trait Store: Send + Sync {
    /// Takes the session for a run: inserts it when new, and takes its next epoch.
    async fn begin(&self, session: &Session) -> Result<Epoch, StoreError>;

    /// Replaces everything of the session by what the run of `epoch` made.
    async fn finish(&self, record: &SessionRecord, epoch: Epoch) -> Result<(), StoreError>;

    /// Lets go of the session after a run of `epoch` that ended with an error: it waits for another.
    async fn release(&self, tenant: &TenantId, id: SessionId, epoch: Epoch) -> Result<(), StoreError>;

    /// What the last finished run of a session made; nothing when there is none.
    async fn session(&self, tenant: &TenantId, id: SessionId) -> Result<Option<SessionRecord>, StoreError>;

    /// The sessions of a tenant, newest first.
    async fn sessions(&self, tenant: &TenantId, filter: &SessionFilter) -> Result<Vec<Session>, StoreError>;
}

/// Which run of a session a write is from, counted from 1. A later run shuts out all earlier ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Epoch(pub u64);

/// Which sessions to list; by default all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SessionFilter {
    /// Only those with this status.
    pub status: Option<SessionStatus>,
    /// Only those with this role.
    pub role: Option<Role>,
    /// At most so many.
    pub limit: Option<u32>,
}
