//! The cell that a child is put into between fork and exec.

use std::io;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use landlock::RulesetCreated;
use rustix::process::{Pid, Signal};
use rustix::thread::UnshareFlags;

use super::calls::Filters;
use super::{Absent, Confinement, Layer, Limits, files};

/// What a child may touch and use, prepared before it is forked.
pub(crate) struct Cell {
    parent: Pid,
    privileges: bool,
    namespaces: Namespaces,
    limits: Option<Limits>,
    files: Option<RulesetCreated>,
    calls: Option<Filters>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Namespaces {
    Shared,
    OwnWhereAllowed,
    Own,
}

impl Cell {
    /// A cell for a child that runs `program` on those inputs and outputs.
    ///
    /// # Errors
    /// When a layer that is demanded can't be had.
    pub(crate) fn new(
        confinement: Confinement,
        limits: Limits,
        program: &Path,
        [inputs, outputs]: [&[PathBuf]; 2],
    ) -> Result<Self, Absent> {
        let namespaces =
            if confinement.wants(Layer::Namespaces) { Namespaces::OwnWhereAllowed } else { Namespaces::Shared };
        Ok(Self {
            parent: rustix::process::getpid(),
            privileges: confinement.wants(Layer::Privileges),
            namespaces,
            limits: confinement.wants(Layer::Limits).then_some(limits),
            files: layer(confinement, Layer::Files, || files::rules(program, inputs, outputs))?,
            calls: layer(confinement, Layer::SystemCalls, filters)?,
        })
    }

    /// A cell of nothing but that layer, which has to be there.
    fn only(layer: Layer, program: &Path) -> io::Result<Self> {
        let is = |other| layer == other;
        Ok(Self {
            parent: rustix::process::getpid(),
            privileges: is(Layer::Privileges),
            namespaces: if is(Layer::Namespaces) { Namespaces::Own } else { Namespaces::Shared },
            limits: is(Layer::Limits).then(|| Limits::decoding(std::time::Duration::from_secs(10))),
            files: is(Layer::Files).then(|| files::rules(program, &[], &[])).transpose()?,
            calls: is(Layer::SystemCalls).then(filters).transpose()?,
        })
    }

    /// Has the command's child enter it.
    #[expect(unsafe_code, reason = "only the child itself can give up its rights, between fork and exec")]
    pub(crate) fn hold(mut self, command: &mut Command) {
        // SAFETY: `enter` makes system calls and touches neither the heap nor a lock, as must be between fork and exec.
        unsafe { command.pre_exec(move || self.enter()) };
    }

    /// Gives up everything that the cell does not leave, in the order in which each step still may be done.
    fn enter(&mut self) -> io::Result<()> {
        if self.privileges {
            close_at_exec();
            rustix::thread::set_no_new_privs(true)?;
        }
        self.leave_namespaces()?;
        self.die_with_parent()?;
        if let Some(limits) = &self.limits {
            limits.apply()?;
        }
        if let Some(rules) = self.files.take() {
            rules.restrict_self().map_err(|_| io::Error::last_os_error())?;
        }
        self.calls.as_ref().map_or(Ok(()), Filters::apply)
    }

    #[expect(unsafe_code, reason = "unsharing is unsafe where it takes file descriptors apart")]
    fn leave_namespaces(&self) -> io::Result<()> {
        if self.namespaces == Namespaces::Shared {
            return Ok(());
        }
        let own = UnshareFlags::NEWUSER | UnshareFlags::NEWNET | UnshareFlags::NEWIPC;
        // SAFETY: these flags leave the table of file descriptors shared, and the process has one thread.
        match unsafe { rustix::thread::unshare_unsafe(own) } {
            Err(error) if self.namespaces == Namespaces::Own => Err(error.into()),
            _ => Ok(()),
        }
    }

    fn die_with_parent(&self) -> io::Result<()> {
        rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?;
        // The parent may have died before the request.
        let orphan = rustix::process::getppid() != Some(self.parent);
        if orphan { Err(io::ErrorKind::BrokenPipe.into()) } else { Ok(()) }
    }
}

/// A layer if it is wanted and can be had.
fn layer<T>(confinement: Confinement, layer: Layer, make: impl FnOnce() -> io::Result<T>) -> Result<Option<T>, Absent> {
    if !confinement.wants(layer) {
        return Ok(None);
    }
    match make() {
        Ok(made) => Ok(Some(made)),
        Err(why) if confinement.demands(layer) => Err(Absent { layer, why }),
        Err(why) => {
            tracing::debug!(%layer, %why, "a decoder runs without a layer of its confinement");
            Ok(None)
        }
    }
}

/// The filters, if this kernel takes any.
fn filters() -> io::Result<Filters> {
    rustix::thread::secure_computing_mode().map_err(|_| io::Error::other("this kernel has no seccomp"))?;
    Filters::new()
}

/// Marks all files but the three standard ones to be closed at exec; a kernel that can't (before 5.11) leaves them as they are,
/// which for all that Rust opens is the same.
#[expect(unsafe_code, reason = "no safe wrapper has this call")]
fn close_at_exec() {
    // SAFETY: no file descriptor is closed before exec, so none that is in use is taken away.
    unsafe { libc::syscall(libc::SYS_close_range, 3, libc::c_uint::MAX, libc::CLOSE_RANGE_CLOEXEC) };
}

/// Why a child can't be given that layer; nothing when it can.
pub(super) fn missing(layer: Layer) -> Option<String> {
    if layer == Layer::Formats {
        return None;
    }
    let program = Path::new("/proc/self/exe");
    let tried = Cell::only(layer, program).and_then(|cell| {
        // Any program will do: that it can't be found is what comes after the layer.
        let mut command = Command::new("/nonexistent");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        cell.hold(&mut command);
        command.spawn()
    });
    match tried {
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => Some(error.to_string()),
        Ok(mut child) => child.wait().err().map(|error| error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_layer_is_there_or_says_why_not() {
        for layer in Layer::ALL {
            assert!(missing(layer).is_none_or(|why| !why.is_empty()), "{layer}");
        }
        assert_eq!(missing(Layer::Privileges), None);
        assert_eq!(missing(Layer::Limits), None);
    }
}
