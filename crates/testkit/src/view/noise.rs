//! Smooth chance in one and two dimensions: value noise on a lattice of hashes (Perlin 1985, without gradients).

use super::canvas::Point;

/// Smooth noise, -1 to 1, that changes over a distance of about one.
pub(super) fn noise(at: Point, seed: u32) -> f32 {
    let [x, y] = at.map(floor);
    let (fx, fy) = (ease(at[0] - x as f32), ease(at[1] - y as f32));
    let corner = |dx: i32, dy: i32| lattice(x + dx, y + dy, seed);
    let top = mix(corner(0, 0), corner(1, 0), fx);
    let bottom = mix(corner(0, 1), corner(1, 1), fx);
    mix(top, bottom, fy)
}

/// Four octaves of [`noise`], each half as coarse and half as strong as the one before.
pub(super) fn cloud(at: Point, seed: u32) -> f32 {
    let octave = |index: i32| {
        let finer = 2f32.powi(index);
        noise([at[0] * finer, at[1] * finer], seed.wrapping_add(index as u32 * 77)) / finer
    };
    (0..4).map(octave).sum::<f32>() / 1.6
}

/// Smooth noise over time, -1 to 1; each `channel` drifts on its own.
pub(crate) fn drift(time: f64, channel: u64) -> f64 {
    let whole = time.floor();
    let step = |offset: i64| f64::from(lattice((whole as i64 + offset) as i32, (channel >> 32) as i32, channel as u32));
    let part = time - whole;
    let part = part * part * (3.0 - 2.0 * part);
    step(0) + (step(1) - step(0)) * part
}

/// Chance at a point of the lattice, -1 to 1.
pub(super) fn lattice(x: i32, y: i32, seed: u32) -> f32 {
    let mut hash =
        (x as u32).wrapping_mul(0x8da6_b343) ^ (y as u32).wrapping_mul(0xd816_3841) ^ seed.wrapping_mul(0xcb1a_b31f);
    hash = (hash ^ (hash >> 15)).wrapping_mul(0x2c1b_3c6d);
    hash = (hash ^ (hash >> 12)).wrapping_mul(0x297a_2d39);
    hash ^= hash >> 15;
    (hash >> 8) as f32 / 8_388_608.0 - 1.0
}

pub(super) fn mix(a: f32, b: f32, share: f32) -> f32 {
    a + (b - a) * share
}

/// The next whole number below; several times faster than the library's where the processor's own may not be used.
fn floor(x: f32) -> i32 {
    let whole = x as i32;
    whole - i32::from(whole as f32 > x)
}

fn ease(x: f32) -> f32 {
    x * x * (3.0 - 2.0 * x)
}
