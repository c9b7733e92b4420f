use stepreel_core::{Procedure, Time};

/// Where a reader of the document finds what it speaks of.
pub trait Links {
    /// The clip of that procedure: a URL, or a path relative to the document, encoded as URLs are; nothing when the reader can't get at it.
    fn clip(&self, procedure: &Procedure) -> Option<String>;

    /// The clip from a time on, given on the clip's own timeline; by default the clip from its start.
    fn clip_from(&self, procedure: &Procedure, _from: Time) -> Option<String> {
        self.clip(procedure)
    }
}

/// No clips: the document stands alone.
pub struct NoLinks;

impl Links for NoLinks {
    fn clip(&self, _: &Procedure) -> Option<String> {
        None
    }
}
