//! seccomp: the system calls that a child may make.

use std::collections::BTreeMap;
use std::io;

use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
    apply_filter,
};

// What ffmpeg 5.1 and the C library make of decoding and encoding, and what newer C libraries ask in their place.

/// Reading and writing what is open, and opening what the files allow.
const FILES: &[i64] = &[
    libc::SYS_close,
    libc::SYS_faccessat,
    libc::SYS_faccessat2,
    libc::SYS_fadvise64,
    libc::SYS_fcntl,
    libc::SYS_fstat,
    libc::SYS_fstatfs,
    libc::SYS_ftruncate,
    libc::SYS_getcwd,
    libc::SYS_getdents64,
    libc::SYS_ioctl,
    libc::SYS_lseek,
    libc::SYS_newfstatat,
    libc::SYS_openat,
    libc::SYS_ppoll,
    libc::SYS_pread64,
    libc::SYS_pwrite64,
    libc::SYS_read,
    libc::SYS_readlinkat,
    libc::SYS_readv,
    libc::SYS_statfs,
    libc::SYS_statx,
    libc::SYS_unlinkat,
    libc::SYS_write,
    libc::SYS_writev,
];

/// Memory, and on which part of a large machine it lies (x265).
const MEMORY: &[i64] = &[
    libc::SYS_brk,
    libc::SYS_get_mempolicy,
    libc::SYS_madvise,
    libc::SYS_mbind,
    libc::SYS_mlock,
    libc::SYS_mmap,
    libc::SYS_mprotect,
    libc::SYS_mremap,
    libc::SYS_munmap,
    libc::SYS_set_mempolicy,
];

/// Threads: `clone` makes them, under a condition.
const THREADS: &[i64] = &[
    libc::SYS_clone3,
    libc::SYS_exit,
    libc::SYS_exit_group,
    libc::SYS_futex,
    libc::SYS_getpriority,
    libc::SYS_gettid,
    libc::SYS_membarrier,
    libc::SYS_rseq,
    libc::SYS_sched_getaffinity,
    libc::SYS_sched_setaffinity,
    libc::SYS_sched_yield,
    libc::SYS_set_robust_list,
    libc::SYS_set_tid_address,
    libc::SYS_setpriority,
];

/// Time, signals to itself, and what it is.
const SELF: &[i64] = &[
    libc::SYS_clock_getres,
    libc::SYS_clock_gettime,
    libc::SYS_clock_nanosleep,
    libc::SYS_getegid,
    libc::SYS_geteuid,
    libc::SYS_getgid,
    libc::SYS_getpid,
    libc::SYS_getppid,
    libc::SYS_getrandom,
    libc::SYS_getrusage,
    libc::SYS_gettimeofday,
    libc::SYS_getuid,
    libc::SYS_nanosleep,
    libc::SYS_prctl,
    libc::SYS_restart_syscall,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sigaltstack,
    libc::SYS_sysinfo,
    libc::SYS_tgkill,
    libc::SYS_uname,
];

/// The program itself.
const START: &[i64] = &[libc::SYS_execve];

/// Calls that newer architectures do without.
#[cfg(target_arch = "x86_64")]
const OLD: &[i64] = &[
    libc::SYS_access,
    libc::SYS_arch_prctl,
    libc::SYS_lstat,
    libc::SYS_open,
    libc::SYS_poll,
    libc::SYS_readlink,
    libc::SYS_stat,
    libc::SYS_time,
    libc::SYS_unlink,
];
#[cfg(not(target_arch = "x86_64"))]
const OLD: &[i64] = &[];

/// Filters in the order in which they are applied.
pub(super) struct Filters([BpfProgram; 2]);

impl Filters {
    /// Compiles the filters: a call that is not listed kills the process. `clone3` hides its flags from filters, and is answered as by
    /// a kernel that does not know it, upon which the C library takes `clone`, which makes threads only.
    ///
    /// # Errors
    /// When there is no filter for this processor.
    pub(super) fn new() -> io::Result<Self> {
        let threads = u64::try_from(libc::CLONE_THREAD).map_err(io::Error::other)?;
        let makes_a_thread = condition(0, SeccompCmpOp::MaskedEq(threads), threads)?;
        // Limits may be asked for and not changed, and its own only.
        let asks_for_a_limit = [condition(0, SeccompCmpOp::Eq, 0)?, condition(2, SeccompCmpOp::Eq, 0)?];
        let mut allowed: BTreeMap<i64, Vec<SeccompRule>> =
            [FILES, MEMORY, THREADS, SELF, START, OLD].concat().into_iter().map(|call| (call, Vec::new())).collect();
        allowed.insert(libc::SYS_clone, vec![rule(vec![makes_a_thread])?]);
        allowed.insert(libc::SYS_prlimit64, vec![rule(asks_for_a_limit.to_vec())?]);
        let unknown = SeccompAction::Errno(u32::try_from(libc::ENOSYS).map_err(io::Error::other)?);
        let hidden = BTreeMap::from([(libc::SYS_clone3, Vec::new())]);
        Ok(Self([
            compiled(hidden, SeccompAction::Allow, unknown)?,
            compiled(allowed, SeccompAction::KillProcess, SeccompAction::Allow)?,
        ]))
    }

    /// Applies them to the calling thread. Makes system calls only.
    pub(super) fn apply(&self) -> io::Result<()> {
        self.0.iter().try_for_each(|filter| apply_filter(filter).map_err(|_| io::Error::last_os_error()))
    }
}

fn condition(argument: u8, operator: SeccompCmpOp, value: u64) -> io::Result<SeccompCondition> {
    SeccompCondition::new(argument, SeccompCmpArgLen::Qword, operator, value).map_err(io::Error::other)
}

fn rule(conditions: Vec<SeccompCondition>) -> io::Result<SeccompRule> {
    SeccompRule::new(conditions).map_err(io::Error::other)
}

fn compiled(
    calls: BTreeMap<i64, Vec<SeccompRule>>,
    others: SeccompAction,
    these: SeccompAction,
) -> io::Result<BpfProgram> {
    let processor = std::env::consts::ARCH.try_into().map_err(io::Error::other)?;
    let filter = SeccompFilter::new(calls, others, these, processor).map_err(io::Error::other)?;
    filter.try_into().map_err(io::Error::other)
}
