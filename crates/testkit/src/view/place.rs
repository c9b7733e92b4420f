use std::f32::consts::TAU;
use std::rc::Rc;

use super::Setting;
use super::canvas::{Canvas, Look, Shape, hue};
use super::clutter;
use super::subject::{Posture, Subject};
use super::surface::Surface;
use super::texture::Texture;
use super::world::{Point3, Sheet, World};
use crate::dice::Dice;

/// One workplace: a room, a bench or a wall or a floor, and what is worked on there.
pub(crate) struct Place {
    setting: Setting,
    subject: Subject,
    posture: Posture,
    /// The room without the work.
    room: Vec<Sheet>,
    /// What the work lies on, with what lies about; as large as its posture needs it.
    ground: Canvas,
}

/// Edges of the room in metres from where the engineer stands: left and right, floor and ceiling, behind and ahead.
struct Room {
    side: f32,
    top: f32,
    back: f32,
    front: f32,
}

const BENCH_HEIGHT: f32 = 0.93;
const BENCH_EDGE: f32 = 0.18;
/// Width and depth of what the work lies on.
const BENCH: [f32; 2] = [2.4, 0.85];
const FLOOR: [f32; 2] = [2.2, 1.2];
const SHELF: [f32; 2] = [1.4, 0.25];
/// Work on a bench or a floor is painted with so many pixels a metre.
const FINE: f32 = 620.0;
const COARSE: f32 = 170.0;

impl Place {
    /// The workplace of that number; a script may have a word for it.
    pub(crate) fn new(number: usize, word: Option<&str>, setting: Setting) -> Self {
        let mut dice = Dice::new(setting.seed, &format!("place {number}"));
        let subject = Subject::at(word, &mut dice);
        let posture = subject.posture(&mut dice);
        let front = if posture == Posture::Wall { 0.78 } else { dice.within(1.1, 1.7) };
        let room = Room { side: dice.within(1.5, 2.6), top: dice.within(2.4, 3.2), back: -2.2, front };
        let room = room.sheets(setting.detail, &mut dice);
        let ground = ground(posture, setting.detail, &mut dice);
        Self { setting: Setting { seed: dice.next(), ..setting }, subject, posture, room, ground }
    }

    /// The place when the work has come so far.
    pub(crate) fn world(&self, stage: usize) -> World {
        let mut sheets = self.room.clone();
        sheets.extend(match self.posture {
            Posture::Bench => self.bench(stage),
            Posture::Wall => self.panel(stage),
            Posture::Floor => self.kneeling(stage),
        });
        World { sheets }
    }

    /// Where the engineer's eyes are while working.
    pub(crate) fn eyes(&self) -> Point3 {
        match self.posture {
            Posture::Bench => [0.0, 1.58, -0.02],
            Posture::Wall => [0.0, 1.5, 0.0],
            Posture::Floor => [0.0, 0.98, -0.05],
        }
    }

    /// Where the work is.
    pub(crate) fn work(&self) -> Point3 {
        match self.posture {
            Posture::Bench => [0.02, BENCH_HEIGHT + 0.1, 0.52],
            Posture::Wall => [0.0, 1.28, 0.74],
            Posture::Floor => [0.0, 0.16, 0.5],
        }
    }

    fn bench(&self, stage: usize) -> Vec<Sheet> {
        let top = Rc::new(self.top(stage));
        let front = Rc::new(self.plate([2.4, BENCH_HEIGHT], "bench front"));
        let mut sheets = vec![
            level([-1.2, BENCH_HEIGHT, BENCH_EDGE + BENCH[1]], BENCH, top),
            upright([-1.2, BENCH_HEIGHT, BENCH_EDGE], [2.4, BENCH_HEIGHT], front),
        ];
        sheets.extend(self.block([-0.23, BENCH_HEIGHT, 0.38], ([0.5, 0.34], 0.09), stage));
        sheets
    }

    fn kneeling(&self, stage: usize) -> Vec<Sheet> {
        let near = Rc::new(self.top(stage));
        let mut sheets = vec![level([-1.1, 0.003, 1.25], FLOOR, near)];
        sheets.extend(self.block([-0.26, 0.0, 0.34], ([0.56, 0.38], 0.16), stage));
        sheets
    }

    fn panel(&self, stage: usize) -> Vec<Sheet> {
        let mut dice = self.dice("subject");
        let mut canvas = Canvas::new([0.95, 1.15], 480.0 * self.setting.detail);
        self.subject.paint(&mut canvas, stage, &mut dice);
        let shelf = Rc::new(self.top(stage));
        vec![
            upright([-0.47, 1.85, 0.74], [0.95, 1.15], Rc::new(canvas.texture())),
            level([-0.7, 0.72, 0.75], SHELF, shelf),
        ]
    }

