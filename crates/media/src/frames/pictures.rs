//! The pictures of one child, each with its time.

use std::io::{self, BufRead, BufReader, PipeReader, Read};

use stepreel_core::{Frame, Picture, Time};

use crate::MediaError;
use crate::child::Child;

use super::request::Request;

/// Raw pictures from a child's output, and their times from its side pipe.
///
/// The child writes a picture's time before the picture, and neither is held back in a buffer, so reading them in turn never
/// waits for something that the child cannot write yet. An end without any picture is an error.
pub(super) struct Pictures {
    running: Option<Running>,
    request: Request,
    last: Option<Time>,
}

struct Running {
    child: Child,
    times: BufReader<PipeReader>,
}

impl Pictures {
    pub(super) fn new(child: Child, times: PipeReader, request: Request) -> Self {
        Self { running: Some(Running { child, times: BufReader::new(times) }), request, last: None }
    }

    fn step(&mut self) -> Result<Option<Frame>, MediaError> {
        let (width, height) = (self.request.size.0 as usize, self.request.size.1 as usize);
        while let Some(running) = &mut self.running {
            let read = running.picture(Picture::bytes(width, height)).map_err(|error| self.failed(error))?;
            let Some((Stamp(time), planes)) = read else { return self.finish().map(|()| None) };
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
        match self.last {
            Some(_) => Ok(()),
            None => Err(MediaError::Damaged { path: path.to_owned(), damage: "no picture can be decoded".into() }),
        }
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
    /// The next picture and its time, which may be unknown; nothing when the child has written all.
    fn picture(&mut self, bytes: usize) -> io::Result<Option<(Stamp, Vec<u8>)>> {
        let Some(stamp) = self.stamp()? else { return Ok(None) };
        let mut planes = vec![0; bytes];
        match self.child.read_exact(&mut planes) {
            Ok(()) => Ok(Some((stamp, planes))),
            // The child was killed or failed between the two: its end says why.
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
            Err(error) => Err(error),
        }
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
