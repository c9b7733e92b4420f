//! Watches one child from its start to its end.

use std::io;
use std::time::{Duration, Instant};

use stepreel_storage::{Claim, Hold, Progress, Queue};
use tokio::runtime::Handle;

use crate::Settings;
use crate::child::{Child, Exit, News};
use crate::line::{Failure, Line};
use crate::worker::Stop;

/// How often a child is looked at that says nothing.
const GLANCE: Duration = Duration::from_millis(50);

/// How a run ended. Its child is gone.
pub(crate) enum Ending {
    /// By itself, having told of a failure or not.
    Exited(Exit, Option<Failure>, Progress),
    /// It made no step for too long.
    Silent(Progress),
    /// Somebody cancelled it, or deleted the session.
    Cancelled,
    /// The job is somebody else's by now, or may be.
    Lost,
    /// The worker is to stop.
    Stopped,
    NotStarted(io::Error),
}

pub(crate) struct Supervision<'a> {
    pub(crate) queue: &'a dyn Queue,
    pub(crate) claim: &'a Claim,
    pub(crate) settings: &'a Settings,
    pub(crate) runtime: &'a Handle,
    pub(crate) stop: &'a Stop,
}

/// What is known of a run.
struct State {
    progress: Progress,
    failure: Option<Failure>,
    /// When it last made a step.
    heard: Instant,
    /// When the lease was last renewed, and when that was last tried.
    held: Instant,
    beaten: Instant,
}

impl Supervision<'_> {
    pub(crate) fn watch(&self, mut child: Child) -> Ending {
        let now = Instant::now();
        let mut state = State { progress: Progress::default(), failure: None, heard: now, held: now, beaten: now };
        loop {
            match child.news(GLANCE) {
                News::Line(line) => state.hear(line),
                News::Nothing => {}
                News::Exited(exit) => return Ending::Exited(exit, state.failure, state.progress),
            }
            if self.stop.is_set() {
                return self.stopped(child, state);
            }
            if state.heard.elapsed() > self.settings.silence {
                child.kill();
                return Ending::Silent(state.progress);
            }
            if let Some(ending) = self.beat(&mut state) {
                child.kill();
                return ending;
            }
        }
    }

    /// Renews the lease when it is time; says how the run has to end, if it has to.
    fn beat(&self, state: &mut State) -> Option<Ending> {
        if state.beaten.elapsed() < self.settings.pulse() {
            return None;
        }
        let began = Instant::now();
        let beat = self.queue.beat(self.claim, &state.progress, self.settings.lease);
        match self.runtime.block_on(beat) {
            Ok(Hold::Kept) => state.held = began,
            Ok(Hold::Cancelled) => return Some(Ending::Cancelled),
            Ok(Hold::Lost) => return Some(Ending::Lost),
            Err(error) => tracing::warn!(%error, session = %self.claim.session, "a lease could not be renewed"),
        }
        state.beaten = Instant::now();
        (state.held.elapsed() >= self.settings.lease).then_some(Ending::Lost)
    }

    /// Lets the child stop by itself, so that it keeps what it can.
    fn stopped(&self, mut child: Child, mut state: State) -> Ending {
        child.ask_to_stop();
        let end = Instant::now() + self.settings.grace;
        while Instant::now() < end {
            match child.news(GLANCE) {
                News::Line(line) => state.hear(line),
                News::Nothing => {}
                News::Exited(exit) if exit.is_success() => {
                    return Ending::Exited(exit, state.failure, state.progress);
                }
                News::Exited(_) => return Ending::Stopped,
            }
            if let Some(ending) = self.beat(&mut state) {
                child.kill();
                return ending;
            }
        }
        child.kill();
        Ending::Stopped
    }
}

impl State {
    fn hear(&mut self, line: Line) {
        match line {
            Line::Progress(progress) => {
                if progress != self.progress {
                    self.heard = Instant::now();
                }
                self.progress = progress;
            }
            Line::Failed(failure) => self.failure = Some(failure),
        }
    }
}
