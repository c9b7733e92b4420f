use std::f32::consts::TAU;

use super::canvas::{Canvas, Colour, Look, Point, Shape, hue, lit, plus, turn};
use super::noise::noise;
use crate::dice::Dice;

/// What is worked on: it opens and changes as the work goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Subject {
    Board,
    Motor,
    Engine,
    Cabinet,
    Boiler,
    Rack,
}

/// How a subject stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Posture {
    /// On a bench, seen from above.
    Bench,
    /// On a wall, seen from the front.
    Wall,
    /// On the floor, seen kneeling.
    Floor,
}

const STEEL: Colour = [0.6, 0.61, 0.63];
const DARK: Colour = [0.12, 0.12, 0.13];
const BRASS: Colour = [0.7, 0.55, 0.25];
const COPPER: Colour = [0.66, 0.36, 0.22];

impl Subject {
    /// What a script's word for a place calls for; chance decides otherwise.
    pub(super) fn at(place: Option<&str>, dice: &mut Dice) -> Self {
        let any = dice.pick(&[Self::Board, Self::Motor, Self::Engine, Self::Cabinet, Self::Boiler, Self::Rack]);
        match place {
            Some("pump" | "motor" | "hoist" | "grinder" | "mast") => Self::Motor,
            Some("board" | "desk" | "roof") => Self::Board,
            Some("engine" | "filter") => Self::Engine,
            Some("cabinet" | "panel") => Self::Cabinet,
            Some("boiler" | "tank" | "machine" | "radiator") => Self::Boiler,
            Some("rack") => Self::Rack,
            _ => any,
        }
    }

    pub(super) fn posture(self, dice: &mut Dice) -> Posture {
        match self {
            Self::Cabinet | Self::Boiler | Self::Rack => Posture::Wall,
            Self::Board => Posture::Bench,
            Self::Motor | Self::Engine => dice.pick(&[Posture::Bench, Posture::Floor]),
        }
    }

    /// Paints it over a whole canvas, as far as the work has come.
    pub(super) fn paint(self, canvas: &mut Canvas, stage: usize, dice: &mut Dice) {
        let paint = match self {
            Self::Board => board,
            Self::Motor => motor,
            Self::Engine => engine,
            Self::Cabinet => cabinet,
            Self::Boiler => boiler,
            Self::Rack => rack,
        };
        paint(canvas, stage, dice);
    }
}

fn slab(at: Point, half: Point) -> Shape {
    Shape::Slab { at, half, angle: 0.0, corner: 0.1 * half[0].min(half[1]) }
}

fn disc(at: Point, radius: f32) -> Shape {
    Shape::Disc { at, radius }
}

fn ground(canvas: &mut Canvas, colour: Colour) {
    canvas.cover(|p| {
        lit(colour, 1.0 + 0.07 * noise([p[0] * 180.0, p[1] * 180.0], 3) + 0.08 * noise([p[0] * 9.0, p[1] * 9.0], 4))
    });
}

fn bolts(canvas: &mut Canvas, centre: Point, (radius, count): (f32, usize), taken: usize) {
    for bolt in 0..count {
        let at = plus(centre, turn([radius, 0.0], TAU * bolt as f32 / count as f32));
        if bolt < taken {
            canvas.draw(disc(at, 0.007), Look::plain([0.03, 0.03, 0.03]));
        } else {
            canvas.place(disc(at, 0.009), Look::round(STEEL, 0.005), 0.006);
            canvas.draw(disc(at, 0.004), Look::plain([0.3, 0.3, 0.3]));
        }
    }
}

/// A circuit board with chips, capacitors and connectors.
fn board(canvas: &mut Canvas, stage: usize, dice: &mut Dice) {
    let [width, height] = canvas.size();
    let green = hue(dice.pick(&[0.38, 0.36, 0.6, 0.05]), 0.75, 0.28);
    ground(canvas, green);
    for _ in 0..60 {
        let (x, y) = (dice.within(0.0, width), dice.within(0.0, height));
        let (dx, dy) = if dice.chance(0.5) { (dice.within(0.02, 0.15), 0.0) } else { (0.0, dice.within(0.02, 0.15)) };
        canvas.draw(Shape::line([x, y], [x + dx, y + dy], 0.0009), Look::plain(lit(green, 1.5)));
    }
    for _ in 0..26 {
        component(canvas, [dice.within(0.03, width - 0.03), dice.within(0.03, height - 0.03)], dice);
    }
    let chip = if stage % 4 == 2 { [0.55, 0.5, 0.35] } else { DARK };
    canvas.place(slab([width * 0.5, height * 0.5], [0.04, 0.04]), Look::round(chip, 0.004), 0.006);
    bolts(canvas, [width * 0.5, height * 0.5], (height * 0.44, 4), stage % 5);
}

