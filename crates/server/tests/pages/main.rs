//! The dashboard over real HTTP, and in a real browser.
#![allow(clippy::unwrap_used, reason = "what fails while a test is set up fails the test")]

mod film;
mod site;
mod wire;

mod accessible;
mod browser;
mod documents;
mod in_chromium;
mod shown;

#[path = "../service/provider.rs"]
#[expect(dead_code, reason = "here it tells no lies")]
mod provider;
#[path = "../../../report/tests/session/mod.rs"]
mod session;
