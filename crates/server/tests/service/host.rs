//! A server that listens, on a folder of its own.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use sha2::{Digest as _, Sha256};
use stepreel_core::{Digest, SessionId, Span, Still, TenantId};
use stepreel_server::{App, IllustrationError, Illustrator, Parts, Settings, SigningKey, new_token, password_hash};
use stepreel_storage::{
    Accounts as _, BlobKey, Blobs, Extension, Federation, Folders, MeaningReader, Scope, Scopes, Scrutiny, Sqlite,
    Tenant, TextEncoder, User, UserRole,
};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::wire::{Answer, Kept, Request};

/// What each tenant may store here.
pub(crate) const QUOTA: u64 = 1 << 30;

pub(crate) const PASSWORD: &str = "a long password";

/// A server with two tenants, `acme` and `rival`.
pub(crate) struct Host {
    pub(crate) address: SocketAddr,
    pub(crate) store: Arc<Sqlite>,
    pub(crate) recordings: Blobs,
    /// A token of `acme` that may do everything.
    pub(crate) token: String,
    folder: Arc<TempDir>,
    stop: Option<oneshot::Sender<()>>,
}

impl Host {
    pub(crate) async fn start() -> Self {
        Self::with(|_| {}).await
    }

    pub(crate) async fn with(set: impl FnOnce(&mut Settings)) -> Self {
        Self::on(Arc::new(tempfile::tempdir().unwrap()), None, set).await.peopled().await
    }

    /// In that folder.
    pub(crate) async fn at(folder: Arc<TempDir>) -> Self {
        Self::on(folder, None, |_| {}).await.peopled().await
    }

    /// In that folder, with a text encoder.
    pub(crate) async fn reading(folder: Arc<TempDir>, encoder: impl TextEncoder + 'static) -> Self {
        Self::on(folder, Some(MeaningReader::new(Arc::new(encoder))), |_| {}).await.peopled().await
    }

    async fn peopled(mut self) -> Self {
        for tenant in ["acme", "rival"] {
            let (id, name) = (tenant.parse().unwrap(), tenant.to_owned());
            self.store.put_tenant(&Tenant { id, name, quota: QUOTA, retention_days: None }).await.unwrap();
        }
        self.token = self.token("acme", Scope::ALL, None).await;
        self
    }

    /// The same folder after a restart.
    pub(crate) async fn again(mut self) -> Self {
        let (folder, token) = (Arc::clone(&self.folder), self.token.clone());
        drop(self.stop.take());
        let mut host = Self::on(folder, None, |_| {}).await;
        host.token = token;
        host
    }

    async fn on(folder: Arc<TempDir>, meaning: Option<MeaningReader>, set: impl FnOnce(&mut Settings)) -> Self {
        let place = |name: &str| folder.path().join(name);
        let store = Arc::new(Sqlite::open(&place("stepreel.db")).await.unwrap());
        let blobs = Blobs::open(place("blobs").to_str().unwrap()).unwrap();
        let recordings = Blobs::open(place("recordings").to_str().unwrap()).unwrap();
        std::fs::create_dir_all(place("uploads")).unwrap();
        let mut settings =
            Settings { requests_per_second: 1_000_000, guesses_per_minute: 100_000, ..Settings::default() };
        set(&mut settings);
        let app = App::new(Parts {
            store: Arc::clone(&store),
            blobs,
            recordings: recordings.clone(),
            uploads: place("uploads"),
            meaning,
            illustrator: Arc::new(Sketches),
            key: SigningKey::new([7; 32]),
            settings,
        });
        let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = socket.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        tokio::spawn(app.serve(socket, async move { drop(stopped.await) }));
        Self { address, store, recordings, token: String::new(), folder, stop: Some(stop) }
    }

    /// A token of that tenant.
    pub(crate) async fn token(
        &self,
        tenant: &str,
        scopes: impl IntoIterator<Item = Scope>,
        expires_at: Option<DateTime<Utc>>,
    ) -> String {
        let tenant: TenantId = tenant.parse().unwrap();
        let (token, secret) = new_token(&tenant, "test".to_owned(), Scopes::of(scopes), expires_at);
        assert!(self.store.add_token(&token, secret.digest()).await.unwrap());
        secret.reveal().to_owned()
    }

    /// A person, with [`PASSWORD`].
    pub(crate) async fn user(&self, tenant: &str, email: &str, role: UserRole) {
        let password_hash = Some(password_hash(PASSWORD).unwrap());
        let user = User {
            email: email.to_owned(),
            tenant: tenant.parse().unwrap(),
            role,
            password_hash,
            federation: Federation::Never,
        };
        assert!(self.store.put_user(&user).await.unwrap());
    }

