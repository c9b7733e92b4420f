//! Frames out of an ffmpeg child, timed by their presentation timestamps.

mod ahead;
mod every_frame;
mod key_frames;
mod pairs;
mod pictures;
mod request;
mod steps;

use std::time::Duration;

use stepreel_core::{Frame, FrameSource, Time};

use crate::plan::scaled;
use crate::recording::Recording;
use crate::{Decode, FramePlan, MediaError};

use every_frame::EveryFrame;
use key_frames::KeyFrames;
use pictures::Pictures;
use request::{Request, Wanted};

/// The frames of a recording by that plan; nothing at all without moving pictures.
pub(crate) fn sample(recording: &Recording, plan: &FramePlan) -> Result<FrameSource<'static>, MediaError> {
    if recording.info().video.is_none() {
        return Ok(Box::new(std::iter::empty()));
    }
    let request = Request::new(recording, (plan.width, plan.height));
    Ok(match plan.decode {
        Decode::KeyFrames => Box::new(KeyFrames::start(&request, plan.every)?),
        Decode::Auto | Decode::EveryFrame => Box::new(EveryFrame::start(&request, plan.every)?),
    })
}

/// The frame shown at `time`: the last one that is not later.
pub(crate) fn at(recording: &Recording, time: Time, width: u32) -> Result<Option<Frame>, MediaError> {
    let Some(video) = &recording.info().video else { return Ok(None) };
    if time < video.start || time >= video.end {
        return Ok(None);
    }
    let request = Request::new(recording, scaled(video, width));
    let keys = &video.key_frames[..video.key_frames.partition_point(|&key| key <= time)];
    let at = |from, key| last_until(since(key, request.start(&Wanted::From(from))?), time);
    // A container's index may put the reader behind the key frame that was asked for: then it is asked for the one before it.
    let near = keys.last().and_then(|&key| keys.iter().rev().take(3).find_map(|&from| at(from, key).ok().flatten()));
    near.map_or_else(|| last_until(request.start(&Wanted::All)?, time), |frame| Ok(Some(frame)))
}

/// The frames from that key frame on; none without the key frame itself. A decoder that starts between two, as in a transport
/// stream of HEVC, gives gray pictures up to the next.
fn since(key: Time, frames: Pictures) -> impl Iterator<Item = Result<Frame, MediaError>> {
    let mut frames =
        frames.skip_while(move |frame| frame.as_ref().is_ok_and(|frame| frame.time + SAME < key)).peekable();
    let is_there =
        frames.peek().is_some_and(|first| first.as_ref().is_ok_and(|first| first.time.distance(key) <= SAME));
    is_there.then_some(frames).into_iter().flatten()
}

/// The last frame that is not later than `time`.
fn last_until(
    frames: impl Iterator<Item = Result<Frame, MediaError>>,
    time: Time,
) -> Result<Option<Frame>, MediaError> {
    let mut last = None;
    for frame in frames {
        match frame {
            Ok(frame) if frame.time <= time => last = Some(frame),
            Ok(_) => break,
            // What was seen before the damage is still what is shown.
            Err(_) if last.is_some() => break,
            Err(error) => return Err(error),
        }
    }
    Ok(last)
}

/// Key frames as listed and as decoded are the same when they are as near as this: Matroska rounds to milliseconds.
const SAME: Duration = Duration::from_millis(1);

/// Frames further apart than this are no neighbours, because more than the camera's shake moves between them: the distance
/// at ten frames a second, and what containers round.
const NEIGHBOUR: Duration = Duration::from_millis(101);

/// `next` where it is near enough to tell the camera's motion.
fn neighbour(frame: &Frame, next: Frame) -> Option<Frame> {
    let near = next.time > frame.time && next.time.since(frame.time) <= NEIGHBOUR;
    near.then_some(next)
}
