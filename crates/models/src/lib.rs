//! From a model's name to a file that is what it claims to be.
//!
//! The [`Manifest`] (`models/models.toml`) says what each name stands for; the [`Library`] finds the file in the folders of
//! this machine and checks its size and SHA-256 before anybody loads it. It does not run models.

mod digest;
mod error;
mod library;
mod manifest;

pub use digest::digest_of;
pub use error::ModelError;
pub use library::{FOLDER_VARIABLE, Library, Located};
pub use manifest::{Entry, ImageInput, Layout, Manifest, Role};
