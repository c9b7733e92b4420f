//! Samples where key frames only are decoded.

use std::time::Duration;

use stepreel_core::{Sample, SourceError};

use crate::MediaError;

use super::ahead::Ahead;
use super::pairs::Pairs;
use super::request::{Request, Wanted};
use super::steps::Steps;

/// The first key frame of each step; a few with the frame that follows.
pub(super) struct KeyFrames {
    pictures: Ahead,
    steps: Steps,
    pairs: Pairs,
}

impl KeyFrames {
    pub(super) fn start(request: &Request, every: Duration) -> Result<Self, MediaError> {
        let pictures = request.start_ahead(&Wanted::KeyFrames(every))?;
        Ok(Self { pictures, steps: Steps::new(every), pairs: Pairs::start(request, every) })
    }
}

impl Iterator for KeyFrames {
    type Item = Result<Sample, SourceError>;

    fn next(&mut self) -> Option<Self::Item> {
        let steps = &mut self.steps;
        let first = self.pictures.find(|frame| frame.as_ref().map_or(true, |frame| steps.begins(frame.time)))?;
        let sample = first.map(|frame| Sample { next: self.pairs.next_of(&frame), frame });
        Some(sample.map_err(SourceError::failed))
    }
}
