//! How long somebody waits for a child's next byte.

use std::io::{self, PipeReader, Read};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Since when a reader waits; shared by all that is read of one child.
#[derive(Clone, Default)]
pub(super) struct Waiting(Arc<Mutex<Option<Instant>>>);

impl Waiting {
    /// Reads, and notes that somebody waits meanwhile.
    pub(super) fn during<T>(&self, read: impl FnOnce() -> T) -> T {
        self.set(Some(Instant::now()));
        let read = read();
        self.set(None);
        read
    }

    /// Whether somebody has waited for so long.
    pub(super) fn has_lasted(&self, limit: Duration) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_some_and(|since| since.elapsed() >= limit)
    }

    fn set(&self, since: Option<Instant>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = since;
    }
}

/// The second pipe of a child.
pub(crate) struct SidePipe {
    pipe: PipeReader,
    waiting: Waiting,
}

impl SidePipe {
    pub(super) fn new(pipe: PipeReader, waiting: Waiting) -> Self {
        Self { pipe, waiting }
    }
}

impl Read for SidePipe {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.waiting.during(|| self.pipe.read(buffer))
    }
}
