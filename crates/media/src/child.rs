//! The one place where child processes start, and where they are to be confined.
//!
//! A [`Call`] is built from names this crate knows, numbers and paths: no shell, and no text of a recording ever becomes an
//! argument. What starts here
//! - reads files only, in the containers of a list: a playlist named `.mp4` would otherwise make ffmpeg read other files;
//! - is confined ([`crate::Confinement`]): what it may read and write is what its call names as input and output;
//! - sees an almost empty environment, and no terminal;
//! - has a budget of processor time, of memory and of bytes that it writes;
//! - has a deadline, after which it is killed even when it is silent or stuck on a full pipe, and so it is when its call is
//!   cancelled;
//! - leads its own process group, which is killed as a whole when its [`Child`] is dropped;
//! - dies with this process, even at `kill -9` (on Linux).
//!
//! Each child has a guardian thread, which starts it, keeps its deadline and reaps it. It is that thread and not the caller's
//! because Linux sends the parent's death signal when the *thread* that started the child ends: a source that is opened on
//! one thread and read on another would lose its child half-way.

mod call;
pub(crate) mod confinement;
mod ended;
mod guardian;
mod program;
mod tail;
mod waiting;

use std::fmt;
use std::io::{self, BufRead, BufReader, Read};
use std::process::ChildStdout;
use std::time::Duration;

use confinement::Absent;

pub(crate) use call::{Call, Filters, Value};
pub(crate) use waiting::SidePipe;

use guardian::{Ending, Guardian};
use waiting::Waiting;

/// A program of the ffmpeg package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tool {
    Ffmpeg,
    Ffprobe,
}

impl Tool {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Ffmpeg => "ffmpeg",
            Self::Ffprobe => "ffprobe",
        }
    }
}

impl fmt::Display for Tool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Call {
    /// Starts the tool; its standard output is read from the [`Child`] while it runs.
    pub(crate) fn stream(self) -> Result<Child, ChildError> {
        Child::start(self, None)
    }

    /// As [`Call::stream`], with a second pipe that the tool writes to by the name [`Call::SIDE_PIPE`].
    ///
    /// It is descriptor 0, which a tool that reads no input has free, and which every child inherits without more ado.
    pub(crate) fn stream_with_side(self) -> Result<(Child, SidePipe), ChildError> {
        let (reader, writer) = io::pipe().map_err(ChildError::Start)?;
        let child = Child::start(self, Some(writer))?;
        let waiting = child.waiting.clone();
        Ok((child, SidePipe::new(reader, waiting)))
    }

    /// Runs the tool to its end and tells each line of its standard output as it comes.
    pub(crate) fn each_line(self, mut tell: impl FnMut(&str)) -> Result<(), ChildError> {
        let mut child = self.stream()?;
        for line in BufReader::new(&mut child).lines() {
            tell(&line.map_err(ChildError::Read)?);
        }
        child.finish()
    }

    /// Runs the tool to its end and gives its standard output, of at most `cap` bytes.
    pub(crate) fn collect(self, cap: usize) -> Result<Vec<u8>, ChildError> {
        let mut child = self.stream()?;
        let mut output = Vec::new();
        (&mut child).take(cap as u64 + 1).read_to_end(&mut output).map_err(ChildError::Read)?;
        if output.len() > cap {
            return Err(ChildError::TooMuchOutput);
        }
        child.finish()?;
        Ok(output)
    }
}

/// A running tool, read by its standard output. Dropping it kills its process group and waits until it is gone.
///
/// The end of the output is no proof of success: ask [`Child::finish`].
pub(crate) struct Child {
    output: ChildStdout,
    guardian: Guardian,
    waiting: Waiting,
    limit: Duration,
}

impl Child {
    fn start(call: Call, side: Option<io::PipeWriter>) -> Result<Self, ChildError> {
        let limit = call.deadline;
        let waiting = Waiting::default();
        let (guardian, output) = Guardian::start(call, side, waiting.clone())?;
        Ok(Self { output, guardian, waiting, limit })
    }

    /// Waits for the tool to end by itself, for its deadline, or to be cancelled.
    ///
    /// # Errors
    /// When it was killed, crashed, used up its budget, or says that it failed.
    pub(crate) fn finish(self) -> Result<(), ChildError> {
        let Self { output, guardian, limit, .. } = self;
        drop(output);
        match guardian.wait()? {
            (Ending::Exited(ended), said) => ended.judge(&said),
            (Ending::Deadline, _) => Err(ChildError::Deadline { limit }),
            (Ending::Stalled { limit }, _) => Err(ChildError::Deadline { limit }),
            (Ending::Flooded, _) => Err(ChildError::OverBudget { what: "it has more errors than anybody could read" }),
            (Ending::Cancelled, _) => Err(ChildError::Cancelled),
        }
    }
}

impl Read for Child {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.waiting.during(|| self.output.read(buffer))
    }
}

