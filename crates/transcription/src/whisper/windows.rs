//! Spans of speech packed into windows, and the way back from a window's time to the recording's.

use std::collections::VecDeque;
use std::ops::Range;
use std::time::Duration;

use stepreel_core::{SAMPLE_RATE, SoundBlock, SourceError, Span, SpanSet, Time};

use super::read_ahead::ReadAhead;
use crate::gate::bounded;

/// What Whisper sees at once: 30 s.
const WINDOW: usize = 30 * SAMPLE_RATE as usize;
/// Silence after each piece, so that words of two pieces never touch: half a second.
const GAP: usize = SAMPLE_RATE as usize / 2;
/// The longest piece: with its gap it fills a window.
const LONGEST: usize = WINDOW - GAP;
/// A long span is not split before this.
const EARLIEST_SPLIT: usize = LONGEST / 2;
/// The quietest point is the middle of the quietest stretch of that length: 0.2 s.
const QUIET: usize = SAMPLE_RATE as usize / 5;

/// Up to 30 s of speech for the recogniser: pieces of the recording with silence between them.
#[derive(Debug)]
pub(super) struct Window {
    /// 16 kHz mono.
    pub(super) samples: Vec<f32>,
    pub(super) pieces: Vec<Piece>,
}

/// What ends in so long is not listened to again.
const SOON: Duration = Duration::from_secs(3);

/// One stretch of the recording in a window.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Piece {
    /// Where its samples lie in the window.
    pub(super) samples: Range<usize>,
    /// Where they come from.
    pub(super) span: Span,
}

impl Piece {
    /// Its place in the window.
    pub(super) fn times(&self) -> Range<Duration> {
        SoundBlock::length(self.samples.start)..SoundBlock::length(self.samples.end)
    }

    /// The time in the recording of a time in the window; those outside lie at its ends.
    fn recorded(&self, at: Duration) -> Time {
        (self.span.start() + at.saturating_sub(self.times().start)).min(self.span.end())
    }
}

/// No word is shorter: 20 ms, the recogniser's own step.
const SHORTEST_WORD: Duration = Duration::from_millis(20);

impl Window {
    /// Where to listen on when what was heard is over at `at`: at the next piece, unless the one that holds `at` goes on for long.
    pub(super) fn resumed(&self, at: Duration) -> Duration {
        let next = self.pieces.iter().map(|piece| piece.times().start).find(|&start| start > at);
        next.filter(|&next| next <= at + SOON).unwrap_or(at)
    }

    fn new() -> Self {
        Self { samples: Vec::with_capacity(WINDOW), pieces: Vec::new() }
    }

    /// Its end.
    pub(super) fn end(&self) -> Duration {
        SoundBlock::length(self.samples.len())
    }

    /// The piece that a stretch of the window's time belongs to, by the largest overlap or else the smallest distance, and the
    /// part of that piece's span: never empty, and never outside.
    pub(super) fn locate(&self, stretch: &Range<Duration>) -> Option<(usize, Span)> {
        let fit =
            |piece: &Piece| (overlap(&piece.times(), stretch), std::cmp::Reverse(distance(&piece.times(), stretch)));
        // The first of those that fit alike.
        let best = self.pieces.iter().enumerate().rev().max_by_key(|(_, piece)| fit(piece));
        let (index, piece) = best?;
        let latest = (piece.span.end() - SHORTEST_WORD).max(piece.span.start());
        let start = piece.recorded(stretch.start).min(latest);
        let end = piece.recorded(stretch.end).max((start + SHORTEST_WORD).min(piece.span.end()));
        Some((index, Span::new(start, end)?))
    }

    fn has_room_for(&self, samples: usize) -> bool {
        self.samples.len() + samples + GAP <= WINDOW
    }

    fn push(&mut self, stretch: Stretch) {
        let at = self.samples.len();
        self.samples.extend(stretch.samples);
        self.pieces.push(Piece { samples: at..self.samples.len(), span: stretch.span });
        self.samples.resize(self.samples.len() + GAP, 0.0);
    }
}

fn overlap(a: &Range<Duration>, b: &Range<Duration>) -> Duration {
    a.end.min(b.end).saturating_sub(a.start.max(b.start))
}

fn distance(a: &Range<Duration>, b: &Range<Duration>) -> Duration {
    a.start.max(b.start).saturating_sub(a.end.min(b.end))
}

/// The windows of a recording, in order; the sound is held for one window and the next piece only.
pub(super) struct Windows<'a> {
    stretches: Stretches<'a>,
    /// What found no room in the window before.
    waiting: Option<Stretch>,
}

impl<'a> Windows<'a> {
    pub(super) fn new(sound: ReadAhead<'a>, speech: &SpanSet) -> Self {
        Self { stretches: Stretches::new(sound, speech), waiting: None }
    }

