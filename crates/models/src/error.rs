//! What can be wrong with a model.

use std::path::PathBuf;

use crate::Role;

/// A model could not be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// Nothing has that name.
    #[error("unknown {role} model \"{name}\": {remedy}")]
    Unknown {
        /// What was asked for.
        name: String,
        /// For what.
        role: Role,
        /// What can be named, or done to make this a name.
        remedy: String,
    },
    /// The name is known, and its file is in none of the folders.
    #[error("the file of model \"{name}\" is missing: put \"{file}\" into one of: {folders}")]
    Missing {
        /// The model.
        name: String,
        /// Its file, relative to a folder of models.
        file: PathBuf,
        /// Where it was looked for.
        folders: String,
    },
    /// The file is another than the manifest says.
    #[error("{} is not model \"{name}\" ({what}): delete it and get it again", path.display())]
    Different {
        /// The model.
        name: String,
        /// The file.
        path: PathBuf,
        /// What differs.
        what: String,
    },
    /// The file can't be read.
    #[error("could not read model file {}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        cause: std::io::Error,
    },
}
