//! Pictures that are read ahead, so that decoding goes on while somebody looks at them.

use std::sync::mpsc::{Receiver, sync_channel};
use std::thread::{self, JoinHandle};

use stepreel_core::Frame;

use super::pictures::Pictures;
use crate::{CancellationToken, MediaError};

/// Pictures that wait at most; at the usual size that is 6 MB.
const MOST: usize = 64;

/// Pictures read by a thread of their own. Dropping them stops their child, and waits for it.
pub(super) struct Ahead {
    /// Nothing once it is dropped: then nobody waits for what is read.
    frames: Option<Receiver<Result<Frame, MediaError>>>,
    stop: CancellationToken,
    reader: Option<JoinHandle<()>>,
}

impl Ahead {
    /// Reads pictures whose child is cancelled by that token.
    pub(super) fn read(pictures: Pictures, stop: CancellationToken) -> Result<Self, std::io::Error> {
        let (give, frames) = sync_channel(MOST);
        let read = move || {
            for frame in pictures {
                if give.send(frame).is_err() {
                    return;
                }
            }
        };
        let reader = thread::Builder::new().name("pictures".into()).spawn(read)?;
        Ok(Self { frames: Some(frames), stop, reader: Some(reader) })
    }
}

impl Iterator for Ahead {
    type Item = Result<Frame, MediaError>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = self.frames.as_ref()?.recv().ok();
        if next.is_none()
            && let Some(reader) = self.reader.take()
        {
            // All was read, unless the reader failed.
            reader.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        }
        next
    }
}

impl Drop for Ahead {
    fn drop(&mut self) {
        self.stop.cancel();
        self.frames = None;
        if let Some(reader) = self.reader.take() {
            let _ = reader.join();
        }
    }
}