    /// Whether the source goes on.
    pub(super) fn look_ahead(&mut self) -> Result<(), SourceError> {
        self.stretches.sound.look_ahead()
    }
}

impl Iterator for Windows<'_> {
    type Item = Result<Window, SourceError>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut window = Window::new();
        while let Some(stretch) = self.waiting.take().map(Ok).or_else(|| self.stretches.next()) {
            match stretch {
                Ok(stretch) if window.has_room_for(stretch.samples.len()) => window.push(stretch),
                Ok(stretch) => {
                    self.waiting = Some(stretch);
                    break;
                }
                Err(error) => return Some(Err(error)),
            }
        }
        (!window.pieces.is_empty()).then_some(Ok(window))
    }
}

/// A stretch of speech: a span, or a part of a long one.
struct Stretch {
    span: Span,
    samples: Vec<f32>,
}

/// The spans of speech cut out of the sound, long ones split where they are quietest.
struct Stretches<'a> {
    sound: ReadAhead<'a>,
    /// Spans that were not read to their end.
    spans: VecDeque<Span>,
    /// What was read of the first of them.
    read: SoundBlock,
    /// The rest of the block that was read last.
    block: SoundBlock,
}

impl<'a> Stretches<'a> {
    fn new(sound: ReadAhead<'a>, speech: &SpanSet) -> Self {
        let spans = speech.spans().iter().copied().collect();
        Self { sound, spans, read: nothing(), block: nothing() }
    }

    /// Moves what the block has of `span` to what was read of it, and forgets what comes before.
    fn take(&mut self, span: Span) {
        let before = self.samples_until(span.start(), f64::ceil);
        self.block.samples.drain(..before);
        self.block.start = self.block.start + SoundBlock::length(before);
        let inside = self.samples_until(span.end(), f64::floor);
        if self.read.samples.is_empty() {
            self.read.start = self.block.start;
        }
        self.read.samples.extend(self.block.samples.drain(..inside).map(bounded));
        self.block.start = self.block.start + SoundBlock::length(inside);
    }

    fn samples_until(&self, time: Time, round: fn(f64) -> f64) -> usize {
        let samples = time.since(self.block.start).as_secs_f64() * f64::from(SAMPLE_RATE);
        // A microsecond is a sixtieth of a sample: what is so near to a whole number is one.
        let samples = if (samples - samples.round()).abs() < 1e-3 { samples.round() } else { round(samples) };
        (samples as usize).min(self.block.samples.len())
    }

    /// What was read of `span`, all of it or up to its quietest point.
    fn cut(&mut self, span: Span) -> Option<Stretch> {
        let samples = &mut self.read.samples;
        let at = if samples.len() > LONGEST { quietest(&samples[..LONGEST]) } else { samples.len() };
        let rest = samples.split_off(at);
        let next = self.read.start + SoundBlock::length(at);
        let read = std::mem::replace(&mut self.read, SoundBlock { start: next, samples: rest });
        Some(Stretch { span: Span::new(read.start, read.end())?.intersection(span)?, samples: read.samples })
    }

    /// The next block, once all of the last is used up; nothing when the sound has ended.
    fn refill(&mut self) -> Result<Option<()>, SourceError> {
        let block = self.sound.next().transpose();
        if !matches!(block, Ok(Some(_))) {
            self.spans.clear();
        }
        Ok(block?.map(|block| self.block = block))
    }
}

impl Iterator for Stretches<'_> {
    type Item = Result<Stretch, SourceError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let span = *self.spans.front()?;
            self.take(span);
            if self.read.samples.len() > LONGEST {
                return self.cut(span).map(Ok);
            }
            if self.block.samples.is_empty() {
                match self.refill() {
                    Ok(Some(())) => continue,
                    Ok(None) => return self.cut(span).map(Ok),
                    Err(error) => return Some(Err(error)),
                }
            }
            self.spans.pop_front();
            if let Some(stretch) = self.cut(span) {
                return Some(Ok(stretch));
            }
        }
    }
}

fn nothing() -> SoundBlock {
    SoundBlock { start: Time::ZERO, samples: Vec::new() }
}

/// The middle of the quietest stretch of [`QUIET`] samples after [`EARLIEST_SPLIT`], in steps of a quarter of it.
fn quietest(samples: &[f32]) -> usize {
    let power =
        |&start: &usize| samples[start..start + QUIET].iter().map(|sample| f64::from(sample * sample)).sum::<f64>();
    let starts = (EARLIEST_SPLIT..=samples.len() - QUIET).step_by(QUIET / 4);
    starts.min_by(|a, b| power(a).total_cmp(&power(b))).map_or(samples.len(), |start| start + QUIET / 2)
}

#[cfg(test)]
mod tests;
