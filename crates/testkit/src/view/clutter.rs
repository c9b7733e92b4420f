use std::f32::consts::{PI, TAU};

use super::canvas::{Canvas, Colour, Look, Point, Shape, hue, lit, plus, turn};
use crate::dice::Dice;

/// Where an object lies, how it is turned and how large it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spot {
    pub(super) at: Point,
    pub(super) angle: f32,
    pub(super) size: f32,
}

const STEEL: Colour = [0.62, 0.63, 0.65];
const BLACK: Colour = [0.09, 0.09, 0.1];
const PAPER: Colour = [0.88, 0.87, 0.82];

/// What lies about on a bench or a floor.
const OBJECTS: [fn(&mut Canvas, Spot, &mut Dice); 11] =
    [screwdriver, spanner, pliers, cable, tape, mug, cloth, sheet, meter, carton, screws];

/// Lays so many objects anywhere on a canvas.
pub(super) fn scatter(canvas: &mut Canvas, count: usize, dice: &mut Dice) {
    let size = canvas.size();
    for _ in 0..count {
        let at = [dice.within(0.04, 0.96) * size[0], dice.within(0.08, 0.92) * size[1]];
        let spot = Spot { at, angle: dice.within(0.0, TAU), size: dice.within(0.85, 1.25) };
        dice.pick(&OBJECTS)(canvas, spot, dice);
    }
}

/// Lays a part that was taken off beside the work.
pub(super) fn part(canvas: &mut Canvas, at: Point, dice: &mut Dice) {
    let spot = Spot { at, angle: dice.within(0.0, TAU), size: dice.within(0.8, 1.3) };
    dice.pick(&[screws, ring, screws, cover])(canvas, spot, dice);
}

impl Spot {
    fn point(self, x: f32, y: f32) -> Point {
        plus(self.at, turn([x * self.size, y * self.size], self.angle))
    }

    fn rod(self, from: Point, to: Point, radii: [f32; 2]) -> Shape {
        let radii = radii.map(|radius| radius * self.size);
        Shape::Rod { from: self.point(from[0], from[1]), to: self.point(to[0], to[1]), radii }
    }

    fn slab(self, at: Point, half: Point, corner: f32) -> Shape {
        let half = half.map(|side| side * self.size);
        Shape::Slab { at: self.point(at[0], at[1]), half, angle: self.angle, corner: corner * self.size }
    }

    fn disc(self, at: Point, radius: f32) -> Shape {
        Shape::Disc { at: self.point(at[0], at[1]), radius: radius * self.size }
    }
}

/// A strong colour as handles and boxes have.
fn bright(dice: &mut Dice) -> Colour {
    hue(dice.pick(&[0.0, 0.03, 0.13, 0.33, 0.58, 0.62]), dice.within(0.55, 0.9), dice.within(0.45, 0.85))
}

fn screwdriver(canvas: &mut Canvas, spot: Spot, dice: &mut Dice) {
    let colour = bright(dice);
    canvas.place(spot.rod([0.0, 0.0], [0.13, 0.0], [0.0035, 0.003]), Look::round(STEEL, 0.003), 0.012);
    canvas.place(spot.rod([-0.09, 0.0], [0.0, 0.0], [0.015, 0.011]), Look::round(colour, 0.012), 0.016);
    canvas.draw(spot.rod([-0.07, 0.004], [-0.02, 0.004], [0.002, 0.002]), Look::plain(lit(colour, 0.5)));
}

fn spanner(canvas: &mut Canvas, spot: Spot, _: &mut Dice) {
    let look = Look::round(STEEL, 0.004);
    canvas.place(spot.rod([-0.09, 0.0], [0.09, 0.0], [0.007, 0.007]), look, 0.008);
    canvas.place(
        Shape::Ring { at: spot.point(-0.1, 0.0), radius: 0.014 * spot.size, half: 0.005 * spot.size },
        look,
        0.008,
    );
    canvas.place(spot.disc([0.1, 0.0], 0.019), look, 0.008);
    canvas.draw(spot.rod([0.108, 0.0], [0.13, 0.0], [0.008, 0.009]), Look::plain([0.3, 0.29, 0.28]));
}

