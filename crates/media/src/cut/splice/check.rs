//! Whether a spliced clip is what it must be.

use std::panic::resume_unwind;
use std::path::Path;
use std::thread::{self, ScopedJoinHandle};

use stepreel_core::{Span, Time};

use super::film::Stored;
use super::{Picture, Splice};
use crate::child::{ChildError, Tool};
use crate::cut::listing::Lines;
use crate::cut::measure::{DEADLINE, Part};
use crate::cut::{CLOCK, Measured};
use crate::{MediaError, Recording};

impl Recording {
    /// Measures a clip that [`Recording::splice`] made out of this recording.
    ///
    /// The whole file is read: it must have as many pictures and packets of sound as were written, each picture at its time, and all
    /// with their bytes. Both ends are decoded, each with the copied group that it is joined to: every frame of them must decode without an error and at its
    /// time. The frames of the groups between are the recording's own, bit for bit, and refer to nothing outside their group,
    /// so that they decode as they do there. All sound is decoded.
    ///
    /// # Errors
    /// [`MediaError::BadClip`] when any of this does not hold, and [`MediaError::Cancelled`].
    pub fn measure_splice(&self, splice: &Splice, clip: &Path) -> Result<Measured, MediaError> {
        let bad = |damage: &str| MediaError::BadClip { path: clip.to_owned(), damage: damage.to_owned() };
        let failed = |error| MediaError::of_clip(clip, error);
        let parts: Vec<Part> = splice.ends().into_iter().chain(splice.sound.as_ref().map(|_| Part::Sound)).collect();
        let (stored, decoded, end) = thread::scope(|scope| {
            let start = |&part: &Part| scope.spawn(move || self.decode(clip, part));
            let running: Vec<_> = parts.iter().map(start).collect();
            let end = scope.spawn(|| self.presentation_end(clip));
            let stored = self.stored(clip);
            let decoded: Result<Vec<_>, _> = running.into_iter().map(joined).collect();
            (stored, decoded, joined(end))
        });
        let (stored, decoded, end) = (stored.map_err(failed)?, decoded.map_err(failed)?, end.map_err(failed)?);
        if !splice.is_stored_as(&stored) {
            return Err(bad("its packets are not those that were written"));
        }
        if !parts.iter().zip(&decoded).all(|(&part, decoded)| splice.shows(part, &decoded.shown)) {
            return Err(bad("frames at its ends are missing or not at their times"));
        }
        let first = stored.iter().filter(|listed| !listed.is_sound).map(|listed| listed.at).min();
        let pictures = first.zip(end).and_then(|(first, end)| Span::new(first, end));
        Ok(Measured {
            frames: splice.pictures.len() as u64,
            pictures: pictures.ok_or_else(|| bad("it shows nothing"))?,
            sound: decoded.into_iter().find_map(|decoded| decoded.sound),
        })
    }

    /// The packets of a clip as they are stored.
    fn stored(&self, clip: &Path) -> Result<Vec<Listed>, ChildError> {
        let call = self.call(Tool::Ffmpeg, DEADLINE).cancelled_by(self.token()).flag("-copyts").input(clip);
        let call = call.option("-map", "0:v:0").option("-map", "0:a:0?").option("-c", "copy");
        let call = call.option("-f", "framehash").option("-hash", "crc32").output_pipe();
        let mut lines = Lines::default();
        let mut stored = Vec::new();
        call.each_line(|line| {
            stored.extend(lines.read(line).and_then(|line| {
                let sum = u32::from_str_radix(line.hash, 16).ok()?;
                Some(Listed { is_sound: line.stream > 0, at: line.from, stored: Stored { bytes: line.bytes, sum } })
            }));
        })?;
        Ok(stored)
    }
}

fn joined<T>(thread: ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|panic| resume_unwind(panic))
}

/// A packet as it is stored in a clip.
struct Listed {
    is_sound: bool,
    at: Time,
    stored: Stored,
}

fn time(ticks: i64) -> Time {
    Time::from_seconds(ticks as f64 / CLOCK as f64)
}

impl Splice {
    fn is_stored_as(&self, listed: &[Listed]) -> bool {
        let (sound, pictures): (Vec<&Listed>, Vec<&Listed>) = listed.iter().partition(|listed| listed.is_sound);
        let shown = |(picture, listed): (&Picture, &&Listed)| {
            time(picture.shown) == listed.at && picture.stored == listed.stored
        };
        let written = self.sound.as_ref().map_or(&[][..], |(_, packets)| packets);
        let heard = |(packet, listed): (&Stored, &&Listed)| *packet == listed.stored;
        let all = self.pictures.len() == pictures.len() && written.len() == sound.len();
        all && self.pictures.iter().zip(&pictures).all(shown) && written.iter().zip(&sound).all(heard)
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
