//! Sound decoded in this process, by Symphonia, which is held to what a track of its length can come to.

use std::fs::File;
use std::io::ErrorKind;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::Duration;

use stepreel_core::{AudioStream, Time};
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder, AudioDecoderOptions};
use symphonia::core::errors::Error;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, FormatReader};
use symphonia::core::io::{MediaSourceStream, MediaSourceStreamOptions};
use symphonia::core::meta::MetadataOptions;
use symphonia::core::packet::Packet;
use symphonia::core::units::{TimeBase, Timestamp};

use crate::MediaError;
use crate::probe::SoundLayout;

use super::Piece;

/// The packets of one sound track, decoded and mixed to mono at the rate they are stored in.
pub(super) struct InProcess {
    path: PathBuf,
    reader: Option<Box<dyn FormatReader>>,
    decoder: Box<dyn AudioDecoder>,
    track: u32,
    clock: Clock,
    rate: u32,
    budget: Budget,
    /// A piece that was decoded to see whether it can be.
    first: Option<Piece>,
}

/// From the timestamps of the container to the timeline: the first stored packet is where the probe says.
struct Clock {
    base: TimeBase,
    first_packet: Time,
    first: Option<Timestamp>,
}

impl InProcess {
    /// Opens the sound track and decodes its first packet; nothing when Symphonia cannot.
    pub(super) fn open(path: &Path, audio: &AudioStream, layout: SoundLayout) -> Result<Option<Self>, MediaError> {
        let file = File::open(path).map_err(|error| MediaError::from_io(path, error))?;
        let mut opened = contained(|| Ok(Self::prepare(path, file, audio, layout))).ok().flatten();
        let first = opened.as_mut().and_then(|opened| contained(|| opened.decode()).ok().flatten());
        Ok(opened.zip(first).map(|(opened, first)| Self { first: Some(first), ..opened }))
    }

    fn prepare(path: &Path, file: File, audio: &AudioStream, layout: SoundLayout) -> Option<Self> {
        let stream = MediaSourceStream::new(Box::new(file), MediaSourceStreamOptions::default());
        let probe = symphonia::default::get_probe();
        let reader = probe.probe(&Hint::new(), stream, FormatOptions::default(), MetadataOptions::default()).ok()?;
        let (track, parameters, base) = reader.tracks().iter().find_map(|track| {
            let parameters = track.codec_params.as_ref()?.audio()?;
            let same = parameters.sample_rate == Some(audio.sample_rate);
            Some((track.id, parameters.clone(), track.time_base?)).filter(|_| same)
        })?;
        Some(Self {
            path: path.to_owned(),
            reader: Some(reader),
            decoder: decoder(&parameters)?,
            track,
            clock: Clock { base, first_packet: layout.first_packet, first: None },
            rate: audio.sample_rate,
            budget: Budget::of(audio),
            first: None,
        })
    }

