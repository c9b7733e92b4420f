//! Whether a spliced clip is what it must be.

use std::path::Path;

use stepreel_core::{Span, Time};

use super::{Picture, Splice};
use crate::child::{ChildError, Tool};
use crate::cut::listing::Lines;
use crate::cut::measure::{DEADLINE, Part};
use crate::cut::{CLOCK, Measured};
use crate::{MediaError, Recording};

impl Recording {
    /// Measures a clip that [`Recording::splice`] made out of this recording.
    ///
    /// The whole file is read: it must have as many pictures as were written, each at its time and with its bytes. Both ends are
    /// decoded, each with the copied group that it is joined to: every frame of them must decode without an error and at its
    /// time. The frames of the groups between are the recording's own, bit for bit, and refer to nothing outside their group,
    /// so that they decode as they do there. All sound is decoded.
    ///
    /// # Errors
    /// [`MediaError::BadClip`] when any of this does not hold, and [`MediaError::Cancelled`].
    pub fn measure_splice(&self, splice: &Splice, clip: &Path) -> Result<Measured, MediaError> {
        let bad = |damage: &str| MediaError::BadClip { path: clip.to_owned(), damage: damage.to_owned() };
        let failed = |error| MediaError::of_clip(clip, error);
        let stored = self.stored(clip).map_err(failed)?;
        if !splice.is_stored_as(&stored) {
            return Err(bad("its pictures are not those that were written"));
        }
        for part in splice.ends() {
            let decoded = self.decode(clip, part).map_err(failed)?;
            if !splice.shows(part, &decoded.shown) {
                return Err(bad("frames at its ends are missing or not at their times"));
            }
        }
        let sound = splice.has_sound.then(|| self.decode(clip, Part::Sound)).transpose().map_err(failed)?;
        let (first, end) =
            (stored.iter().map(|listed| listed.shown).min(), self.presentation_end(clip).map_err(failed)?);
        let pictures = first.zip(end).and_then(|(first, end)| Span::new(first, end));
        Ok(Measured {
            frames: splice.pictures.len() as u64,
            pictures: pictures.ok_or_else(|| bad("it shows nothing"))?,
            sound: sound.and_then(|decoded| decoded.sound),
        })
    }

    /// The pictures of a clip as they are stored.
    fn stored(&self, clip: &Path) -> Result<Vec<Listed>, ChildError> {
        let call = self.call(Tool::Ffmpeg, DEADLINE).cancelled_by(self.token()).flag("-copyts").input(clip).map(0);
        let call = call.option("-c", "copy").option("-f", "framehash").option("-hash", "crc32").output_pipe();
        let mut lines = Lines::default();
        let mut stored = Vec::new();
        call.each_line(|line| {
            stored.extend(lines.read(line).map(|line| Listed {
                shown: line.from,
                bytes: line.bytes,
                sum: u32::from_str_radix(line.hash, 16).ok(),
            }));
        })?;
        Ok(stored)
    }
}

/// A picture as it is stored in a clip.
struct Listed {
    shown: Time,
    bytes: usize,
    sum: Option<u32>,
}

fn time(ticks: i64) -> Time {
    Time::from_seconds(ticks as f64 / CLOCK as f64)
}

impl Splice {
    fn is_stored_as(&self, stored: &[Listed]) -> bool {
        let same = |(picture, listed): (&Picture, &Listed)| {
            let at_its_time = time(picture.shown) == listed.shown;
            at_its_time && picture.bytes == listed.bytes && Some(picture.sum) == listed.sum
        };
        self.pictures.len() == stored.len() && self.pictures.iter().zip(stored).all(same)
    }

    /// The parts to be decoded: up to the end of the first copied group, and from the start of the last one.
    fn ends(&self) -> Vec<Part> {
        let copied_keys = self.pictures.iter().filter(|picture| picture.key && !picture.encoded);
        let keys: Vec<i64> = copied_keys.map(|picture| picture.shown).collect();
        match keys[..] {
            [_, second, .., last] => vec![Part::Until(time(second)), Part::From(time(last))],
            _ => vec![Part::All],
        }
    }

    /// Whether those frames are the ones of that part, each at its time.
    fn shows(&self, part: Part, decoded: &[Time]) -> bool {
        let mut expected: Vec<Time> = self.pictures.iter().map(|picture| time(picture.shown)).collect();
        expected.retain(|&time| part.holds(time));
        expected.sort_unstable();
        expected == decoded
    }
}
