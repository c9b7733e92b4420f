#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]

use stepreel_core::Picture;

use super::dice::Dice;

/// Luma row by row, 0-255.
#[derive(Clone, Debug)]
pub(crate) struct Image {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) luma: Vec<f32>,
}

impl Image {
    pub(crate) fn new(width: usize, height: usize, luma: impl Fn(usize, usize) -> f32) -> Self {
        Self { width, height, luma: (0..width * height).map(|i| luma(i % width, i / width)).collect() }
    }

    pub(crate) fn map(&self, value: impl FnMut(f32) -> f32) -> Self {
        Self { luma: self.luma.iter().copied().map(value).collect(), ..*self }
    }

    /// The luma there; the border goes on as it ends.
    pub(crate) fn at(&self, x: isize, y: isize) -> f32 {
        let (x, y) = (x.clamp(0, self.width as isize - 1), y.clamp(0, self.height as isize - 1));
        self.luma[y as usize * self.width + x as usize]
    }

    /// As a camera moved by so many pixels sees it.
    pub(crate) fn moved(&self, dx: isize, dy: isize) -> Self {
        Self::new(self.width, self.height, |x, y| self.at(x as isize + dx, y as isize + dy))
    }

    /// Averaged over squares of `side` pixels.
    pub(crate) fn reduced(&self, side: usize) -> Self {
        let mean = |x: usize, y: usize| {
            let pixels = (0..side * side).map(|i| self.luma[(y * side + i / side) * self.width + x * side + i % side]);
            pixels.sum::<f32>() / (side * side) as f32
        };
        Self::new(self.width / side, self.height / side, mean)
    }

    pub(crate) fn picture(&self) -> Picture {
        let mut planes: Vec<u8> = self.luma.iter().map(|luma| luma.round().clamp(0.0, 255.0) as u8).collect();
        planes.resize(Picture::bytes(self.width, self.height), 128);
        Picture::from_planes(self.width, self.height, planes).unwrap()
    }
}

/// Sources of ten kinds at `scale` times 320x180 pixels: the same scenes at any scale.
pub(crate) fn sources(scale: usize) -> Vec<Image> {
    let scenes: [fn(&mut Canvas, &mut Dice); 10] =
        [plaster, tiles, text, shapes, foliage, bricks, circuit, pipes, gravel, cabinet];
    let draw = |(seed, scene): (usize, &fn(&mut Canvas, &mut Dice))| {
        let mut canvas = Canvas::new(scale * 2);
        scene(&mut canvas, &mut Dice::new(seed as u64 + 1));
        canvas.image.reduced(2)
    };
    scenes.iter().enumerate().map(draw).collect()
}

/// A picture under work, in coordinates of 320x180.
struct Canvas {
    image: Image,
    scale: f32,
}

/// Centre and half size.
type Place = ([f32; 2], [f32; 2]);

impl Canvas {
    fn new(scale: usize) -> Self {
        Self { image: Image::new(320 * scale, 180 * scale, |_, _| 0.0), scale: scale as f32 }
    }

    fn ground(&mut self, luma: impl Fn(f32, f32) -> f32) {
        let (width, scale) = (self.image.width, self.scale);
        let point = |i: usize| ((i % width) as f32 / scale, (i / width) as f32 / scale);
        self.image.luma.iter_mut().enumerate().for_each(|(i, pixel)| *pixel = luma(point(i).0, point(i).1));
    }

    /// A turned box, or an ellipse, of one luma.
    fn shape(&mut self, ([x, y], [w, h]): Place, (angle, round): (f32, bool), luma: f32) {
        let reach = w.hypot(h);
        let rows = self.pixels(y - reach, y + reach, self.image.height);
        let columns = self.pixels(x - reach, x + reach, self.image.width);
        let (sin, cos) = angle.sin_cos();
        for row in rows {
            for column in columns.clone() {
                let (dx, dy) = (column as f32 / self.scale - x, row as f32 / self.scale - y);
                let (u, v) = ((dx * cos + dy * sin) / w, (dy * cos - dx * sin) / h);
                if if round { u * u + v * v <= 1.0 } else { u.abs() <= 1.0 && v.abs() <= 1.0 } {
                    self.image.luma[row * self.image.width + column] = luma;
                }
            }
        }
    }