    /// The next piece that can be decoded. A damaged packet is left out: the next one's time makes it silence.
    fn decode(&mut self) -> Result<Option<Piece>, Error> {
        while let Some(packet) = self.packet()? {
            let start = self.clock.time(&packet);
            match self.decoder.decode(&packet) {
                Ok(sound) if sound.spec().rate() != self.rate => {
                    return Err(Error::Unsupported("a sample rate that changes"));
                }
                Ok(sound) if sound.frames() > 0 => {
                    self.budget.spend(sound.frames())?;
                    let mut channels = Vec::new();
                    sound.copy_to_vecs_planar::<f32>(&mut channels);
                    return Ok(Some(Piece { start, samples: mono(channels) }));
                }
                Ok(_) | Err(Error::DecodeError(_) | Error::IoError(_)) => self.budget.spend(0)?,
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    fn packet(&mut self) -> Result<Option<Packet>, Error> {
        let Some(reader) = &mut self.reader else { return Ok(None) };
        loop {
            match reader.next_packet() {
                Ok(Some(packet)) if packet.track_id == self.track => return Ok(Some(packet)),
                Ok(Some(_)) => {}
                // A file that lost its tail ends in the middle of a packet.
                Err(Error::IoError(error)) if error.kind() == ErrorKind::UnexpectedEof => return Ok(None),
                Ok(None) | Err(Error::ResetRequired) => return Ok(None),
                Err(error) => return Err(error),
            }
        }
    }
}

impl Iterator for InProcess {
    type Item = Result<Piece, MediaError>;

    fn next(&mut self) -> Option<Self::Item> {
        let piece = self.first.take().map_or_else(|| contained(|| self.decode()), |first| Ok(Some(first)));
        if !matches!(piece, Ok(Some(_))) {
            self.reader = None;
        }
        let damaged =
            |error: Error| MediaError::Damaged { path: self.path.clone(), damage: error.to_string(), truncated: false };
        piece.map_err(damaged).transpose()
    }
}

/// Samples that may still be decoded: a file can list a sample so often that hours come of it, whatever length it claims.
struct Budget(u64);

impl Budget {
    /// Twice the track's length, and a minute.
    fn of(audio: &AudioStream) -> Self {
        let most = audio.end.since(audio.start) * 2 + Duration::from_mins(1);
        Self((most.as_secs_f64() * f64::from(audio.sample_rate)) as u64)
    }

    /// A packet costs what it gives, and one that gives nothing costs a sample.
    fn spend(&mut self, samples: usize) -> Result<(), Error> {
        let left = self.0.checked_sub(samples.max(1) as u64);
        self.0 = left.ok_or(Error::LimitError("more sound than its track can hold"))?;
        Ok(())
    }
}

/// What that work gives; a panic inside is an error of the file.
fn contained<T>(work: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or(Err(Error::Unsupported("a track that the decoder panics on")))
}

impl Clock {
    fn time(&mut self, packet: &Packet) -> Time {
        let first = *self.first.get_or_insert(packet.pts);
        let passed =
            self.base.calc_time_saturating(packet.pts).as_micros() - self.base.calc_time_saturating(first).as_micros();
        let passed = i64::try_from(passed).unwrap_or(i64::MAX).clamp(-Time::MAX.micros(), Time::MAX.micros());
        Time::from_micros(self.first_packet.micros() + passed)
    }
}

/// The whole of each packet is wanted: what the encoder's delay put before the start falls before the timeline.
fn decoder(parameters: &AudioCodecParameters) -> Option<Box<dyn AudioDecoder>> {
    let options = AudioDecoderOptions::default().gapless(false);
    symphonia::default::get_codecs().make_audio_decoder(parameters, &options).ok()
}

/// The mean of the channels.
fn mono(channels: Vec<Vec<f32>>) -> Vec<f32> {
    let share = 1.0 / channels.len().max(1) as f32;
    let mut channels = channels.into_iter();
    let mut mixed = channels.next().unwrap_or_default();
    for channel in channels {
        mixed.iter_mut().zip(channel).for_each(|(sample, other)| *sample += other);
    }
    for sample in &mut mixed {
        *sample *= share;
    }
    mixed
}

#[cfg(test)]
mod tests {
    use stepreel_core::SpanSet;

    use super::*;

    /// A WAVE file of silence, at 8,000 samples a second, 16 bits each.
    fn silence(seconds: u32) -> tempfile::NamedTempFile {
        let bytes = seconds * 16_000;
        let mut file = b"RIFF".to_vec();
        file.extend((bytes + 36).to_le_bytes());
        file.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0data");
        file.extend(bytes.to_le_bytes());
        file.resize(file.len() + bytes as usize, 0);
        let made = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(made.path(), file).unwrap();
        made
    }

    fn track(seconds: f64) -> AudioStream {
        AudioStream {
            index: 0,
            codec: "pcm_s16le".to_owned(),
            sample_rate: 8_000,
            channels: 1,
            start: Time::ZERO,
            end: Time::from_seconds(seconds),
            gaps: SpanSet::default(),
        }
    }

    fn opened(seconds: u32, track: &AudioStream) -> (tempfile::NamedTempFile, InProcess) {
        let file = silence(seconds);
        let layout = SoundLayout { first_packet: Time::ZERO, plain_aac: false };
        let opened = InProcess::open(file.path(), track, layout).unwrap().unwrap();
        (file, opened)
    }

    #[test]
    fn a_track_gives_what_it_holds_and_ends() {
        let (_file, opened) = opened(100, &track(100.0));
        let samples: usize = opened.map(|piece| piece.unwrap().samples.len()).sum();
        assert_eq!(samples, 800_000);
    }

    #[test]
    fn far_more_sound_than_the_track_can_hold_is_damage() {
        let (_file, mut opened) = opened(100, &track(5.0));
        let error = opened.by_ref().find_map(Result::err).unwrap();
        assert!(error.to_string().contains("more sound than its track can hold"), "{error}");
        assert!(opened.next().is_none(), "it has ended");
    }

    #[test]
    fn a_panic_of_the_decoder_is_an_error() {
        let broken: Result<(), Error> = contained(|| panic!("as a decoder would"));
        assert!(matches!(broken, Err(Error::Unsupported(_))));
    }
}
