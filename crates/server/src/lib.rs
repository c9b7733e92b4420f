//! The service over HTTP: upload, REST, media and the dashboard's pages.
//!
//! It stores what arrives and shows what is stored. It processes nothing and knows neither the pipeline nor the worker:
//! what follows from an upload is a job in the store.
//!
//! Who asks is a [`Caller`], which only the check of a token or of a visit makes; every query takes its tenant from it, and
//! what is another's answers as what doesn't exist.

mod app;
mod connections;

mod access;
mod problem;

mod api;
mod assistant;
mod documents;
mod erasure;
mod meaning;
mod media;
mod operations;
mod pages;
mod upload;
mod webhooks;

pub use access::{Caller, OpenId, PasswordError, Secret, TakeUp, Who, new_token, password_hash};
pub use app::{App, Parts, Settings, Webhooks};
pub use assistant::{Assistant, ClipPlace};
pub use connections::Connections;
pub use documents::{IllustrationError, Illustrator};
pub use media::SigningKey;
pub use problem::Problem;
pub use stepreel_openid::{ClientSecret, Registration, RegistrationError};
pub use stepreel_webhooks::Reach;
pub use webhooks::{WebhookError, new_webhook};
