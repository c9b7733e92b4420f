//! Cutting a clip out of a recording by copying its groups of pictures.
//!
//! A group begins with a frame that refers to nothing before it, so groups can be copied bit for bit. Only the frames before
//! the first whole group have to be encoded again, and where frames are stored in another order than they are shown in, the
//! last few. [`Plan`] says which are which, from the list of packets; [`Film`] joins the three parts into one track, in
//! which each picture is shown when it was, and the [`Sound`] beside it. Parameters of the encoded ends stand beside the
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
mod sound;
mod units;

use std::path::Path;

use stepreel_core::{Span, Time};

use super::window::{Window, around};
use super::{CLOCK, Encoding, ticks};
use crate::{MediaError, Recording};

use entry::{entry, sound_entry};
use film::{Film, Picture, Stored, Tracks};
use joint::End;
use material::Material;
use parameters::Parameters;
use plan::Plan;
use sound::{Sound, Voice};
use units::{Codec, Kind, units};

/// A clip whose groups of pictures were copied, and what it must hold.
pub struct Splice {
    /// The piece of the recording that it holds: zero of the clip's timeline is its start.
    pub span: Span,
    pictures: Vec<Picture>,
    sound: Option<(Voice, Vec<Stored>)>,
}

impl Splice {
    /// How many of its frames were copied bit for bit.
    pub fn copied(&self) -> u64 {
        self.pictures.iter().filter(|picture| !picture.encoded).count() as u64
    }

    /// Whether its sound was copied bit for bit, too.
    pub fn sound_copied(&self) -> bool {
        self.sound.as_ref().is_some_and(|(voice, _)| voice.copied)
    }
}

/// What a picture is, for the film.
const COPIED: bool = false;
const ENCODED: bool = true;

impl Recording {
    /// Cuts `span` into the file `to` as [`Recording::cut`] does, but copies whole groups of pictures bit for bit; only the frames
    /// before the first of them are encoded again, in the recording's own codec, and where frames are stored in another order
    /// than they are shown in, the last few. Pictures lie as they are stored, and a note in the file turns them upright. Sound of
    /// one or two channels in AAC is copied as well where its packets are short and follow each other: it begins within 20 ms of
    /// the pictures, and swells and fades within a packet (21 ms at 48 kHz).
    ///
    /// # Errors
    /// [`MediaError::CannotCopy`] when no group begins in the span, when groups refer to each other, and when the pictures are not
    /// progressive H.264 or HEVC as players know it; otherwise as [`Recording::cut`]. Part of a clip may then be left at `to`.
    pub fn splice(&self, span: Span, encoding: Encoding, to: &Path) -> Result<Splice, MediaError> {
        let nothing = || MediaError::NothingToCut { path: self.path().to_owned(), span };
        let refused = |why| self.cannot_copy(why);
        let video = self.info().video.as_ref().ok_or_else(nothing)?;
        let material = Material::of(self, video).map_err(refused)?;
        let pictures = around(&self.packets().pictures, span);
        let window = Window::of(pictures, video, span).ok_or_else(nothing)?;
        let plan = Plan::new(pictures, &window).map_err(refused)?;
        let splicing = Splicing { recording: self, material, window: &window, encoding };
        splicing.write(&plan, self.sound_of(&splicing)?, to)
    }

    fn cannot_copy(&self, why: &'static str) -> MediaError {
        MediaError::CannotCopy { path: self.path().to_owned(), why }
    }
}

/// How a clip is made.
struct Splicing<'a> {
    recording: &'a Recording,
    material: Material<'a>,
    window: &'a Window,
    encoding: Encoding,
}

/// A clip in the making.
struct Reel {
    film: Film,
    sound: Option<Sound>,
    parameters: Parameters,
}

