//! What can be wrong with a model.

use std::error::Error;
use std::io;
use std::path::PathBuf;

use stepreel_core::Digest;

use crate::Role;

/// A model could not be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// Nothing has that name.
    #[error("unknown {}model \"{name}\": {remedy}", role.map_or(String::new(), |role| format!("{role} ")))]
    Unknown {
        /// What was asked for.
        name: String,
        /// For what, if that matters.
        role: Option<Role>,
        /// What can be named, or done to make this a name.
        remedy: String,
    },
    /// The name is known, and its file is in none of the folders.
    #[error("model \"{name}\" is not on this machine: {remedy}")]
    Missing {
        /// The model.
        name: String,
        /// Its file, relative to a folder of models.
        file: PathBuf,
        /// How to get it.
        remedy: String,
    },
    /// The file is another than the manifest says.
    #[error("{} is not model \"{name}\" ({what}): {remedy}", path.display())]
    Different {
        /// The model.
        name: String,
        /// The file.
        path: PathBuf,
        /// What differs.
        what: String,
        /// What to do.
        remedy: String,
    },
    /// The file can't be read.
    #[error("could not read model file {}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        cause: io::Error,
    },
    /// A list of models that a user keeps is wrong.
    #[error("the list of models {} is wrong: {what}", path.display())]
    Manifest {
        /// The file.
        path: PathBuf,
        /// Line, and what was expected.
        what: String,
    },
    /// Something can't become a model.
    #[error("could not add model \"{name}\": {what}")]
    Addition {
        /// How it should be called.
        name: String,
        /// What is wrong, and what to do.
        what: String,
    },
    /// The platform doesn't say where the user's files go.
    #[error("nowhere to put models: name a folder in the environment variable {}", crate::FOLDER_VARIABLE)]
    NoHome,
    /// Downloading is switched off.
    #[error(
        "offline, so model \"{name}\" is not downloaded: bring its file from {address} and put it at {}, or leave offline mode",
        path.display()
    )]
    Offline {
        /// The model.
        name: String,
        /// Where it would have come from.
        address: String,
        /// Where it belongs.
        path: PathBuf,
    },
    /// An address may not be downloaded from.
    #[error("will not download from {address}: {why}")]
    Address {
        /// The address.
        address: String,
        /// Why not.
        why: String,
    },
    /// An address sends to one that may not be downloaded from.
    #[error("{address} sends to {location}, which is not followed: {why}")]
    Redirect {
        /// The address that was asked.
        address: String,
        /// Where it sends to.
        location: String,
        /// Why that is not followed.
        why: String,
    },
    /// The server has no such file, or doesn't give it to us.
    #[error("{address} was answered with status {status}: {remedy}")]
    Refused {
        /// The address.
        address: String,
        /// The answer.
        status: u16,
        /// What to do.
        remedy: &'static str,
    },
    /// The connection could not be made, or broke.
    #[error(
        "could not download {address} ({kept} bytes are kept, and the same command goes on from there; HTTPS_PROXY names a proxy, \
         SSL_CERT_FILE certificates of your own)"
    )]
    Unreachable {
        /// The address.
        address: String,
        /// What is here of it.
        kept: u64,
        /// What happened.
        #[source]
        cause: Box<dyn Error + Send + Sync>,
    },
    /// The server gives another file than the one that is meant.
    #[error("{address} is not the file of model \"{name}\" ({what}): {remedy}")]
    Foreign {
        /// The model.
        name: String,
        /// The address.
        address: String,
        /// What differs.
        what: String,
        /// What to do.
        remedy: &'static str,
    },
    /// A file can't be written.
    #[error("could not write {}: is there space, and may it be written?", path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        cause: io::Error,
    },
}

impl ModelError {
    pub(crate) fn unreadable(path: &std::path::Path, cause: io::Error) -> Self {
        Self::Unreadable { path: path.to_owned(), cause }
    }

    pub(crate) fn unwritable(path: &std::path::Path, cause: io::Error) -> Self {
        Self::Unwritable { path: path.to_owned(), cause }
    }
}

/// How two contents differ, in words.
pub(crate) fn contents_differ(found: Digest, expected: Digest) -> String {
    format!("sha256 {found} instead of {expected}")
}