    fn slab(&mut self, place: Place, luma: f32) {
        self.shape(place, (0.0, false), luma);
    }

    fn pixels(&self, from: f32, to: f32, size: usize) -> std::ops::Range<usize> {
        (from * self.scale).max(0.0) as usize..((to * self.scale).max(0.0) as usize + 1).min(size)
    }
}

/// A number 0-1 that belongs to a cell.
fn hash(x: i32, y: i32) -> f32 {
    let mixed = (x.wrapping_mul(0x27d4_eb2d) ^ y.wrapping_mul(0x1656_67b1)) as u32;
    let mixed = (mixed ^ (mixed >> 15)).wrapping_mul(0x85eb_ca6b);
    ((mixed ^ (mixed >> 13)).wrapping_mul(0xc2b2_ae35) >> 8) as f32 / (1u32 << 24) as f32
}

/// Smooth noise around 0 with features of about one unit.
fn noise(x: f32, y: f32) -> f32 {
    let (left, top) = (x.floor(), y.floor());
    let ease = |t: f32| t * t * (3.0 - 2.0 * t);
    let (u, v) = (ease(x - left), ease(y - top));
    let corner = |dx: i32, dy: i32| hash(left as i32 + dx, top as i32 + dy) - 0.5;
    let across = |dy: i32| corner(0, dy) * (1.0 - u) + corner(1, dy) * u;
    across(0) * (1.0 - v) + across(1) * v
}

fn plaster(canvas: &mut Canvas, dice: &mut Dice) {
    let octave = |x: f32, y: f32, size: f32| noise(x / size, y / size + size);
    canvas.ground(|x, y| 120.0 + 110.0 * octave(x, y, 60.0) + 60.0 * octave(x, y, 18.0) + 40.0 * octave(x, y, 6.0));
    for _ in 0..40 {
        let at = [dice.between(0.0, 320.0), dice.between(0.0, 180.0)];
        canvas.shape((at, [dice.between(10.0, 40.0), 0.8]), (dice.between(0.0, 3.0), false), dice.between(20.0, 80.0));
    }
}

fn tiles(canvas: &mut Canvas, _: &mut Dice) {
    canvas.ground(|x, y| {
        let (u, v) = ((0.94 * x + 0.34 * y) / 21.0, (0.94 * y - 0.34 * x) / 21.0);
        let even = (u.floor() + v.floor()).rem_euclid(2.0) < 1.0;
        let shade = 40.0 * hash(u.floor() as i32, v.floor() as i32);
        if even { 150.0 + shade } else { 40.0 + shade }
    });
}

/// A printed page on a bench.
fn text(canvas: &mut Canvas, dice: &mut Dice) {
    canvas.ground(|x, y| 50.0 + 20.0 * noise(x / 9.0, y / 30.0));
    canvas.shape(([165.0, 92.0], [125.0, 84.0]), (0.03, false), 205.0);
    canvas.slab(([130.0, 24.0], [70.0, 6.0]), 60.0);
    canvas.slab(([220.0, 120.0], [50.0, 34.0]), 120.0);
    for line in 0..8 {
        let (mut x, y) = (60.0, 46.0 + 16.0 * line as f32);
        while x < if line > 1 { 155.0 } else { 265.0 } {
            canvas.slab(([x, y], [1.2, dice.between(3.0, 5.5)]), 40.0);
            canvas.slab(([x + 3.0, y + dice.between(-3.0, 3.0)], [3.0, 1.0]), 50.0);
            x += if dice.unit() < 0.2 { 18.0 } else { dice.between(9.0, 12.0) };
        }
    }
}

fn shapes(canvas: &mut Canvas, dice: &mut Dice) {
    canvas.ground(|x, y| 60.0 + 0.3 * x + 0.25 * y);
    for _ in 0..60 {
        let place =
            ([dice.between(0.0, 320.0), dice.between(0.0, 180.0)], [dice.between(4.0, 26.0), dice.between(4.0, 20.0)]);
        canvas.shape(place, (dice.between(0.0, 3.0), dice.unit() < 0.4), dice.between(20.0, 235.0));
    }
}

