use super::HOP;

/// Samples as loud as this are at the ceiling: 3 dB below full scale, as resampling and lossy codecs make waves of flat tops.
/// Of speech clipped by 18 dB, 12 % is above 0.99 before AAC and 0.1 % after; above 0.7 it is 18 % and 14 %. Speech that just
/// reaches full scale has 0.05 % there.
const CEILING: f32 = 0.7;
/// So many samples at the ceiling in a row are clipped; fewer are a peak.
const RUN: usize = 3;

/// The share of each hop that is clipped.
#[derive(Debug, Default)]
pub(super) struct Clipping {
    heard: usize,
    /// Samples at the ceiling, up to now.
    run: usize,
    clipped: Vec<u32>,
}

impl Clipping {
    pub(super) fn hear(&mut self, samples: &[f32]) {
        for sample in samples {
            if sample.abs() >= CEILING {
                self.run += 1;
            } else {
                self.close();
            }
            self.heard += 1;
        }
    }

    pub(super) fn finish(mut self) -> Vec<f32> {
        self.close();
        self.clipped.resize(self.heard.div_ceil(HOP), 0);
        let length = |hop: usize| HOP.min(self.heard - hop * HOP) as f32;
        self.clipped.iter().enumerate().map(|(hop, &clipped)| clipped as f32 / length(hop)).collect()
    }

    fn close(&mut self) {
        if self.run >= RUN {
            self.clipped.resize(self.heard.div_ceil(HOP), 0);
            for at in self.heard - self.run..self.heard {
                self.clipped[at / HOP] += 1;
            }
        }
        self.run = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(loud: std::ops::Range<usize>, share: &[f32]) {
        let samples: Vec<f32> = (0..2 * HOP).map(|at| if loud.contains(&at) { -1.0 } else { 0.5 }).collect();
        let mut meter = Clipping::default();
        samples.chunks(11).for_each(|block| meter.hear(block));
        assert_eq!(meter.finish(), share);
    }

    #[test]
    fn runs_at_the_ceiling_are_clipped() {
        check(0..0, &[0.0, 0.0]);
        check(10..12, &[0.0, 0.0]);
        check(10..50, &[0.1, 0.0]);
        check(HOP - 20..HOP + 40, &[0.05, 0.1]);
        check(2 * HOP - 4..2 * HOP, &[0.0, 0.01]);
    }
}
