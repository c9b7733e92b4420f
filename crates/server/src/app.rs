//! What every handler has at hand.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use stepreel_storage::{Blobs, Sqlite};

use crate::access::Limits;
use crate::operations::Counters;
use crate::{Arrivals, SigningKey, access, api, media, operations, pages, upload};

/// The service; cloning it is cheap.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    parts: Parts,
    limits: Limits,
    counters: Counters,
}

/// What the service is made of.
pub struct Parts {
    /// Records, uploads and accounts.
    pub store: Arc<Sqlite>,
    /// What runs made: clips, stills, captions.
    pub blobs: Blobs,
    /// What was uploaded.
    pub recordings: Blobs,
    /// A folder for files that are still growing, on the recordings' file system.
    pub uploads: PathBuf,
    /// Signs the URLs of media.
    pub key: SigningKey,
    /// Takes over sessions whose recording is whole.
    pub arrivals: Arc<dyn Arrivals>,
    /// What can be set.
    pub settings: Settings,
}

/// What can be set about the service.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Whether browsers reach it by https: cookies are then never sent over plain http.
    pub https: bool,
    /// An upload that has received nothing for so long is given up.
    pub upload_lifetime: Duration,
    /// The longest recording in bytes.
    pub longest_upload: u64,
    /// Requests a second that one address may make; it may save up ten seconds of them.
    pub requests_per_second: u32,
}

impl Default for Settings {
    /// Weeks for an upload, because engineers come back to the net late.
    fn default() -> Self {
        Self {
            https: false,
            upload_lifetime: Duration::from_hours(14 * 24),
            longest_upload: 64 << 30,
            requests_per_second: 100,
        }
    }
}

impl App {
    /// The service of these parts.
    pub fn new(parts: Parts) -> Self {
        let limits = Limits::new(&parts.settings);
        Self(Arc::new(Inner { parts, limits, counters: Counters::default() }))
    }

    /// All its routes. Serve it with the address of who connects
    /// ([`into_make_service_with_connect_info`](Router::into_make_service_with_connect_info)): limits are kept for each.
    pub fn router(self) -> Router {
        let routes = Router::new()
            .merge(access::router())
            .merge(operations::router())
            .merge(upload::router())
            .merge(api::router())
            .merge(media::router())
            .merge(pages::router());
        access::guarded(routes, &self).with_state(self)
    }

    pub(crate) fn store(&self) -> &Sqlite {
        &self.0.parts.store
    }

    pub(crate) fn blobs(&self) -> &Blobs {
        &self.0.parts.blobs
    }

    pub(crate) fn recordings(&self) -> &Blobs {
        &self.0.parts.recordings
    }

    pub(crate) fn uploads(&self) -> &Path {
        &self.0.parts.uploads
    }

    pub(crate) fn key(&self) -> &SigningKey {
        &self.0.parts.key
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.0.parts.settings
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.0.limits
    }

    pub(crate) fn counters(&self) -> &Counters {
        &self.0.counters
    }
}
