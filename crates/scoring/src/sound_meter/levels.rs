use super::{HOP, decibels};

/// The level of each hop.
#[derive(Debug, Default)]
pub(super) struct Levels {
    hops: Vec<f32>,
    squares: f64,
    heard: usize,
}

impl Levels {
    pub(super) fn hear(&mut self, samples: &[f32]) {
        for sample in samples {
            self.squares += f64::from(*sample).powi(2);
            self.heard += 1;
            if self.heard == HOP {
                self.close();
            }
        }
    }

    /// The levels; an unfinished hop counts for what it has.
    pub(super) fn finish(mut self) -> Vec<f32> {
        if self.heard > 0 {
            self.close();
        }
        self.hops
    }

    fn close(&mut self) {
        self.hops.push(decibels(self.squares / self.heard as f64));
        (self.squares, self.heard) = (0.0, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(samples: &[f32], levels: &[f32]) {
        let mut meter = Levels::default();
        samples.chunks(7).for_each(|block| meter.hear(block));
        let measured = meter.finish();
        assert_eq!(measured.len(), levels.len());
        assert!(measured.iter().zip(levels).all(|(a, b)| (a - b).abs() < 0.01), "{measured:?}");
    }

    #[test]
    fn levels_are_relative_to_full_scale() {
        check(&[1.0; HOP], &[0.0]);
        check(&[0.1; HOP], &[-20.0]);
        check(&[0.0; HOP], &[-100.0]);
    }

    #[test]
    fn the_last_hop_may_be_short() {
        check(&[0.1; HOP + 8], &[-20.0, -20.0]);
        check(&[], &[]);
    }
}
