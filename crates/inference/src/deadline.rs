//! Runs of a model that end in time.

use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, LazyLock, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use ort::session::{NoSelectedOutputs, RunOptions};

/// How long one run may take. The slowest model of the list takes less than a second; a loop in a hostile one never ends.
pub(crate) const LIMIT: Duration = Duration::from_mins(1);

/// Gives what `run` gives; nothing when it was not done in time. ONNX Runtime looks between two operations whether it is to stop.
pub(crate) fn within<T>(
    limit: Duration,
    run: impl FnOnce(&RunOptions<NoSelectedOutputs>) -> ort::Result<T>,
) -> ort::Result<Option<T>> {
    let options = Arc::new(RunOptions::new()?);
    let watched = WATCH.begin(Instant::now() + limit, Arc::clone(&options));
    let result = run(&options);
    let in_time = watched.end();
    if result.is_err() && !in_time { Ok(None) } else { result.map(Some) }
}

/// One thread for all runs: a frame is encoded in a millisecond, of which a thread of its own would take a good part.
static WATCH: LazyLock<Arc<Watch>> = LazyLock::new(Watch::start);

#[derive(Default)]
struct Watch {
    runs: Mutex<Runs>,
    sooner: Condvar,
}

#[derive(Default)]
struct Runs {
    going_on: BTreeMap<Due, Arc<RunOptions>>,
    begun: u64,
    /// When the watch looks next; nothing while it waits to be called.
    looks: Option<Instant>,
}

/// When a run has to be done, and which of those that began.
type Due = (Instant, u64);

struct Watched<'a> {
    watch: &'a Watch,
    due: Due,
}

impl Watch {
    fn start() -> Arc<Self> {
        let watch = Arc::new(Self::default());
        let own = Arc::clone(&watch);
        thread::spawn(move || own.look_after());
        watch
    }

    fn begin(&self, end: Instant, options: Arc<RunOptions>) -> Watched<'_> {
        let mut runs = self.runs();
        runs.begun += 1;
        let due = (end, runs.begun);
        runs.going_on.insert(due, options);
        // As all runs may take equally long, those after the first end later, and call nobody.
        if runs.looks.is_none_or(|looks| end < looks) {
            runs.looks = Some(end);
            self.sooner.notify_one();
        }
        Watched { watch: self, due }
    }

    /// Ends what is over its time, for ever.
    fn look_after(&self) {
        let mut runs = self.runs();
        loop {
            let now = Instant::now();
            while let Some(first) = runs.going_on.first_entry().filter(|first| first.key().0 <= now) {
                if let Err(error) = first.remove().terminate() {
                    tracing::warn!(%error, "a model that takes too long can't be stopped");
                }
            }
            runs.looks = runs.going_on.keys().next().map(|(end, _)| *end);
            runs = match runs.looks {
                Some(at) => {
                    self.sooner.wait_timeout(runs, at - now).map_or_else(|error| error.into_inner().0, |woken| woken.0)
                }
                None => self.sooner.wait(runs).unwrap_or_else(PoisonError::into_inner),
            };
        }
    }

    fn runs(&self) -> MutexGuard<'_, Runs> {
        self.runs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Watched<'_> {
    /// Whether the run was left alone to its end.
    fn end(self) -> bool {
        self.watch.runs().going_on.remove(&self.due).is_some()
    }
}
