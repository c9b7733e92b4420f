//! Cookies of this site.

use std::time::Duration;

use axum::http::header::COOKIE;
use axum::http::{HeaderMap, HeaderValue};

use crate::App;

/// What a browser keeps for this site.
#[derive(Clone, Copy, Debug)]
pub(super) enum Cookie {
    /// The secret of a visit.
    Visit,
    /// A login that waits for somebody to come back from the provider.
    Pending,
}

impl Cookie {
    /// What the browser keeps under that name, if anything.
    pub(super) fn of<'a>(self, app: &App, headers: &'a HeaderMap) -> Option<&'a str> {
        let lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
        let mut pairs = lines.flat_map(|line| line.split("; ")).filter_map(|pair| pair.split_once('='));
        pairs.find(|(name, _)| *name == self.name(app)).map(|(_, value)| value)
    }

    /// Scripts can't read it, other sites can't send it with more than a link, and by https it is this very host's.
    pub(super) fn keep(self, app: &App, value: &str, lifetime: Duration) -> HeaderValue {
        let (name, secure) = (self.name(app), if app.settings().https { "; Secure" } else { "" });
        let seconds = lifetime.as_secs();
        let cookie = format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
        HeaderValue::from_str(&cookie).expect("a cookie of ours is plain ASCII")
    }

    /// The browser forgets it.
    pub(super) fn forget(self, app: &App) -> HeaderValue {
        self.keep(app, "", Duration::ZERO)
    }

    fn name(self, app: &App) -> &'static str {
        match (self, app.settings().https) {
            (Self::Visit, true) => "__Host-stepreel",
            (Self::Visit, false) => "stepreel",
            (Self::Pending, true) => "__Host-stepreel-login",
            (Self::Pending, false) => "stepreel-login",
        }
    }
}
