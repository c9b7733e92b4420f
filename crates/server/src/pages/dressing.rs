//! Answers that are no, as pages for people.

use askama::Template;
use axum::body::to_bytes;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use serde_json::Value;

use super::frame::Frame;
use crate::problem;

#[derive(Template)]
#[template(path = "failure.html")]
struct FailurePage {
    frame: Frame,
    status: u16,
    title: &'static str,
    text: String,
    way_on: (&'static str, &'static str),
}

/// Shows a problem as a page to whoever asked for one; programs get it as it is.
pub(crate) async fn dress(request: Request, next: Next) -> Response {
    let accept = request.headers().get(ACCEPT).and_then(|accept| accept.to_str().ok());
    let wants_page = accept.is_some_and(|accept| accept.contains("text/html"));
    let response = next.run(request).await;
    let is_problem = response.headers().get(CONTENT_TYPE).is_some_and(|kind| kind == problem::MEDIA_TYPE);
    if wants_page && is_problem { dressed(response).await } else { response }
}

async fn dressed(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    // A problem is some hundred bytes.
    let body = to_bytes(body, 64 << 10).await.unwrap_or_default();
    let problem: Value = serde_json::from_slice(&body).unwrap_or_default();
    let (title, text) = words(parts.status, &problem);
    let status = parts.status.as_u16();
    let way_on = match parts.status {
        StatusCode::UNAUTHORIZED => ("/login", "Log in"),
        _ => ("/sessions", "Show all sessions"),
    };
    let page = FailurePage { frame: Frame::of_nobody(), status, title, text, way_on };
    parts.headers.remove(CONTENT_TYPE);
    parts.headers.remove(CONTENT_LENGTH);
    (parts, Html(page.render().unwrap_or_default())).into_response()
}

fn words(status: StatusCode, problem: &Value) -> (&'static str, String) {
    let told = |field: &str| problem[field].as_str();
    match status {
        StatusCode::NOT_FOUND => ("Not here", "There is no such page, or it isn't for you to see.".to_owned()),
        StatusCode::UNAUTHORIZED => ("Please log in", "This page is for people who are logged in.".to_owned()),
        StatusCode::FORBIDDEN => ("Not allowed", told("detail").unwrap_or("That takes other rights.").to_owned()),
        StatusCode::TOO_MANY_REQUESTS => ("Too many requests", "Wait a moment, then load the page again.".to_owned()),
        status if status.is_client_error() => {
            ("That could not be understood", told("detail").unwrap_or_default().to_owned())
        }
        _ => ("Something went wrong here", "Nothing is lost. Load the page again in a moment.".to_owned()),
    }
}