impl Splicing<'_> {
    /// Writes all pictures of the plan and the sound into the file `to`.
    fn write(&self, plan: &Plan, sound: Option<Sound>, to: &Path) -> Result<Splice, MediaError> {
        let failed = |error| MediaError::from_io(to, error);
        let voice = sound.as_ref().map(|sound| sound.voice);
        let film = Film::create(to, plan.frames(), voice.map_or(0, |voice| voice.packets)).map_err(failed)?;
        let mut reel = Reel { film, sound, parameters: Parameters::new(self.material.codec) };
        self.join(&mut reel, &plan.head, End::Head)?;
        self.copy(&mut reel, &plan.body)?;
        self.join(&mut reel, &plan.tail, End::Tail)?;
        self.sound_until(&mut reel, i64::MAX)?;
        let Reel { film, parameters, .. } = reel;
        let refused = |why| self.recording.cannot_copy(why);
        let tracks = Tracks {
            material: &self.material,
            pictures: entry(&self.material, &parameters).map_err(refused)?,
            last: self.window.last_ticks(),
            sound: voice
                .map(|voice| Ok((voice, sound_entry(&voice).ok_or("its sound is of an unusual rate")?)))
                .transpose()
                .map_err(refused)?,
        };
        let (pictures, packets) = film.finish(&tracks).map_err(failed)?;
        Ok(Splice { span: self.window.span, pictures, sound: voice.map(|voice| (voice, packets)) })
    }

    /// Encodes the frames of these times again and writes them.
    fn join(&self, reel: &mut Reel, frames: &[Time], end: End) -> Result<(), MediaError> {
        let joint = self.recording.joint(&self.material, frames, end, self.encoding)?;
        let pictures = joint.pictures(self.material.codec);
        if pictures.len() != frames.len() {
            return Err(self.recording.cannot_copy("frames at its ends do not decode"));
        }
        frames.iter().zip(pictures).try_for_each(|(&time, units)| self.push(reel, (time, ENCODED), &units))
    }

    /// Copies the packets of these times, which follow each other from a key frame on.
    fn copy(&self, reel: &mut Reel, times: &[Time]) -> Result<(), MediaError> {
        let mut wanted = times.iter().copied();
        let (Some(key), Some(mut expected)) = (times.first().copied(), wanted.next()) else { return Ok(()) };
        let failed = |error| MediaError::from_child(self.recording.path(), error);
        let Material { video, codec, .. } = self.material;
        let mut copying = self.recording.copying((video.index, codec.start_codes()), video, key)?;
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
            self.push(reel, (stored.time, COPIED), &units)?;
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

    /// Writes a picture, and the sound up to it.
    fn push(&self, reel: &mut Reel, (time, encoded): (Time, bool), units: &[&[u8]]) -> Result<(), MediaError> {
        let codec = self.material.codec;
        for unit in units.iter().filter(|unit| codec.kind(unit) == Kind::Parameters) {
            reel.parameters.take(unit).map_err(|why| self.recording.cannot_copy(why))?;
        }
        let kept = |unit: &&&[u8]| match codec.kind(unit) {
            Kind::Delimiter => false,
            // They stand at the head of the file.
            Kind::Parameters => codec == Codec::Hevc,
            _ => true,
        };
        let kept: Vec<&[u8]> = units.iter().filter(kept).copied().collect();
        let shown = self.ticks(time);
        let written = reel.film.picture(shown, [self.begins(units), encoded], &kept);
        written.map_err(|error| MediaError::from_io(self.recording.path(), error))?;
        self.sound_until(reel, shown)
    }

    /// Writes the packets of sound up to that tick, as soon as there are some: players read pictures and sound side by side.
    fn sound_until(&self, reel: &mut Reel, tick: i64) -> Result<(), MediaError> {
        /// Ticks of sound that lie together in the file.
        const TOGETHER: i64 = CLOCK / 2;
        let Some(sound) = &mut reel.sound else { return Ok(()) };
        let is_due = |place: i64| tick == i64::MAX || place + TOGETHER <= tick;
        if !sound.next_place().is_some_and(is_due) {
            return Ok(());
        }
        while sound.next_place().is_some_and(|place| place <= tick) {
            let packet = sound.next().map_err(|error| MediaError::from_child(self.recording.path(), error))?;
            let packet = packet.ok_or_else(|| self.recording.cannot_copy("its sound is not as its list has it"))?;
            reel.film.sound(&packet).map_err(|error| MediaError::from_io(self.recording.path(), error))?;
        }
        Ok(())
    }

    /// A time on the clip's clock; a frame that stood when the clip began is shown from its start.
    fn ticks(&self, time: Time) -> i64 {
        let on_clock = |time| ticks(self.recording.on_clock(time), CLOCK);
        (on_clock(time) - on_clock(self.window.span.start())).max(0)
    }
}
