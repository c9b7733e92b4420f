//! What became of a file.

use std::error::Error;
use std::fmt;
use std::iter::successors;
use std::path::Path;
use std::time::{Duration, Instant};

use stepreel_media::{Confinement, MediaError, Recording, Sampling};

/// How much of a recording is read: samples, and seconds of sound.
const SAMPLES: usize = 20;
const SECONDS: usize = 60;

/// What became of a file.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// Samples that were decoded.
    pub(crate) frames: usize,
    /// Seconds of sound that were decoded.
    pub(crate) seconds: usize,
    /// The code of the first error.
    pub(crate) problem: Option<String>,
    pub(crate) took: Duration,
}

impl Outcome {
    /// What it is, without its amounts.
    pub(crate) fn class(&self) -> String {
        let shows = if self.frames > 0 { "pictures" } else { "no pictures" };
        format!("{shows}, {}", self.problem.as_deref().unwrap_or("good"))
    }

    pub(crate) fn is_crash(&self) -> bool {
        self.problem.as_deref() == Some("decoder_crashed")
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { frames, seconds, problem, .. } = self;
        write!(f, "{frames} frames, {seconds} s, {}", problem.as_deref().unwrap_or("good"))
    }
}

/// Reads the beginning of the recording at `path` as the pipeline does.
pub(crate) fn read(path: &Path, scratch: &Path, confinement: Confinement) -> Outcome {
    let started = Instant::now();
    let mut outcome = Outcome { frames: 0, seconds: 0, problem: None, took: Duration::ZERO };
    let ended = look(path, scratch, confinement, &mut outcome);
    outcome.problem = ended.err().map(|error| code(&*error));
    outcome.took = started.elapsed();
    outcome
}

fn look(path: &Path, scratch: &Path, confinement: Confinement, so_far: &mut Outcome) -> Result<(), Box<dyn Error>> {
    let recording = Recording::open_confined(path, confinement)?.scratch_in(scratch);
    let frames = recording.plan(&Sampling::default()).map(|plan| recording.frames(&plan)).transpose()?;
    let seen = frames.into_iter().flatten().take(SAMPLES).try_for_each(|sample| {
        sample?;
        so_far.frames += 1;
        Ok::<(), Box<dyn Error>>(())
    });
    for block in recording.sound()?.into_iter().flatten().take(SECONDS) {
        block?;
        so_far.seconds += 1;
    }
    seen
}

fn code(error: &(dyn Error + 'static)) -> String {
    let media = successors(Some(error), |&error| error.source()).find_map(|error| error.downcast_ref::<MediaError>());
    media.map_or_else(|| format!("unnamed: {error}"), |error| error.code().to_owned())
}
