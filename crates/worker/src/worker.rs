//! A worker and its settings.

use std::io;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use tokio::runtime::Handle;

use crate::slot::Slot;
use crate::{Place, Program};

/// How a worker works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// How many sessions at a time.
    pub jobs: usize,
    /// For how long a job is claimed. After a worker's death it takes so long until another goes on.
    pub lease: Duration,
    /// How long a stage may make no step before its child is killed.
    pub silence: Duration,
    /// How often the queue is looked at when there was nothing to do.
    pub poll: Duration,
    /// How long a job waits after its first fault; longer after each one more.
    pub pause: Duration,
    /// How long a child has to stop by itself when the worker is to end.
    pub grace: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            jobs: 1,
            lease: Duration::from_secs(30),
            silence: Duration::from_mins(15),
            poll: Duration::from_millis(500),
            pause: Duration::from_secs(5),
            grace: Duration::from_secs(10),
        }
    }
}

impl Settings {
    /// How often a lease is renewed: thrice while it lasts, and often enough for whoever watches or cancels.
    pub(crate) fn pulse(&self) -> Duration {
        (self.lease / 3).min(Duration::from_secs(2))
    }
}

/// Threads that claim jobs, one for each session at a time. Whoever drops it without [`Self::stop`] leaves them at work.
pub struct Worker {
    stop: Arc<Stop>,
    slots: Vec<JoinHandle<()>>,
}

impl Worker {
    /// Starts to claim. Each session is processed by `program`, which is to run the [`Errand`](crate::Errand) that it is given.
    /// The runtime has to outlive the worker.
    ///
    /// # Errors
    /// When a thread can't be started.
    pub fn start(place: &Place, program: &Program, settings: Settings, runtime: &Handle) -> io::Result<Self> {
        let stop = Arc::new(Stop::default());
        let slot = |number| {
            let slot = Slot {
                place: place.clone(),
                program: program.clone(),
                settings,
                runtime: runtime.clone(),
                stop: Arc::clone(&stop),
            };
            thread::Builder::new().name(format!("job-{number}")).spawn(move || slot.work())
        };
        let slots = (1..=settings.jobs.max(1)).map(slot).collect::<io::Result<_>>()?;
        Ok(Self { stop, slots })
    }

    /// Asks it to claim no more, and to give back what it is at.
    pub fn stop(&self) {
        self.stop.set();
    }

    /// Waits until it has stopped; not for threads that serve others.
    pub fn join(self) {
        for slot in self.slots {
            if slot.join().is_err() {
                tracing::error!("a thread of the worker panicked; its job goes on when its lease has run out");
            }
        }
    }
}

/// Tells threads to stop, and wakes them for it.
#[derive(Default)]
pub(crate) struct Stop {
    is_set: Mutex<bool>,
    changed: Condvar,
}

impl Stop {
    fn set(&self) {
        *self.is_set.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.changed.notify_all();
    }

    pub(crate) fn is_set(&self) -> bool {
        *self.is_set.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits so long, or until it is set.
    pub(crate) fn rest(&self, pause: Duration) {
        let end = Instant::now() + pause;
        let mut is_set = self.is_set.lock().unwrap_or_else(PoisonError::into_inner);
        while !*is_set && Instant::now() < end {
            let left = end.saturating_duration_since(Instant::now());
            is_set = self.changed.wait_timeout(is_set, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}
