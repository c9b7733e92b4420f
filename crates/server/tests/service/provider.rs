//! An `OpenID` Connect provider that listens on this machine, checks what it is asked as a real one does, and may be told to lie.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard};
use std::time::Duration;

use axum::extract::{Form, Query, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chrono::Utc;
use hmac::Mac as _;
use p256::ecdsa::signature::Signer as _;
use rsa::traits::PublicKeyParts as _;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use stepreel_server::{ClientSecret, OpenId, Registration};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// By what name it knows the service.
pub(crate) const CLIENT: &str = "stepreel";

/// What only the two know.
pub(crate) const SECRET: &str = "canary-secret: 100% & more";

/// A provider on a port of this machine.
pub(crate) struct Provider {
    pub(crate) issuer: String,
    state: Shared,
    serving: JoinHandle<()>,
}

type Shared = Arc<Mutex<Inner>>;
type Change = Box<dyn Fn(&mut Value) + Send>;

struct Inner {
    issuer: String,
    signer: Signer,
    /// What is published, which may be another's.
    published: Value,
    claims: Value,
    info: Option<Value>,
    lie: Change,
    metadata: Change,
    codes: HashMap<String, Issued>,
    pause: Duration,
    broken: bool,
    /// How often its discovery document was asked for, and tokens.
    asked: (usize, usize),
    /// Codes and tokens that it gave.
    secrets: Vec<String>,
}

/// What a code stands for.
struct Issued {
    nonce: Value,
    challenge: String,
    return_to: String,
}

/// How ID tokens are signed.
#[derive(Clone)]
pub(crate) enum Signer {
    Rsa(Arc<rsa::RsaPrivateKey>),
    Ec(p256::ecdsa::SigningKey),
    /// With the client's secret.
    Hmac,
    /// Not at all.
    Nobody,
}

/// One for all tests: it takes long to make.
static RSA: LazyLock<Arc<rsa::RsaPrivateKey>> =
    LazyLock::new(|| Arc::new(rsa::RsaPrivateKey::new(&mut rsa::rand_core::OsRng, 2_048).unwrap()));

impl Signer {
    pub(crate) fn rsa() -> Self {
        Self::Rsa(Arc::clone(&RSA))
    }

    /// Another one each time.
    pub(crate) fn ec() -> Self {
        Self::Ec(p256::ecdsa::SigningKey::from_slice(&random()).unwrap())
    }

    /// Its public key, which is named by itself.
    fn jwk(&self) -> Value {
        let mut jwk = match self {
            Self::Rsa(key) => {
                json!({"kty": "RSA", "n": encoded(&key.n().to_bytes_be()), "e": encoded(&key.e().to_bytes_be())})
            }
            Self::Ec(key) => {
                let point = key.verifying_key().to_sec1_point(false);
                json!({"kty": "EC", "crv": "P-256", "x": encoded(point.x().unwrap()), "y": encoded(point.y().unwrap())})
            }
            Self::Hmac | Self::Nobody => return json!({"kid": "none"}),
        };
        jwk["kid"] = encoded(&Sha256::digest(jwk.to_string())).into();
        jwk["use"] = "sig".into();
        jwk
    }

    fn token(&self, claims: &Value) -> String {
        let name = match self {
            Self::Rsa(_) => "RS256",
            Self::Ec(_) => "ES256",
            Self::Hmac => "HS256",
            Self::Nobody => "none",
        };
        let header = json!({"alg": name, "typ": "JWT", "kid": self.jwk()["kid"]});
        let text = format!("{}.{}", encoded(header.to_string().as_bytes()), encoded(claims.to_string().as_bytes()));
        let signature = match self {
            Self::Rsa(key) => key.sign(rsa::Pkcs1v15Sign::new::<Sha256>(), &Sha256::digest(&text)).unwrap(),
            Self::Ec(key) => {
                let signature: p256::ecdsa::Signature = key.sign(text.as_bytes());
                signature.to_bytes().to_vec()
            }
            Self::Hmac => {
                let mac = <hmac::Hmac<Sha256> as hmac::Mac>::new_from_slice(SECRET.as_bytes()).unwrap();
                mac.chain_update(&text).finalize().into_bytes().to_vec()
            }
            Self::Nobody => Vec::new(),
        };
        format!("{text}.{}", encoded(&signature))
    }
}

impl Provider {
    /// That vouches for `ada@acme.example`, subject 1.
    pub(crate) async fn start() -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self::on(socket, "127.0.0.1")
    }

    /// Under that name of this machine.
    pub(crate) fn on(socket: TcpListener, host: &str) -> Self {
        let address: SocketAddr = socket.local_addr().unwrap();
        let issuer = format!("http://{host}:{}", address.port());
        let signer = Signer::rsa();
        let inner = Inner {
            issuer: issuer.clone(),
            published: json!({"keys": [signer.jwk()]}),
            signer,
            claims: json!({"sub": "1", "email": "ada@acme.example", "email_verified": true}),
            info: None,
            lie: Box::new(|_| ()),
            metadata: Box::new(|_| ()),
            codes: HashMap::new(),
            pause: Duration::ZERO,
            broken: false,
            asked: (0, 0),
            secrets: Vec::new(),
        };
        let state = Arc::new(Mutex::new(inner));
        let serving = tokio::spawn(serve(socket, Arc::clone(&state)));
        Self { issuer, state, serving }
    }

    /// What was agreed with a service that browsers reach there.
    pub(crate) fn agreed(&self, service: &str, patience: Duration) -> OpenId {
        let registration = Registration {
            issuer: self.issuer.clone(),
            client: CLIENT.to_owned(),
            secret: ClientSecret::new(SECRET),
            return_to: format!("{service}{}", OpenId::RETURN),
            authorities: None,
            patience,
        };
        OpenId::new("Acme ID", registration).unwrap()
    }

    /// It vouches for somebody else.
    pub(crate) fn person(&self, claims: Value) {
        self.inner().claims = claims;
    }

    /// It tells that only when it is asked with an access token, and not in the ID token.
    pub(crate) fn tell_apart(&self, info: Value) {
        self.inner().info = Some(info);
    }

    /// It signs so, and publishes what fits.
    pub(crate) fn sign(&self, signer: Signer) {
        self.inner().published = json!({"keys": [signer.jwk()]});
        self.inner().signer = signer;
    }

    /// It signs so, and publishes the key that it had, under the new one's name.
    pub(crate) fn forge(&self, signer: Signer) {
        let mut inner = self.inner();
        inner.published["keys"][0]["kid"] = signer.jwk()["kid"].take();
        inner.signer = signer;
    }

    /// It changes what an ID token says.
    pub(crate) fn lie(&self, lie: impl Fn(&mut Value) + Send + 'static) {
        self.inner().lie = Box::new(lie);
    }

    /// It changes what it publishes about itself.
    pub(crate) fn publish(&self, change: impl Fn(&mut Value) + Send + 'static) {
        self.inner().metadata = Box::new(change);
    }

    /// It thinks so long before each answer.
    pub(crate) fn slow(&self, pause: Duration) {
        self.inner().pause = pause;
    }

    /// It answers with 503.
    pub(crate) fn break_down(&self) {
        self.inner().broken = true;
    }

    /// It is gone.
    pub(crate) async fn stop(&mut self) {
        self.serving.abort();
        let _ = (&mut self.serving).await;
    }

    /// How often it was asked for its discovery document, and for tokens.
    pub(crate) fn asked(&self) -> (usize, usize) {
        self.inner().asked
    }

    /// Codes and tokens that it gave.
    pub(crate) fn secrets(&self) -> Vec<String> {
        self.inner().secrets.clone()
    }

    /// Somebody signs in with it: where it sends their browser.
    pub(crate) fn signed_in(&self, query: &HashMap<String, String>) -> String {
        self.inner().issue(query)
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.state.lock().unwrap()
    }
}

