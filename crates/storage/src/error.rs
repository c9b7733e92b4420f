//! What can go wrong with a store, by what one can do about it.

use std::error::Error;
use std::io;

use stepreel_core::SessionId;

use crate::BlobKey;

/// Why a store could not do as asked. What was stored before is intact in every case but [`Self::Damaged`] and
/// [`Self::BlobDamaged`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// A later run has begun: this one has nothing more to say.
    #[error("session {session} was taken by a later run: nothing of this one was stored")]
    Superseded {
        /// The session.
        session: SessionId,
    },
    /// What was to be stored contradicts itself.
    #[error("the record of session {session} does not hold together: {reason}")]
    Inconsistent {
        /// The session.
        session: SessionId,
        /// What is wrong with it.
        reason: String,
    },
    /// The place can't be opened for writing.
    #[error("cannot write to {place}: check that it is a folder with the right permissions, or choose another place")]
    Unwritable {
        /// The file, folder or URL.
        place: String,
        /// What the system says.
        #[source]
        cause: Cause,
    },
    /// The disk is full.
    #[error("no space left for {place}: free some and run again; what was stored before is intact")]
    Full {
        /// The file, folder or URL.
        place: String,
        /// What the system says.
        #[source]
        cause: Cause,
    },
    /// The file is no database, or a damaged one.
    #[error("{place} is damaged or no database: restore it from a backup, or move it away to begin an empty one")]
    Damaged {
        /// The file.
        place: String,
        /// What the database says.
        #[source]
        cause: Cause,
    },
    /// A newer version has been here.
    #[error("{place} was written by a newer version of Stepreel: update this one, or choose another place")]
    Newer {
        /// The file.
        place: String,
    },
    /// An older version has been here, and nothing may be written.
    #[error("{place} was written by an older version of Stepreel: start the service once, which brings it up to date")]
    Older {
        /// The file.
        place: String,
    },
    /// Another program holds it for too long.
    #[error("{place} is locked by another program: close that and run again")]
    Busy {
        /// The file.
        place: String,
        /// What the database says.
        #[source]
        cause: Cause,
    },
    /// Something else went wrong there.
    #[error("could not use {place}")]
    Failed {
        /// The file, folder or URL.
        place: String,
        /// What the system says.
        #[source]
        cause: Cause,
    },
    /// No such place for blobs can be.
    #[error("\"{url}\" is no place for blobs: {reason}")]
    Place {
        /// What was given.
        url: String,
        /// What to give instead.
        reason: String,
    },
    /// The file that was to become a blob can't be read.
    #[error("cannot read {file}")]
    Source {
        /// The file.
        file: String,
        /// What the system says.
        #[source]
        cause: Cause,
    },
    /// There is no such blob.
    #[error("there is no blob {0}")]
    BlobMissing(BlobKey),
    /// The content is not what the key says.
    #[error("blob {0} does not hold what its key says: make it again")]
    BlobDamaged(BlobKey),
}

impl StoreError {
    /// What an error means that came from `place`. Only its innermost cause is kept: the drivers repeat that in every layer.
    pub(crate) fn at(place: &str, error: &(dyn Error + 'static)) -> Self {
        let innermost = innermost(error);
        let (place, cause) = (place.to_owned(), innermost.to_string().into());
        match innermost.downcast_ref().map(io::Error::kind) {
            Some(kind) if is_full(kind) => Self::Full { place, cause },
            Some(kind) if is_unwritable(kind) => Self::Unwritable { place, cause },
            _ => Self::Failed { place, cause },
        }
    }
}

fn innermost<'a>(mut error: &'a (dyn Error + 'static)) -> &'a (dyn Error + 'static) {
    while let Some(source) = error.source() {
        error = source;
    }
    error
}

fn is_full(kind: io::ErrorKind) -> bool {
    matches!(kind, io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge)
}

fn is_unwritable(kind: io::ErrorKind) -> bool {
    use io::ErrorKind as Kind;
    matches!(
        kind,
        Kind::PermissionDenied
            | Kind::ReadOnlyFilesystem
            | Kind::NotADirectory
            | Kind::IsADirectory
            | Kind::AlreadyExists
    )
}

/// The error underneath.
type Cause = Box<dyn Error + Send + Sync>;
