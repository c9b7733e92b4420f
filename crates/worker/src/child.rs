//! The child process that works on one session.

use std::ffi::OsString;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::PathBuf;
use std::process::{Child as Process, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};
use stepreel_storage::Assignment;

use crate::line::Line;

/// The program that works on a session: this one, as a rule, told to run an [`Errand`](crate::Errand).
#[derive(Clone, Debug)]
pub struct Program {
    /// Where it lies.
    pub path: PathBuf,
    /// What it is told.
    pub arguments: Vec<OsString>,
    /// What its environment has beside this process's; asked for within each run's span.
    pub environment: fn() -> Vec<(String, String)>,
    /// Variables of this process's environment that it doesn't get: secrets that are not for it.
    pub withheld: &'static [&'static str],
}

/// How a process ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    Success,
    Status(i32),
    Signal(String),
}

impl Exit {
    pub(crate) fn is_success(&self) -> bool {
        *self == Self::Success
    }

    fn of(status: ExitStatus) -> Self {
        match (status.code(), status.signal()) {
            (Some(0), _) => Self::Success,
            (Some(code), _) => Self::Status(code),
            (None, signal) => Self::Signal(signal_name(signal.unwrap_or(0))),
        }
    }
}

/// What came of waiting for a child.
pub(crate) enum News {
    Line(Line),
    Nothing,
    /// It has ended, and told everything.
    Exited(Exit),
}

/// A child at work. It leads its own process group, and its standard input is open for as long as somebody wants it to live.
pub(crate) struct Child {
    process: Process,
    lines: Receiver<Line>,
    exit: Option<(Exit, Instant)>,
    _lifeline: ChildStdin,
}

/// A line longer than this is none of ours.
const LONGEST_LINE: u64 = 1 << 16;

/// Lines that wait to be heard; a child that tells more than that waits itself.
const UNHEARD: usize = 64;

/// How long the last lines of a child that has ended may take.
const LAST_WORDS: Duration = Duration::from_secs(2);

impl Child {
    pub(crate) fn start(program: &Program, assignment: &Assignment) -> io::Result<Self> {
        let mut command = Command::new(&program.path);
        for secret in program.withheld {
            command.env_remove(secret);
        }
        let mut process = command
            .args(&program.arguments)
            .envs((program.environment)())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .process_group(0)
            .spawn()?;
        let (Some(mut lifeline), Some(output)) = (process.stdin.take(), process.stdout.take()) else {
            return Err(io::ErrorKind::BrokenPipe.into());
        };
        let (told, lines) = sync_channel(UNHEARD);
        thread::Builder::new().name("lines".into()).spawn(move || listen(output, &told))?;
        let mut told = serde_json::to_vec(assignment)?;
        told.push(b'\n');
        // A child that ended before it was told anything says why by how it ended.
        let _ = lifeline.write_all(&told).and_then(|()| lifeline.flush());
        Ok(Self { process, lines, exit: None, _lifeline: lifeline })
    }

    /// Waits so long for something to happen.
    pub(crate) fn news(&mut self, patience: Duration) -> News {
        let heard = self.lines.recv_timeout(patience);
        if let Ok(line) = heard {
            return News::Line(line);
        }
        if self.exit.is_none() {
            self.exit = self.process.try_wait().ok().flatten().map(|status| (Exit::of(status), Instant::now()));
        }
        match (&self.exit, heard) {
            (Some((exit, at)), Err(RecvTimeoutError::Timeout)) if at.elapsed() > LAST_WORDS => {
                News::Exited(exit.clone())
            }
            (Some((exit, _)), Err(RecvTimeoutError::Disconnected)) => News::Exited(exit.clone()),
            (None, Err(RecvTimeoutError::Disconnected)) => {
                thread::sleep(patience);
                News::Nothing
            }
            _ => News::Nothing,
        }
    }

    /// Asks it to stop.
    pub(crate) fn ask_to_stop(&self) {
        if let Some(group) = self.group() {
            // One that is gone needs no asking.
            let _ = kill_process_group(group, Signal::TERM);
        }
    }

    /// Kills its process group, and waits until it is gone. Its own children die with it.
    pub(crate) fn kill(&mut self) {
        if self.exit.is_some() {
            return;
        }
        if self.group().is_none_or(|group| kill_process_group(group, Signal::KILL).is_err()) {
            let _ = self.process.kill();
        }
        if let Err(error) = self.process.wait() {
            tracing::warn!(%error, "a killed child could not be waited for");
        }
    }

    /// Its group, as long as it was not reaped: after that the number may be another's.
    fn group(&self) -> Option<Pid> {
        if self.exit.is_some() {
            return None;
        }
        i32::try_from(self.process.id()).ok().and_then(Pid::from_raw)
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Passes on the lines that make sense, to the end of the output.
fn listen(output: ChildStdout, told: &SyncSender<Line>) {
    let mut output = BufReader::new(output);
    let mut line = Vec::new();
    loop {
        line.clear();
        match output.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line) {
            Ok(0) | Err(_) => return,
            Ok(_) => {}
        }
        let Ok(line) = serde_json::from_slice(&line) else { continue };
        if told.send(line).is_err() {
            return;
        }
    }
}

/// A signal's name.
fn signal_name(number: i32) -> String {
    const NAMES: [(i32, &str); 10] = [
        (4, "SIGILL"),
        (6, "SIGABRT"),
        (7, "SIGBUS"),
        (8, "SIGFPE"),
        (9, "SIGKILL"),
        (11, "SIGSEGV"),
        (15, "SIGTERM"),
        (24, "SIGXCPU"),
        (25, "SIGXFSZ"),
        (31, "SIGSYS"),
    ];
    let name = NAMES.iter().find(|(known, _)| *known == number);
    name.map_or_else(|| format!("signal {number}"), |(_, name)| (*name).to_owned())
}