/// Why a child gave no result. The caller knows the recording and adds it: [`crate::MediaError::from_child`].
#[derive(Debug)]
pub(crate) enum ChildError {
    Missing(Tool),
    Start(io::Error),
    Read(io::Error),
    TooMuchOutput,
    Deadline {
        limit: Duration,
    },
    Cancelled,
    Failed {
        said: String,
    },
    /// It was ended by a signal that nobody sent.
    Crashed {
        signal: &'static str,
    },
    /// It used more of the machine than it was given.
    OverBudget {
        what: &'static str,
    },
    /// A layer of the confinement that is demanded is not to be had.
    Unconfined(Absent),
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::process::{Command, Stdio};
    use std::thread::sleep;

    use super::*;
    use crate::CancellationToken;

    /// A call that never ends by itself and, read or not, never says anything to the end.
    fn endless(deadline: Duration) -> Call {
        Call::new(Tool::Ffmpeg, deadline).option("-f", "lavfi").option("-i", "anullsrc")
    }

    #[test]
    fn a_silent_child_is_killed_at_its_deadline() {
        let limit = Duration::from_millis(300);
        let ended = endless(limit).option("-f", "null").output_pipe().collect(0);
        assert!(matches!(ended, Err(ChildError::Deadline { limit: kept }) if kept == limit));
    }

    #[test]
    fn a_child_that_is_stuck_on_its_pipe_is_killed_at_its_deadline() {
        let child = endless(Duration::from_millis(300)).option("-f", "s16le").output_pipe().stream().unwrap();
        let (ending, _) = child.guardian.wait().unwrap();
        assert!(matches!(ending, Ending::Deadline));
    }

    #[test]
    fn a_child_that_gives_nothing_to_one_who_waits_is_killed() {
        let limit = Duration::from_millis(300);
        let call = endless(Duration::from_mins(1)).answering_within(limit).option("-f", "null").output_pipe();
        let (child, mut side) = call.stream_with_side().unwrap();
        side.read_to_end(&mut Vec::new()).unwrap();
        assert!(matches!(child.finish(), Err(ChildError::Deadline { limit: kept }) if kept == limit));
    }

    #[test]
    fn a_child_is_killed_when_its_call_is_cancelled() {
        let token = CancellationToken::default();
        let call = endless(Duration::from_mins(1)).cancelled_by(&token).option("-f", "s16le").output_pipe();
        let mut child = call.stream().unwrap();
        child.read_exact(&mut [0; 1000]).unwrap();
        token.cancel();
        // The rest of the output ends, instead of going on for ever.
        child.read_to_end(&mut Vec::new()).unwrap();
        assert!(matches!(child.finish(), Err(ChildError::Cancelled)));
    }

    #[test]
    fn a_dropped_child_is_gone() {
        let call = endless(Duration::from_mins(1)).option("-f", "s16le").output_pipe();
        let (child, mut side) = call.stream_with_side().unwrap();
        drop(child);
        // The end of the pipe comes when nobody is left who could write to it.
        assert_eq!(side.read_to_end(&mut Vec::new()).unwrap(), 0);
    }

    #[test]
    fn output_beyond_the_cap_is_an_error() {
        let output = endless(Duration::from_mins(1)).option("-f", "s16le").output_pipe().collect(1000);
        assert!(matches!(output, Err(ChildError::TooMuchOutput)));
    }

    #[test]
    fn a_failed_child_says_why() {
        let ended = Call::new(Tool::Ffprobe, Duration::from_mins(1)).input(Path::new("/nowhere/at all")).collect(0);
        assert!(matches!(ended, Err(ChildError::Failed { said }) if said == "No such file or directory"));
    }

    #[cfg(target_os = "linux")]
    const ENDLESS: &str = "STEPREEL_TEST_ENDLESS";

    #[test]
    #[cfg(target_os = "linux")]
    fn a_child_dies_with_its_killed_parent() {
        // The test runs itself as the parent that is killed.
        if let Some(output) = std::env::var_os(ENDLESS) {
            let _ = endless(Duration::from_mins(10)).option("-f", "null").output(Path::new(&output), 0).collect(0);
        }
        let folder = tempfile::tempdir().unwrap();
        let output = folder.path().join("endless");
        let mut parent = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "child::tests::a_child_dies_with_its_killed_parent"])
            .env(ENDLESS, &output)
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        assert!(becomes(true, || runs_with(&output)), "the child of the child starts");
        parent.kill().unwrap();
        parent.wait().unwrap();
        assert!(becomes(false, || runs_with(&output)), "the child of the killed parent ends");
    }

    fn becomes(expected: bool, mut is: impl FnMut() -> bool) -> bool {
        (0..1_500).any(|_| {
            sleep(Duration::from_millis(20));
            is() == expected
        })
    }

    /// Whether a process with that path among its arguments runs.
    fn runs_with(path: &Path) -> bool {
        let processes = std::fs::read_dir("/proc").unwrap().flatten();
        processes
            .filter_map(|process| std::fs::read(process.path().join("cmdline")).ok())
            .any(|arguments| String::from_utf8_lossy(&arguments).contains(path.to_str().unwrap()))
    }
}