fn pliers(canvas: &mut Canvas, spot: Spot, dice: &mut Dice) {
    let colour = bright(dice);
    for side in [-1.0, 1.0] {
        canvas.place(
            spot.rod([-0.12, 0.03 * side], [0.0, 0.006 * side], [0.008, 0.006]),
            Look::round(colour, 0.007),
            0.014,
        );
        canvas.draw(spot.rod([0.0, 0.005 * side], [0.06, 0.003 * side], [0.009, 0.003]), Look::round(STEEL, 0.005));
    }
    canvas.draw(spot.disc([0.0, 0.0], 0.006), Look::round(BLACK, 0.004));
}

fn cable(canvas: &mut Canvas, spot: Spot, dice: &mut Dice) {
    let colour = dice.pick(&[BLACK, [0.55, 0.12, 0.1], [0.7, 0.68, 0.62], [0.12, 0.2, 0.5]]);
    let (bend, swing) = (dice.within(0.04, 0.13), dice.within(1.0, 2.5));
    let along = |i: usize| {
        let t = i as f32 / 24.0;
        [(t - 0.5) * 0.5, bend * (t * TAU * swing * 0.5).sin() + 0.05 * (t * 9.0).cos()]
    };
    for shadow in [true, false] {
        for i in 0..24 {
            let piece = spot.rod(along(i), along(i + 1), [0.005, 0.005]);
            if shadow { canvas.shade(piece, 0.008) } else { canvas.draw(piece, Look::round(colour, 0.004)) }
        }
    }
}

fn tape(canvas: &mut Canvas, spot: Spot, dice: &mut Dice) {
    let colour = dice.pick(&[BLACK, [0.72, 0.62, 0.4], [0.2, 0.35, 0.7], [0.75, 0.7, 0.1]]);
    let ring = |radius, half| Shape::Ring { at: spot.at, radius: radius * spot.size, half: half * spot.size };
    canvas.place(ring(0.036, 0.013), Look::round(colour, 0.006), 0.03);
    canvas.draw(ring(0.024, 0.003), Look::plain([0.6, 0.5, 0.35]));
}

fn mug(canvas: &mut Canvas, spot: Spot, dice: &mut Dice) {
    let colour = bright(dice);
    canvas.place(spot.rod([0.035, 0.0], [0.065, 0.0], [0.008, 0.008]), Look::round(colour, 0.006), 0.05);
    canvas.place(spot.disc([0.0, 0.0], 0.042), Look::round(colour, 0.006), 0.07);
    canvas.draw(spot.disc([0.0, 0.0], 0.035), Look::plain([0.14, 0.08, 0.04]));
}

fn cloth(canvas: &mut Canvas, spot: Spot, dice: &mut Dice) {
    let colour = hue(dice.within(0.0, 1.0), dice.within(0.1, 0.5), dice.within(0.4, 0.8));
    canvas.place(spot.slab([0.0, 0.0], [0.09, 0.07], 0.03), Look { colour, grain: 0.16, round: 0.02 }, 0.008);
    for _ in 0..5 {
        let (from, to) = ([dice.within(-0.07, 0.07), -0.05], [dice.within(-0.07, 0.07), 0.05]);
        canvas.draw(spot.rod(from, to, [0.006, 0.002]), Look::round(lit(colour, dice.within(0.75, 1.1)), 0.006));
    }
}

fn sheet(canvas: &mut Canvas, spot: Spot, dice: &mut Dice) {
    canvas.place(spot.slab([0.0, 0.0], [0.1, 0.14], 0.001), Look::plain(PAPER), 0.003);
    for line in 0..16 {
        let y = -0.115 + line as f32 * 0.015;
        let end = dice.within(-0.02, 0.08);
        canvas.draw(
            spot.rod([-0.08, y], [end, y], [0.0018, 0.0018]),
            Look { grain: 0.6, ..Look::plain([0.35, 0.35, 0.38]) },
        );
    }
    canvas.draw(spot.slab([0.04, 0.09], [0.04, 0.03], 0.002), Look::plain([0.6, 0.65, 0.72]));
}

