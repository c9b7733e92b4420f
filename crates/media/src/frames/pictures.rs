//! The pictures of one child, each with its time.

use std::io::{self, BufRead, BufReader, Read};

use stepreel_core::{Frame, Picture, Time};

use crate::MediaError;
use crate::child::{Child, SidePipe};

use super::request::Request;

/// Raw pictures from a child's output, and their times from its side pipe.
///
/// The child writes a picture's time before the picture, and neither is held back in a buffer, so reading them in turn never
/// waits for something that the child cannot write yet. An end without any picture is an error.
pub(super) struct Pictures {
    running: Option<Running>,
    request: Request,
    last: Option<Time>,
    /// Whether the child ended in the middle of a picture.
    torn: bool,
}

struct Running {
    child: Child,
    times: BufReader<SidePipe>,
}

impl Pictures {
    pub(super) fn new(child: Child, times: SidePipe, request: Request) -> Self {
        Self { running: Some(Running { child, times: BufReader::new(times) }), request, last: None, torn: false }
    }

    fn step(&mut self) -> Result<Option<Frame>, MediaError> {
        let (width, height) = (self.request.size.0 as usize, self.request.size.1 as usize);
        while let Some(running) = &mut self.running {
            let read = running.picture(Picture::bytes(width, height)).map_err(|error| self.failed(error))?;
            let (Stamp(time), planes) = match read {
                Step::Whole(stamp, planes) => (stamp, planes),
                Step::Torn => {
                    self.torn = true;
                    return self.finish().map(|()| None);
                }
                Step::End => return self.finish().map(|()| None),
            };
            if let Some(time) = time.filter(|&time| self.last.is_none_or(|last| last < time)) {
                self.last = Some(time);
                let picture = Picture::from_planes(width, height, planes);
                return Ok(picture.map(|picture| Frame { time, picture }));
            }
        }
        Ok(None)
    }

    fn finish(&mut self) -> Result<(), MediaError> {
        let Some(Running { child, times }) = self.running.take() else { return Ok(()) };
        drop(times);
        let path = self.request.recording.path();
        child.finish().map_err(|error| MediaError::from_child(path, error))?;
        let damage = match self.last {
            Some(_) if !self.torn => return Ok(()),
            // A decoder that ends well in the middle of a picture is broken, or plays with us.
            Some(_) => "a picture ends in its middle",
            None => "no picture can be decoded",
        };
        Err(MediaError::Damaged { path: path.to_owned(), damage: damage.into(), truncated: false })
    }

    fn failed(&self, cause: io::Error) -> MediaError {
        MediaError::ToolFailed { path: self.request.recording.path().to_owned(), cause: cause.into() }
    }
}

impl Iterator for Pictures {
    type Item = Result<Frame, MediaError>;

    fn next(&mut self) -> Option<Self::Item> {
        let step = self.step();
        if step.is_err() {
            self.running = None;
        }
        step.transpose()
    }
}

impl Running {
    /// The next picture and its time, which may be unknown.
    fn picture(&mut self, bytes: usize) -> io::Result<Step> {
        let Some(stamp) = self.stamp()? else { return Ok(Step::End) };
        let mut planes = Vec::with_capacity(bytes);
        // Where the child was killed or failed between the two, its end says why.
        Ok(match (&mut self.child).take(bytes as u64).read_to_end(&mut planes)? {
            0 => Step::End,
            read if read < bytes => Step::Torn,
            _ => Step::Whole(stamp, planes),
        })
    }

    fn stamp(&mut self) -> io::Result<Option<Stamp>> {
        let mut line = String::new();
        while self.times.read_line(&mut line)? > 0 {
            if let Some(stamp) = Stamp::parse(&line) {
                return Ok(Some(stamp));
            }
            line.clear();
        }
        Ok(None)
    }
}

/// What came next out of a child.
enum Step {
    Whole(Stamp, Vec<u8>),
    Torn,
    End,
}

/// The time of a picture, which may be unknown.
#[derive(Debug, PartialEq, Eq)]
struct Stamp(Option<Time>);

impl Stamp {
    /// Reads a line such as `frame:3    pts:100000  pts_time:0.1`, in microseconds; lines of other metadata are none.
    fn parse(line: &str) -> Option<Self> {
        let rest = line.strip_prefix("frame:")?;
        let pts = rest.split_whitespace().find_map(|field| field.strip_prefix("pts:"))?;
        Some(Self(pts.parse().ok().map(Time::from_micros)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_give_times_in_microseconds() {
        assert_eq!(
            Stamp::parse("frame:12   pts:1001000 pts_time:1.001\n"),
            Some(Stamp(Some(Time::from_micros(1_001_000))))
        );
        assert_eq!(Stamp::parse("frame:0    pts:-33     pts_time:-3.3e-05"), Some(Stamp(Some(Time::from_micros(-33)))));
        assert_eq!(Stamp::parse("frame:0    pts:NOPTS   pts_time:NOPTS"), Some(Stamp(None)));
        assert_eq!(Stamp::parse("lavfi.scene_score=0.1"), None);
    }
}
