//! The form to log in.

use askama::Template;
use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use axum::response::Html;
use serde::Deserialize;

use super::frame::{Frame, page};
use crate::Problem;

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    next: String,
    #[serde(default)]
    refused: String,
}

#[derive(Template)]
#[template(path = "login.html")]
struct LoginPage {
    frame: Frame,
    next: String,
    refusal: Option<&'static str>,
}

pub(super) async fn form(asked: Result<Query<Asked>, QueryRejection>) -> Result<Html<String>, Problem> {
    let (next, refused) = asked.map_or_else(|_| Default::default(), |Query(asked)| (asked.next, asked.refused));
    let refusal = match refused.as_str() {
        "" => None,
        "often" => Some("That was tried too often. Wait a minute, then try again."),
        _ => Some("Email and password don't belong together."),
    };
    page(&LoginPage { frame: Frame::of_nobody(), next, refusal })
}
