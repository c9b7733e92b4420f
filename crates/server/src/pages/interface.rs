//! The page to try the interface with.

use askama::Template;
use axum::response::Html;

use super::frame::{Frame, page};
use super::visitor::Visitor;
use crate::Problem;

/// What describes the interface; the page is made of it.
const DOCUMENT: &str = "/api/v1/openapi.json";

#[derive(Template)]
#[template(path = "interface.html")]
struct InterfacePage {
    frame: Frame,
    document: &'static str,
}

pub(super) async fn interface(Visitor(caller): Visitor) -> Result<Html<String>, Problem> {
    page(&InterfacePage { frame: Frame::of(&caller, "interface"), document: DOCUMENT })
}
