//! From a model's name to a file that is what it claims to be.
//!
//! The [`Manifest`] (`models/models.toml`) says what each name stands for; the [`Library`] finds the file in the folders of
//! this machine and checks its size and SHA-256 before anybody loads it. A [`Puller`] brings what isn't here, when the user
//! asks for it and never otherwise. This crate does not run models.

mod input;
mod manifest;
mod written;

mod added;
mod check;
mod digest;
mod home;
mod library;
mod pin;

mod addition;
mod address;
mod download;
mod lock;
mod partial;
mod pull;
mod settings;
mod web;

mod error;

pub use addition::{Addition, Before};
pub use address::Address;
pub use digest::{digest_of, digest_unless};
pub use error::ModelError;
pub use input::{ImageInput, Layout, Pooling};
pub use library::{FOLDER_VARIABLE, Library, Located, Presence};
pub use manifest::{Entry, Manifest, ModelFile, Role};
pub use pull::{Pulled, Puller, Step, Trust};
pub use settings::Settings;
pub use web::Patience;
