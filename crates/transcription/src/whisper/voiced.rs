//! Where in a window a voice is heard, and how words lie over it.

use std::ops::Range;
use std::time::Duration;

use stepreel_core::SAMPLE_RATE;

use super::windows::Window;

/// Samples in a step: 10 ms.
const STEP: usize = SAMPLE_RATE as usize / 100;
/// What is softer than the loud tenth of its piece by 20 dB is a pause.
const PAUSE: f32 = 0.1;
/// A pause of so many steps lies between two words, not inside one: 150 ms.
const BREAK: usize = 15;
/// A word that would begin or end so close to such a pause begins or ends there, in steps of voice: 200 ms.
const REACH: f64 = 20.0;

/// How much voice was heard up to each step of a window.
///
/// whisper.cpp's own times of tokens look for their sound at the wrong place when a phrase does not begin at the start of a
/// window, and its alignment by attention ends the process when it runs out of the memory set aside for it. So the
/// recogniser's timestamps only say where a phrase lies; inside it words follow each other in proportion to their length, and time
/// only passes while somebody speaks.
pub(super) struct Voiced {
    /// Steps with a voice; one more value than there are steps, never falling.
    heard: Vec<f64>,
    /// How much was heard at each pause between words.
    breaks: Vec<f64>,
}

impl Voiced {
    pub(super) fn of(window: &Window) -> Self {
        let mut steps = vec![false; window.samples.len().div_ceil(STEP)];
        for piece in &window.pieces {
            let levels: Vec<f32> = window.samples[piece.samples.clone()].chunks(STEP).map(level).collect();
            let pause = PAUSE * loud(&levels);
            for (step, level) in steps[piece.samples.start / STEP..].iter_mut().zip(&levels) {
                *step = *level > pause;
            }
        }
        Self::from_steps(&steps)
    }

    fn from_steps(steps: &[bool]) -> Self {
        let mut heard = vec![0.0];
        let mut breaks = Vec::new();
        for run in steps.chunk_by(|a, b| a == b) {
            let so_far = heard.last().copied().unwrap_or(0.0);
            if run[0] {
                heard.extend((1..=run.len()).map(|step| so_far + step as f64));
            } else {
                heard.resize(heard.len() + run.len(), so_far);
                breaks.extend((run.len() >= BREAK).then_some(so_far));
            }
        }
        Self { heard, breaks }
    }

    /// The stretches of words of those lengths that share `times`: in order, without overlap, inside.
    pub(super) fn share(&self, times: &Range<Duration>, lengths: &[f64]) -> Vec<Range<Duration>> {
        let bounds = self.bounds(times, lengths);
        if bounds.last() <= bounds.first() {
            return evenly(times, lengths);
        }
        let stretch = |pair: &[f64]| {
            let start = self.after(pair[0]).clamp(times.start, times.end);
            start..self.before(pair[1]).clamp(start, times.end)
        };
        bounds.windows(2).map(stretch).collect()
    }

    /// How much was heard where each word begins, and where the last one ends.
    fn bounds(&self, times: &Range<Duration>, lengths: &[f64]) -> Vec<f64> {
        let (first, last) = (self.until(times.start), self.until(times.end));
        let letter = (last - first) / lengths.iter().sum::<f64>().max(1.0);
        let mut bounds = vec![first];
        let mut end = first;
        for (index, length) in lengths.iter().enumerate() {
            end += length * letter;
            let next = lengths.get(index + 1).copied().unwrap_or(0.0);
            let bound = self.at_break(end, REACH.min(length.min(next) * letter / 2.0));
            bounds.push(bound.max(bounds[index]));
        }
        bounds
    }

    /// The nearest pause within reach, or else the place itself.
    fn at_break(&self, place: f64, reach: f64) -> f64 {
        let near = self.breaks.iter().copied().filter(|pause| (pause - place).abs() <= reach);
        near.min_by(|a, b| (a - place).abs().total_cmp(&(b - place).abs())).unwrap_or(place)
    }

