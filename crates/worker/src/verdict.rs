//! What follows from how a run ended.

use std::fmt;
use std::time::Duration;

use stepreel_storage::{Fault, Progress, Retry};

use crate::Settings;
use crate::child::Exit;
use crate::line::{Failure, Remedy};
use crate::supervision::Ending;

#[derive(Debug)]
pub(crate) enum Verdict {
    /// It says that it is done. What it is if it isn't.
    Done { or_else: (Fault, Retry) },
    /// An attempt that failed.
    Failed(Fault, Retry),
    /// Nothing failed; somebody else may go on.
    GivenBack,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Done { .. } => f.write_str("done"),
            Self::Failed(fault, Retry::Never) => write!(f, "failed for good: {}", fault.code),
            Self::Failed(fault, _) => write!(f, "failed: {}", fault.code),
            Self::GivenBack => f.write_str("given back"),
        }
    }
}

/// Codes for what a child can't tell itself. `docs/operations.md` lists them.
const CRASHED: &str = "process_crashed";
const FAILED: &str = "process_failed";
const SILENT: &str = "stage_timeout";
const NOT_STARTED: &str = "process_not_started";

pub(crate) fn verdict(ending: Ending, attempt: u32, settings: &Settings) -> Verdict {
    let again = Retry::After(back_off(settings.pause, attempt));
    match ending {
        Ending::Exited(exit, failure, progress) => exited(exit, failure, progress, again, settings),
        Ending::Silent(progress) => {
            let minutes = settings.silence.as_secs_f64() / 60.0;
            Verdict::Failed(fault(SILENT, progress, format!("no step was made for {minutes:.1} minutes"), None), again)
        }
        Ending::NotStarted(cause) => {
            tracing::error!(%cause, "a session's process can't be started");
            let message = "the process for the recording could not be started".to_owned();
            Verdict::Failed(fault(NOT_STARTED, Progress::default(), message, None), later(settings))
        }
        Ending::Cancelled | Ending::Lost | Ending::Stopped => Verdict::GivenBack,
    }
}

fn exited(exit: Exit, failure: Option<Failure>, progress: Progress, again: Retry, settings: &Settings) -> Verdict {
    match (exit, failure) {
        (Exit::Success, _) => {
            let message = "the process ended without a result".to_owned();
            Verdict::Done { or_else: (fault(FAILED, progress, message, None), again) }
        }
        (_, Some(Failure { remedy: Remedy::Release, .. })) => Verdict::GivenBack,
        (Exit::Status(_), Some(Failure { fault, remedy })) => Verdict::Failed(fault, retry(remedy, again, settings)),
        (Exit::Signal(signal), _) => {
            let message = format!("the process that worked on the recording crashed ({signal})");
            Verdict::Failed(fault(CRASHED, progress, message, Some(signal)), again)
        }
        (Exit::Status(status), None) => {
            let message = format!("the process that worked on the recording failed (exit status {status})");
            Verdict::Failed(fault(FAILED, progress, message, None), again)
        }
    }
}

fn retry(remedy: Remedy, again: Retry, settings: &Settings) -> Retry {
    match remedy {
        Remedy::None => Retry::Never,
        Remedy::Attempt | Remedy::Release => again,
        Remedy::Time => later(settings),
    }
}

/// Four times as long after each attempt.
fn back_off(pause: Duration, attempt: u32) -> Duration {
    pause * 4_u32.pow(attempt.saturating_sub(1).min(4))
}

fn later(settings: &Settings) -> Retry {
    Retry::WhenReady(settings.pause * 2)
}

fn fault(code: &str, progress: Progress, message: String, signal: Option<String>) -> Fault {
    Fault { code: code.to_owned(), stage: progress.stage, message, signal }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SETTINGS: Settings = Settings {
        jobs: 1,
        lease: Duration::from_secs(30),
        silence: Duration::from_mins(15),
        poll: Duration::from_secs(1),
        pause: Duration::from_secs(5),
        grace: Duration::from_secs(10),
    };

    fn at_words() -> Progress {
        Progress { stage: Some("words".to_owned()), ..Progress::default() }
    }

    fn told(remedy: Remedy) -> Failure {
        Failure { fault: fault("media_truncated", at_words(), "cut off".to_owned(), None), remedy }
    }

    fn check(exit: Exit, failure: Option<Failure>, attempt: u32, code: &str, retry: Retry) {
        match verdict(Ending::Exited(exit, failure, at_words()), attempt, &SETTINGS) {
            Verdict::Failed(fault, decided) => {
                assert_eq!((fault.code.as_str(), decided), (code, retry));
                assert_eq!(fault.stage.as_deref(), Some("words"));
            }
            verdict => panic!("{verdict:?}"),
        }
    }

    #[test]
    fn only_what_can_help_is_done() {
        let seconds = Duration::from_secs;
        check(Exit::Status(1), Some(told(Remedy::None)), 1, "media_truncated", Retry::Never);
        check(Exit::Status(1), Some(told(Remedy::Attempt)), 1, "media_truncated", Retry::After(seconds(5)));
        check(Exit::Status(1), Some(told(Remedy::Attempt)), 2, "media_truncated", Retry::After(seconds(20)));
        check(Exit::Status(1), Some(told(Remedy::Time)), 3, "media_truncated", Retry::WhenReady(seconds(10)));
        check(Exit::Status(101), None, 1, "process_failed", Retry::After(seconds(5)));
        check(Exit::Signal("SIGABRT".to_owned()), None, 1, "process_crashed", Retry::After(seconds(5)));
    }

    #[test]
    fn what_was_stopped_is_given_back() {
        let stopped = verdict(Ending::Exited(Exit::Status(1), Some(told(Remedy::Release)), at_words()), 1, &SETTINGS);
        assert!(matches!(stopped, Verdict::GivenBack));
        for ending in [Ending::Cancelled, Ending::Lost, Ending::Stopped] {
            assert!(matches!(verdict(ending, 1, &SETTINGS), Verdict::GivenBack));
        }
    }
}
