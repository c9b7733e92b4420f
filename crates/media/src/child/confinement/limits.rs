//! How much of the machine a child may use.

use std::time::Duration;

/// Bytes of address space: decoding an 8K picture with four threads takes a third of it; two bounds for what takes pictures in and
/// for what also makes them, since an encoder looks ahead.
const TO_DECODE: u64 = 3 << 29;
const TO_ENCODE: u64 = 4 << 30;

/// Files a child may have open: the loader's, its pipes, two inputs, an output.
#[cfg(target_os = "linux")]
const FILES: u64 = 64;

/// Processor time between being told to stop and being killed, in seconds.
#[cfg(target_os = "linux")]
const GRACE: u64 = 5;

/// What a child may use; a child that asks for more is killed, or its allocation fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "nothing is limited there"))]
pub(crate) struct Limits {
    /// Bytes of address space.
    memory: u64,
    /// Processor time of all its threads, in seconds.
    cpu: u64,
    /// Bytes of the longest file that it writes.
    file: u64,
}

impl Limits {
    /// A child that decodes for at most that much processor time and writes no file.
    pub(crate) fn decoding(cpu: Duration) -> Self {
        Self { memory: TO_DECODE, cpu: cpu.as_secs().max(1), file: 0 }
    }

    /// The same for a child that encodes, too.
    pub(crate) fn encoding(self) -> Self {
        Self { memory: TO_ENCODE, ..self }
    }

    /// The same for a child that decodes for at most that much processor time.
    pub(crate) fn of_cpu(self, cpu: Duration) -> Self {
        Self { cpu: cpu.as_secs().max(1), ..self }
    }

    /// The same for a child that writes a file of at most so many bytes.
    pub(crate) fn writing(self, bytes: u64) -> Self {
        Self { file: bytes, ..self }
    }

    /// Processor time after which it is told to stop.
    #[cfg(target_os = "linux")]
    pub(crate) fn cpu(&self) -> Duration {
        Duration::from_secs(self.cpu)
    }

    /// Applies them to the calling process. Makes system calls only.
    #[cfg(target_os = "linux")]
    pub(super) fn apply(&self) -> std::io::Result<()> {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let cpu = (self.cpu, self.cpu + GRACE);
        let limits = [
            (Resource::As, (self.memory, self.memory)),
            (Resource::Cpu, cpu),
            (Resource::Fsize, (self.file, self.file)),
            (Resource::Nofile, (FILES, FILES)),
            (Resource::Core, (0, 0)),
        ];
        for (resource, (soft, hard)) in limits {
            // What is limited more already stays so.
            let allowed = getrlimit(resource).maximum.unwrap_or(u64::MAX);
            let limit = Rlimit { current: Some(soft.min(allowed)), maximum: Some(hard.min(allowed)) };
            setrlimit(resource, limit)?;
        }
        Ok(())
    }
}