    /// How much voice there is before `time`.
    fn until(&self, time: Duration) -> f64 {
        let steps = time.as_secs_f64() * f64::from(SAMPLE_RATE) / STEP as f64;
        let whole = (steps as usize).min(self.heard.len() - 1);
        let next = self.heard.get(whole + 1).unwrap_or(&self.heard[whole]);
        self.heard[whole] + (next - self.heard[whole]) * (steps - whole as f64).clamp(0.0, 1.0)
    }

    /// When the voice goes on after so much of it.
    fn after(&self, voice: f64) -> Duration {
        self.when(self.heard.partition_point(|&heard| heard <= voice + 1e-9), voice)
    }

    /// When so much voice is over.
    fn before(&self, voice: f64) -> Duration {
        self.when(self.heard.partition_point(|&heard| heard < voice - 1e-9), voice)
    }

    /// The time in the step that ends at `next` when so much voice was heard.
    fn when(&self, next: usize, voice: f64) -> Duration {
        let Some(step) = next.checked_sub(1) else { return Duration::ZERO };
        let (from, to) = (self.heard[step], self.heard.get(next).copied().unwrap_or(f64::INFINITY));
        let part = ((voice - from) / (to - from).max(f64::MIN_POSITIVE)).clamp(0.0, 1.0);
        Duration::from_secs_f64((step as f64 + part) * STEP as f64 / f64::from(SAMPLE_RATE))
    }
}

/// By length alone, where no voice was heard.
fn evenly(times: &Range<Duration>, lengths: &[f64]) -> Vec<Range<Duration>> {
    let letter = times.end.saturating_sub(times.start).div_f64(lengths.iter().sum::<f64>().max(1.0));
    let mut said = 0.0;
    let stretch = |&length: &f64| {
        let start = times.start + letter.mul_f64(said);
        said += length;
        start..(times.start + letter.mul_f64(said)).min(times.end).max(start)
    };
    lengths.iter().map(stretch).collect()
}

fn level(samples: &[f32]) -> f32 {
    (samples.iter().map(|sample| sample * sample).sum::<f32>() / samples.len() as f32).sqrt()
}

fn loud(levels: &[f32]) -> f32 {
    let mut sorted = levels.to_vec();
    sorted.sort_by(f32::total_cmp);
    sorted.get(sorted.len() * 9 / 10).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `x` is 10 ms of voice, `.` of pause. The words as `from-to` in milliseconds.
    fn check(steps: &str, lengths: &[f64], expected: &[(u128, u128)]) {
        let voiced = Voiced::from_steps(&steps.chars().map(|c| c == 'x').collect::<Vec<_>>());
        let times = Duration::ZERO..Duration::from_millis(10 * steps.len() as u64);
        let words = voiced.share(&times, lengths);
        let found: Vec<_> = words.iter().map(|word| (word.start.as_millis(), word.end.as_millis())).collect();
        assert_eq!(found, expected, "{steps}");
    }

    #[test]
    fn longer_words_take_longer() {
        check("xxxxxxxxxx", &[1.0, 3.0, 1.0], &[(0, 20), (20, 80), (80, 100)]);
    }

    #[test]
    fn no_word_is_said_in_a_pause() {
        check("..xxxx....xxxx..", &[1.0, 1.0], &[(20, 60), (100, 140)]);
    }

    #[test]
    fn a_long_pause_lies_between_words() {
        let pause = ".".repeat(40);
        check(&format!("xxxxxxxxx{pause}xxxxxxxxxxx"), &[1.0, 1.0], &[(0, 90), (490, 600)]);
    }

    #[test]
    fn without_a_voice_words_follow_each_other_evenly() {
        check("..........", &[1.0, 1.0], &[(0, 50), (50, 100)]);
        check("", &[1.0], &[(0, 0)]);
    }
}
