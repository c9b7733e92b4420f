//! A service with a tenant, its people and its sessions.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use sha2::{Digest as _, Sha256};
use stepreel_core::{Digest, Session, SessionId, SessionRecord, Span, Still, TenantId};
use stepreel_server::{App, IllustrationError, Illustrator, OpenId, Parts, Settings, SigningKey, password_hash};
use stepreel_storage::{
    Accounts as _, BlobKey, Blobs, Extension, Federation, Queue as _, Sqlite, Store as _, Tenant, User, UserRole,
};
use tempfile::TempDir;

use crate::film::film;
use crate::provider::Provider;
use crate::session;

pub(crate) const EMAIL: &str = "ada@acme.example";
pub(crate) const PASSWORD: &str = "correct horse battery";

/// A service on a port of this machine. It ends with the test.
pub(crate) struct Site {
    pub(crate) address: SocketAddr,
    pub(crate) store: Arc<Sqlite>,
    blobs: Blobs,
    recordings: Blobs,
    _folder: TempDir,
}

impl Site {
    /// With one manager and no sessions.
    pub(crate) async fn open() -> Self {
        Self::with_openid(|_| None).await
    }

    /// The same; where it is decides on what was agreed with a provider.
    pub(crate) async fn with_openid(agreed: impl FnOnce(SocketAddr) -> Option<OpenId>) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let place = |name: &str| folder.path().join(name);
        let store = Arc::new(Sqlite::open(&place("stepreel.db")).await.unwrap());
        let blobs = Blobs::open(place("blobs").to_str().unwrap()).unwrap();
        let recordings = Blobs::open(place("recordings").to_str().unwrap()).unwrap();
        std::fs::create_dir(place("uploads")).unwrap();
        let app = App::new(Parts {
            store: Arc::clone(&store),
            blobs: blobs.clone(),
            recordings: recordings.clone(),
            uploads: place("uploads"),
            meaning: None,
            illustrator: Arc::new(Sketches),
            key: SigningKey::new([7; 32]),
            settings: Settings { requests_per_second: 10_000, openid: agreed(address), ..Settings::default() },
        });
        people(&store).await;
        tokio::spawn(app.serve(listener, std::future::pending()));
        Self { address, store, blobs, recordings, _folder: folder }
    }

    /// With a provider on another site, which knows the manager.
    pub(crate) async fn with_provider() -> (Self, Provider) {
        let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let provider = Provider::on(socket, "localhost");
        let agreed = |service| Some(provider.agreed(&format!("http://{service}"), Duration::from_secs(10)));
        let site = Self::with_openid(agreed).await;
        let user = site.store.user(EMAIL).await.unwrap().unwrap();
        assert!(site.store.put_user(&User { federation: Federation::ByEmail, ..user }).await.unwrap());
        (site, provider)
    }

    /// With a session that is completed, one that failed, one that waits and one that is being worked on.
    pub(crate) async fn with_sessions() -> Self {
        let site = Self::open().await;
        site.keep(&session::completed()).await;
        site.keep(&another(session::failed(), 2, "Boiler service, cellar")).await;
        let waiting = another(session::failed(), 3, "Pump room").session;
        for session in [&another(session::failed(), 4, "Attic fan").session, &waiting] {
            site.store.submit(&Session { engineer: Some("Ines".to_owned()), ..session.clone() }).await.unwrap();
        }
        let claim = site.store.claim(Duration::from_mins(10)).await.unwrap().unwrap().claim;
        site.advance(&claim, 0.42).await;
        site
    }

    /// Tells how far the job of the claim is.
    pub(crate) async fn advance(&self, claim: &stepreel_storage::Claim, share: f64) {
        let remaining = Some(Duration::from_secs(190));
        let progress = stepreel_storage::Progress { stage: Some("words".to_owned()), share, remaining };
        self.store.beat(claim, &progress, Duration::from_mins(10)).await.unwrap();
    }

    /// Stores the session with its film.
    pub(crate) async fn keep(&self, record: &SessionRecord) {
        let record = self.filmed(record).await;
        let epoch = self.store.begin(&record.session).await.unwrap();
        self.store.finish(&record, epoch).await.unwrap();
    }

    /// The record with keys of blobs that are there.
    async fn filmed(&self, record: &SessionRecord) -> SessionRecord {
        let mut record = record.clone();
        let (tenant, id) = (record.session.tenant_id.clone(), record.session.id);
        for (name, content) in film() {
            let digest = Digest::new(Sha256::digest(content).into());
            let key = BlobKey::new(&tenant, id, digest, extension(name));
            let blobs = if name == "recording.mp4" { &self.recordings } else { &self.blobs };
            blobs.put(&key, content.clone()).await.unwrap();
            point(&mut record, name, &key.to_string());
        }
        record
    }

    /// The cookie of somebody who has logged in.
    pub(crate) async fn visit(&self) -> String {
        let answer = self.post("/login", &format!("email={EMAIL}&password={}", PASSWORD.replace(' ', "+"))).await;
        let cookie = answer.header("set-cookie").expect("the password is right");
        cookie.split(';').next().unwrap().to_owned()
    }
}

