//! The page to upload recordings with.

use askama::Template;
use axum::response::Html;
use stepreel_storage::Scope;

use super::frame::{Frame, page};
use super::visitor::Visitor;
use crate::Problem;

/// Where tus clients upload to.
const ENDPOINT: &str = "/api/v1/uploads";

#[derive(Template)]
#[template(path = "upload.html")]
struct UploadPage {
    frame: Frame,
    endpoint: &'static str,
}

pub(super) async fn upload(Visitor(caller): Visitor) -> Result<Html<String>, Problem> {
    caller.may(Scope::Upload)?;
    page(&UploadPage { frame: Frame::of(&caller, "upload"), endpoint: ENDPOINT })
}
