//! How wide the edges of a picture are.

use crate::luma::Luma;

/// Share of pixels that are no edge: only the steepest 3 % are measured.
const NO_EDGE: f32 = 0.97;
/// The least slope of an edge, in steps of luma a pixel: less is shading.
const LEAST_SLOPE: f32 = 1.0;
/// Fewer edges than this tell nothing about the whole picture.
const LEAST_EDGES: usize = 20;
/// What the smoothing leaves of the noise's standard deviation, in values and in slopes: the root of the kernels' energies.
const NOISE_LEFT: f32 = 0.273;
const SLOPE_NOISE_LEFT: f32 = 0.15;
/// How far an edge is followed, in pixels.
const LONGEST: usize = 64;

/// Median width of the picture's edges in pixels at [`Luma::WIDTH`] pixels of width; nothing when it has too few edges.
///
/// An edge is as wide as twice its rise over its steepest slope. For a step under a Gaussian blur that is close to the distance
/// between the ends of its rise, which Marziliano et al. ("A no-reference perceptual blur metric", 2002) measure; but where
/// noise cuts the rise short at its flat ends, the steepest slope and most of the rise are still there. For the same
/// reason the picture is smoothed first, an edge has to stand out of the noise, and the rise goes on until the picture
/// turns back by more than noise. Rows and columns are measured on their own and the wider counts: motion smears only the
/// edges across its way.
pub(crate) fn edge_width(luma: &Luma, noise: f32) -> Option<f32> {
    let columns = smoothed(&smoothed(luma).transposed());
    let down = row_edge_width(&columns, noise);
    let across = row_edge_width(&columns.transposed(), noise);
    let widest = down.into_iter().chain(across).max_by(f32::total_cmp)?;
    Some(widest * Luma::WIDTH as f32 / luma.width as f32)
}

/// Median width of the edges that rows cross.
fn row_edge_width(smooth: &Luma, noise: f32) -> Option<f32> {
    let slopes = slopes(smooth);
    let least = steepness(&slopes).max(3.0 * SLOPE_NOISE_LEFT * noise).max(LEAST_SLOPE);
    let tolerance = 2.0 * NOISE_LEFT * noise;
    let rows = smooth.rows().zip(slopes.rows());
    let mut widths: Vec<f32> = rows
        .flat_map(|(row, slopes)| {
            peaks(slopes, least).map(|x| 2.0 * rise(row, (x, slopes[x]), tolerance) / slopes[x].abs())
        })
        .collect();
    let median = widths.len() / 2;
    (widths.len() >= LEAST_EDGES).then(|| *widths.select_nth_unstable_by(median, f32::total_cmp).1)
}

/// Where a row is steepest, and at least that steep.
fn peaks(slopes: &[f32], least: f32) -> impl Iterator<Item = usize> {
    (1..slopes.len().saturating_sub(1)).filter(move |&x| {
        let steep = slopes[x].abs();
        steep >= least && steep >= slopes[x - 1].abs() && steep > slopes[x + 1].abs()
    })
}

/// How much a row rises over the edge at `x`, from where it starts to where it turns back.
fn rise(row: &[f32], (x, slope): (usize, f32), tolerance: f32) -> f32 {
    let upwards = slope.signum();
    let top = highest(row[x..].iter().map(|value| value * upwards), tolerance);
    let bottom = highest(row[..=x].iter().rev().map(|value| -value * upwards), tolerance);
    top + bottom
}

/// The highest value before the values fall by `tolerance`.
fn highest(values: impl Iterator<Item = f32>, tolerance: f32) -> f32 {
    let mut highest = f32::MIN;
    for value in values.take(LONGEST) {
        if value > highest {
            highest = value;
        } else if highest - value >= tolerance {
            break;
        }
    }
    highest
}

/// The slope that only the edges reach.
fn steepness(slopes: &Luma) -> f32 {
    let mut steep: Vec<f32> = slopes.values.iter().map(|slope| slope.abs()).collect();
    let rank = (steep.len() as f32 * NO_EDGE) as usize;
    *steep.select_nth_unstable_by(rank, f32::total_cmp).1
}

/// Central differences along the rows; none at their ends.
fn slopes(luma: &Luma) -> Luma {
    let inner = |row: &[f32]| row.windows(3).map(|three| (three[2] - three[0]) / 2.0).collect::<Vec<_>>();
    let values = luma.rows().flat_map(|row| [vec![0.0], inner(row), vec![0.0]].concat().into_iter().take(row.len()));
    Luma { values: values.collect(), ..*luma }
}

/// Rows under the binomial kernel of five, a Gaussian of one pixel; ends repeat.
fn smoothed(luma: &Luma) -> Luma {
    let mut values = Vec::with_capacity(luma.values.len());
    for row in luma.rows() {
        let (first, last) = (row[0], row[row.len() - 1]);
        let padded = [&[first, first], row, &[last, last]].concat();
        values.extend(padded.windows(5).map(|v| (v[0] + 4.0 * v[1] + 6.0 * v[2] + 4.0 * v[3] + v[4]) / 16.0));
    }
    Luma { values, ..*luma }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Vertical bars of 20 pixels, from dark to bright over `ramp` pixels.
    fn bars(ramp: f32) -> Luma {
        let bar = |x: usize| {
            let phase = (x % 40) as f32 - 20.0;
            100.0 + 60.0 * ((10.0 - phase.abs()) / ramp * 2.0).clamp(-1.0, 1.0)
        };
        Luma { width: 320, height: 180, values: (0..320 * 180).map(|i| bar(i % 320)).collect() }
    }

    #[test]
    fn wide_edges_are_wider() {
        let width = |ramp| edge_width(&bars(ramp), 0.0).unwrap();
        let widths = [1.0, 4.0, 8.0, 12.0, 16.0].map(width);
        assert!(widths.is_sorted_by(|a, b| a < b), "{widths:?}");
        assert!((14.0..18.0).contains(&width(8.0)), "twice the ramp: {}", width(8.0));
    }

    #[test]
    fn columns_count_as_rows_do() {
        let across = edge_width(&bars(8.0), 0.0).unwrap();
        let down = edge_width(&bars(8.0).transposed(), 0.0).unwrap();
        assert!((across * 180.0 / 320.0 - down * 180.0 / 320.0 * 180.0 / 320.0).abs() < 0.1, "{across} {down}");
    }

    #[test]
    fn shading_has_no_edge() {
        let shading =
            Luma { width: 320, height: 180, values: (0..320 * 180).map(|i| (i % 320) as f32 / 2.0).collect() };
        assert_eq!(edge_width(&shading, 0.0), None);
    }
}
