//! Style, scripts and pictures of the pages, which are part of the program.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use sha2::{Digest as _, Sha256};
use stepreel_core::Digest;
use stepreel_report::{SCRIPT, STYLE};

use crate::Problem;

struct Asset {
    name: &'static str,
    kind: &'static str,
    /// One after the other.
    content: &'static [&'static str],
}

const SCRIPTS: &str = "text/javascript; charset=utf-8";

const ASSETS: [Asset; 7] = [
    Asset {
        name: "stepreel.css",
        kind: "text/css; charset=utf-8",
        content: &[STYLE, include_str!("../../assets/dashboard.css")],
    },
    Asset { name: "session.js", kind: SCRIPTS, content: &[SCRIPT, include_str!("../../assets/session.js")] },
    Asset { name: "sessions.js", kind: SCRIPTS, content: &[include_str!("../../assets/sessions.js")] },
    Asset { name: "interface.js", kind: SCRIPTS, content: &[include_str!("../../assets/interface.js")] },
    Asset { name: "upload.js", kind: SCRIPTS, content: &[include_str!("../../assets/upload.js")] },
    // tus-js-client 4.3.1, under the licence beside it.
    Asset { name: "tus.min.js", kind: SCRIPTS, content: &[include_str!("../../assets/tus.min.js")] },
    Asset { name: "icon.svg", kind: "image/svg+xml", content: &[include_str!("../../assets/icon.svg")] },
];

/// Another program, another URL: what a browser has kept is never stale.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let content = ASSETS.iter().flat_map(|asset| asset.content).fold(Sha256::new(), Sha256::chain_update);
    Digest::new(content.finalize().into()).short()
});

pub(super) fn url(name: &str) -> String {
    format!("/assets/{name}?{}", *VERSION)
}

pub(super) async fn asset(Path(name): Path<String>) -> Result<Response, Problem> {
    let asset = ASSETS.iter().find(|asset| asset.name == name).ok_or_else(Problem::not_found)?;
    let headers = [(CONTENT_TYPE, asset.kind), (CACHE_CONTROL, "public, max-age=31536000, immutable")];
    Ok((headers, asset.content.concat()).into_response())
}