fn component(canvas: &mut Canvas, at: Point, dice: &mut Dice) {
    match dice.below(4) {
        0 => {
            canvas.place(
                slab(at, [dice.within(0.01, 0.03), dice.within(0.008, 0.02)]),
                Look::round(DARK, 0.002),
                0.004,
            );
            canvas.draw(
                Shape::line(plus(at, [-0.005, 0.0]), plus(at, [0.008, 0.0]), 0.001),
                Look::plain([0.6, 0.6, 0.6]),
            );
        }
        1 => {
            canvas.place(disc(at, 0.012), Look::round([0.15, 0.2, 0.45], 0.005), 0.015);
            canvas.draw(disc(at, 0.008), Look::round(STEEL, 0.003));
        }
        2 => canvas.place(slab(at, [0.03, 0.009]), Look::round([0.85, 0.83, 0.76], 0.003), 0.01),
        _ => (0..5).for_each(|i| {
            canvas.draw(slab(plus(at, [0.008 * i as f32, 0.0]), [0.0025, 0.005]), Look::round([0.5, 0.4, 0.3], 0.001));
        }),
    }
}

/// A motor or a pump: flange, ribs, terminal box.
fn motor(canvas: &mut Canvas, stage: usize, dice: &mut Dice) {
    let [width, height] = canvas.size();
    let paint = hue(dice.pick(&[0.58, 0.33, 0.08, 0.0, 0.6]), dice.within(0.3, 0.75), dice.within(0.3, 0.55));
    ground(canvas, lit(paint, 0.55));
    for rib in 0..12 {
        let y = height * (0.06 + 0.08 * rib as f32);
        canvas.place(slab([width * 0.72, y], [width * 0.25, 0.006]), Look::round(paint, 0.005), 0.012);
    }
    canvas.place(slab([width * 0.78, height * 0.5], [0.06, 0.045]), Look::round(lit(paint, 1.15), 0.008), 0.03);
    let centre = [width * 0.3, height * 0.5];
    canvas.place(disc(centre, height * 0.44), Look::round(paint, 0.012), 0.03);
    if stage.is_multiple_of(7) {
        canvas.place(disc(centre, height * 0.3), Look::round(lit(paint, 1.2), 0.02), 0.02);
    } else {
        canvas.draw(disc(centre, height * 0.3), Look::plain([0.07, 0.07, 0.08]));
        for blade in 0..7 {
            let at = plus(centre, turn([height * 0.15, 0.0], TAU * blade as f32 / 7.0 + 0.3 * stage as f32));
            canvas.draw(Shape::line(centre, at, 0.011), Look::round(BRASS, 0.008));
        }
        canvas.place(disc(centre, 0.03), Look::round(STEEL, 0.01), 0.01);
    }
    bolts(canvas, centre, (height * 0.375, 8), stage % 9);
}

/// An engine bay: housings, hoses, caps and a belt.
fn engine(canvas: &mut Canvas, stage: usize, dice: &mut Dice) {
    let [width, height] = canvas.size();
    ground(canvas, [0.14, 0.14, 0.15]);
    for _ in 0..7 {
        let at = [dice.within(0.05, width - 0.05), dice.within(0.04, height - 0.04)];
        let half = [dice.within(0.03, 0.09), dice.within(0.02, 0.06)];
        let tone = dice.pick(&[STEEL, DARK, [0.25, 0.25, 0.27], [0.4, 0.38, 0.35]]);
        canvas.place(slab(at, half), Look::round(tone, 0.01), 0.02);
    }
    for _ in 0..6 {
        hose(canvas, [dice.within(0.0, width), dice.within(0.0, height)], dice);
    }
    let housing = [width * 0.5, height * 0.5];
    if stage.is_multiple_of(5) {
        canvas.place(slab(housing, [0.12, 0.09]), Look::round([0.2, 0.2, 0.22], 0.015), 0.03);
        (0..6).for_each(|rib| {
            canvas.draw(
                slab(plus(housing, [-0.08 + 0.032 * rib as f32, 0.0]), [0.004, 0.07]),
                Look::round([0.26, 0.26, 0.28], 0.003),
            );
        });
    } else {
        canvas.draw(slab(housing, [0.12, 0.09]), Look::plain([0.05, 0.05, 0.05]));
        let filter = if stage % 5 < 3 { [0.5, 0.45, 0.33] } else { [0.9, 0.85, 0.6] };
        (0..22).for_each(|fold| {
            canvas.draw(
                slab(plus(housing, [-0.1 + 0.0095 * fold as f32, 0.0]), [0.003, 0.075]),
                Look::round(filter, 0.003),
            );
        });
    }
    for colour in [[0.75, 0.6, 0.08], [0.1, 0.25, 0.6], [0.6, 0.1, 0.08]] {
        let at = [dice.within(0.05, width - 0.05), dice.within(0.05, height - 0.05)];
        canvas.place(disc(at, 0.024), Look::round(colour, 0.008), 0.02);
    }
    bolts(canvas, housing, (0.14, 6), stage % 7);
}

