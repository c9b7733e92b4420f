//! Uploads that are under way.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use stepreel_core::{SessionId, TenantId};
use uuid::Uuid;

use crate::{BlobKey, StoreError};

/// Keeps how far uploads are, and what a tenant's recordings take.
///
/// # Contract
/// 1. Beginning an upload with a client's key gives the upload that is there with that key, as it is. One that was refused or
///    has expired makes room for a new one.
/// 2. What a tenant's uploads will take and its recordings take is never together more than its quota, however many begin
///    at once. A recording that came twice is counted once.
/// 3. What was received never becomes less, and never more than the length.
/// 4. No tenant sees or ends another's.
/// 5. An upload that is finished or refused stays as it is. A finished one goes with its session.
///
/// # For implementations
/// What has expired is judged by the store's own clock. A write is durable when its method returns.
#[async_trait]
pub trait Uploads: Send + Sync {
    /// Begins an upload, or finds the one that was begun with its key.
    async fn begin_upload(&self, new: &NewUpload) -> Result<Begun, StoreError>;

    /// The upload with that id.
    async fn upload(&self, tenant: &TenantId, id: UploadId) -> Result<Option<Upload>, StoreError>;

    /// The uploads of a tenant that have not become sessions, newest first.
    async fn uploads(&self, tenant: &TenantId) -> Result<Vec<Upload>, StoreError>;

    /// Tells that so many bytes are on disk, and that the upload lives on for that long.
    async fn receive(&self, id: UploadId, received: u64, lifetime: Duration) -> Result<(), StoreError>;

    /// Tells where the file of a whole upload is about to be moved.
    async fn seal_upload(&self, id: UploadId, recording: &BlobKey) -> Result<(), StoreError>;

    /// Tells that the upload has become a session, which is stored.
    async fn finish_upload(&self, id: UploadId, session: SessionId) -> Result<(), StoreError>;

    /// Tells that the upload will never become a session, and why.
    async fn refuse_upload(&self, id: UploadId, reason: &str) -> Result<(), StoreError>;

    /// Forgets the upload; says whether there was one.
    async fn forget_upload(&self, id: UploadId) -> Result<bool, StoreError>;

    /// Those of all tenants that are whole and have become nothing yet.
    async fn whole_uploads(&self) -> Result<Vec<Upload>, StoreError>;

    /// Those of all tenants whose time is over, whatever became of them.
    async fn expired_uploads(&self) -> Result<Vec<Upload>, StoreError>;
}

/// An upload: 128 random bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UploadId(pub Uuid);

/// What is known of an upload before its first byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewUpload {
    /// Its id, if it turns out to be new.
    pub id: UploadId,
    /// Whose it is.
    pub tenant: TenantId,
    /// The client's name for what it sends, if it has one.
    pub key: Option<String>,
    /// Bytes that will come; more than none.
    pub length: u64,
    /// What the client says about it, in its own words: the header `Upload-Metadata`.
    pub metadata: String,
    /// When it is begun.
    pub created_at: DateTime<Utc>,
    /// It lives for so long without a byte.
    pub lifetime: Duration,
}

/// How an upload begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Begun {
    /// It is new.
    New(Upload),
    /// It had begun before, with the same key.
    Known(Upload),
    /// The tenant's quota has only that many bytes left.
    OverQuota {
        /// Bytes.
        left: u64,
    },
}

/// How far an upload is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// Its id.
    pub id: UploadId,
    /// Whose it is.
    pub tenant: TenantId,
    /// Bytes that will come in all.
    pub length: u64,
    /// Bytes that are on disk.
    pub received: u64,
    /// What the client says about it: the header `Upload-Metadata`.
    pub metadata: String,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
    /// When it is given up if nothing more comes.
    pub expires_at: DateTime<Utc>,
    /// Where its file is, or is about to be, once it is known what it holds.
    pub recording: Option<BlobKey>,
    /// What has become of it.
    pub state: UploadState,
}

/// What has become of an upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UploadState {
    /// It goes on, or is whole and about to become a session.
    Receiving,
    /// Nothing came for too long.
    Expired,
    /// It has become a session.
    Finished(SessionId),
    /// It is no recording, for that reason.
    Refused(String),
}

impl Upload {
    /// Whether every byte is on disk.
    pub fn is_whole(&self) -> bool {
        self.received == self.length
    }
}

impl fmt::Display for UploadId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0.simple(), f)
    }
}

impl FromStr for UploadId {
    type Err = &'static str;

    /// Only the one spelling that [`fmt::Display`] gives: the lock of an upload and its file hang on it.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let id = Uuid::try_parse(text).ok().map(Self).filter(|id| id.to_string() == text);
        id.ok_or("an upload's id has 32 hexadecimal digits")
    }
}
