//! What stands around every page.

use askama::Template;
use axum::response::Html;
use stepreel_storage::Scope;

use super::assets;
use crate::{Caller, Problem, Who};

/// What the layout shows, the same on every page of a visitor.
pub(super) struct Frame {
    /// Who is logged in.
    pub(super) person: Option<String>,
    /// Whether they may upload.
    pub(super) uploads: bool,
    /// The part of the navigation that is current.
    pub(super) place: &'static str,
}

impl Frame {
    pub(super) fn of(caller: &Caller, place: &'static str) -> Self {
        let person = match caller.who() {
            Who::User { email, .. } => email.clone(),
            Who::Token { label, .. } => label.clone(),
        };
        Self { person: Some(person), uploads: caller.scopes().contains(Scope::Upload), place }
    }

    /// For somebody who isn't known, or needn't be.
    pub(super) fn of_nobody() -> Self {
        Self { person: None, uploads: false, place: "" }
    }

    /// Where a file of the pages is.
    #[expect(clippy::unused_self, reason = "templates call methods of what they are given")]
    pub(super) fn asset(&self, name: &str) -> String {
        assets::url(name)
    }
}

/// The page that a template makes.
pub(super) fn page(template: &impl Template) -> Result<Html<String>, Problem> {
    template.render().map(Html).map_err(|cause| {
        tracing::error!(%cause, "a page could not be made");
        Problem::internal()
    })
}