fn hose(canvas: &mut Canvas, start: Point, dice: &mut Dice) {
    let colour = dice.pick(&[DARK, [0.2, 0.2, 0.22], [0.5, 0.12, 0.1], COPPER]);
    let radius = dice.within(0.005, 0.016);
    let mut way = turn([0.03, 0.0], dice.within(0.0, TAU));
    let mut at = start;
    for _ in 0..14 {
        let next = plus(at, way);
        canvas.shade(Shape::line(at, next, radius), 0.012);
        canvas.draw(Shape::line(at, next, radius), Look::round(colour, radius));
        way = turn(way, dice.within(-0.45, 0.45));
        at = next;
    }
}

/// An open electrical cabinet: rails of breakers, ducts, wires, contactors.
fn cabinet(canvas: &mut Canvas, stage: usize, dice: &mut Dice) {
    let [width, height] = canvas.size();
    ground(canvas, [0.72, 0.72, 0.68]);
    let rows = 4;
    for row in 0..rows {
        let y = height * (row as f32 + 0.5) / rows as f32;
        canvas.place(
            slab([width * 0.5, y + height * 0.5 / rows as f32], [width * 0.46, 0.02]),
            Look::round([0.5, 0.51, 0.53], 0.004),
            0.02,
        );
        canvas.draw(slab([width * 0.5, y], [width * 0.46, 0.016]), Look::round(STEEL, 0.004));
        let mut x = width * 0.08;
        while x < width * 0.92 {
            x += device(canvas, [x, y], (row, stage), dice);
        }
    }
    for wire in 0..38 {
        let colour = dice.pick(&[DARK, [0.1, 0.2, 0.6], [0.5, 0.3, 0.1], [0.7, 0.1, 0.1], [0.5, 0.6, 0.1]]);
        let x = dice.within(0.06, 0.94) * width;
        let y = height * ((wire % rows) as f32 + 0.62) / rows as f32;
        canvas.place(
            Shape::line([x, y], [x + dice.within(-0.02, 0.02), y + 0.07], 0.0025),
            Look::round(colour, 0.002),
            0.006,
        );
    }
}

/// One device on a rail; gives the room that it takes.
fn device(canvas: &mut Canvas, at: Point, (row, stage): (usize, usize), dice: &mut Dice) -> f32 {
    let room = dice.pick(&[0.03, 0.045, 0.06]);
    let worked_on = row == 1 && (0.3..0.5).contains(&at[0]);
    let colour = if worked_on && stage % 3 == 1 {
        [0.15, 0.15, 0.15]
    } else {
        dice.pick(&[[0.85, 0.85, 0.82], [0.2, 0.2, 0.22], [0.55, 0.58, 0.6]])
    };
    canvas.place(slab(at, [room * 0.46, 0.045]), Look::round(colour, 0.004), 0.03);
    canvas.draw(
        slab(plus(at, [0.0, dice.within(-0.012, 0.012)]), [room * 0.2, 0.009]),
        Look::round(dice.pick(&[DARK, [0.1, 0.3, 0.7], [0.7, 0.15, 0.1]]), 0.003),
    );
    for end in [-0.036, 0.036] {
        canvas.draw(disc(plus(at, [0.0, end]), 0.005), Look::round(STEEL, 0.003));
    }
    room
}

