//! The packets of a recording, out of ffmpeg, as they are stored.

use std::io::{self, BufRead, BufReader, Read};

use stepreel_core::{Time, VideoStream};

use crate::child::{Call, Child, ChildError, SidePipe};
use crate::cut::listing::Lines;
use crate::{MediaError, Recording};

/// Bytes of the largest packet; that of an 8K key frame has a few million.
const LARGEST: usize = 256 << 20;

/// A packet, changed by a filter.
pub(super) struct Stored {
    pub(super) time: Time,
    pub(super) bytes: Vec<u8>,
}

/// Packets from the neighbourhood of a key frame on, in order of decoding. A child writes each one's line, then its bytes.
pub(super) struct Copying {
    child: Child,
    list: BufReader<SidePipe>,
    lines: Lines,
    container_start: Time,
}

impl Recording {
    /// Starts to read a stream's packets, each changed by that filter, some time before the picture at `time`. Whoever has enough
    /// drops what he reads from.
    pub(super) fn copying(
        &self,
        (stream, filter): (u32, &'static str),
        video: &VideoStream,
        time: Time,
    ) -> Result<Copying, MediaError> {
        let whole = self.info().span().expect("a recording with pictures has a length");
        let call = self.cutting(whole).flag("-copyts");
        let call = self.seek(call, video, time).input(self.path());
        let stored =
            |call: Call| call.map(stream).option("-c", "copy").option("-bsf", filter).option("-flush_packets", 1_u32);
        // Of its two listings the one whose sum takes less time, since nobody looks at it.
        let call = stored(call).option("-f", "framecrc").output_side_pipe();
        let started = stored(call).option("-f", "data").output_pipe().stream_with_side();
        let (child, list) = started.map_err(|error| MediaError::from_child(self.path(), error))?;
        let container_start = self.info().container_start;
        Ok(Copying { child, list: BufReader::new(list), lines: Lines::default(), container_start })
    }
}

impl Copying {
    /// The next packet; nothing after the last.
    pub(super) fn next(&mut self) -> Result<Option<Stored>, ChildError> {
        let mut line = String::new();
        while self.list.read_line(&mut line).map_err(ChildError::Read)? > 0 {
            if let Some(listed) = self.lines.read(&line) {
                let time = Time::from_micros(listed.from.micros() - self.container_start.micros());
                return self.bytes(listed.bytes).map(|bytes| Some(Stored { time, bytes }));
            }
            line.clear();
        }
        Ok(None)
    }

    /// Says why there are no more packets, if it is for an error.
    pub(super) fn finish(self) -> Result<(), ChildError> {
        self.child.finish()
    }

    fn bytes(&mut self, count: usize) -> Result<Vec<u8>, ChildError> {
        if count > LARGEST {
            return Err(ChildError::Read(io::Error::other("a packet is larger than any picture")));
        }
        let mut bytes = vec![0; count];
        self.child.read_exact(&mut bytes).map_err(ChildError::Read)?;
        Ok(bytes)
    }
}
