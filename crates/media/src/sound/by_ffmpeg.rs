//! Sound decoded by an ffmpeg child.

use std::io::Read;

use stepreel_core::SAMPLE_RATE;

use crate::MediaError;
use crate::child::{Child, ChildError, Filters};
use crate::recording::Recording;
use crate::spool::samples;

/// Bytes that are read at a time; even, since samples have two.
const CHUNK: usize = 16 * 1024;

/// Samples at [`SAMPLE_RATE`], mono, from the start of the timeline.
pub(super) struct ByFfmpeg {
    child: Option<Child>,
    recording: Recording,
}

impl ByFfmpeg {
    pub(super) fn start(recording: &Recording, stream: u32) -> Result<Self, MediaError> {
        // With `async=1` timestamps are followed by silence and omission only, never by stretching.
        let follow = Filters::sound_clock(recording.info().container_start).then(
            "aresample",
            [
                ("osr", SAMPLE_RATE.into()),
                ("async", 1_u32.into()),
                ("min_hard_comp", "0.01".into()),
                ("first_pts", 0_u32.into()),
            ],
        );
        let call = recording
            .reading()
            .flag("-copyts")
            .input(recording.path())
            .map(stream)
            .option("-af", follow)
            .option("-ac", 1_u32)
            .option("-max_error_rate", "1")
            .option("-f", "s16le")
            .output_pipe();
        let child = call.stream().map_err(|error| MediaError::from_child(recording.path(), error))?;
        Ok(Self { child: Some(child), recording: recording.clone() })
    }

    fn read(&mut self) -> Result<Option<Vec<f32>>, ChildError> {
        let Some(child) = &mut self.child else { return Ok(None) };
        let mut bytes = Vec::with_capacity(CHUNK);
        child.take(CHUNK as u64).read_to_end(&mut bytes).map_err(ChildError::Read)?;
        if bytes.is_empty() {
            return self.child.take().map_or(Ok(()), Child::finish).map(|()| None);
        }
        Ok(Some(samples(&bytes)))
    }
}

impl Iterator for ByFfmpeg {
    type Item = Result<Vec<f32>, MediaError>;

    fn next(&mut self) -> Option<Self::Item> {
        let read = self.read().map_err(|error| MediaError::from_child(self.recording.path(), error));
        if read.is_err() {
            self.child = None;
        }
        read.transpose()
    }
}
