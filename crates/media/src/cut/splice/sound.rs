//! The sound of a clip: the recording's own packets where they can be copied, else encoded again.
//!
//! A packet of AAC says what is heard in 1024 samples together with the packet before it, each through a window that swells and fades
//! (ISO/IEC 14496-3 4.6.11). Cut out of their track, the first packet therefore swells by itself, and a silent one after the
//! last lets that fade: nothing pops, and between the two every packet is the recording's.

use std::io::{BufReader, Read};
use std::time::Duration;

use stepreel_core::{AudioStream, Span, Time, VideoStream};

use super::Splicing;
use super::copying::Copying;
use crate::child::{Child, ChildError};
use crate::cut::{AAC_FRAME, CLOCK, SOUND_RATE, samples_beside, ticks};
use crate::{MediaError, Recording};

/// Sound may start this long after the pictures, and end this long before them.
const LATEST: Duration = Duration::from_millis(20);

/// How far from their place packets may be that follow each other: the clocks of some containers tick once a millisecond.
const JITTER: Duration = Duration::from_millis(2);

/// The slowest rate at which a packet is short enough for sound to begin and end with the pictures.
const SLOWEST: u32 = 44_100;

/// A silent packet of one channel and of two, the rest of the bits filled up: no bands, no tools (ISO/IEC 14496-3 4.4.2.1).
const SILENCE: [&[u8]; 2] = [&[0, 0, 0, 0x07], &[0x20, 0, 0, 0, 0, 0, 0x0e]];

/// How sound lies in a clip, in samples of its own clock. Zero is the clip's start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Voice {
    /// Samples a second.
    pub(super) rate: u32,
    pub(super) channels: u16,
    /// Where the first packet lies: what of it is before zero is not heard.
    pub(super) first: i64,
    /// Where the sound ends.
    pub(super) end: i64,
    /// How many packets it has.
    pub(super) packets: usize,
    /// Whether they are the recording's own.
    pub(super) copied: bool,
}

impl Voice {
    /// The track's packets that a clip of `span` copies, from the times of all; nothing when they can't be copied.
    fn copied(audio: &AudioStream, times: &[Time], span: Span) -> Option<(Self, Time)> {
        let rate = audio.sample_rate;
        let channels = u16::try_from(audio.channels).ok().filter(|channels| (1..=2).contains(channels))?;
        let samples = |time: Time| ticks(time, rate.into());
        let at = |time: Time| samples(Time::from_micros(time.micros() - span.start().micros()));
        let [latest, jitter] = [LATEST, JITTER].map(|length| samples(Time::ZERO + length));
        // What a packet is longer lies outside the pictures, where it has hardly swelled, and almost faded.
        let over = (AAC_FRAME - latest).max(0);
        let from = times.partition_point(|&time| at(time) < -over);
        let first = at(*times.get(from)?);
        // One more packet is the silent one.
        let count = usize::try_from((at(span.end()) + over - first) / AAC_FRAME - 1).ok().filter(|&count| count > 0)?;
        let places = (first..).step_by(AAC_FRAME as usize);
        let in_place = |(&time, place): (&Time, i64)| (at(time) - place).abs() <= jitter;
        let follow = times.get(from..from + count)?.iter().zip(places).all(in_place);
        let end = (first + (count as i64 + 1) * AAC_FRAME).min(at(span.end()));
        let voice = Self { rate, channels, first, end, packets: count + 1, copied: true };
        (rate >= SLOWEST && first < latest && follow).then_some((voice, times[from]))
    }

    /// The track as it is when it is encoded: an encoder's first packet only swells.
    fn encoded(audio: &AudioStream, span: Span) -> Self {
        let end = samples_beside(span);
        let packets = 1 + (end as u64).div_ceil(AAC_FRAME as u64) as usize;
        let channels = if audio.channels == 1 { 1 } else { 2 };
        Self { rate: SOUND_RATE as u32, channels, first: -AAC_FRAME, end, packets, copied: false }
    }

    /// Where the packet with that number lies, in ticks of the clip's clock.
    pub(super) fn place(&self, packet: usize) -> i64 {
        (self.first + packet as i64 * AAC_FRAME) * CLOCK / i64::from(self.rate)
    }

    fn silence(&self) -> &'static [u8] {
        SILENCE[usize::from(self.channels) - 1]
    }
}

/// The packets of a clip's sound, one after the other.
pub(super) struct Sound {
    pub(super) voice: Voice,
    source: Source,
    given: usize,
}

enum Source {
    Recording { copying: Box<Copying>, first: Time },
    Encoder(BufReader<Child>),
}

impl Recording {
    /// The sound of the window; nothing where there is none.
    pub(super) fn sound_of(&self, splicing: &Splicing<'_>) -> Result<Option<Sound>, MediaError> {
        let (video, window) = (splicing.material.video, splicing.window);
        let Some(audio) = self.heard(window.span) else { return Ok(None) };
        let plain = audio.codec == "aac" && self.sound_layout().is_some_and(|layout| layout.plain_aac);
        let copied = plain.then(|| Voice::copied(audio, &self.packets().sound, window.span)).flatten();
        let (voice, source) = match copied {
            Some((voice, first)) => {
                let copying = self.copying((audio.index, "aac_adtstoasc"), video, window.first)?;
                (voice, Source::Recording { copying: Box::new(copying), first })
            }
            None => (Voice::encoded(audio, window.span), Source::Encoder(self.encoder(audio, video, splicing)?)),
        };
        Ok(Some(Sound { voice, source, given: 0 }))
    }

