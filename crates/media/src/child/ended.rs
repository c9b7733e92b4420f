//! How a child ended by itself, and what it had used by then.

use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, ExitStatus};
use std::time::Duration;

use super::tail::last_useful_line;
use super::{Call, ChildError};

/// The end of a child that was not stopped.
pub(super) struct Ended {
    status: ExitStatus,
    out_of_time: bool,
}

impl Ended {
    /// Its end, if it has ended; it is reaped then.
    #[cfg(target_os = "linux")]
    pub(super) fn of(child: &mut Child, call: &Call) -> io::Result<Option<Self>> {
        let Some((status, used)) = reap(child)? else { return Ok(None) };
        tracing::debug!(tool = %call.tool, %status, cpu = ?used.cpu, peak_bytes = used.peak_bytes, "ended");
        let out_of_time = used.cpu >= call.limits.cpu();
        Ok(Some(Self { status, out_of_time }))
    }

    /// Its end, if it has ended; it is reaped then.
    #[cfg(not(target_os = "linux"))]
    pub(super) fn of(child: &mut Child, _: &Call) -> io::Result<Option<Self>> {
        Ok(child.try_wait()?.map(Self::killed))
    }

    /// The end of a child that was killed because nobody reads it any more.
    pub(super) fn killed(status: ExitStatus) -> Self {
        Self { status, out_of_time: false }
    }

    /// Whether it did what it was asked, and why not; `said` is the end of what it said on standard error.
    pub(super) fn judge(&self, said: &[u8]) -> Result<(), ChildError> {
        if self.status.success() {
            return Ok(());
        }
        let over = |what| Err(ChildError::OverBudget { what });
        match self.status.signal().map(signal) {
            Some("SIGXFSZ") => over("it makes more bytes than its length would take"),
            // ffmpeg ends on its own when it is told so.
            Some("SIGXCPU") => over("decoding it takes more work than its length and size would"),
            _ if self.out_of_time => over("decoding it takes more work than its length and size would"),
            Some(signal) => Err(ChildError::Crashed { signal }),
            None => Err(ChildError::Failed { said: last_useful_line(said) }),
        }
    }
}

/// What a child used.
#[cfg(target_os = "linux")]
struct Used {
    /// Processor time of all its threads.
    cpu: Duration,
    /// Bytes of memory that it had at once.
    peak_bytes: u64,
}

/// Reaps a child that has ended; gives what it used, which the standard library does not.
#[cfg(target_os = "linux")]
#[expect(unsafe_code, reason = "no safe wrapper has this call")]
fn reap(child: &mut Child) -> io::Result<Option<(ExitStatus, Used)>> {
    let pid = i32::try_from(child.id()).map_err(io::Error::other)?;
    let mut status = 0;
    // SAFETY: all-zero bytes are a value of this struct of numbers.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: both pointers are to locals of the types that the call fills in, and the child was not reaped yet.
    let reaped = unsafe { libc::wait4(pid, &raw mut status, libc::WNOHANG, &raw mut usage) };
    match reaped {
        0 => Ok(None),
        1.. => Ok(Some((ExitStatus::from_raw(status), Used::of(&usage)))),
        _ => Err(io::Error::last_os_error()),
    }
}

#[cfg(target_os = "linux")]
impl Used {
    fn of(usage: &libc::rusage) -> Self {
        let time = |time: libc::timeval| {
            Duration::from_secs(time.tv_sec.unsigned_abs()) + Duration::from_micros(time.tv_usec.unsigned_abs())
        };
        let kibibytes = u64::try_from(usage.ru_maxrss).unwrap_or(0);
        Self { cpu: time(usage.ru_utime) + time(usage.ru_stime), peak_bytes: kibibytes * 1024 }
    }
}

/// A signal's name.
fn signal(number: i32) -> &'static str {
    const NAMES: [(i32, &str); 13] = [
        (3, "SIGQUIT"),
        (4, "SIGILL"),
        (5, "SIGTRAP"),
        (6, "SIGABRT"),
        (7, "SIGBUS"),
        (8, "SIGFPE"),
        (9, "SIGKILL"),
        (11, "SIGSEGV"),
        (13, "SIGPIPE"),
        (15, "SIGTERM"),
        (24, "SIGXCPU"),
        (25, "SIGXFSZ"),
        (31, "SIGSYS"),
    ];
    NAMES.iter().find(|(known, _)| *known == number).map_or("an unusual signal", |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(raw: i32, out_of_time: bool) -> Result<(), ChildError> {
        Ended { status: ExitStatus::from_raw(raw), out_of_time }.judge(b"bad thing\n")
    }

    #[test]
    fn an_end_has_one_meaning() {
        assert!(judged(0, false).is_ok());
        assert!(matches!(judged(1 << 8, false), Err(ChildError::Failed { said }) if said == "bad thing"));
        assert!(matches!(judged(11, false), Err(ChildError::Crashed { signal: "SIGSEGV" })));
        assert!(matches!(judged(31, false), Err(ChildError::Crashed { signal: "SIGSYS" })));
        for (raw, out_of_time) in [(24, false), (25, false), (9, true), (255 << 8, true)] {
            let judged = judged(raw, out_of_time);
            assert!(matches!(judged, Err(ChildError::OverBudget { .. })), "{raw}: {judged:?}");
        }
    }
}
