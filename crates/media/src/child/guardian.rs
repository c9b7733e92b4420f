//! The thread that starts a child, stops it when it is cancelled or at its deadline, and reaps it.

use std::fs::File;
use std::io::{self, PipeWriter};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStderr, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};

use super::confinement::Cell;
use super::ended::Ended;
use super::tail;
use super::waiting::Waiting;
use super::{Call, ChildError, program};

/// All that a child finds in its environment, besides where the loader looks for libraries (`LD_LIBRARY_PATH`); `FFREPORT`, for
/// one, would make ffmpeg write files. Each pool of the C library's allocator takes 64 MB of the child's address space.
const ENVIRONMENT: [(&str, &str); 2] = [("LC_ALL", "C"), ("MALLOC_ARENA_MAX", "2")];

/// How often a child is looked at: soon at first, because most calls are short, then seldom enough to cost nothing.
const FIRST_PAUSE: Duration = Duration::from_millis(1);
const LONGEST_PAUSE: Duration = Duration::from_millis(10);

/// How a child ended.
pub(super) enum Ending {
    Exited(Ended),
    Deadline,
    /// Somebody waited that long for its next byte.
    Stalled {
        limit: Duration,
    },
    /// There was no end of what it said on standard error.
    Flooded,
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
    pub(super) fn start(
        call: Call,
        side: Option<PipeWriter>,
        waiting: Waiting,
    ) -> Result<(Self, ChildStdout), ChildError> {
        let (started, pipes) = channel();
        let (stop, stopped) = channel();
        let endless = Arc::new(AtomicBool::new(false));
        let guarded = Guarded { waiting, endless: Arc::clone(&endless) };
        let guard = move || guard(&call, side, &guarded, &started, &stopped);
        let thread = thread::Builder::new().name("guardian".into()).spawn(guard).map_err(ChildError::Start)?;
        let (output, errors) = pipes.recv().map_err(|_| ChildError::Start(io::ErrorKind::Other.into()))??;
        let mut guardian = Self { stop: Some(stop), thread: Some(thread), said: None };
        let keep = thread::Builder::new().name("stderr".into()).spawn(move || tail::keep(errors, &endless));
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

/// What a guardian sees of its child besides the child itself.
struct Guarded {
    waiting: Waiting,
    endless: Arc<AtomicBool>,
}

type Pipes = (ChildStdout, ChildStderr);

fn guard(
    call: &Call,
    side: Option<PipeWriter>,
    guarded: &Guarded,
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
        if guarded.endless.load(Ordering::Acquire) {
            return kill(&mut child).map(|_| Ending::Flooded);
        }
        if let Some(ended) = Ended::of(&mut child, call)? {
            return Ok(Ending::Exited(ended));
        }
        if let Some(limit) = call.patience.filter(|&limit| guarded.waiting.has_lasted(limit)) {
            return kill(&mut child).map(|_| Ending::Stalled { limit });
        }
        match stopped.recv_timeout(pause) {
            Err(RecvTimeoutError::Timeout) if Instant::now() < deadline => pause = (pause * 2).min(LONGEST_PAUSE),
            Err(RecvTimeoutError::Timeout) => return kill(&mut child).map(|_| Ending::Deadline),
            Ok(()) | Err(RecvTimeoutError::Disconnected) => {
                return kill(&mut child).map(|status| Ending::Exited(Ended::killed(status)));
            }
        }
    }
}

fn spawn(call: &Call, side: Option<PipeWriter>) -> Result<(Child, Pipes), ChildError> {
    let program = program::find(call.tool).ok_or(ChildError::Missing(call.tool))?;
    call.outputs.iter().try_for_each(|path| make(path)).map_err(ChildError::Start)?;
    let cell = Cell::new(call.confinement, call.limits, &program, [&call.inputs, &call.outputs]);
    let cell = cell.map_err(ChildError::Unconfined)?;
    let mut command = Command::new(&program);
    command.args(&call.arguments).env_clear().envs(ENVIRONMENT);
    command.envs(std::env::var_os("LD_LIBRARY_PATH").map(|folders| ("LD_LIBRARY_PATH", folders)));
    command.stdin(side.map_or_else(Stdio::null, Stdio::from)).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.process_group(0);
    cell.hold(&mut command);
    tracing::debug!(program = %program.display(), arguments = ?call.arguments, "starting");
    let mut child = command.spawn().map_err(ChildError::Start)?;
    let pipes = child.stdout.take().zip(child.stderr.take()).expect("both were asked to be piped");
    Ok((child, pipes))
}

/// Makes an empty file where there is none: a child may write the files that it is given, and make no others.
fn make(path: &Path) -> io::Result<()> {
    File::options().create(true).append(true).open(path).map(drop)
}

/// Kills the whole group of a child that was not reaped yet, so that its id cannot be another process's by now.
fn kill(child: &mut Child) -> io::Result<ExitStatus> {
    let group = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    if group.is_none_or(|group| kill_process_group(group, Signal::KILL).is_err()) {
        child.kill()?;
    }
    child.wait()
}