    /// The subject as a block that stands on something: its sides, then its top.
    fn block(&self, [x, y, z]: Point3, ([width, depth], height): ([f32; 2], f32), stage: usize) -> Vec<Sheet> {
        let mut canvas = Canvas::new([width, depth], 850.0 * self.setting.detail);
        self.subject.paint(&mut canvas, stage, &mut self.dice("subject"));
        let side = Rc::new(self.plate([width, height], "block side"));
        let flank = |corner, across| Sheet {
            corner,
            across,
            down: [0.0, -height, 0.0],
            texture: Rc::clone(&side),
            repeats: false,
        };
        vec![
            flank([x, y + height, z + depth], [0.0, 0.0, -depth]),
            flank([x + width, y + height, z], [0.0, 0.0, depth]),
            upright([x, y + height, z], [width, height], Rc::clone(&side)),
            level([x, y + height, z + depth], [width, depth], Rc::new(canvas.texture())),
        ]
    }

    /// What the work lies on, with the parts that were taken off so far.
    fn top(&self, stage: usize) -> Texture {
        let mut canvas = self.ground.clone();
        let size = canvas.size();
        let mut dice = self.dice("parts");
        for _ in 0..stage.min(9) {
            let side = if dice.chance(0.5) { -1.0 } else { 1.0 };
            let at = [size[0] / 2.0 + side * dice.within(0.32, 0.55), size[1] * dice.within(0.3, 0.9)];
            clutter::part(&mut canvas, at, &mut dice);
        }
        canvas.texture()
    }

    /// A side of painted metal with seams and a label.
    fn plate(&self, size: [f32; 2], purpose: &str) -> Texture {
        let mut dice = self.dice(purpose);
        let colour = hue(dice.within(0.5, 0.7), dice.within(0.03, 0.3), dice.within(0.25, 0.5));
        let mut canvas = Canvas::new(size, 300.0 * self.setting.detail);
        let half = [size[0] / 2.0, size[1] / 2.0];
        canvas.draw(Shape::Slab { at: half, half, angle: 0.0, corner: 0.0 }, Look { colour, grain: 0.12, round: 0.02 });
        for seam in 1..4 {
            let x = size[0] * seam as f32 / 4.0;
            canvas.draw(Shape::line([x, 0.0], [x, size[1]], 0.003), Look::plain([0.1, 0.1, 0.1]));
        }
        canvas.draw(
            Shape::Slab { at: [size[0] * 0.8, size[1] * 0.4], half: [0.03, 0.02], angle: 0.0, corner: 0.002 },
            Look::plain([0.8, 0.75, 0.3]),
        );
        canvas.texture()
    }

    fn dice(&self, purpose: &str) -> Dice {
        Dice::new(self.setting.seed, purpose)
    }
}

impl Room {
    fn sheets(&self, detail: f32, dice: &mut Dice) -> Vec<Sheet> {
        let (length, width) = (self.front - self.back, 2.0 * self.side);
        let scale = COARSE * detail;
        let plain = Rc::new(wall(Canvas::new([length, self.top], scale), (Surface::plain(dice), 1), dice));
        let busy = Rc::new(wall(Canvas::new([length, self.top], scale), (Surface::wall(dice), 9), dice));
        let behind = Rc::new(wall(Canvas::new([width, self.top], scale), (Surface::wall(dice), 12), dice));
        let ahead = Rc::new(wall(Canvas::new([width, self.top], scale), (Surface::wall(dice), 10), dice));
        let floor = Rc::new(floor(Canvas::new([width, length], scale), dice));
        let ceiling = Rc::new(ceiling(Canvas::new([width, length], scale), dice));
        let up = [0.0, -self.top, 0.0];
        let side = |corner, across, texture| Sheet { corner, across, down: up, texture, repeats: false };
        vec![
            Sheet {
                corner: [-self.side, self.top, self.back],
                across: [width, 0.0, 0.0],
                down: [0.0, 0.0, length],
                texture: ceiling,
                repeats: false,
            },
            level([-self.side, 0.0, self.front], [width, length], floor),
            side([self.side, self.top, self.back], [-width, 0.0, 0.0], behind),
            side([-self.side, self.top, self.back], [0.0, 0.0, length], busy),
            side([self.side, self.top, self.front], [0.0, 0.0, -length], plain),
            upright([-self.side, self.top, self.front], [width, self.top], ahead),
        ]
    }
}

/// A bench, a floor or a shelf with what lies about.
fn ground(posture: Posture, detail: f32, dice: &mut Dice) -> Canvas {
    let (surface, size, objects) = match posture {
        Posture::Bench => (Surface::bench(dice), BENCH, 10),
        Posture::Floor => (Surface::floor(dice), FLOOR, 9),
        Posture::Wall => (Surface::bench(dice), SHELF, 3),
    };
    let mut canvas = Canvas::new(size, FINE * detail);
    canvas.cover(|p| surface.at(p));
    let middle = [size[0] / 2.0, size[1] * 0.6];
    canvas.shade(Shape::Slab { at: middle, half: [0.3, 0.2], angle: 0.0, corner: 0.05 }, 0.05);
    clutter::scatter(&mut canvas, objects, dice);
    canvas
}

/// A level sheet seen from above: its far left corner, its width and depth.
fn level(corner: Point3, [width, depth]: [f32; 2], texture: Rc<Texture>) -> Sheet {
    Sheet { corner, across: [width, 0.0, 0.0], down: [0.0, 0.0, -depth], texture, repeats: false }
}

