//! What the session was made of, and how.

use askama::Template;
use stepreel_core::SessionRecord;

#[derive(Template)]
#[template(path = "provenance.html")]
pub(super) struct ProvenanceCard<'a> {
    pub(super) record: &'a SessionRecord,
}