fn foliage(canvas: &mut Canvas, dice: &mut Dice) {
    canvas.ground(|_, _| 45.0);
    for leaf in 0..700 {
        let place =
            ([dice.between(0.0, 320.0), dice.between(0.0, 180.0)], [dice.between(5.0, 12.0), dice.between(2.0, 4.5)]);
        canvas.shape(place, (dice.between(0.0, 3.2), true), 40.0 + 0.16 * leaf as f32 + dice.between(0.0, 50.0));
    }
}

fn bricks(canvas: &mut Canvas, _: &mut Dice) {
    canvas.ground(|x, y| {
        let row = (y / 14.0).floor();
        let column = (x + 16.0 * row.rem_euclid(2.0)) / 32.0;
        let mortar = (y / 14.0).fract() < 0.14 || column.fract() < 0.06;
        let brick = 70.0 + 60.0 * hash(column as i32, row as i32) + 30.0 * noise(x / 5.0, y / 5.0);
        if mortar { 175.0 } else { brick }
    });
}

fn circuit(canvas: &mut Canvas, dice: &mut Dice) {
    canvas.ground(|x, y| 75.0 + 25.0 * noise(x / 40.0, y / 40.0));
    for _ in 0..90 {
        let at = [dice.between(0.0, 320.0), dice.between(0.0, 180.0)];
        let half = if dice.unit() < 0.5 { [dice.between(8.0, 40.0), 0.9] } else { [0.9, dice.between(8.0, 40.0)] };
        canvas.slab((at, half), dice.between(130.0, 190.0));
        canvas.shape((at, [3.5, 3.5]), (0.0, true), dice.between(150.0, 230.0));
    }
    for _ in 0..14 {
        let at = [dice.between(0.0, 320.0), dice.between(0.0, 180.0)];
        canvas.slab((at, [dice.between(8.0, 20.0), dice.between(6.0, 14.0)]), dice.between(15.0, 35.0));
    }
}

fn pipes(canvas: &mut Canvas, dice: &mut Dice) {
    canvas.ground(|x, y| {
        let across = (x / 40.0).fract() - 0.5;
        let pipe = 190.0 - 420.0 * (across - 0.06).abs().powf(1.2);
        if across.abs() < 0.36 { pipe } else { 45.0 + 0.12 * y }
    });
    for _ in 0..45 {
        let at = [dice.between(0.0, 320.0), dice.between(0.0, 180.0)];
        canvas.shape((at, [5.0, 5.0]), (0.0, true), dice.between(30.0, 70.0));
        canvas.shape((at, [3.0, 3.0]), (0.0, true), dice.between(140.0, 220.0));
    }
}

fn gravel(canvas: &mut Canvas, _: &mut Dice) {
    canvas.ground(|x, y| {
        let (column, row) = ((x / 11.0).floor() as i32, (y / 11.0).floor() as i32);
        let stone = |i: i32| (column + i % 3 - 1, row + i / 3 - 1);
        let distance = |i: i32| {
            let (c, r) = stone(i);
            let centre = [(c as f32 + hash(c, r)) * 11.0, (r as f32 + hash(r, c + 7)) * 11.0];
            (x - centre[0]).hypot(y - centre[1])
        };
        let nearest = (0..9).min_by(|&a, &b| distance(a).total_cmp(&distance(b))).unwrap();
        50.0 + 150.0 * hash(stone(nearest).1, stone(nearest).0) - 2.0 * distance(nearest)
    });
}

fn cabinet(canvas: &mut Canvas, dice: &mut Dice) {
    canvas.ground(|x, y| 165.0 - 0.12 * x + 8.0 * noise(x / 30.0, y / 30.0));
    for device in 0..18 {
        let [x, y] = [30.0 + 52.0 * (device % 6) as f32, 30.0 + 60.0 * (device / 6) as f32];
        canvas.slab(([x, y], [dice.between(10.0, 22.0), dice.between(14.0, 24.0)]), dice.between(30.0, 110.0));
        canvas.slab(([x, y + dice.between(-4.0, 4.0)], [4.0, 2.5]), dice.between(150.0, 230.0));
        canvas.shape(([x, y - 11.0], [2.0, 2.0]), (0.0, true), 200.0);
        canvas.shape(([x + dice.between(-6.0, 6.0), y + 20.0], [1.0, 7.0]), (dice.between(-0.6, 0.6), false), 40.0);
    }
}