/// An upright sheet seen from the engineer: its upper left corner, its width and height.
fn upright(corner: Point3, [width, height]: [f32; 2], texture: Rc<Texture>) -> Sheet {
    Sheet { corner, across: [width, 0.0, 0.0], down: [0.0, -height, 0.0], texture, repeats: false }
}

/// A wall with so many things on it: cabinets, signs, pipes, a window.
fn wall(mut canvas: Canvas, (surface, things): (Surface, usize), dice: &mut Dice) -> Texture {
    let size = canvas.size();
    canvas.cover(|p| {
        let lamp = 1.1 - 0.35 * (p[1] / size[1]) - 0.1 * (p[0] / size[0] - 0.5).abs();
        surface.at(p).map(|channel| channel * lamp)
    });
    for _ in 0..things {
        let at = [dice.within(0.0, size[0]), size[1] * dice.within(0.1, 0.75)];
        fixture(&mut canvas, at, dice);
    }
    canvas.draw(Shape::line([0.0, size[1] - 0.05], [size[0], size[1] - 0.05], 0.05), Look::plain([0.25, 0.24, 0.23]));
    canvas.texture()
}

fn fixture(canvas: &mut Canvas, at: [f32; 2], dice: &mut Dice) {
    let colour = hue(dice.within(0.0, 1.0), dice.within(0.05, 0.4), dice.within(0.25, 0.8));
    let slab = |half| Shape::Slab { at, half, angle: 0.0, corner: 0.01 };
    match dice.below(5) {
        0 => {
            canvas.place(slab([0.25, 0.3]), Look::round(colour, 0.02), 0.08);
            canvas.draw(Shape::line([at[0], at[1] - 0.28], [at[0], at[1] + 0.28], 0.006), Look::plain([0.1; 3]));
        }
        1 => {
            canvas.place(slab([0.12, 0.16]), Look::plain([0.85, 0.84, 0.8]), 0.01);
            (0..7).for_each(|row| {
                canvas.draw(
                    Shape::line(
                        [at[0] - 0.09, at[1] - 0.11 + 0.035 * row as f32],
                        [at[0] + dice.within(0.0, 0.09), at[1] - 0.11 + 0.035 * row as f32],
                        0.006,
                    ),
                    Look::plain([0.3, 0.3, 0.35]),
                );
            });
        }
        2 => {
            let radius = dice.within(0.02, 0.06);
            canvas.place(
                Shape::line([at[0], -0.1], [at[0] + dice.within(-0.3, 0.3), 4.0], radius),
                Look::round(colour, radius),
                0.06,
            );
        }
        3 => {
            canvas.place(slab([0.4, 0.03]), Look::round([0.45, 0.33, 0.2], 0.01), 0.1);
            for item in 0..5 {
                let x = at[0] - 0.32 + 0.15 * item as f32;
                let tall = dice.within(0.06, 0.16);
                let paint = hue(dice.within(0.0, 1.0), dice.within(0.2, 0.8), dice.within(0.2, 0.8));
                canvas.place(
                    Shape::Slab {
                        at: [x, at[1] - 0.03 - tall],
                        half: [dice.within(0.03, 0.07), tall],
                        angle: 0.0,
                        corner: 0.01,
                    },
                    Look::round(paint, 0.01),
                    0.03,
                );
            }
        }
        _ => (0..6).for_each(|tool| {
            let x = at[0] - 0.3 + 0.1 * tool as f32;
            let tilt = dice.within(-0.03, 0.03);
            canvas.place(
                Shape::Rod { from: [x, at[1]], to: [x + tilt, at[1] + dice.within(0.12, 0.3)], radii: [0.02, 0.009] },
                Look::round(hue(dice.within(0.0, 0.7), 0.6, 0.6), 0.01),
                0.02,
            );
        }),
    }
}

fn floor(mut canvas: Canvas, dice: &mut Dice) -> Texture {
    let (surface, size) = (Surface::floor(dice), canvas.size());
    canvas.cover(|p| surface.at(p).map(|channel| channel * 0.75));
    for _ in 0..4 {
        let at = [dice.within(0.1, 0.9) * size[0], dice.within(0.1, 0.9) * size[1]];
        canvas.place(
            Shape::Slab { at, half: [dice.within(0.1, 0.3), 0.2], angle: dice.within(0.0, TAU), corner: 0.02 },
            Look::round(hue(dice.within(0.0, 1.0), 0.4, 0.4), 0.02),
            0.1,
        );
    }
    canvas.texture()
}

fn ceiling(mut canvas: Canvas, dice: &mut Dice) -> Texture {
    let (surface, size) = (Surface::plain(dice), canvas.size());
    canvas.cover(|p| surface.at(p));
    for lamp in 0..3 {
        let z = size[1] * (lamp as f32 + 0.5) / 3.0;
        canvas.draw(
            Shape::Slab { at: [size[0] / 2.0, z], half: [0.6, 0.07], angle: 0.0, corner: 0.02 },
            Look::plain([1.0, 1.0, 0.96]),
        );
    }
    canvas.texture()
}
