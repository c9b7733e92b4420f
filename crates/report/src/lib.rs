//! A session as a page to look at, as chapters for players, and as JSON for programs.
//!
//! It turns a [`SessionRecord`](stepreel_core::SessionRecord) into text. It stores nothing and decides nothing: what it shows is what the record says.
//! Names, narration and file names come from strangers: each is escaped for the form that it stands in.

use std::io;

mod chapters;
mod json;
mod page;

pub use chapters::{chapters_vtt, chapters_youtube};
pub use json::{json, json_line};
pub use page::{EMBEDDED_CLIPS, Html, ReportError, html};

/// Where the pictures, clips and captions of a page come from.
///
/// # Contract
/// The same key gives the same bytes. A blob that isn't there is an error, never an empty one.
pub trait BlobSource {
    /// The content of the blob that a record refers to by that key.
    ///
    /// # Errors
    /// What the source says when the blob can't be read.
    fn bytes(&self, key: &str) -> io::Result<Vec<u8>>;
}
