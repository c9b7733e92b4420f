//! What a child's run tells, as lines for its worker.

use std::io::Write;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use stepreel_pipeline::{Audience, Event};

use crate::line::{Failure, Line};
use crate::pace::Pace;

/// The least time between two lines of the same stage.
const PAUSE: Duration = Duration::from_millis(250);

/// Hears a run and writes how far it is.
pub(crate) struct Telling {
    began: Instant,
    state: Mutex<State>,
}

struct State {
    pace: Pace,
    told: Option<Instant>,
    output: Box<dyn Write + Send>,
}

impl Telling {
    pub(crate) fn new(output: Box<dyn Write + Send>) -> Self {
        Self { began: Instant::now(), state: Mutex::new(State { pace: Pace::default(), told: None, output }) }
    }

    /// Tells the failure that ends the run: `false`, because it is not done.
    pub(crate) fn fail(&self, mut failure: Failure) -> bool {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        failure.fault.stage = failure.fault.stage.or_else(|| state.pace.stage());
        state.write(&Line::Failed(failure));
        false
    }
}

impl Audience for Telling {
    fn hear(&self, event: Event) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let a_step = matches!(event, Event::Began(_) | Event::Ended { .. });
        match event {
            Event::Began(stage) => state.pace.begin(stage),
            Event::Advanced(stage, share) => state.pace.advance(stage, share),
            Event::Ended { stage, reused, took } => {
                tracing::info!(%stage, ?took, reused, "stage done");
                state.pace.end(stage, reused);
            }
            Event::Failed { stage, code, .. } => tracing::warn!(%stage, code, "stage failed"),
            Event::Noted(sentence) => tracing::info!("{sentence}"),
            Event::Warned(sentence) => tracing::warn!("{sentence}"),
            _ => {}
        }
        if a_step || state.told.is_none_or(|told| told.elapsed() >= PAUSE) {
            let progress = state.pace.progress(self.began.elapsed());
            state.write(&Line::Progress(progress));
            state.told = Some(Instant::now());
        }
    }
}

impl State {
    /// A worker that no longer listens has other ways to be known as gone.
    fn write(&mut self, line: &Line) {
        if let Ok(line) = serde_json::to_string(line) {
            let _ = writeln!(self.output, "{line}").and_then(|()| self.output.flush());
        }
    }
}
