//! What every handler has at hand.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use stepreel_scoring::Policy;
use stepreel_storage::{Blobs, MeaningReader, Sqlite};
use stepreel_webhooks::Reach;
use tokio::net::TcpListener;
use tokio::sync::{AcquireError, Mutex, OwnedSemaphorePermit, Semaphore, SemaphorePermit};
use tokio::task::JoinHandle;

use crate::access::Limits;
use crate::operations::Counters;
use crate::upload::Turns;
use crate::{
    Connections, Illustrator, OpenId, SigningKey, TakeUp, access, api, assistant, connections, documents, erasure,
    meaning, media, operations, pages, upload, webhooks,
};

/// The service; cloning it is cheap.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    parts: Parts,
    limits: Limits,
    turns: Turns,
    recordings_turn: Mutex<()>,
    arrivals_turns: Semaphore,
    documents_turns: Arc<Semaphore>,
    counters: Counters,
    stopping: AtomicBool,
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
    /// Reads what procedures and questions mean, if that is to count in searching.
    pub meaning: Option<MeaningReader>,
    /// Takes the pictures of documents.
    pub illustrator: Arc<dyn Illustrator>,
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
    /// How servers of others are told what happens.
    pub webhooks: Webhooks,
    /// How connections are treated.
    pub connections: Connections,
    /// Proxies that are believed when they say whom they speak for.
    pub proxies: Vec<IpAddr>,
    /// Sites whose pages may use the interface, such as `https://portal.example`.
    pub origins: Vec<String>,
    /// By what procedures are approved, for who tries another threshold.
    pub policy: Policy,
    /// Wrong passwords and tokens from one address, and logins of one user, in a minute.
    pub guesses_per_minute: u32,
    /// A provider by whose word people may log in, too.
    pub openid: Option<OpenId>,
    /// How a request becomes part of its caller's trace, where traces are told.
    pub take_up: Option<TakeUp>,
}

/// How servers of others are told what happens.
#[derive(Clone, Copy, Debug)]
pub struct Webhooks {
    /// Which servers.
    pub reach: Reach,
    /// How long a message that was not taken waits for its second attempt; longer after each one more.
    pub pause: Duration,
}

impl Default for Webhooks {
    fn default() -> Self {
        Self { reach: Reach::Public, pause: Duration::from_secs(5) }
    }
}

impl Default for Settings {
    /// Weeks for an upload, because engineers come back to the net late.
    fn default() -> Self {
        Self {
            https: false,
            upload_lifetime: Duration::from_hours(14 * 24),
            longest_upload: 64 << 30,
            webhooks: Webhooks::default(),
            connections: Connections::default(),
            proxies: Vec::new(),
            origins: Vec::new(),
            policy: Policy::default(),
            requests_per_second: 100,
            guesses_per_minute: 20,
            openid: None,
            take_up: None,
        }
    }
}

impl App {
    /// The service of these parts.
    pub fn new(parts: Parts) -> Self {
        let limits = Limits::new(&parts.settings);
        Self(Arc::new(Inner {
            parts,
            limits,
            turns: Turns::default(),
            recordings_turn: Mutex::new(()),
            arrivals_turns: Semaphore::new(upload::ARRIVING_AT_ONCE),
            documents_turns: Arc::new(Semaphore::new(documents::AT_ONCE)),
            counters: Counters::default(),
            stopping: AtomicBool::new(false),
        }))
    }

    /// Serves on that socket until told to stop, and meanwhile tends uploads, erases what is to go, sends what others are told and reads what procedures mean; requests that have begun then come to their end, if that is soon.
    pub async fn serve(self, socket: TcpListener, stop: impl Future<Output = ()> + Send + 'static) {
        let tending = [
            tokio::spawn(upload::tend(self.clone())),
            tokio::spawn(erasure::tend(self.clone())),
            tokio::spawn(webhooks::deliver(self.clone())),
            tokio::spawn(meaning::tend(self.clone())),
        ];
        let (connections, proxies) = (self.settings().connections, self.settings().proxies.clone());
        let stopping = self.clone();
        let stop = async move {
            stop.await;
            stopping.0.stopping.store(true, Ordering::Relaxed);
        };
        connections::serve(self.router(), socket, (connections, &proxies), stop).await;
        tending.iter().for_each(JoinHandle::abort);
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

    /// Whoever gives a recording its place or takes one away is alone in that.
    pub(crate) fn recordings_turn(&self) -> &Mutex<()> {
        &self.0.recordings_turn
    }

    pub(crate) fn meaning(&self) -> Option<&MeaningReader> {
        self.0.parts.meaning.as_ref()
    }

    pub(crate) fn illustrator(&self) -> &dyn Illustrator {
        &*self.0.parts.illustrator
    }

    /// Whoever reads through what has arrived waits for a turn, and keeps it meanwhile.
    pub(crate) async fn arrivals_turn(&self) -> Result<SemaphorePermit<'_>, AcquireError> {
        self.0.arrivals_turns.acquire().await
    }

    /// Whoever makes a document waits for a turn, and keeps it meanwhile.
    pub(crate) async fn documents_turn(&self) -> Result<OwnedSemaphorePermit, AcquireError> {
        Arc::clone(&self.0.documents_turns).acquire_owned().await
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

    /// Whether somebody has asked the service to stop: what would go on for long ends.
    pub(crate) fn is_stopping(&self) -> bool {
        self.0.stopping.load(Ordering::Relaxed)
    }

    pub(crate) fn counters(&self) -> &Counters {
        &self.0.counters
    }
}
