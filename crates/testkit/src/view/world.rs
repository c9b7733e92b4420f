use std::ops::Range;
use std::rc::Rc;

use super::raster::{Raster, taken};
use super::texture::Texture;

/// Metres to the right, up and ahead of where the engineer stands.
pub(crate) type Point3 = [f32; 3];

/// Textured rectangles, the farthest first.
#[derive(Clone, Default)]
pub(crate) struct World {
    pub(super) sheets: Vec<Sheet>,
}

/// A flat rectangle in space, seen only from the side to which `across` x `down` points.
#[derive(Clone)]
pub(super) struct Sheet {
    /// Its upper left corner.
    pub(super) corner: Point3,
    /// To its upper right corner.
    pub(super) across: Point3,
    /// To its lower left corner; at a right angle to `across`.
    pub(super) down: Point3,
    pub(super) texture: Rc<Texture>,
    /// Whether the texture repeats across; its width is then a power of two.
    pub(super) repeats: bool,
}

/// Where the glasses are and where they look; angles in radians.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Pose {
    pub(crate) at: Point3,
    /// To the right.
    pub(crate) yaw: f32,
    /// Upwards.
    pub(crate) pitch: f32,
    /// Clockwise.
    pub(crate) roll: f32,
}

/// A pose ready to look at a raster.
struct Camera {
    at: Point3,
    right: Point3,
    down: Point3,
    ahead: Point3,
    /// Pixels of the raster's width for a tangent of one.
    focal: f32,
    centre: [f32; 2],
}

/// A quantity that grows evenly over the raster: by the column, by the row, and at its upper left corner.
#[derive(Clone, Copy)]
struct Ramp {
    column: f32,
    row: f32,
    base: f32,
}

/// Nearer than this, in metres, nothing is seen.
const NEAR: f32 = 0.04;
/// Pixels over which perspective is taken as even.
const STRETCH: usize = 16;

impl World {
    /// What is seen from a pose: the nearest sheet first, so that nothing is drawn twice.
    pub(crate) fn draw(&self, pose: Pose, raster: &mut Raster) {
        let camera = Camera::new(pose, raster);
        raster.clear();
        self.sheets.iter().rev().for_each(|sheet| camera.draw(sheet, raster));
    }
}

impl Pose {
    /// Where a point of the world is seen, in pixels, and how many pixels a metre has there; nothing when it is behind.
    pub(crate) fn project(self, point: Point3, raster: &Raster) -> Option<([f32; 2], f32)> {
        let camera = Camera::new(self, raster);
        let seen = camera.turned(point);
        let scale = camera.focal / seen[2];
        (seen[2] > NEAR).then(|| (camera.pixel(seen), scale))
    }
}

impl Camera {
    fn new(pose: Pose, raster: &Raster) -> Self {
        let ((sy, cy), (sp, cp), (sr, cr)) = (pose.yaw.sin_cos(), pose.pitch.sin_cos(), pose.roll.sin_cos());
        let ahead = [sy * cp, sp, cy * cp];
        let (level, below) = ([cy, 0.0, -sy], [sy * sp, -cp, cy * sp]);
        let right = std::array::from_fn(|i| level[i] * cr + below[i] * sr);
        let down = std::array::from_fn(|i| below[i] * cr - level[i] * sr);
        let focal = raster.width as f32 * 0.62;
        Self { at: pose.at, right, down, ahead, focal, centre: [raster.width as f32 / 2.0, raster.height as f32 / 2.0] }
    }

    /// A point as the camera has it: to the right, down, ahead.
    fn turned(&self, point: Point3) -> Point3 {
        let way = minus(point, self.at);
        [dot(way, self.right), dot(way, self.down), dot(way, self.ahead)]
    }

    fn pixel(&self, seen: Point3) -> [f32; 2] {
        [self.centre[0] + seen[0] / seen[2] * self.focal, self.centre[1] + seen[1] / seen[2] * self.focal]
    }

    fn draw(&self, sheet: &Sheet, raster: &mut Raster) {
        let normal = cross(sheet.across, sheet.down);
        let offset = minus(self.at, sheet.corner);
        let outline = self.outline(sheet);
        if dot(offset, normal) <= 0.0 || outline.len() < 3 {
            return;
        }
        let along = |edge: Point3| {
            let side = scaled(
                minus(scaled(normal, dot(offset, edge)), scaled(edge, dot(offset, normal))),
                1.0 / dot(edge, edge),
            );
            self.ramp(side)
        };
        let (across, down, depth) = (along(sheet.across), along(sheet.down), self.ramp(normal));
        let paint = Paint { sheet, ramps: [across, down, depth], distance: -dot(offset, normal) };
        for row in rows(&outline, raster.height) {
            let columns = columns(&outline, row as f32 + 0.5, raster.width);
            let line = &mut raster.pixels[row * raster.width..][columns.clone()];
            paint.line(line, (columns.start, row), self.focal);
        }
    }

