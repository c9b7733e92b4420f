//! Samples where every frame is decoded.

use std::time::Duration;

use stepreel_core::{Frame, Sample, SourceError};

use crate::MediaError;

use super::ahead::Ahead;
use super::neighbour;
use super::request::{Request, Wanted};
use super::steps::Steps;

/// The first frame of each step with the frame that follows it.
pub(super) struct EveryFrame {
    pictures: Ahead,
    steps: Steps,
    /// The frame after the last sample, when it begins a step itself; or the error that came in its place.
    ahead: Option<Result<Frame, MediaError>>,
}

impl EveryFrame {
    pub(super) fn start(request: &Request, every: Duration) -> Result<Self, MediaError> {
        let pictures = request.start_ahead(&Wanted::FirstTwo(every))?;
        Ok(Self { pictures, steps: Steps::new(every), ahead: None })
    }

    fn frame(&mut self) -> Option<Result<Frame, MediaError>> {
        if let Some(ahead) = self.ahead.take() {
            return Some(ahead);
        }
        let steps = &mut self.steps;
        self.pictures.find(|frame| frame.as_ref().map_or(true, |frame| steps.begins(frame.time)))
    }

    fn next_of(&mut self, frame: &Frame) -> Option<Frame> {
        match self.pictures.next()? {
            Ok(next) => {
                if self.steps.begins(next.time) {
                    self.ahead = Some(Ok(next.clone()));
                }
                neighbour(frame, next)
            }
            Err(error) => {
                self.ahead = Some(Err(error));
                None
            }
        }
    }
}

impl Iterator for EveryFrame {
    type Item = Result<Sample, SourceError>;

    fn next(&mut self) -> Option<Self::Item> {
        let sample = self.frame()?.map(|frame| Sample { next: self.next_of(&frame), frame });
        Some(sample.map_err(SourceError::failed))
    }
}
