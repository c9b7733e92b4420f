//! Pages and assets made small on their way.

use std::io::Write as _;

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, RANGE, VARY};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use flate2::Compression;
use flate2::write::GzEncoder;

/// Less is not worth it.
const LEAST: usize = 1_000;

/// The largest page or asset is far from it.
const MOST: usize = 8 << 20;

/// Compresses pages, styles and scripts for whoever takes gzip.
///
/// Not the interface: its answers hold signed URLs beside text of strangers, and how well the two compress together tells of the
/// one by the other (<https://www.breachattack.com>). No page of ours holds a secret: cookies are headers, and a page's own media
/// are not signed. Media are as small as they get.
pub(super) async fn compress(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let fit = !["/api/", "/media/", "/live"].iter().any(|kept| path.starts_with(kept));
    let wanted = fit && takes_gzip(request.headers()) && !request.headers().contains_key(RANGE);
    let response = next.run(request).await;
    if wanted && is_text(&response) { packed(response).await } else { response }
}

fn takes_gzip(headers: &HeaderMap) -> bool {
    let said = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    said.flat_map(|said| said.split(',')).any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let weight = weight.trim().strip_prefix("q=").map_or(Ok(1.0), str::parse::<f32>);
        matches!(name.trim(), "gzip" | "*") && weight.is_ok_and(|weight| weight > 0.0)
    })
}

fn is_text(response: &Response) -> bool {
    let headers = response.headers();
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let text =
        matches!(kind, "text/html" | "text/css" | "text/javascript" | "application/javascript" | "image/svg+xml");
    text && response.status() == StatusCode::OK && !headers.contains_key(CONTENT_ENCODING)
}

async fn packed(response: Response) -> Response {
    let (mut head, body) = response.into_parts();
    head.headers.append(VARY, HeaderValue::from_static("accept-encoding"));
    let Ok(body) = to_bytes(body, MOST).await else {
        let mut broken = Response::new(Body::empty());
        *broken.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        return broken;
    };
    let small = if body.len() < LEAST { None } else { gzip(&body).filter(|small| small.len() < body.len()) };
    let Some(small) = small else { return Response::from_parts(head, body.into()) };
    head.headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    head.headers.insert(CONTENT_LENGTH, HeaderValue::from(small.len()));
    Response::from_parts(head, small.into())
}

fn gzip(body: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 4), Compression::new(5));
    encoder.write_all(body).ok()?;
    encoder.finish().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_is_for_whoever_takes_it() {
        let check = |said: &str, takes| {
            let headers = HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_str(said).unwrap())]);
            assert_eq!(takes_gzip(&headers), takes, "{said}");
        };
        check("gzip", true);
        check("br, gzip;q=0.5", true);
        check("*", true);
        check("gzip;q=0", false);
        check("gzip;q=zero", false);
        check("br, deflate", false);
        check("", false);
        assert!(!takes_gzip(&HeaderMap::new()));
    }
}