    /// How the product of a vector with the ray through a pixel grows over the raster.
    fn ramp(&self, vector: Point3) -> Ramp {
        let (column, row) = (dot(vector, self.right) / self.focal, dot(vector, self.down) / self.focal);
        let middle = dot(vector, self.ahead);
        Ramp { column, row, base: middle - column * self.centre[0] - row * self.centre[1] }
    }

    /// The corners of what is seen of a sheet, in pixels.
    fn outline(&self, sheet: &Sheet) -> Vec<[f32; 2]> {
        let corners = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)].map(|(a, d)| {
            self.turned(std::array::from_fn(|i| sheet.corner[i] + a * sheet.across[i] + d * sheet.down[i]))
        });
        let mut outline = Vec::with_capacity(5);
        for (index, &from) in corners.iter().enumerate() {
            let to = corners[(index + 1) % 4];
            if from[2] > NEAR {
                outline.push(self.pixel(from));
            }
            if (from[2] > NEAR) != (to[2] > NEAR) {
                let share = (NEAR - from[2]) / (to[2] - from[2]);
                outline.push(self.pixel(std::array::from_fn(|i| from[i] + (to[i] - from[i]) * share)));
            }
        }
        outline
    }
}

/// A sheet with how its texture lies on the raster.
struct Paint<'a> {
    sheet: &'a Sheet,
    /// Across, down, and what both are divided by.
    ramps: [Ramp; 3],
    distance: f32,
}

impl Paint<'_> {
    /// Paints a stretch of one row that begins at a column and row.
    fn line(&self, line: &mut [u32], (column, row): (usize, usize), focal: f32) {
        let (width, height) = self.sheet.texture.size();
        let span = length(self.sheet.across) * self.sheet.texture.scale;
        let size = if self.sheet.repeats { [span, height as f32] } else { [width as f32, height as f32] };
        let place = |x: usize| {
            let [across, down, depth] = self.ramps.map(|ramp| ramp.at(x, row));
            ([across / depth * size[0], down / depth * size[1]], self.distance / depth)
        };
        let mut from = place(column);
        let mut x = column;
        for stretch in line.chunks_mut(STRETCH) {
            x += stretch.len();
            let to = place(x);
            self.stretch(stretch, (from.0, to.0), from.1.max(to.1) * self.sheet.texture.scale / focal);
            from = to;
        }
    }

    fn stretch(&self, pixels: &mut [u32], (from, to): ([f32; 2], [f32; 2]), shown: f32) {
        if pixels.iter().all(|&pixel| taken(pixel)) {
            return;
        }
        let along = [0, 1].map(|i| (to[i] - from[i]).abs() / pixels.len() as f32);
        let (level, smaller) = self.sheet.texture.level(shown.max(along[0].max(along[1])));
        let fixed = |at: [f32; 2]| at.map(|value| (value * smaller * 256.0) as i32);
        let (mut at, end) = (fixed(from), fixed(to));
        let step = [0, 1].map(|i| (end[i] - at[i]) / pixels.len() as i32);
        let deep = level.inside(at, end);
        let mask = if self.sheet.repeats { (level.width() as i32 * 256) - 1 } else { -1 };
        for pixel in pixels.iter_mut() {
            if !taken(*pixel) {
                *pixel = if deep { level.deep(at[0], at[1]) } else { level.at(at[0] & mask, at[1]) };
            }
            at = [at[0] + step[0], at[1] + step[1]];
        }
    }
}

impl Ramp {
    fn at(self, column: usize, row: usize) -> f32 {
        self.base + self.column * (column as f32 + 0.5) + self.row * (row as f32 + 0.5)
    }
}

/// The rows whose middle an outline crosses.
fn rows(outline: &[[f32; 2]], height: usize) -> Range<usize> {
    let (low, high) = extent(outline.iter().map(|corner| corner[1]));
    pixels(low, high, height)
}

/// The columns of a row inside a convex outline.
fn columns(outline: &[[f32; 2]], y: f32, width: usize) -> Range<usize> {
    let sides = outline.iter().zip(outline.iter().cycle().skip(1));
    let crossings = sides.filter(|(a, b)| (a[1] <= y) != (b[1] <= y));
    let (low, high) = extent(crossings.map(|(a, b)| a[0] + (y - a[1]) / (b[1] - a[1]) * (b[0] - a[0])));
    pixels(low, high, width)
}

fn extent(values: impl Iterator<Item = f32>) -> (f32, f32) {
    values.fold((f32::MAX, f32::MIN), |(low, high), value| (low.min(value), high.max(value)))
}

fn pixels(low: f32, high: f32, most: usize) -> Range<usize> {
    let inside = |edge: f32| (edge - 0.5).ceil().clamp(0.0, most as f32) as usize;
    inside(low).min(inside(high))..inside(high)
}

pub(super) fn minus(a: Point3, b: Point3) -> Point3 {
    [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

fn scaled(a: Point3, by: f32) -> Point3 {
    a.map(|value| value * by)
}

fn dot(a: Point3, b: Point3) -> f32 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

fn length(a: Point3) -> f32 {
    dot(a, a).sqrt()
}

fn cross(a: Point3, b: Point3) -> Point3 {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}
