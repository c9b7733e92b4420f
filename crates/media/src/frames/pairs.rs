//! The frame after a key frame, now and then, where key frames only are decoded.

use std::fs;
use std::path::Path;
use std::time::Duration;

use stepreel_core::{Frame, Time};
use tempfile::TempDir;

use crate::MediaError;
use crate::child::{Child, Value};

use super::pictures::Pictures;
use super::request::{Request, Wanted};
use super::steps::Steps;
use super::{SAME, neighbour};

/// About how often the camera's motion is measured.
const EVERY: Duration = Duration::from_secs(15);

/// Pairs of a recording at most: each is named in an argument, which may have 128 KiB.
const MOST: u32 = 2_000;

/// Packets after a key frame among which is the next frame to be shown: B-frames come after the frame they look ahead to.
const FOLLOWING: u64 = 3;

/// Some key frames and the packets after them, copied aside into a small file and decoded from there.
///
/// That costs one more reading of the recording, and no decoder is started for each pair. Where it fails, samples have no next
/// frame, which is nothing special.
pub(super) enum Pairs {
    Copying(Copying),
    Decoding(Decoding),
    None,
}

/// A child that copies packets into a file.
pub(super) struct Copying {
    child: Child,
    folder: TempDir,
    request: Request,
}

/// A child that decodes that file.
pub(super) struct Decoding {
    pictures: Pictures,
    /// The file is not needed by its name once the child has opened it.
    folder: Option<TempDir>,
    ahead: Option<Frame>,
}

impl Pairs {
    /// Begins to copy pairs at some of the key frames that are sampled every so often.
    pub(super) fn start(request: &Request, every: Duration) -> Self {
        match Copying::start(request, every) {
            Ok(Some(copying)) => Self::Copying(copying),
            Ok(None) => Self::None,
            Err(error) => Self::failed(&error),
        }
    }

    /// The frame that follows this sampled key frame, when it is one of those chosen.
    pub(super) fn next_of(&mut self, frame: &Frame) -> Option<Frame> {
        *self = match std::mem::replace(self, Self::None) {
            Self::Copying(copying) => copying.finish().map_or_else(|error| Self::failed(&error), Self::Decoding),
            other => other,
        };
        match self {
            Self::Decoding(decoding) => decoding.next_of(frame),
            Self::Copying(_) | Self::None => None,
        }
    }

    fn failed(error: &MediaError) -> Self {
        tracing::warn!(%error, "could not decode the frames after key frames, so no camera motion is measured");
        Self::None
    }
}

impl Copying {
    fn start(request: &Request, every: Duration) -> Result<Option<Self>, MediaError> {
        let path = request.recording.path();
        let chosen = chosen(request, every);
        let Some(video) = request.recording.info().video.as_ref().filter(|_| !chosen.is_empty()) else {
            return Ok(None);
        };
        let folder = scratch(request.recording.scratch())?;
        let most = request.recording.info().bytes + SPARE;
        let call = request
            .recording
            .reading()
            .cancelled_by(&request.stop)
            .flag("-copyts")
            .input(path)
            .map(video.index)
            .option("-c", "copy")
            .flag("-copyinkf")
            .option("-bsf:v", all_but(&chosen))
            .option("-f", "matroska")
            .output(&folder.path().join(FILE), most);
        let child = call.stream().map_err(|error| MediaError::from_child(path, error))?;
        Ok(Some(Self { child, folder, request: request.clone() }))
    }

    fn finish(self) -> Result<Decoding, MediaError> {
        let Self { child, folder, request } = self;
        child.finish().map_err(|error| MediaError::from_child(request.recording.path(), error))?;
        let pictures = request.start_on(&folder.path().join(FILE), &Wanted::All)?;
        Ok(Decoding { pictures, folder: Some(folder), ahead: None })
    }
}

/// A folder of its own in `parent`.
fn scratch(parent: &Path) -> Result<TempDir, MediaError> {
    let made = fs::create_dir_all(parent).and_then(|()| tempfile::tempdir_in(parent));
    made.map_err(|error| MediaError::from_io(parent, error))
}

/// Bytes that the copy's container may add to packets of the recording.
const SPARE: u64 = 16 << 20;

/// The name of the copy in its folder.
const FILE: &str = "pairs.mkv";

/// The numbers of the packets of some key frames, about [`EVERY`] apart, each the first of its sampling step.
fn chosen(request: &Request, every: Duration) -> Vec<u64> {
    let apart = EVERY.max(request.recording.info().duration / MOST).div_duration_f64(every).round().max(1.0);
    let (mut samples, mut pairs) = (Steps::new(every), Steps::new(every.mul_f64(apart)));
    let sampled = request.recording.key_packets().filter(|&(key, _)| samples.begins(key));
    sampled.filter(|&(key, _)| pairs.begins(key)).map(|(_, packet)| packet).collect()
}

/// A bit stream filter that drops all packets but those numbers and some after each; it leaves the content alone. `numbers` ascend, and
/// there is one at least.
fn all_but(numbers: &[u64]) -> Value {
    Value::from_parts(["noise=amount=0:drop='".into(), dropped(numbers), "'".into()])
}

/// Whether packet `n` is dropped, as an expression that halves `numbers` until one is left: ffmpeg reads no expression that is nested a
/// hundred deep, which a sum of so many terms is, and asks this for every packet.
fn dropped(numbers: &[u64]) -> Value {
    let (before, from) = numbers.split_at(numbers.len() / 2);
    match (before, from) {
        ([], &[kept]) => Value::from_parts([
            "not(between(n,".into(),
            kept.into(),
            ",".into(),
            (kept + FOLLOWING).into(),
            "))".into(),
        ]),
        ([], _) => 1_u64.into(),
        (before, from) => Value::from_parts([
            "if(lt(n,".into(),
            from[0].into(),
            "),".into(),
            dropped(before),
            ",".into(),
            dropped(from),
            ")".into(),
        ]),
    }
}

impl Decoding {
    fn next_of(&mut self, frame: &Frame) -> Option<Frame> {
        let first = self.first_from(frame.time - SAME)?;
        self.folder = None;
        if first.time.distance(frame.time) > SAME {
            self.ahead = Some(first);
            return None;
        }
        neighbour(frame, self.pictures.next()?.ok()?)
    }

    fn first_from(&mut self, time: Time) -> Option<Frame> {
        let pictures = self.pictures.by_ref().map_while(Result::ok);
        self.ahead.take().into_iter().chain(pictures).find(|frame| frame.time >= time)
    }
}