fn meter(canvas: &mut Canvas, spot: Spot, dice: &mut Dice) {
    let colour = dice.pick(&[[0.85, 0.7, 0.1], [0.7, 0.15, 0.12], [0.25, 0.27, 0.3]]);
    canvas.place(spot.slab([0.0, 0.0], [0.045, 0.085], 0.012), Look::round(colour, 0.01), 0.035);
    canvas.draw(spot.slab([0.0, -0.045], [0.034, 0.022], 0.003), Look::plain([0.55, 0.62, 0.5]));
    for digit in 0..4 {
        canvas.draw(spot.slab([-0.02 + 0.013 * digit as f32, -0.045], [0.004, 0.012], 0.001), Look::plain(BLACK));
    }
    canvas.draw(spot.disc([0.0, 0.022], 0.026), Look::round(BLACK, 0.006));
    canvas.draw(spot.rod([0.0, 0.022], [0.012, 0.006], [0.002, 0.002]), Look::plain(PAPER));
    for (x, colour) in [(-0.02, BLACK), (0.02, [0.7, 0.1, 0.1])] {
        canvas.draw(spot.disc([x, 0.066], 0.006), Look::round(colour, 0.003));
    }
}

fn carton(canvas: &mut Canvas, spot: Spot, dice: &mut Dice) {
    let colour = dice.pick(&[[0.62, 0.48, 0.32], [0.75, 0.76, 0.78], [0.2, 0.3, 0.5]]);
    canvas.place(spot.slab([0.0, 0.0], [0.1, 0.07], 0.002), Look { round: 0.003, grain: 0.1, colour }, 0.05);
    canvas.draw(spot.slab([0.0, 0.0], [0.1, 0.012], 0.001), Look::plain(lit(colour, 0.82)));
    canvas.draw(spot.slab([0.05, -0.03], [0.03, 0.02], 0.001), Look::plain(PAPER));
    for bar in 0..7 {
        canvas.draw(spot.slab([0.03 + 0.006 * bar as f32, -0.035], [0.0014, 0.01], 0.0), Look::plain(BLACK));
    }
}

/// A tray or a handful of screws.
fn screws(canvas: &mut Canvas, spot: Spot, dice: &mut Dice) {
    if dice.chance(0.5) {
        canvas.place(spot.slab([0.0, 0.0], [0.055, 0.04], 0.008), Look::round([0.3, 0.31, 0.33], 0.008), 0.015);
    }
    for _ in 0..12 {
        let at = [dice.within(-0.045, 0.045), dice.within(-0.03, 0.03)];
        let way = turn([0.014, 0.0], dice.within(0.0, TAU));
        canvas.place(spot.rod(at, plus(at, way), [0.0022, 0.0016]), Look::round([0.7, 0.68, 0.6], 0.002), 0.003);
        canvas.draw(spot.disc(at, 0.0042), Look::round([0.75, 0.73, 0.66], 0.003));
    }
}

/// A gasket or a bearing.
fn ring(canvas: &mut Canvas, spot: Spot, dice: &mut Dice) {
    let colour = dice.pick(&[BLACK, STEEL, [0.45, 0.2, 0.12]]);
    let half = dice.within(0.004, 0.012) * spot.size;
    canvas.place(Shape::Ring { at: spot.at, radius: 0.035 * spot.size, half }, Look::round(colour, 0.004), 0.01);
}

/// A cover with its bolt holes.
fn cover(canvas: &mut Canvas, spot: Spot, dice: &mut Dice) {
    let colour = lit(bright(dice), 0.7);
    canvas.place(spot.disc([0.0, 0.0], 0.065), Look::round(colour, 0.008), 0.02);
    canvas.draw(spot.disc([0.0, 0.0], 0.04), Look::round(lit(colour, 1.15), 0.005));
    for bolt in 0..6 {
        let at = turn([0.054, 0.0], PI / 3.0 * bolt as f32);
        canvas.draw(spot.disc(at, 0.005), Look::plain(BLACK));
    }
}