    fn encoder(
        &self,
        audio: &AudioStream,
        video: &VideoStream,
        splicing: &Splicing<'_>,
    ) -> Result<BufReader<Child>, MediaError> {
        let window = splicing.window;
        let call = self.cutting(window.span).flag("-copyts");
        let call = self.seek(call, video, window.first).input(self.path()).map(audio.index);
        let call = self.with_sound(call, audio, window.span).option("-flags", "+bitexact").option("-f", "adts");
        let child = call.output_pipe().stream().map_err(|error| MediaError::from_child(self.path(), error))?;
        Ok(BufReader::new(child))
    }
}

impl Sound {
    /// Where the next packet lies, in ticks of the clip's clock; nothing after the last.
    pub(super) fn next_place(&self) -> Option<i64> {
        (self.given < self.voice.packets).then(|| self.voice.place(self.given))
    }

    /// The next packet; nothing when there is none where one must be.
    pub(super) fn next(&mut self) -> Result<Option<Vec<u8>>, ChildError> {
        let is_last = self.given + 1 == self.voice.packets;
        self.given += 1;
        match &mut self.source {
            Source::Recording { .. } if is_last => Ok(Some(self.voice.silence().to_vec())),
            Source::Recording { copying, first } => {
                while let Some(stored) = copying.next()? {
                    if stored.time >= *first - JITTER {
                        return Ok(Some(stored.bytes));
                    }
                }
                Ok(None)
            }
            Source::Encoder(child) => frame(child).map_err(ChildError::Read),
        }
    }
}

/// The next frame of an ADTS stream without its header (ISO/IEC 14496-3 1.A.2.2); nothing at the end.
fn frame(stream: &mut impl Read) -> std::io::Result<Option<Vec<u8>>> {
    let mut header = [0; 7];
    match stream.read_exact(&mut header) {
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => return Ok(None),
        result => result?,
    }
    let length = usize::from(header[3] & 3) << 11 | usize::from(header[4]) << 3 | usize::from(header[5] >> 5);
    let mut bytes = vec![0; length.saturating_sub(header.len())];
    stream.read_exact(&mut bytes)?;
    Ok(Some(bytes))
}

#[cfg(test)]
mod tests {
    use stepreel_core::SpanSet;

    use super::*;

    fn track(sample_rate: u32, channels: u32) -> AudioStream {
        let (start, end) = (Time::ZERO, Time::from_seconds(60.0));
        AudioStream { index: 1, codec: "aac".into(), sample_rate, channels, start, end, gaps: SpanSet::default() }
    }

    /// Packets from zero on, one after the other.
    fn packets(rate: u32) -> Vec<Time> {
        (0..60 * i64::from(rate) / AAC_FRAME)
            .map(|packet| Time::from_seconds((packet * AAC_FRAME) as f64 / f64::from(rate)))
            .collect()
    }

    #[test]
    fn copied_sound_starts_and_ends_with_the_pictures() {
        for rate in [44_100, 48_000, 96_000] {
            for start in 1..400 {
                let start = 5.0 + f64::from(start) / 300.0;
                let span = Span::from_seconds(start, start + 3.217).unwrap();
                let (voice, first) = Voice::copied(&track(rate, 2), &packets(rate), span).unwrap();
                let seconds = |samples: i64| samples as f64 / f64::from(rate);
                let end = seconds(voice.first + voice.packets as i64 * AAC_FRAME) - 3.217;
                assert!((-0.004..0.02).contains(&seconds(voice.first)), "{voice:?}");
                assert!((-0.0201..0.004).contains(&end), "{voice:?} {end}");
                assert!((first.seconds() - start - seconds(voice.first)).abs() < 1e-4);
            }
        }
    }

    #[test]
    fn sound_is_not_copied_where_packets_are_long_missing_or_of_many_channels() {
        let span = Span::from_seconds(5.0, 9.0).unwrap();
        let copied = |audio: &AudioStream, times: &[Time]| Voice::copied(audio, times, span).is_some();
        let times = packets(48_000);
        let without = |place: f64| -> Vec<Time> {
            times.iter().copied().filter(|time| (time.seconds() - place).abs() > 0.02).collect()
        };
        assert!(copied(&track(48_000, 1), &times));
        assert!(copied(&track(48_000, 2), &without(4.5)));
        assert!(!copied(&track(16_000, 1), &packets(16_000)));
        assert!(!copied(&track(48_000, 6), &times));
        for place in [5.0, 7.0, 8.9] {
            assert!(!copied(&track(48_000, 2), &without(place)), "{place}");
        }
        assert!(!copied(&track(48_000, 2), &times[..300]));
        assert!(!copied(&track(48_000, 2), &[]));
    }

    #[test]
    fn a_stream_of_adts_is_read_frame_by_frame() {
        let frame_of = |bytes: &[u8]| {
            let length = bytes.len() + 7;
            let header =
                [0xff, 0xf1, 0x4c, 0x80 | (length >> 11) as u8, (length >> 3) as u8, (length << 5) as u8 | 0x1f, 0xfc];
            [&header[..], bytes].concat()
        };
        let stream = [frame_of(&[1, 2, 3]), frame_of(&[7; 900])].concat();
        let mut rest = &stream[..];
        assert_eq!(frame(&mut rest).unwrap().as_deref(), Some(&[1, 2, 3][..]));
        assert_eq!(frame(&mut rest).unwrap().map(|bytes| bytes.len()), Some(900));
        assert_eq!(frame(&mut rest).unwrap(), None);
        frame(&mut &stream[..9]).unwrap_err();
    }
}
