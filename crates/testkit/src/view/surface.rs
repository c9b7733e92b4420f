use super::canvas::{Colour, Point, hue, lit};
use super::noise::{cloud, lattice, mix, noise};
use crate::dice::Dice;

/// What a bench, a floor or a wall is made of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Surface {
    kind: Kind,
    colour: Colour,
    seed: u32,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Wood,
    Steel,
    Mat,
    Concrete,
    Tiles,
    Brick,
    Plaster,
    Pegboard,
    Granite,
}

impl Surface {
    pub(super) fn bench(dice: &mut Dice) -> Self {
        let kind = dice.pick(&[Kind::Wood, Kind::Steel, Kind::Mat, Kind::Granite, Kind::Wood]);
        Self::of(kind, dice)
    }

    pub(super) fn floor(dice: &mut Dice) -> Self {
        let kind = dice.pick(&[Kind::Concrete, Kind::Tiles, Kind::Concrete, Kind::Wood]);
        Self::of(kind, dice)
    }

    pub(super) fn wall(dice: &mut Dice) -> Self {
        let kind = dice.pick(&[Kind::Brick, Kind::Plaster, Kind::Pegboard, Kind::Concrete, Kind::Tiles]);
        Self::of(kind, dice)
    }

    /// A wall with next to nothing on it.
    pub(super) fn plain(dice: &mut Dice) -> Self {
        Self {
            kind: Kind::Plaster,
            colour: hue(dice.within(0.05, 0.18), 0.08, dice.within(0.6, 0.75)),
            seed: dice.next() as u32,
        }
    }

    fn of(kind: Kind, dice: &mut Dice) -> Self {
        let (any, light) = (dice.within(0.0, 1.0), dice.within(0.75, 1.1));
        let colour = match kind {
            Kind::Wood => hue(dice.within(0.06, 0.1), dice.within(0.35, 0.6), 0.58),
            Kind::Steel => hue(0.58, dice.within(0.02, 0.1), 0.58),
            Kind::Mat => hue(dice.pick(&[0.38, 0.6, 0.02, 0.1]), dice.within(0.2, 0.6), 0.33),
            Kind::Concrete | Kind::Granite => hue(dice.within(0.08, 0.6), 0.07, 0.5),
            Kind::Tiles => hue(any, dice.within(0.02, 0.25), 0.68),
            Kind::Brick => hue(dice.within(0.01, 0.06), dice.within(0.3, 0.6), 0.48),
            Kind::Plaster => hue(any, dice.within(0.03, 0.25), 0.66),
            Kind::Pegboard => hue(dice.pick(&[0.08, 0.6, 0.3]), 0.25, 0.55),
        };
        Self { kind, colour: lit(colour, light), seed: dice.next() as u32 }
    }

    /// Its colour at a point, in metres.
    pub(super) fn at(&self, p: Point) -> Colour {
        let stains = 0.1 * cloud([p[0] * 3.0, p[1] * 3.0], self.seed);
        let dust = 0.05 * noise([p[0] * 260.0, p[1] * 260.0], self.seed + 1);
        lit(self.colour, 1.0 + stains + dust + self.texture(p))
    }

    /// How much brighter or darker its own pattern is there.
    fn texture(&self, p: Point) -> f32 {
        match self.kind {
            Kind::Wood => self.wood(p),
            Kind::Steel => 0.1 * noise([p[0] * 5.0, p[1] * 320.0], self.seed) - 0.25 * scratches(p, self.seed),
            Kind::Mat => 0.45 * lines(p, [0.05, 0.05], 0.0016) - 0.3 * scratches(p, self.seed),
            Kind::Concrete => 0.16 * cloud([p[0] * 14.0, p[1] * 14.0], self.seed) - specks(p, 55.0, self.seed),
            Kind::Tiles => 0.12 * cell(p, [0.15, 0.15], self.seed) - 0.4 * lines(p, [0.15, 0.15], 0.0035),
            Kind::Brick => self.brick(p),
            Kind::Plaster => 0.05 * cloud([p[0] * 25.0, p[1] * 25.0], self.seed),
            Kind::Pegboard => -0.75 * holes(p, 0.04, 0.005),
            Kind::Granite => 0.5 * noise([p[0] * 150.0, p[1] * 150.0], self.seed) - specks(p, 120.0, self.seed),
        }
    }

    fn wood(&self, p: Point) -> f32 {
        let plank = (p[1] / 0.16).floor();
        let bend = 0.02 * noise([p[0] * 2.0, plank * 7.0], self.seed);
        let grain = noise([p[0] * 4.0 + plank * 13.0, (p[1] + bend) * 130.0], self.seed);
        0.18 * grain + 0.12 * lattice(plank as i32, 3, self.seed) - 0.5 * lines(p, [9.0, 0.16], 0.002)
    }

    fn brick(&self, p: Point) -> f32 {
        let row = (p[1] / 0.075).floor();
        let shifted = [p[0] + 0.11 * (row as i32 & 1) as f32, p[1]];
        let rough = 0.2 * cloud([p[0] * 40.0, p[1] * 40.0], self.seed);
        rough + 0.2 * cell(shifted, [0.22, 0.075], self.seed) + 0.45 * lines(shifted, [0.22, 0.075], 0.006)
    }
}

/// 1 on the lines of a grid, 0 elsewhere.
fn lines(p: Point, grid: Point, half: f32) -> f32 {
    let off = |i: usize| ((p[i] / grid[i] + 0.5).fract() - 0.5).abs() * grid[i];
    let near = off(0).min(off(1));
    (1.5 - near / half).clamp(0.0, 1.0)
}

/// Chance for each cell of a grid, -1 to 1.
fn cell(p: Point, grid: Point, seed: u32) -> f32 {
    lattice((p[0] / grid[0]).floor() as i32, (p[1] / grid[1]).floor() as i32, seed)
}

/// 1 in the holes of a grid, 0 elsewhere.
fn holes(p: Point, grid: f32, radius: f32) -> f32 {
    let off = |i: usize| ((p[i] / grid).fract() - 0.5) * grid;
    (1.5 - (off(0).hypot(off(1))) / radius).clamp(0.0, 1.0)
}

fn specks(p: Point, fine: f32, seed: u32) -> f32 {
    0.35 * ((noise([p[0] * fine, p[1] * fine], seed + 2) - 0.6) * 6.0).clamp(0.0, 1.0)
}

/// Thin crooked lines here and there.
fn scratches(p: Point, seed: u32) -> f32 {
    let bent = p[0] + p[1] * mix(-1.0, 1.0, lattice((p[0] * 4.0) as i32, (p[1] * 4.0) as i32, seed));
    let line = noise([bent * 30.0, p[1] * 2.0], seed + 7).abs();
    (1.0 - line * 40.0).max(0.0)
}
