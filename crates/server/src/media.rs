//! Recordings, clips, pictures and captions: by a signed URL for whoever has it, by token or visit for the tenant's own.

mod conditions;
mod disposition;
mod range;
mod signing;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use chrono::Utc;
use futures::stream;
use stepreel_storage::{BlobKey, BlobRange, Blobs, Extension, Scope, StoreError};

pub(crate) use conditions::is_known;
pub(crate) use disposition::attachment_named;
pub use signing::SigningKey;

use crate::{App, Caller, Problem};
use conditions::Condition;
use range::Asked;

pub(crate) fn router() -> Router<App> {
    Router::new().route("/media/{tenant}/{session}/{file}", get(media))
}

/// How long a browser may keep what it got: as long as a signed URL is good.
const KEPT: &str = "private, max-age=600";

/// Gives an object, or the range of it that is asked for. What a URL is of stands in its path, which is the object's key.
async fn media(
    State(app): State<App>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    caller: Option<Caller>,
) -> Result<Response, Problem> {
    let key: BlobKey = object(uri.path()).ok_or_else(Problem::not_found)?;
    if signing::is_signed(&uri) {
        app.key().check(&key, &method, &uri, Utc::now())?;
    } else {
        own(caller, &key)?;
    }
    let (blobs, length) = find(&app, &key).await?;
    let mut about = about(&key, &uri);
    match conditions::of(&headers, &about[ETAG]) {
        Condition::Unchanged => return Ok((StatusCode::NOT_MODIFIED, about).into_response()),
        Condition::Whole => return whole(blobs, &key, length, about).await,
        Condition::Ranges => {}
    }
    match range::asked(&headers, length) {
        Asked::Everything => whole(blobs, &key, length, about).await,
        Asked::Nothing => {
            let problem = Problem::new(StatusCode::RANGE_NOT_SATISFIABLE, "range", "there is nothing in that range");
            Err(problem.field("Range").header(CONTENT_RANGE, text(&format!("bytes */{length}"))))
        }
        Asked::Part(part) => {
            about.insert(CONTENT_RANGE, text(&format!("bytes {}-{}/{length}", part.start, part.end - 1)));
            about.insert(CONTENT_LENGTH, (part.end - part.start).into());
            let content = blobs.read_range(&key, part).await?;
            Ok((StatusCode::PARTIAL_CONTENT, about, body(content)).into_response())
        }
    }
}

fn object(path: &str) -> Option<BlobKey> {
    path.strip_prefix("/media/")?.parse().ok()
}

/// Goes on only for the tenant's own: what is another's is not there.
fn own(caller: Option<Caller>, key: &BlobKey) -> Result<(), Problem> {
    let caller = caller.ok_or_else(Problem::unauthenticated)?;
    caller.may(Scope::Read)?;
    if caller.tenant() == key.tenant() { Ok(()) } else { Err(Problem::not_found()) }
}

/// What runs made and what was uploaded lie apart, and are asked for alike.
async fn find<'a>(app: &'a App, key: &BlobKey) -> Result<(&'a Blobs, u64), Problem> {
    for blobs in [app.blobs(), app.recordings()] {
        match blobs.length(key).await {
            Ok(length) => return Ok((blobs, length)),
            Err(StoreError::BlobMissing(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Problem::not_found())
}

async fn whole(blobs: &Blobs, key: &BlobKey, length: u64, mut about: HeaderMap) -> Result<Response, Problem> {
    about.insert(CONTENT_LENGTH, length.into());
    if length == 0 {
        return Ok((about, Body::empty()).into_response());
    }
    let content = blobs.read_range(key, 0..length).await?;
    Ok((about, body(content)).into_response())
}

fn about(key: &BlobKey, uri: &Uri) -> HeaderMap {
    let mut about = HeaderMap::new();
    let mut say = |name: HeaderName, value: &str| about.insert(name, text(value));
    say(CONTENT_TYPE, kind(key.extension()));
    say(ETAG, &format!("\"{}\"", key.content()));
    say(ACCEPT_RANGES, "bytes");
    say(CACHE_CONTROL, KEPT);
    if let Some(name) = disposition::wanted(uri) {
        say(CONTENT_DISPOSITION, &disposition::attachment(&name));
    }
    about
}

fn kind(extension: Extension) -> &'static str {
    match extension {
        Extension::Mp4 => "video/mp4",
        Extension::Jpg => "image/jpeg",
        Extension::Vtt => "text/vtt; charset=utf-8",
        Extension::Json => "application/json",
        Extension::Mkv => "video/x-matroska",
        Extension::Ts => "video/mp2t",
        Extension::Avi => "video/x-msvideo",
        Extension::Mpg => "video/mpeg",
        Extension::Flv => "video/x-flv",
        Extension::Ogg => "video/ogg",
        _ => "application/octet-stream",
    }
}

fn body(content: BlobRange) -> Body {
    Body::from_stream(stream::try_unfold(content, |mut content| async move {
        let part = content.next().await?;
        Ok::<_, StoreError>(part.map(|part| (part, content)))
    }))
}

fn text(value: &str) -> HeaderValue {
    HeaderValue::from_str(value).expect("keys, numbers and percent-encoded names are plain ASCII")
}
