use std::rc::Rc;

use super::Setting;
use super::canvas::{Canvas, Look, Shape, hue};
use super::surface::Surface;
use super::texture::Texture;
use super::world::{Point3, Sheet, World};
use crate::dice::Dice;

/// After so many metres a corridor looks the same again: long enough that nobody walks it twice in one go.
const PERIOD: f32 = 1024.0 / SCALE;
/// Pixels a metre.
const SCALE: f32 = 110.0;
const LENGTH: f32 = 80.0;

/// A corridor along which one walks, ahead from the origin.
pub(crate) fn corridor(number: usize, setting: Setting) -> World {
    let mut dice = Dice::new(setting.seed, &format!("corridor {number}"));
    let (half, top) = (dice.within(0.9, 1.9), dice.within(2.3, 3.2));
    let walls =
        [Surface::wall(&mut dice), Surface::wall(&mut dice)].map(|wall| side(strip(top, setting), wall, &mut dice));
    let [left, right] = walls.map(Rc::new);
    let ground = Surface::floor(&mut dice);
    let mut floor = strip(2.0 * half, setting);
    floor.cover(|p| ground.at(p).map(|channel| channel * 0.8));
    let floor = Rc::new(floor.texture());
    let ceiling = Rc::new(lamps(strip(2.0 * half, setting), &mut dice));
    let end = Rc::new(side(strip(top, setting), Surface::plain(&mut dice), &mut dice));
    let sheet = |corner: Point3, along: f32, down: Point3, texture| Sheet {
        corner,
        across: [0.0, 0.0, along],
        down,
        texture,
        repeats: true,
    };
    let far = LENGTH - 2.0;
    World {
        sheets: vec![
            Sheet {
                corner: [-half, top, far],
                across: [2.0 * half, 0.0, 0.0],
                down: [0.0, -top, 0.0],
                texture: end,
                repeats: false,
            },
            sheet([half, top, -2.0], LENGTH, [-2.0 * half, 0.0, 0.0], ceiling),
            sheet([-half, 0.0, -2.0], LENGTH, [2.0 * half, 0.0, 0.0], floor),
            sheet([-half, top, -2.0], LENGTH, [0.0, -top, 0.0], left),
            sheet([half, top, far], -LENGTH, [0.0, -top, 0.0], right),
        ],
    }
}

/// A canvas one period long, so high.
fn strip(height: f32, setting: Setting) -> Canvas {
    Canvas::new([PERIOD - 0.001, height], SCALE * setting.detail)
}

/// A wall with doors, pipes and signs.
fn side(mut canvas: Canvas, surface: Surface, dice: &mut Dice) -> Texture {
    let top = canvas.size()[1];
    canvas.cover(|p| surface.at(p).map(|channel| channel * (1.1 - 0.12 * p[1])));
    for door in 0..3 {
        let at = [PERIOD * (door as f32 + dice.within(0.25, 0.75)) / 3.0, top - 1.0];
        let colour = hue(dice.within(0.0, 1.0), dice.within(0.05, 0.4), dice.within(0.25, 0.7));
        canvas.place(
            Shape::Slab { at, half: [0.5, 1.02], angle: 0.0, corner: 0.01 },
            Look::round([0.3, 0.3, 0.3], 0.03),
            0.05,
        );
        canvas.draw(Shape::Slab { at, half: [0.44, 0.98], angle: 0.0, corner: 0.01 }, Look::round(colour, 0.03));
        canvas.place(
            Shape::Disc { at: [at[0] + 0.35, at[1] + 0.05], radius: 0.04 },
            Look::round([0.7, 0.7, 0.7], 0.02),
            0.03,
        );
    }
    for _ in 0..7 {
        let at = [dice.within(0.3, PERIOD - 0.3), top * dice.within(0.15, 0.5)];
        let colour = hue(dice.within(0.0, 1.0), dice.within(0.2, 0.7), dice.within(0.4, 0.9));
        canvas.place(
            Shape::Slab { at, half: [dice.within(0.08, 0.3), dice.within(0.08, 0.22)], angle: 0.0, corner: 0.01 },
            Look::round(colour, 0.01),
            0.02,
        );
    }
    canvas.place(
        Shape::line([0.0, 0.35], [PERIOD, 0.35], 0.05),
        Look::round(hue(dice.within(0.0, 1.0), 0.4, 0.5), 0.05),
        0.08,
    );
    canvas.texture()
}

fn lamps(mut canvas: Canvas, dice: &mut Dice) -> Texture {
    let (surface, width) = (Surface::plain(dice), canvas.size()[1]);
    canvas.cover(|p| surface.at(p).map(|channel| channel * 0.85));
    for lamp in 0..4 {
        let at = [PERIOD * (lamp as f32 + 0.5) / 4.0, width / 2.0];
        canvas.draw(Shape::Slab { at, half: [0.6, 0.09], angle: 0.0, corner: 0.02 }, Look::plain([1.0, 1.0, 0.95]));
    }
    canvas.texture()
}
