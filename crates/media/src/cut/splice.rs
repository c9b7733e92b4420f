//! Cutting a clip out of a recording by copying its groups of pictures.
//!
//! A group begins with a frame that refers to nothing before it, so groups can be copied bit for bit. Only the frames before
//! the first whole group have to be encoded again, and where frames are stored in another order than they are shown in, the
//! last few. [`Plan`] says which are which, from the list of packets; [`Film`] joins the three parts into one track, in
//! which each picture is shown when it was; ffmpeg puts the sound beside it. Parameters of the encoded ends stand beside the
//! recording's under numbers of their own, so that any player finds both.
//!
//! What is not provably right is refused with [`MediaError::CannotCopy`]; [`Recording::measure_splice`] then looks at the
//! finished file.

mod check;
mod copying;
mod entry;
mod film;
mod joint;
mod material;
mod parameters;
mod plan;
mod units;

use std::path::Path;

use stepreel_core::{Span, Time, VideoStream};

use super::window::Window;
use super::{CLOCK, Encoding, finished, most_bytes, ticks};
use crate::child::ChildError;
use crate::{MediaError, Recording};

use entry::entry;
use film::{Film, Picture};
use joint::End;
use material::Material;
use parameters::Parameters;
use plan::Plan;
use units::{Codec, Kind, units};

/// A clip whose groups of pictures were copied, and what it must hold.
pub struct Splice {
    /// The piece of the recording that it holds: zero of the clip's timeline is its start.
    pub span: Span,
    pictures: Vec<Picture>,
    has_sound: bool,
}

impl Splice {
    /// How many of its frames were copied bit for bit.
    pub fn copied(&self) -> u64 {
        self.pictures.iter().filter(|picture| !picture.encoded).count() as u64
    }
}

/// What a picture is, for the film.
const COPIED: bool = false;
const ENCODED: bool = true;

impl Recording {
    /// Cuts `span` into the file `to` as [`Recording::cut`] does, but copies whole groups of pictures bit for bit; only the frames
    /// before the first of them are encoded again, in the recording's own codec, and where frames are stored in another order
    /// than they are shown in, the last few. Pictures lie as they are stored, and a note in the file turns them upright.
    ///
    /// # Errors
    /// [`MediaError::CannotCopy`] when no group begins in the span, when groups refer to each other, and when the pictures are not
    /// progressive H.264 or HEVC as players know it; otherwise as [`Recording::cut`]. Part of a clip may then be left at `to`.
    pub fn splice(&self, span: Span, encoding: Encoding, to: &Path) -> Result<Splice, MediaError> {
        let nothing = || MediaError::NothingToCut { path: self.path().to_owned(), span };
        let refused = |why| self.cannot_copy(why);
        let video = self.info().video.as_ref().ok_or_else(nothing)?;
        let material = Material::of(self, video).map_err(refused)?;
        let packets = self.packets_around(video, span)?;
        let window = Window::of(&packets, video, span).ok_or_else(nothing)?;
        let plan = Plan::new(&packets, &window).map_err(refused)?;
        let film = tempfile::Builder::new().prefix(".film-").tempfile_in(to.parent().unwrap_or(Path::new(".")));
        let film = film.map_err(|error| MediaError::from_io(to, error))?.into_temp_path();
        let splicing = Splicing { recording: self, material, window: &window, encoding };
        let pictures = splicing.write(&plan, &film)?;
        self.add_sound(video, &film, &window, to).map_err(|error| MediaError::from_child(self.path(), error))?;
        let has_sound = self.heard(window.span).is_some();
        Ok(Splice { span: window.span, pictures, has_sound })
    }

    fn cannot_copy(&self, why: &'static str) -> MediaError {
        MediaError::CannotCopy { path: self.path().to_owned(), why }
    }

    /// Puts the recording's sound beside the pictures of a film.
    fn add_sound(&self, video: &VideoStream, film: &Path, window: &Window, to: &Path) -> Result<(), ChildError> {
        let call = self.cutting(window.span).flag("-copyts").input(film);
        let bytes = std::fs::metadata(film).map_or(0, |film| film.len());
        let sound = self.heard(window.span);
        let call = match sound {
            Some(_) => self.seek(call, video, window.first).input(self.path()),
            None => call,
        };
        let call = call.map_of(0, 0).option("-c:v", "copy").option("-bsf:v", window.last_duration());
        let call = match sound {
            Some(audio) => self.with_sound(call.map_of(1, audio.index), window.span),
            None => call,
        };
        finished(call).output(to, bytes + most_bytes(window.span)).collect(0).map(drop)
    }
}

/// A clip in the making.
struct Splicing<'a> {
    recording: &'a Recording,
    material: Material<'a>,
    window: &'a Window,
    encoding: Encoding,
}

