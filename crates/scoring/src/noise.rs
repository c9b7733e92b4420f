//! How noisy a picture is.

use crate::luma::Luma;

const BLOCK: usize = 16;

/// Standard deviation of the noise in steps of luma.
///
/// Immerkær's difference of two Laplacians ("Fast noise variance estimation", 1996) answers to noise and not to flat or
/// evenly shaded surfaces; taken over blocks, of which the fifth with the least is the noise and the others have texture too.
/// Blocks driven into black or white tell nothing, as clipping removed their noise.
pub(crate) fn noise(luma: &Luma) -> f32 {
    let mut blocks: Vec<f32> = blocks(luma).collect();
    if blocks.is_empty() {
        return 0.0;
    }
    let fifth = blocks.len() / 5;
    *blocks.select_nth_unstable_by(fifth, f32::total_cmp).1
}

fn blocks(luma: &Luma) -> impl Iterator<Item = f32> {
    let across = luma.width.saturating_sub(2) / BLOCK;
    let down = luma.height.saturating_sub(2) / BLOCK;
    (0..across * down).filter_map(move |i| block(luma, 1 + i % across * BLOCK, 1 + i / across * BLOCK))
}

/// The estimate from one block, nothing when it is clipped.
fn block(luma: &Luma, left: usize, top: usize) -> Option<f32> {
    let (mut response, mut light) = (0.0, 0.0);
    for y in top..top + BLOCK {
        let row = |dy: usize| &luma.values[(y + dy - 1) * luma.width + left - 1..][..BLOCK + 2];
        let (above, here, below) = (row(0), row(1), row(2));
        for x in 0..BLOCK {
            let second = |row: &[f32]| row[x] - 2.0 * row[x + 1] + row[x + 2];
            response += (second(above) - 2.0 * second(here) + second(below)).abs();
            light += here[x + 1];
        }
    }
    let pixels = (BLOCK * BLOCK) as f32;
    let clipped = !(2.0..=250.0).contains(&(light / pixels));
    (!clipped).then(|| response / pixels * (std::f32::consts::PI / 2.0).sqrt() / 6.0)
}
