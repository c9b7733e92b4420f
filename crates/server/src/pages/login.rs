//! The form to log in.

use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Html;
use serde::Deserialize;

use super::frame::{Frame, page};
use super::list;
use crate::access::Refusal;
use crate::{App, OpenId, Problem};

#[derive(Default, Deserialize)]
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
    refusal: Option<String>,
    openid: Option<Elsewhere>,
}

/// The way to a provider.
struct Elsewhere {
    name: String,
    address: String,
}

pub(super) async fn form(
    State(app): State<App>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Html<String>, Problem> {
    let Query(Asked { next, refused }) = asked.unwrap_or_default();
    let openid = app.settings().openid.as_ref();
    let name = openid.map_or("your provider", OpenId::name);
    let refusal = Refusal::read(&refused).map(|refusal| words(refusal, name));
    let openid = openid.map(|openid| Elsewhere {
        name: openid.name().to_owned(),
        address: format!("/login/openid?{}", list::form(&[("next", &next)])),
    });
    page(&LoginPage { frame: Frame::of_nobody(), next, refusal, openid })
}

/// What happened and what to do, for somebody who sees no log.
fn words(refusal: Refusal, name: &str) -> String {
    match refusal {
        Refusal::Credentials => "Email and password don't belong together.".to_owned(),
        Refusal::Often => "That was tried too often. Wait a minute, then try again.".to_owned(),
        Refusal::Silence => format!(
            "{name} gives no answer. Try again in a minute; if that doesn't help, tell whoever runs this service."
        ),
        Refusal::Lost => {
            format!("Signing in with {name} took too long, or was begun again elsewhere. Begin once more.")
        }
        Refusal::BrokenOff => format!("Signing in with {name} was broken off. Begin once more when you like."),
        Refusal::Stranger => format!(
            "{name} knows you, but nobody has made you a user here, or your address isn't verified there. Ask whoever runs \
             this service; its log tells how {name} calls you."
        ),
        Refusal::Answer => format!(
            "What {name} says about you can't be used. Begin once more; if that doesn't help, tell whoever runs this \
             service: its log tells why."
        ),
    }
}
