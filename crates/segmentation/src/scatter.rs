//! How much vectors of a stretch differ from each other.

use std::ops::Range;

/// A modality as one vector a bin; nothing where it says nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Track {
    bins: Vec<Option<Vec<f64>>>,
    dimensions: usize,
}

impl Track {
    /// The mean of the vectors of each bin, divided by the noise between vectors some bins apart, which is never taken as less
    /// than `floor` (in the vectors' own unit).
    ///
    /// After that, a stretch of nothing but noise scatters by about one a bin, whatever the modality. The noise is the median
    /// of half the squared distances: at that distance most pairs lie in one scene, so that a real change does not raise it.
    pub(crate) fn new(samples: impl Iterator<Item = (usize, Vec<f64>)>, bins: usize, noise: Noise) -> Self {
        let mut track = Self { bins: means(samples, bins), dimensions: 0 };
        track.dimensions = track.bins.iter().flatten().map(Vec::len).min().unwrap_or(0);
        let noise = noise.between(&track.bins);
        track.bins.iter_mut().flatten().flatten().for_each(|value| *value /= noise);
        track
    }

    /// The scatter of the whole session for each bin that says something.
    pub(crate) fn spread(&self) -> f64 {
        let mut all = Scatter::new(self);
        let (scatter, bins) = (0..self.bins.len()).map(|bin| all.add(bin)).last().unwrap_or_default();
        scatter / bins.max(1.0)
    }

    /// The vector of a bin.
    pub(crate) fn bin(&self, bin: usize) -> Option<&[f64]> {
        self.bins.get(bin)?.as_deref()
    }

    /// Half the squared distance between the means of the `reach` bins before and after an edge: about the noise's share of
    /// one over `reach` where nothing changes, much more where the scene does. Zero where a side says nothing.
    pub(crate) fn change(&self, edge: usize, reach: usize) -> f64 {
        self.distance(edge.saturating_sub(reach)..edge, edge..edge + reach).unwrap_or(0.0)
    }

    /// Half the squared distance between the means of two stretches; nothing where one says nothing.
    pub(crate) fn distance(&self, one: Range<usize>, other: Range<usize>) -> Option<f64> {
        let mean = |bins: Range<usize>| mean(bins.filter_map(|bin| self.bin(bin)));
        Some(squared_distance(&mean(one)?, &mean(other)?) / 2.0)
    }
}

/// How a track's noise is measured.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Noise {
    /// Distances in bins of what is compared; the one with more noise counts, as what returns after one of them looks still.
    pub(crate) lags: [usize; 2],
    /// The least that counts as noise.
    pub(crate) floor: f64,
}

impl Noise {
    fn between(self, bins: &[Option<Vec<f64>>]) -> f64 {
        self.lags.into_iter().map(|lag| Self::at(lag, bins)).fold(self.floor, f64::max)
    }

    fn at(lag: usize, bins: &[Option<Vec<f64>>]) -> f64 {
        let pairs = bins.iter().zip(bins.iter().skip(lag));
        let both = pairs.filter_map(|(a, b)| Some(squared_distance(a.as_ref()?, b.as_ref()?) / 2.0));
        let mut distances: Vec<f64> = both.collect();
        distances.sort_unstable_by(f64::total_cmp);
        distances.get(distances.len() / 2).map_or(0.0, |median| median.sqrt())
    }
}

/// The scatter of a growing stretch: the sum of squared distances to its mean, which is the kernel change-point cost for the
/// linear kernel (Arlot, Celisse and Harchaoui 2019). It only needs the running sum, so memory does not grow with time.
#[derive(Clone, Debug)]
pub(crate) struct Scatter<'a> {
    track: &'a Track,
    sum: Vec<f64>,
    squares: f64,
    bins: f64,
}

impl<'a> Scatter<'a> {
    pub(crate) fn new(track: &'a Track) -> Self {
        Self { track, sum: vec![0.0; track.dimensions], squares: 0.0, bins: 0.0 }
    }

    pub(crate) fn clear(&mut self) {
        self.sum.fill(0.0);
        (self.squares, self.bins) = (0.0, 0.0);
    }

    /// Adds a bin; gives the scatter and how many bins it comes from.
    pub(crate) fn add(&mut self, bin: usize) -> (f64, f64) {
        if let Some(vector) = self.track.bin(bin) {
            self.sum.iter_mut().zip(vector).for_each(|(sum, value)| *sum += value);
            self.squares += vector.iter().map(|value| value * value).sum::<f64>();
            self.bins += 1.0;
        }
        let length: f64 = self.sum.iter().map(|value| value * value).sum();
        ((self.squares - length / self.bins.max(1.0)).max(0.0), self.bins)
    }
}

fn means(samples: impl Iterator<Item = (usize, Vec<f64>)>, bins: usize) -> Vec<Option<Vec<f64>>> {
    let mut gathered: Vec<Vec<Vec<f64>>> = vec![Vec::new(); bins];
    samples.for_each(|(bin, vector)| gathered[bin].push(vector));
    gathered.iter().map(|vectors| mean(vectors.iter().map(Vec::as_slice))).collect()
}

fn mean<'v>(mut vectors: impl Iterator<Item = &'v [f64]>) -> Option<Vec<f64>> {
    let mut sum = vectors.next()?.to_vec();
    let mut count = 1.0;
    for vector in vectors {
        sum.iter_mut().zip(vector).for_each(|(sum, value)| *sum += value);
        count += 1.0;
    }
    sum.iter_mut().for_each(|value| *value /= count);
    Some(sum)
}

fn squared_distance(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOISE: Noise = Noise { lags: [1, 1], floor: 1.0 };

    fn track(values: &[f64]) -> Track {
        Track::new(values.iter().map(|&value| vec![value]).enumerate(), values.len(), NOISE)
    }

    fn scatter(values: &[f64]) -> f64 {
        let track = track(values);
        let mut scatter = Scatter::new(&track);
        (0..values.len()).map(|bin| scatter.add(bin).0).last().unwrap()
    }

    #[test]
    fn equal_vectors_do_not_scatter() {
        assert!(scatter(&[7.0; 9]).abs() < 1e-9);
    }

    #[test]
    fn the_scatter_is_the_squared_distance_to_the_mean() {
        assert!((scatter(&[0.0, 0.0, 0.0, 0.0, 4.0]) - 12.8).abs() < 1e-9);
    }

    #[test]
    fn a_change_stands_out_where_it_is() {
        let track = track(&[0.0, 0.0, 0.0, 5.0, 5.0, 5.0]);
        assert!(track.change(3, 2) > 10.0 && track.change(1, 1).abs() < 1e-9);
    }
}
