//! Runs of a model that end in time.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use ort::session::{NoSelectedOutputs, RunOptions};

/// How long one run may take. The slowest model of the list takes less than a second; a loop in a hostile one never ends.
pub(crate) const LIMIT: Duration = Duration::from_mins(1);

/// Gives what `run` gives; nothing when it was not done in time. ONNX Runtime looks between two operations whether it is to stop.
pub(crate) fn within<T>(
    limit: Duration,
    run: impl FnOnce(&RunOptions<NoSelectedOutputs>) -> ort::Result<T>,
) -> ort::Result<Option<T>> {
    let options = &RunOptions::new()?;
    let (done, waits) = mpsc::channel::<()>();
    thread::scope(move |scope| {
        let watcher = scope.spawn(move || {
            let late = waits.recv_timeout(limit) == Err(RecvTimeoutError::Timeout);
            late.then(|| options.terminate()).transpose()
        });
        let result = run(options);
        drop(done);
        let stopped = watcher.join().ok().is_none_or(|told| told.is_ok_and(|told| told.is_some()));
        if stopped && result.is_err() { Ok(None) } else { result.map(Some) }
    })
}
