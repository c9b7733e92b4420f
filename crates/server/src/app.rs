//! What every handler has at hand.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::serve::ListenerExt as _;
use stepreel_storage::{Blobs, Sqlite};
use tokio::net::TcpListener;

use crate::access::Limits;
use crate::operations::Counters;
use crate::upload::Turns;
use crate::{SigningKey, access, api, assistant, media, operations, pages, upload};

/// The service; cloning it is cheap.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    parts: Parts,
    limits: Limits,
    turns: Turns,
    counters: Counters,
}

/// What the service is made of.
pub struct Parts {
    /// Records, jobs, uploads and accounts.
    pub store: Arc<Sqlite>,
    /// What runs made: clips, stills, captions.
    pub blobs: Blobs,
    /// What was uploaded.
    pub recordings: Blobs,
    /// A folder for files that are still growing, on the recordings' file system.
    pub uploads: PathBuf,
    /// Signs the URLs of media.
    pub key: SigningKey,
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
    /// Wrong passwords and tokens from one address, and logins of one user, in a minute.
    pub guesses_per_minute: u32,
}

impl Default for Settings {
    /// Weeks for an upload, because engineers come back to the net late.
    fn default() -> Self {
        Self {
            https: false,
            upload_lifetime: Duration::from_hours(14 * 24),
            longest_upload: 64 << 30,
            requests_per_second: 100,
            guesses_per_minute: 20,
        }
    }
}

impl App {
    /// The service of these parts.
    pub fn new(parts: Parts) -> Self {
        let limits = Limits::new(&parts.settings);
        Self(Arc::new(Inner { parts, limits, turns: Turns::default(), counters: Counters::default() }))
    }

    /// Serves on that socket until told to stop, and tends uploads meanwhile; requests that have begun then come to their end.
    ///
    /// # Errors
    /// When the socket fails.
    pub async fn serve(
        self,
        socket: TcpListener,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> std::io::Result<()> {
        let tending = tokio::spawn(upload::tend(self.clone()));
        // An answer is small and waits for nothing.
        let socket = socket.tap_io(|connection| drop(connection.set_nodelay(true)));
        let service = self.router().into_make_service_with_connect_info::<SocketAddr>();
        let served = axum::serve(socket, service).with_graceful_shutdown(stop).await;
        tending.abort();
        served
    }

    fn router(self) -> Router {
        let routes = Router::new()
            .merge(access::router())
            .merge(operations::router())
            .merge(api::router())
            .merge(assistant::router(&self))
            .merge(media::router())
            .merge(pages::router());
        access::guarded(routes, &self).with_state(self)
    }

    pub(crate) fn store(&self) -> &Sqlite {
        &self.0.parts.store
    }

    pub(crate) fn shared_store(&self) -> Arc<Sqlite> {
        Arc::clone(&self.0.parts.store)
    }

    pub(crate) fn blobs(&self) -> &Blobs {
        &self.0.parts.blobs
    }

    pub(crate) fn recordings(&self) -> &Blobs {
        &self.0.parts.recordings
    }

    pub(crate) fn turns(&self) -> &Turns {
        &self.0.turns
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