impl Inner {
    fn issue(&mut self, query: &HashMap<String, String>) -> String {
        assert_eq!((query["response_type"].as_str(), query["client_id"].as_str()), ("code", CLIENT));
        assert_eq!(query["code_challenge_method"], "S256");
        assert!(query["scope"].split(' ').any(|scope| scope == "openid"));
        let code = format!("code-{}", encoded(&random()));
        let (challenge, return_to) = (query["code_challenge"].clone(), query["redirect_uri"].clone());
        let back = format!("{return_to}?code={code}&state={}", query["state"]);
        self.codes.insert(code.clone(), Issued { nonce: query["nonce"].as_str().into(), challenge, return_to });
        self.secrets.push(code);
        back
    }

    /// A code is good once, for who can show what it was asked with.
    fn tokens(&mut self, form: &HashMap<String, String>) -> Option<Value> {
        let issued = self.codes.remove(form.get("code")?)?;
        let fits = encoded(&Sha256::digest(form.get("code_verifier")?)) == issued.challenge;
        if !fits || form["redirect_uri"] != issued.return_to || form["grant_type"] != "authorization_code" {
            return None;
        }
        let now = Utc::now().timestamp();
        let mut claims = self.claims.clone();
        for (name, value) in [("iss", json!(self.issuer)), ("aud", json!(CLIENT)), ("nonce", issued.nonce)] {
            claims[name] = value;
        }
        (claims["iat"], claims["exp"]) = (json!(now), json!(now + 60));
        (self.lie)(&mut claims);
        let (token, access) = (self.signer.token(&claims), format!("access-{}", encoded(&random())));
        self.secrets.extend([token.clone(), access.clone()]);
        Some(json!({"access_token": access, "token_type": "Bearer", "expires_in": 60, "id_token": token}))
    }
}