/// The film's thumbnail for each step but the first.
struct Sketches;

impl Illustrator for Sketches {
    fn illustrate(&self, clip: &Path, scenes: &[Span]) -> Result<Vec<Option<Still>>, IllustrationError> {
        std::fs::metadata(clip)?;
        let jpeg = film()
            .iter()
            .find(|(name, _)| matches!(extension(name), Extension::Jpg))
            .map(|(_, content)| content.clone());
        let still = |scene: &Span| Some(Still { time: scene.start(), jpeg: jpeg.clone()? });
        let stills = scenes.iter().map(still).enumerate();
        Ok(stills.map(|(at, still)| still.filter(|_| at > 0)).collect())
    }
}

fn extension(name: &str) -> Extension {
    match name.rsplit_once('.').unwrap().1 {
        "mp4" => Extension::Mp4,
        "jpg" => Extension::Jpg,
        _ => Extension::Vtt,
    }
}

/// Replaces a name by the key of what it names.
fn point(record: &mut SessionRecord, name: &str, key: &str) {
    let replace = |place: &mut Option<String>| {
        if place.as_deref() == Some(name) {
            *place = Some(key.to_owned());
        }
    };
    if name == "recording.mp4" {
        key.clone_into(&mut record.session.video_url);
    }
    replace(&mut record.session.filmstrip_url);
    for procedure in &mut record.procedures {
        for place in [&mut procedure.thumbnail_url, &mut procedure.captions_url] {
            replace(place);
        }
        if procedure.video_url == name {
            key.clone_into(&mut procedure.video_url);
        }
    }
}

/// The same as a session of another recording, which began an hour later for each of `n`.
pub(crate) fn another(mut record: SessionRecord, n: u8, title: &str) -> SessionRecord {
    let digest = Digest::new([n; 32]);
    let id = SessionId::of(&record.session.tenant_id, digest);
    record.session.id = id;
    record.session.recording_sha256 = digest;
    title.clone_into(&mut record.session.title);
    record.session.started_at = record.session.started_at.map(|moment| moment - TimeDelta::hours(n.into()));
    for procedure in &mut record.procedures {
        procedure.session_id = id;
        procedure.id = id.procedure(procedure.ordinal);
    }
    record
}

async fn people(store: &Sqlite) {
    for (tenant, email) in [("acme", EMAIL), ("globex", "bo@globex.example")] {
        let id: TenantId = tenant.parse().unwrap();
        store
            .put_tenant(&Tenant { id: id.clone(), name: tenant.to_owned(), quota: 1 << 40, retention_days: None })
            .await
            .unwrap();
        let password_hash = Some(password_hash(PASSWORD).unwrap());
        let user = User {
            email: email.to_owned(),
            tenant: id,
            role: UserRole::Manager,
            password_hash,
            federation: Federation::Never,
        };
        assert!(store.put_user(&user).await.unwrap());
    }
}
