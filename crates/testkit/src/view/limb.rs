use std::ops::Range;

use super::canvas::{Colour, lit};
use super::noise::noise;
use super::raster::Raster;
use super::texture::{blend, pack};

/// A piece of an arm, a hand or a tool: a line with round ends, thick by these radii, in pixels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limb {
    pub(super) ends: [[f32; 2]; 2],
    pub(super) radii: [f32; 2],
}

/// How rough skin and cloth are: a square tile of brightness.
#[derive(Clone, Debug)]
pub(super) struct Grain(Vec<f32>);

/// Where a pixel lies in a limb, in pixels.
struct Inside {
    /// To the side of its middle line, negative on one side.
    across: f32,
    along: f32,
    /// From its middle line, ends included.
    distance: f32,
    /// How thick the limb is there.
    radius: f32,
}

/// Pixels along the side of the tile of grain.
const TILE: usize = 128;

impl Limb {
    /// Paints it, lit from the upper left.
    pub(super) fn paint(self, raster: &mut Raster, colour: Colour, grain: &Grain) {
        let shades: [u32; 32] = std::array::from_fn(|shade| pack(lit(colour, 0.45 + shade as f32 / 31.0 * 0.75)));
        let [from, to] = self.ends;
        let lit_side = if (from[1] - to[1]) * -0.6 + (to[0] - from[0]) * -0.8 > 0.0 { 1.0 } else { -1.0 };
        self.visit(raster, |pixel, at| {
            let off = (at.across / at.radius).clamp(-1.0, 1.0);
            let light = 0.5 * (1.0 - off * off).max(0.0).sqrt() + 0.16 * off * lit_side + 0.26 + grain.at(&at);
            let covered = ((at.radius - at.distance + 0.5).clamp(0.0, 1.0) * 256.0) as u32;
            *pixel = blend(*pixel, shades[(light * 31.0).clamp(0.0, 31.0) as usize], covered);
        });
    }

    /// Darkens what it covers: most in the middle.
    pub(super) fn darken(self, raster: &mut Raster) {
        self.visit(raster, |pixel, at| {
            let strength = ((1.0 - at.distance / at.radius).clamp(0.0, 1.0) * 150.0) as u32;
            *pixel = blend(*pixel, (*pixel & 0x00ff_ff00) | 0x0e, strength);
        });
    }

    fn visit(self, raster: &mut Raster, mut paint: impl FnMut(&mut u32, Inside)) {
        let ([from, to], [thick, thin]) = (self.ends, self.radii);
        let way = [to[0] - from[0], to[1] - from[1]];
        let length = way[0].hypot(way[1]).max(0.03);
        for y in self.range(1, raster.height) {
            for x in self.columns(y as f32, raster.width) {
                let p = [x as f32 - from[0], y as f32 - from[1]];
                let share = ((p[0] * way[0] + p[1] * way[1]) / (length * length)).clamp(0.0, 1.0);
                let (dx, dy) = (p[0] - way[0] * share, p[1] - way[1] * share);
                let (distance, radius) = ((dx * dx + dy * dy).sqrt(), thick + (thin - thick) * share);
                if distance < radius + 0.5 {
                    let across = (way[1] * p[0] - way[0] * p[1]) / length;
                    let at = Inside { across, along: share * length, distance, radius };
                    paint(&mut raster.pixels[y * raster.width + x], at);
                }
            }
        }
    }

    /// The columns of a row that it can touch: a band along its line, inside its bounds.
    fn columns(self, y: f32, width: usize) -> Range<usize> {
        let ([from, to], bounds) = (self.ends, self.range(0, width));
        let way = [to[0] - from[0], to[1] - from[1]];
        if way[1].abs() < 1.0 {
            return bounds;
        }
        let middle = from[0] + way[0] * (y - from[1]) / way[1];
        let half = self.reach() * way[0].hypot(way[1]) / way[1].abs();
        let column = |x: f32| (x.max(0.0) as usize).clamp(bounds.start, bounds.end);
        column(middle - half)..column(middle + half + 1.0)
    }

    fn range(self, axis: usize, most: usize) -> Range<usize> {
        let [from, to] = self.ends.map(|end| end[axis]);
        let inside = |edge: f32| edge.clamp(0.0, most as f32) as usize;
        inside(from.min(to) - self.reach())..inside(from.max(to) + self.reach())
    }

    fn reach(self) -> f32 {
        self.radii[0].max(self.radii[1]) + 1.0
    }
}

impl Grain {
    pub(super) fn new() -> Self {
        let rough = |index: usize| {
            let at = [(index % TILE) as f32, (index / TILE) as f32];
            0.09 * noise(at.map(|x| x * 0.5), 11) + 0.08 * noise(at.map(|x| x * 0.1), 12)
        };
        Self((0..TILE * TILE).map(rough).collect())
    }

    fn at(&self, inside: &Inside) -> f32 {
        let (x, y) = ((inside.across + 64.0) as usize % TILE, inside.along as usize % TILE);
        self.0[y * TILE + x]
    }
}