async fn serve(socket: TcpListener, state: Shared) {
    let routes = Router::new()
        .route("/.well-known/openid-configuration", get(discovery))
        .route("/keys", get(keys))
        .route("/authorize", get(form).post(authorize))
        .route("/token", axum::routing::post(token))
        .route("/userinfo", get(userinfo))
        .with_state(state);
    axum::serve(socket, routes).await.unwrap();
}

/// What every answer of it waits for, and whether there is one.
async fn ready(state: &Shared) -> Result<(), StatusCode> {
    let (pause, broken) = {
        let inner = state.lock().unwrap();
        (inner.pause, inner.broken)
    };
    tokio::time::sleep(pause).await;
    if broken { Err(StatusCode::SERVICE_UNAVAILABLE) } else { Ok(()) }
}

async fn discovery(State(state): State<Shared>) -> Result<Json<Value>, StatusCode> {
    state.lock().unwrap().asked.0 += 1;
    ready(&state).await?;
    let inner = state.lock().unwrap();
    let at = |path: &str| format!("{}{path}", inner.issuer);
    let mut document = json!({
        "issuer": inner.issuer,
        "authorization_endpoint": at("/authorize"),
        "token_endpoint": at("/token"),
        "jwks_uri": at("/keys"),
        "userinfo_endpoint": at("/userinfo"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256", "ES256", "HS256", "none"],
    });
    (inner.metadata)(&mut document);
    Ok(Json(document))
}

async fn keys(State(state): State<Shared>) -> Result<Json<Value>, StatusCode> {
    ready(&state).await?;
    let keys = state.lock().unwrap().published.clone();
    Ok(Json(keys))
}

/// Where a person would say who they are.
async fn form() -> Html<&'static str> {
    Html(
        "<!doctype html><link rel=icon href=\"data:,\"><title>Acme ID</title><form method=post><button>It's me</button></form>",
    )
}

async fn authorize(State(state): State<Shared>, Query(query): Query<HashMap<String, String>>) -> Redirect {
    Redirect::to(&state.lock().unwrap().issue(&query))
}

async fn token(
    State(state): State<Shared>,
    headers: HeaderMap,
    Form(form): Form<HashMap<String, String>>,
) -> Result<Response, StatusCode> {
    state.lock().unwrap().asked.1 += 1;
    ready(&state).await?;
    if !knows_client(&headers, &form) {
        return Ok(refused(StatusCode::UNAUTHORIZED, "invalid_client"));
    }
    let tokens = state.lock().unwrap().tokens(&form);
    Ok(tokens.map_or_else(|| refused(StatusCode::BAD_REQUEST, "invalid_grant"), |tokens| Json(tokens).into_response()))
}

/// With what it was sent in its words, as some do.
fn refused(status: StatusCode, error: &str) -> Response {
    (status, Json(json!({"error": error, "error_description": format!("not with {SECRET}")}))).into_response()
}

/// In the header, where both parts are encoded as in a form (RFC 6749, section 2.3.1), or in the form.
fn knows_client(headers: &HeaderMap, form: &HashMap<String, String>) -> bool {
    let encoded = url::form_urlencoded::byte_serialize(SECRET.as_bytes()).collect::<String>();
    let basic = format!("Basic {}", STANDARD.encode(format!("{CLIENT}:{encoded}")));
    let in_form = form.get("client_secret").is_some_and(|secret| secret == SECRET);
    let in_header = headers.get(AUTHORIZATION).is_some_and(|shown| shown == &basic);
    in_header != in_form && (in_header || form.get("client_id").is_some_and(|client| client == CLIENT))
}

async fn userinfo(State(state): State<Shared>, headers: HeaderMap) -> Result<Response, StatusCode> {
    ready(&state).await?;
    let inner = state.lock().unwrap();
    let shown = headers.get(AUTHORIZATION).and_then(|shown| shown.to_str().ok()?.strip_prefix("Bearer "));
    let known = shown.is_some_and(|shown| inner.secrets.iter().any(|secret| secret == shown));
    let info = inner.info.clone().filter(|_| known).ok_or(StatusCode::UNAUTHORIZED)?;
    Ok(([(CONTENT_TYPE, "application/json")], info.to_string()).into_response())
}

fn encoded(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn random() -> [u8; 32] {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).unwrap();
    bytes
}
