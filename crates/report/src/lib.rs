//! A session as a page to look at, as chapters for players, and as JSON for programs.
//!
//! It turns a [`SessionRecord`](stepreel_core::SessionRecord) into text. It stores nothing and decides nothing: what it shows is what the record says.
//! Names, narration and file names come from strangers: each is escaped for the form that it stands in.

use std::io::{self, Read};

mod chapters;
mod json;
mod page;
pub mod wording;

pub use chapters::{chapters_vtt, chapters_youtube};
pub use json::{json, json_line, printable};
pub use page::{EMBEDDED_CLIPS, Html, ReportError, html};
pub use page::{Parts, ProcedureParts, SCRIPT, STYLE, parts, procedure_parts};

/// Where the pictures, clips and captions of a page come from.
///
/// # Contract
/// The same key gives the same bytes, as many as its length says. A blob that isn't there is an error, never an empty one.
pub trait BlobSource {
    /// Length in bytes of the blob that a record refers to by that key.
    ///
    /// # Errors
    /// What the source says when there is no such blob.
    fn length(&self, key: &str) -> io::Result<u64>;

    /// Its content, to be read a piece at a time: a clip may be larger than memory.
    ///
    /// # Errors
    /// What the source says when there is no such blob; reading may fail, too.
    fn open(&self, key: &str) -> io::Result<Box<dyn Read + '_>>;
}

/// Where a server has what belongs to a session's page: URLs on its own host, to be put between double quotes.
///
/// # Contract
/// No method reads anything: what is linked to may turn out not to be there.
pub trait Links {
    /// The blob that the record refers to by that key.
    fn blob(&self, key: &str) -> String;

    /// The page of the procedure at that place.
    fn procedure(&self, ordinal: u32) -> String;

    /// The whole recording; nothing when it can't be played.
    fn recording(&self) -> Option<String>;

    /// The content of the session's filmstrip, of which the beginning will do; nothing when it has none.
    fn filmstrip(&self) -> Option<&[u8]>;
}
