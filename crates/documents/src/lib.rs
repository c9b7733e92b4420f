//! Procedures as work instructions to hand out, and sessions as files for those who annotate.
//!
//! It turns records, and pictures that the caller took from their clips, into bytes: Markdown, HTML, PDF and DOCX; EDL, CSV, Label Studio's
//! JSON and ELAN's EAF. It stores nothing, decodes nothing, and says nothing that the record doesn't: every line of an instruction is a line of the record's
//! description, or words of its transcript, with the time at which they were said. Names, narration and file names come from
//! strangers: each is escaped for the form that it stands in.

mod document;
mod instruction;
mod links;

mod said;
mod tools;
mod warnings;

mod wording;

mod docx;
mod html;
mod markdown;
mod pdf;

mod csv;
mod edl;
mod elan;
mod label_studio;

mod error;

pub use csv::csv;
pub use document::{Document, Take};
pub use docx::docx;
pub use edl::edl;
pub use elan::elan;
pub use error::DocumentError;
pub use html::html;
pub use instruction::{Heard, Instruction, Source, Step};
pub use label_studio::label_studio;
pub use links::{Links, NoLinks};
pub use markdown::{Markdown, markdown};
pub use pdf::{Fonts, Pdf, pdf};
