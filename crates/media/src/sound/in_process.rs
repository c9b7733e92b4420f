//! Sound decoded in this process, by Symphonia.

use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

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
        let mut opened = Self::prepare(path, file, audio, layout);
        let first = opened.as_mut().and_then(|opened| opened.decode().ok().flatten());
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
                    let mut channels = Vec::new();
                    sound.copy_to_vecs_planar::<f32>(&mut channels);
                    return Ok(Some(Piece { start, samples: mono(channels) }));
                }
                Ok(_) | Err(Error::DecodeError(_) | Error::IoError(_)) => {}
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
        let piece = self.first.take().map_or_else(|| self.decode(), |first| Ok(Some(first)));
        if !matches!(piece, Ok(Some(_))) {
            self.reader = None;
        }
        let damaged =
            |error: Error| MediaError::Damaged { path: self.path.clone(), damage: error.to_string(), truncated: false };
        piece.map_err(damaged).transpose()
    }
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
