use stepreel_core::{SoundBlock, Span, SpanSet, Time};

use super::HOP;

/// One step of 16 bits, with half a step for the rounding between formats.
const STEP: f32 = 1.5 / 32_768.0;
/// As long as this, 50 ms, no living room stays within one step.
const SHORTEST: usize = 2 * HOP;

/// Runs of digital silence.
///
/// Not all of them are exact zeros: lossy codecs leave a step here and there. A quiet room and even a noise gate's floor
/// are well above a step.
#[derive(Debug, Default)]
pub(super) struct Dropouts {
    heard: usize,
    run: usize,
    found: Vec<Span>,
}

impl Dropouts {
    pub(super) fn hear(&mut self, samples: &[f32]) {
        for sample in samples {
            if sample.abs() <= STEP {
                self.run += 1;
            } else {
                self.close();
            }
            self.heard += 1;
        }
    }

    pub(super) fn finish(mut self) -> SpanSet {
        self.close();
        self.found.into()
    }

    fn close(&mut self) {
        if self.run >= SHORTEST {
            let time = |samples: usize| Time::ZERO + SoundBlock::length(samples);
            self.found.extend(Span::new(time(self.heard - self.run), time(self.heard)));
        }
        self.run = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A second of `floor`, either sign in turn, with half a second of `inside` in its middle.
    fn check(floor: f32, inside: f32, dropouts: &[(f64, f64)]) {
        let value = |at: usize| if (4000..12_000).contains(&at) { inside } else { floor };
        let samples: Vec<f32> = (0..16_000).map(|at| if at % 2 == 0 { value(at) } else { -value(at) }).collect();
        let mut meter = Dropouts::default();
        samples.chunks(333).for_each(|block| meter.hear(block));
        let spans: SpanSet = dropouts.iter().filter_map(|&(start, end)| Span::from_seconds(start, end)).collect();
        assert_eq!(meter.finish(), spans);
    }

    #[test]
    fn digital_silence_is_a_dropout() {
        check(0.01, 0.0, &[(0.25, 0.75)]);
        check(0.01, 1.0 / 32_768.0, &[(0.25, 0.75)]);
        check(0.0, 0.0, &[(0.0, 1.0)]);
    }

    #[test]
    fn a_faint_floor_is_none() {
        check(0.01, 3.0 / 32_768.0, &[]);
        check(0.01, 0.01, &[]);
    }
}
