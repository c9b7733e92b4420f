//! The thread that starts a child, stops it when it is cancelled or at its deadline, and reaps it.

use std::io::{self, PipeWriter};
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStderr, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};

use super::{Call, ChildError, tail};

/// What is left of the environment; `FFREPORT`, for one, would make ffmpeg write files.
const ENVIRONMENT: [&str; 2] = ["PATH", "LD_LIBRARY_PATH"];

/// How often a child is looked at: soon at first, because most calls are short, then seldom enough to cost nothing.
const FIRST_PAUSE: Duration = Duration::from_millis(1);
const LONGEST_PAUSE: Duration = Duration::from_millis(10);

/// How a child ended.
pub(super) enum Ending {
    Exited(ExitStatus),
    Deadline,
    Cancelled,
}

/// The handle of a guardian thread. Dropping it kills the child's process group and waits until the child is gone.
pub(super) struct Guardian {
    /// Nothing is ever sent: the guardian stops the child when this is dropped.
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<io::Result<Ending>>>,
    said: Option<JoinHandle<Vec<u8>>>,
}

impl Guardian {
    /// Starts the guardian, which starts the child; also gives the child's standard output.
    pub(super) fn start(call: Call, side: Option<PipeWriter>) -> Result<(Self, ChildStdout), ChildError> {
        let (started, pipes) = channel();
        let (stop, stopped) = channel();
        let guard = move || guard(&call, side, &started, &stopped);
        let thread = thread::Builder::new().name("guardian".into()).spawn(guard).map_err(ChildError::Start)?;
        let (output, errors) = pipes.recv().map_err(|_| ChildError::Start(io::ErrorKind::Other.into()))??;
        let mut guardian = Self { stop: Some(stop), thread: Some(thread), said: None };
        let keep = thread::Builder::new().name("stderr".into()).spawn(move || tail::keep(errors));
        guardian.said = Some(keep.map_err(ChildError::Start)?);
        Ok((guardian, output))
    }

    /// Waits until the child has ended; also gives the tail of what it said on standard error.
    pub(super) fn wait(mut self) -> Result<(Ending, Vec<u8>), ChildError> {
        let ending = self.thread.take().map_or_else(|| Err(io::ErrorKind::Other.into()), joined);
        let said = self.said.take().and_then(|said| said.join().ok()).unwrap_or_default();
        Ok((ending.map_err(ChildError::Start)?, said))
    }
}

impl Drop for Guardian {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn joined(thread: JoinHandle<io::Result<Ending>>) -> io::Result<Ending> {
    thread.join().unwrap_or_else(|_| Err(io::Error::other("the guardian of a child process panicked")))
}

type Pipes = (ChildStdout, ChildStderr);

fn guard(
    call: &Call,
    side: Option<PipeWriter>,
    started: &Sender<Result<Pipes, ChildError>>,
    stopped: &Receiver<()>,
) -> io::Result<Ending> {
    let deadline = Instant::now() + call.deadline;
    let mut child = match spawn(call, side) {
        Ok((child, pipes)) => {
            let _ = started.send(Ok(pipes));
            child
        }
        Err(error) => {
            let _ = started.send(Err(error));
            return Err(io::ErrorKind::NotFound.into());
        }
    };
    let mut pause = FIRST_PAUSE;
    loop {
        if call.token.is_cancelled() {
            return kill(&mut child).map(|_| Ending::Cancelled);
        }
        if let Some(status) = child.try_wait()? {
            return Ok(Ending::Exited(status));
        }
        match stopped.recv_timeout(pause) {
            Err(RecvTimeoutError::Timeout) if Instant::now() < deadline => pause = (pause * 2).min(LONGEST_PAUSE),
            Err(RecvTimeoutError::Timeout) => return kill(&mut child).map(|_| Ending::Deadline),
            Ok(()) | Err(RecvTimeoutError::Disconnected) => return kill(&mut child).map(Ending::Exited),
        }
    }
}

fn spawn(call: &Call, side: Option<PipeWriter>) -> Result<(Child, Pipes), ChildError> {
    let mut command = Command::new(call.tool.name());
    command.args(&call.arguments).env_clear();
    command.envs(ENVIRONMENT.iter().filter_map(|&name| Some((name, std::env::var_os(name)?))));
    command.stdin(side.map_or_else(Stdio::null, Stdio::from)).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.process_group(0);
    die_with_this_process(&mut command);
    tracing::debug!(tool = call.tool.name(), arguments = ?call.arguments, "starting");
    let mut child = command.spawn().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => ChildError::Missing(call.tool),
        _ => ChildError::Start(error),
    })?;
    let pipes = child.stdout.take().zip(child.stderr.take()).expect("both were asked to be piped");
    Ok((child, pipes))
}

/// Kills the whole group of a child that was not reaped yet, so that its id cannot be another process's by now.
fn kill(child: &mut Child) -> io::Result<ExitStatus> {
    let group = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    if group.is_none_or(|group| kill_process_group(group, Signal::KILL).is_err()) {
        child.kill()?;
    }
    child.wait()
}

#[cfg(target_os = "linux")]
#[expect(unsafe_code, reason = "only the child itself can ask for the signal, between fork and exec")]
fn die_with_this_process(command: &mut Command) {
    let parent = rustix::process::getpid();
    let ask_for_signal = move || {
        rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?;
        // The parent may have died before the request.
        let orphan = rustix::process::getppid() != Some(parent);
        if orphan { Err(io::ErrorKind::BrokenPipe.into()) } else { Ok(()) }
    };
    // SAFETY: the closure makes two system calls and touches neither the heap nor a lock, as must be between fork and exec.
    unsafe { command.pre_exec(ask_for_signal) };
}

#[cfg(not(target_os = "linux"))]
fn die_with_this_process(_: &mut Command) {}
