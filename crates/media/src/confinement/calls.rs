//! seccomp: the system calls that a child may make.

use std::collections::BTreeMap;
use std::io;

use libc::{
    CLONE_THREAD, SYS_brk, SYS_clock_getres, SYS_clock_gettime, SYS_clock_nanosleep, SYS_clone, SYS_clone3, SYS_close,
    SYS_execve, SYS_exit, SYS_exit_group, SYS_faccessat, SYS_faccessat2, SYS_fadvise64, SYS_fcntl, SYS_fstat,
    SYS_fstatfs, SYS_ftruncate, SYS_futex, SYS_get_mempolicy, SYS_getcwd, SYS_getdents64, SYS_getegid, SYS_geteuid,
    SYS_getgid, SYS_getpid, SYS_getppid, SYS_getrandom, SYS_getrusage, SYS_gettid, SYS_gettimeofday, SYS_getuid,
    SYS_ioctl, SYS_lseek, SYS_madvise, SYS_mbind, SYS_membarrier, SYS_mlock, SYS_mmap, SYS_mprotect, SYS_mremap,
    SYS_munmap, SYS_nanosleep, SYS_newfstatat, SYS_openat, SYS_ppoll, SYS_prctl, SYS_pread64, SYS_prlimit64,
    SYS_pwrite64, SYS_read, SYS_readlinkat, SYS_readv, SYS_restart_syscall, SYS_rseq, SYS_rt_sigaction,
    SYS_rt_sigprocmask, SYS_rt_sigreturn, SYS_sched_getaffinity, SYS_sched_yield, SYS_set_mempolicy,
    SYS_set_robust_list, SYS_set_tid_address, SYS_sigaltstack, SYS_statfs, SYS_statx, SYS_sysinfo, SYS_tgkill,
    SYS_uname, SYS_unlinkat, SYS_write, SYS_writev,
};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
    apply_filter,
};

/// What ffmpeg 5.1 and the C library make of decoding and encoding, and what newer C libraries ask in their place.
const ALLOWED: &[i64] = &[
    SYS_brk,
    SYS_clock_getres,
    SYS_clock_gettime,
    SYS_clock_nanosleep,
    SYS_clone3,
    SYS_close,
    SYS_execve,
    SYS_exit,
    SYS_exit_group,
    SYS_faccessat,
    SYS_faccessat2,
    SYS_fadvise64,
    SYS_fcntl,
    SYS_fstat,
    SYS_fstatfs,
    SYS_ftruncate,
    SYS_futex,
    SYS_get_mempolicy,
    SYS_getcwd,
    SYS_getdents64,
    SYS_getegid,
    SYS_geteuid,
    SYS_getgid,
    SYS_getpid,
    SYS_getppid,
    SYS_getrandom,
    SYS_getrusage,
    SYS_gettid,
    SYS_gettimeofday,
    SYS_getuid,
    SYS_ioctl,
    SYS_lseek,
    SYS_madvise,
    SYS_mbind,
    SYS_membarrier,
    SYS_mlock,
    SYS_mmap,
    SYS_mprotect,
    SYS_mremap,
    SYS_munmap,
    SYS_nanosleep,
    SYS_newfstatat,
    SYS_openat,
    SYS_ppoll,
    SYS_prctl,
    SYS_pread64,
    SYS_pwrite64,
    SYS_read,
    SYS_readlinkat,
    SYS_readv,
    SYS_restart_syscall,
    SYS_rseq,
    SYS_rt_sigaction,
    SYS_rt_sigprocmask,
    SYS_rt_sigreturn,
    SYS_sched_getaffinity,
    SYS_sched_yield,
    SYS_set_mempolicy,
    SYS_set_robust_list,
    SYS_set_tid_address,
    SYS_sigaltstack,
    SYS_statfs,
    SYS_statx,
    SYS_sysinfo,
    SYS_tgkill,
    SYS_uname,
    SYS_unlinkat,
    SYS_write,
    SYS_writev,
];

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
        let threads = u64::try_from(CLONE_THREAD).map_err(io::Error::other)?;
        let makes_a_thread = condition(0, SeccompCmpOp::MaskedEq(threads), threads)?;
        // Limits may be asked for and not changed, and its own only.
        let asks_for_a_limit = [condition(0, SeccompCmpOp::Eq, 0)?, condition(2, SeccompCmpOp::Eq, 0)?];
        let mut allowed: BTreeMap<i64, Vec<SeccompRule>> =
            ALLOWED.iter().chain(OLD).map(|&call| (call, Vec::new())).collect();
        allowed.insert(SYS_clone, vec![rule(vec![makes_a_thread])?]);
        allowed.insert(SYS_prlimit64, vec![rule(asks_for_a_limit.to_vec())?]);
        let unknown = SeccompAction::Errno(u32::try_from(libc::ENOSYS).map_err(io::Error::other)?);
        let hidden = BTreeMap::from([(SYS_clone3, Vec::new())]);
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
