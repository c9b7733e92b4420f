//! A source of sound that can be asked whether it goes on.

use std::collections::VecDeque;

use stepreel_core::{SAMPLE_RATE, SoundBlock, SoundSource, SourceError};

/// Never more than a minute is held.
const MOST_SAMPLES: usize = 60 * SAMPLE_RATE as usize;

/// A source that can be pulled ahead of its reader: whoever cancels through the source is then heard while a window is being
/// decoded, when nobody would read.
pub(super) struct ReadAhead<'a> {
    source: Option<SoundSource<'a>>,
    ahead: VecDeque<SoundBlock>,
    samples: usize,
}

impl<'a> ReadAhead<'a> {
    pub(super) fn new(source: SoundSource<'a>) -> Self {
        Self { source: Some(source), ahead: VecDeque::new(), samples: 0 }
    }

    pub(super) fn next(&mut self) -> Option<Result<SoundBlock, SourceError>> {
        match self.ahead.pop_front() {
            Some(block) => {
                self.samples -= block.samples.len();
                Some(Ok(block))
            }
            None => self.pull(),
        }
    }

    /// Pulls one block more, if there is room for it.
    pub(super) fn look_ahead(&mut self) -> Result<(), SourceError> {
        if self.samples < MOST_SAMPLES
            && let Some(block) = self.pull().transpose()?
        {
            self.samples += block.samples.len();
            self.ahead.push_back(block);
        }
        Ok(())
    }

    /// After its end or an error, a source is not asked again.
    fn pull(&mut self) -> Option<Result<SoundBlock, SourceError>> {
        let pulled = self.source.as_mut()?.next();
        if !matches!(pulled, Some(Ok(_))) {
            self.source = None;
        }
        pulled
    }
}
