//! What is known of a recording before any of it is decoded.

use std::path::Path;
use std::thread;

use stepreel_core::{Digest, SourceError};
use stepreel_media::{Recording, ToolVersions, tool_versions};
use stepreel_models::digest_unless;

use crate::{ProcessError, Stage, Stages, Watch};

/// A recording that was opened.
pub(crate) struct Probed {
    pub(crate) recording: Recording,
    /// Of its content.
    pub(crate) digest: Digest,
    /// What is going to decode it.
    pub(crate) tools: ToolVersions,
}

impl Probed {
    /// Opens the recording, and takes its content's hash meanwhile.
    pub(crate) fn open(stages: &Stages, path: &Path, watch: &Watch) -> Result<Self, ProcessError> {
        watch.stage(Stage::Probe, || {
            let useless = watch.token().child();
            let open = || Ok((stages.open(path)?.cancelled_by(watch.token()), tool_versions()?));
            let (opened, digest) = thread::scope(|scope| {
                let digest = scope.spawn(|| digest_unless(path, || useless.is_cancelled()));
                let opened = open().inspect_err(|_: &ProcessError| useless.cancel());
                (opened, digest.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            });
            let (recording, tools) = opened?;
            if watch.token().is_cancelled() {
                return Err(ProcessError::Cancelled);
            }
            Ok((Self { recording, digest: digest.map_err(SourceError::failed)?, tools }, false))
        })
    }
}