/// A heating appliance: burner door, pipes, gauges, valves.
fn boiler(canvas: &mut Canvas, stage: usize, dice: &mut Dice) {
    let [width, height] = canvas.size();
    let enamel = hue(dice.pick(&[0.58, 0.1, 0.02, 0.55]), dice.within(0.03, 0.35), dice.within(0.5, 0.8));
    ground(canvas, lit(enamel, 0.75));
    canvas.place(slab([width * 0.5, height * 0.4], [width * 0.36, height * 0.28]), Look::round(enamel, 0.012), 0.03);
    for pipe in 0..6 {
        let x = width * (0.1 + 0.16 * pipe as f32) + dice.within(-0.02, 0.02);
        let radius = dice.within(0.009, 0.02);
        let colour = dice.pick(&[COPPER, STEEL, COPPER, [0.3, 0.3, 0.32]]);
        canvas.place(Shape::line([x, height * 0.66], [x, height + 0.1], radius), Look::round(colour, radius), 0.03);
        canvas.place(
            slab([x, height * dice.within(0.75, 0.92)], [radius * 1.7, 0.018]),
            Look::round(BRASS, 0.006),
            0.03,
        );
    }
    gauge(canvas, [width * 0.33, height * 0.2], 1.0 + 0.4 * stage as f32);
    gauge(canvas, [width * 0.67, height * 0.2], 2.5);
    let door = [width * 0.5, height * 0.46];
    if stage.is_multiple_of(6) {
        canvas.place(slab(door, [0.15, 0.11]), Look::round(lit(enamel, 0.9), 0.012), 0.02);
    } else {
        canvas.draw(slab(door, [0.15, 0.11]), Look::plain([0.06, 0.05, 0.05]));
        (0..7).for_each(|jet| {
            canvas.draw(
                Shape::line(
                    plus(door, [-0.11, -0.07 + 0.024 * jet as f32]),
                    plus(door, [0.11, -0.07 + 0.024 * jet as f32]),
                    0.006,
                ),
                Look::round(STEEL, 0.005),
            );
        });
        canvas.draw(disc(plus(door, [0.03 * (stage % 4) as f32, 0.0]), 0.016), Look::round([0.9, 0.88, 0.8], 0.006));
    }
    bolts(canvas, door, (0.175, 8), stage % 9);
}

fn gauge(canvas: &mut Canvas, at: Point, angle: f32) {
    canvas.place(disc(at, 0.05), Look::round(STEEL, 0.01), 0.02);
    canvas.draw(disc(at, 0.042), Look::plain([0.9, 0.9, 0.88]));
    for tick in 0..11 {
        let way = turn([1.0, 0.0], 2.4 + 0.47 * tick as f32);
        canvas.draw(
            Shape::line(plus(at, way.map(|w| w * 0.032)), plus(at, way.map(|w| w * 0.039)), 0.0012),
            Look::plain(DARK),
        );
    }
    canvas.draw(Shape::line(at, plus(at, turn([0.034, 0.0], angle)), 0.0018), Look::plain([0.7, 0.1, 0.08]));
}

/// A rack of servers: bays, vents, lights, patch cables.
fn rack(canvas: &mut Canvas, stage: usize, dice: &mut Dice) {
    let [width, height] = canvas.size();
    ground(canvas, [0.1, 0.1, 0.11]);
    let units = 9;
    for unit in 0..units {
        let y = height * (unit as f32 + 0.5) / units as f32;
        let tone = dice.pick(&[[0.2, 0.2, 0.22], [0.45, 0.46, 0.48], [0.3, 0.3, 0.33]]);
        canvas.place(
            slab([width * 0.5, y], [width * 0.45, height * 0.45 / units as f32]),
            Look::round(tone, 0.005),
            0.02,
        );
        match dice.below(3) {
            0 => bays(canvas, y, (unit, stage), dice),
            1 => ports(canvas, y, dice),
            _ => vents(canvas, y),
        }
    }
}

fn bays(canvas: &mut Canvas, y: f32, (unit, stage): (usize, usize), dice: &mut Dice) {
    let width = canvas.size()[0];
    for bay in 0..8 {
        let x = width * (0.13 + 0.105 * bay as f32);
        let open = bay == 2 + unit % 3 && stage % 6 > 1;
        canvas.place(
            slab([x, y], [width * 0.046, 0.04]),
            Look::round(if open { [0.02; 3] } else { DARK }, 0.003),
            0.006,
        );
        let light = dice.pick(&[[0.2, 0.9, 0.3], [0.2, 0.9, 0.3], [0.9, 0.6, 0.1]]);
        canvas.draw(disc([x - width * 0.03, y - 0.026], 0.0045), Look::plain(light));
    }
}

fn ports(canvas: &mut Canvas, y: f32, dice: &mut Dice) {
    let width = canvas.size()[0];
    for port in 0..16 {
        let x = width * (0.1 + 0.053 * port as f32);
        canvas.draw(slab([x, y], [0.013, 0.011]), Look::plain([0.03, 0.03, 0.03]));
        if dice.chance(0.6) {
            let colour = dice.pick(&[[0.1, 0.25, 0.65], [0.75, 0.65, 0.1], [0.65, 0.65, 0.65], [0.1, 0.5, 0.2]]);
            let end = [x + dice.within(-0.12, 0.12), y + dice.within(0.05, 0.16)];
            canvas.place(Shape::line([x, y], end, 0.004), Look::round(colour, 0.003), 0.02);
        }
    }
}

fn vents(canvas: &mut Canvas, y: f32) {
    let width = canvas.size()[0];
    (0..30).for_each(|slot| {
        canvas.draw(slab([width * (0.1 + 0.0275 * slot as f32), y], [0.004, 0.03]), Look::plain([0.02, 0.02, 0.02]));
    });
}