    /// The cookie of that person's visit.
    pub(crate) async fn log_in(&self, email: &str) -> String {
        let form = format!("email={email}&password={}", PASSWORD.replace(' ', "+"));
        let request = Request::new("POST", "/login").header("Content-Type", "application/x-www-form-urlencoded");
        let answer = request.body(form).send(self.address).await;
        assert_eq!((answer.status, answer.header("location")), (303, Some("/")));
        answer.header("set-cookie").unwrap().split_once(';').unwrap().0.to_owned()
    }

    /// A connection for many requests.
    pub(crate) async fn keep_open(&self) -> Kept {
        Kept::to(self.address).await
    }

    /// Asks with the token that may do everything.
    pub(crate) fn request(&self, method: &str, path: &str) -> Request {
        Request::new(method, path).bearer(&self.token)
    }

    /// The same, in tus.
    pub(crate) fn tus(&self, method: &str, path: &str) -> Request {
        self.request(method, path).header("Tus-Resumable", "1.0.0")
    }

    /// Begins an upload; says where it is.
    pub(crate) async fn begin(&self, length: usize) -> String {
        let answer = self.tus("POST", "/api/v1/uploads").header("Upload-Length", length).send(self.address).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.header("location").unwrap().to_owned()
    }

    /// A piece of an upload.
    pub(crate) fn piece(&self, upload: &str, offset: usize, bytes: &[u8]) -> Request {
        let request = self.tus("PATCH", upload).header("Content-Type", "application/offset+octet-stream");
        request.header("Upload-Offset", offset).body(bytes)
    }

    pub(crate) async fn head(&self, upload: &str) -> Answer {
        self.tus("HEAD", upload).send(self.address).await
    }

    /// Uploads in one piece; says what it became.
    pub(crate) async fn upload(&self, content: &[u8]) -> Answer {
        let upload = self.begin(content.len()).await;
        self.piece(&upload, 0, content).send(self.address).await
    }

    /// Whether what was uploaded lies there whole, under the name of its content.
    pub(crate) async fn has_recording(&self, content: &[u8]) -> bool {
        let key = recording_key("acme", content);
        self.recordings.get(&key).await.is_ok_and(|bytes| bytes == content)
    }

    /// Files of uploads that are under way.
    pub(crate) fn growing(&self) -> usize {
        std::fs::read_dir(self.folder.path().join("uploads")).unwrap().count()
    }

    /// Fails unless all that was uploaded and stored holds together.
    pub(crate) async fn audit(&self) {
        let place = |name| self.folder.path().join(name);
        let folders = Folders {
            blobs: place("blobs"),
            recordings: place("recordings"),
            uploads: place("uploads"),
            cache: place("cache"),
        };
        let scrutiny = Scrutiny { contents: true, grace: Duration::ZERO };
        assert_eq!(stepreel_storage::audit(&self.store, &folders, scrutiny).await.unwrap().violations, []);
    }

    pub(crate) fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }
}

/// No pictures: nothing here is a film.
struct Sketches;

impl Illustrator for Sketches {
    fn illustrate(&self, _: &std::path::Path, scenes: &[Span]) -> Result<Vec<Option<Still>>, IllustrationError> {
        Ok(vec![None; scenes.len()])
    }
}

/// The name that a recording has.
pub(crate) fn recording_key(tenant: &str, content: &[u8]) -> BlobKey {
    let (tenant, content): (TenantId, _) = (tenant.parse().unwrap(), digest(content));
    BlobKey::new(&tenant, SessionId::of(&tenant, content), content, Extension::Mp4)
}

pub(crate) fn digest(content: &[u8]) -> Digest {
    Digest::new(Sha256::digest(content).into())
}

/// What looks like a recording by its first bytes; the rest follows from the seed.
pub(crate) fn recording(length: usize, seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let noise = std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state as u8
    });
    b"\0\0\0\x18ftypisom".iter().copied().chain(noise).take(length).collect()
}

/// Longer than anything here takes.
pub(crate) const SOON: Duration = Duration::from_secs(20);

/// Asks again until it is so.
pub(crate) async fn eventually<F: Future<Output = bool>>(mut so: impl FnMut() -> F) {
    let deadline = tokio::time::Instant::now() + SOON;
    while !so().await {
        assert!(tokio::time::Instant::now() < deadline, "it never came to be so");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