impl Splicing<'_> {
    /// Writes all pictures of the plan into the file `to`.
    fn write(&self, plan: &Plan, to: &Path) -> Result<Vec<Picture>, MediaError> {
        let failed = |error| MediaError::from_io(to, error);
        let mut film = Film::create(to).map_err(failed)?;
        let mut parameters = Parameters::new(self.material.codec);
        self.join(&mut film, &mut parameters, &plan.head, End::Head)?;
        self.copy(&mut film, &mut parameters, &plan.body)?;
        self.join(&mut film, &mut parameters, &plan.tail, End::Tail)?;
        let entry = entry(&self.material, &parameters).map_err(|why| self.recording.cannot_copy(why))?;
        film.finish(&self.material, entry, self.window.last_ticks()).map_err(failed)
    }

    /// Encodes the frames of these times again and writes them.
    fn join(&self, film: &mut Film, parameters: &mut Parameters, frames: &[Time], end: End) -> Result<(), MediaError> {
        let joint = self.recording.joint(&self.material, frames, end, self.encoding)?;
        let pictures = joint.pictures(self.material.codec);
        if pictures.len() != frames.len() {
            return Err(self.recording.cannot_copy("frames at its ends do not decode"));
        }
        frames.iter().zip(pictures).try_for_each(|(&time, units)| self.push(film, parameters, (time, ENCODED), &units))
    }

    /// Copies the packets of these times, which follow each other from a key frame on.
    fn copy(&self, film: &mut Film, parameters: &mut Parameters, times: &[Time]) -> Result<(), MediaError> {
        let mut wanted = times.iter().copied();
        let (Some(key), Some(mut expected)) = (times.first().copied(), wanted.next()) else { return Ok(()) };
        let failed = |error| MediaError::from_child(self.recording.path(), error);
        let mut copying = self.recording.copying(&self.material, key)?;
        let mut begun = false;
        while let Some(stored) = copying.next().map_err(failed)? {
            let units: Vec<&[u8]> = units(&stored.bytes).collect();
            let is_next = stored.time.distance(expected) <= super::ROUNDING;
            if !begun && !is_next || self.leads(stored.time, key, &units) {
                continue;
            }
            if !is_next {
                return Err(self.recording.cannot_copy("its packets are not those that its list has"));
            }
            if !begun && !self.begins(&units) {
                return Err(self.recording.cannot_copy("its groups of pictures refer to each other"));
            }
            begun = true;
            self.push(film, parameters, (stored.time, COPIED), &units)?;
            self.recording.progress().tell((times.len() - wanted.len()) as f64 / times.len() as f64);
            match wanted.next() {
                Some(time) => expected = time,
                None => return Ok(()),
            }
        }
        copying.finish().map_err(failed)?;
        Err(self.recording.cannot_copy("its packets are not those that its list has"))
    }

    /// Whether a packet after a key frame is shown before it, so that it belongs to the group before.
    fn leads(&self, time: Time, key: Time, units: &[&[u8]]) -> bool {
        time < key && units.iter().any(|unit| self.material.codec.kind(unit) == Kind::Leading)
    }

    /// Whether decoding can begin at a picture of these units, and all that follow it need nothing before it.
    fn begins(&self, units: &[&[u8]]) -> bool {
        let mut kinds = units.iter().map(|unit| self.material.codec.kind(unit));
        kinds.any(|kind| matches!(kind, Kind::Key | Kind::CleanRandomAccess))
    }

    fn push(
        &self,
        film: &mut Film,
        parameters: &mut Parameters,
        (time, encoded): (Time, bool),
        units: &[&[u8]],
    ) -> Result<(), MediaError> {
        let codec = self.material.codec;
        for unit in units.iter().filter(|unit| codec.kind(unit) == Kind::Parameters) {
            parameters.take(unit).map_err(|why| self.recording.cannot_copy(why))?;
        }
        let kept = |unit: &&&[u8]| match codec.kind(unit) {
            Kind::Delimiter => false,
            // They stand at the head of the file.
            Kind::Parameters => codec == Codec::Hevc,
            _ => true,
        };
        let kept: Vec<&[u8]> = units.iter().filter(kept).copied().collect();
        let shown = self.ticks(time);
        let written = film.push(shown, [self.begins(units), encoded], &kept);
        written.map_err(|error| MediaError::from_io(self.recording.path(), error))
    }

    /// A time on the clip's clock; a frame that stood when the clip began is shown from its start.
    fn ticks(&self, time: Time) -> i64 {
        let on_clock = |time| ticks(self.recording.on_clock(time), CLOCK);
        (on_clock(time) - on_clock(self.window.span.start())).max(0)
    }
}
