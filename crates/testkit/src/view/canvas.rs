use super::noise::{mix, noise};
use super::texture::Texture;

/// Metres across and down from a canvas' upper left corner.
pub(super) type Point = [f32; 2];

/// Red, green, blue, 0-1.
pub(super) type Colour = [f32; 3];

/// A flat surface being painted.
#[derive(Clone)]
pub(super) struct Canvas {
    width: usize,
    height: usize,
    /// Pixels a metre.
    scale: f32,
    pixels: Vec<Colour>,
}

/// What can be painted: positions and sizes in metres, angles in radians.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shape {
    Disc {
        at: Point,
        radius: f32,
    },
    Ring {
        at: Point,
        radius: f32,
        half: f32,
    },
    /// A line with round ends, thick at `from` and `to` by these radii.
    Rod {
        from: Point,
        to: Point,
        radii: [f32; 2],
    },
    Slab {
        at: Point,
        half: Point,
        angle: f32,
        corner: f32,
    },
}

/// How something painted looks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    pub(super) colour: Colour,
    /// How uneven its colour is, 0-1.
    pub(super) grain: f32,
    /// How far its edge is rounded, in metres.
    pub(super) round: f32,
}

/// Light comes from the upper left.
const LIGHT: Point = [-0.6, -0.8];

impl Look {
    pub(super) const fn plain(colour: Colour) -> Self {
        Self { colour, grain: 0.06, round: 0.0 }
    }

    pub(super) const fn round(colour: Colour, round: f32) -> Self {
        Self { colour, grain: 0.08, round }
    }
}

impl Canvas {
    /// A canvas of that size in metres, with so many pixels a metre.
    pub(super) fn new(size: Point, scale: f32) -> Self {
        let (width, height) = ((size[0] * scale).ceil() as usize, (size[1] * scale).ceil() as usize);
        Self { width, height, scale, pixels: vec![[0.0; 3]; width * height] }
    }

    /// Its size in metres.
    pub(super) fn size(&self) -> Point {
        [self.width as f32 / self.scale, self.height as f32 / self.scale]
    }

    /// Colours every point.
    pub(super) fn cover(&mut self, colour: impl Fn(Point) -> Colour) {
        for (index, pixel) in self.pixels.iter_mut().enumerate() {
            let at = [(index % self.width) as f32, (index / self.width) as f32];
            *pixel = colour([(at[0] + 0.5) / self.scale, (at[1] + 0.5) / self.scale]);
        }
    }

    /// Paints a shape.
    pub(super) fn draw(&mut self, shape: Shape, look: Look) {
        let grain = 400.0 / self.scale.min(400.0);
        self.blend(shape, 0.0, |at, distance| {
            let speckle = look.grain * noise([at[0] * 300.0 * grain, at[1] * 300.0 * grain], 5);
            let patch = look.grain * noise([at[0] * 40.0, at[1] * 40.0], 9);
            let light = 1.0 + speckle + patch + shape.slope(at, distance, look.round);
            (look.colour.map(|channel| channel * light), 1.0)
        });
    }

    /// Paints a shape with its shadow: the surface of something that lies so high, in metres.
    pub(super) fn place(&mut self, shape: Shape, look: Look, height: f32) {
        self.shade(shape.moved([height * 0.5, height * 0.7]), height * 0.8);
        self.draw(shape, look);
    }

    /// Darkens a shape and `soft` metres around it.
    pub(super) fn shade(&mut self, shape: Shape, soft: f32) {
        self.blend(shape, soft, |_, distance| {
            ([0.02, 0.02, 0.03], 0.55 * (0.5 - distance / (2.0 * soft.max(1e-4))).clamp(0.0, 1.0))
        });
    }

    /// The finished surface.
    pub(super) fn texture(self) -> Texture {
        Texture::new(self.width, self.scale, &self.pixels)
    }

    /// Blends what `ink` gives for a point and its distance from the shape's edge, up to `reach` metres outside.
    fn blend(&mut self, shape: Shape, reach: f32, ink: impl Fn(Point, f32) -> (Colour, f32)) {
        let (low, high) = shape.bounds();
        let pixel = |metres: f32, most: usize| (metres * self.scale).clamp(0.0, most as f32) as usize;
        let edge = reach + 1.5 / self.scale;
        let columns = pixel(low[0] - edge, self.width)..pixel(high[0] + edge + 1.0 / self.scale, self.width);
        for y in pixel(low[1] - edge, self.height)..pixel(high[1] + edge + 1.0 / self.scale, self.height) {
            for x in columns.clone() {
                let at = [(x as f32 + 0.5) / self.scale, (y as f32 + 0.5) / self.scale];
                let distance = shape.distance(at);
                let covered = (0.5 - (distance - reach) * self.scale).clamp(0.0, 1.0);
                if covered > 0.0 {
                    let (colour, strength) = ink(at, distance);
                    let under = &mut self.pixels[y * self.width + x];
                    *under = std::array::from_fn(|c| mix(under[c], colour[c], covered * strength));
                }
            }
        }
    }
}

impl Shape {
    /// A line of that thickness.
    pub(super) const fn line(from: Point, to: Point, radius: f32) -> Self {
        Self::Rod { from, to, radii: [radius; 2] }
    }

    /// Metres from the edge: negative inside.
    fn distance(self, p: Point) -> f32 {
        match self {
            Self::Disc { at, radius } => length(minus(p, at)) - radius,
            Self::Ring { at, radius, half } => (length(minus(p, at)) - radius).abs() - half,
            Self::Rod { from, to, radii } => {
                let (along, way) = (minus(p, from), minus(to, from));
                let share = (dot(along, way) / dot(way, way).max(1e-12)).clamp(0.0, 1.0);
                length([along[0] - way[0] * share, along[1] - way[1] * share]) - mix(radii[0], radii[1], share)
            }
            Self::Slab { at, half, angle, corner } => {
                let turned = turn(minus(p, at), -angle);
                let out = [turned[0].abs() - half[0] + corner, turned[1].abs() - half[1] + corner];
                length([out[0].max(0.0), out[1].max(0.0)]) + out[0].max(out[1]).min(0.0) - corner
            }
        }
    }

    /// How much brighter the rounded edge is there: towards the light more, away from it less.
    fn slope(self, at: Point, distance: f32, round: f32) -> f32 {
        if round <= 0.0 || distance < -round {
            return 0.0;
        }
        let step = round * 0.1;
        let towards = |x: f32, y: f32| self.distance([at[0] + x, at[1] + y]) - distance;
        let out = [towards(step, 0.0) / step, towards(0.0, step) / step];
        let tilt = 1.0 + distance / round;
        0.45 * dot(out, LIGHT) * tilt - 0.12 * tilt * tilt
    }

    fn bounds(self) -> (Point, Point) {
        let around = |at: Point, reach: f32| ([at[0] - reach, at[1] - reach], [at[0] + reach, at[1] + reach]);
        match self {
            Self::Disc { at, radius } => around(at, radius),
            Self::Ring { at, radius, half } => around(at, radius + half),
            Self::Rod { from, to, radii } => {
                let reach = radii[0].max(radii[1]);
                (
                    [from[0].min(to[0]) - reach, from[1].min(to[1]) - reach],
                    [from[0].max(to[0]) + reach, from[1].max(to[1]) + reach],
                )
            }
            Self::Slab { at, half, .. } => around(at, length(half)),
        }
    }

    fn moved(self, by: Point) -> Self {
        match self {
            Self::Disc { at, radius } => Self::Disc { at: plus(at, by), radius },
            Self::Ring { at, radius, half } => Self::Ring { at: plus(at, by), radius, half },
            Self::Rod { from, to, radii } => Self::Rod { from: plus(from, by), to: plus(to, by), radii },
            Self::Slab { at, half, angle, corner } => Self::Slab { at: plus(at, by), half, angle, corner },
        }
    }
}

pub(super) fn plus(a: Point, b: Point) -> Point {
    [a[0] + b[0], a[1] + b[1]]
}

fn minus(a: Point, b: Point) -> Point {
    [a[0] - b[0], a[1] - b[1]]
}

fn dot(a: Point, b: Point) -> f32 {
    a[0] * b[0] + a[1] * b[1]
}

fn length(a: Point) -> f32 {
    dot(a, a).sqrt()
}

/// Turned about the origin.
pub(super) fn turn(p: Point, angle: f32) -> Point {
    let (sin, cos) = angle.sin_cos();
    [p[0] * cos - p[1] * sin, p[0] * sin + p[1] * cos]
}

/// A colour from its hue (0-1 around the wheel), saturation and brightness.
pub(super) fn hue(hue: f32, saturation: f32, brightness: f32) -> Colour {
    [5.0, 3.0, 1.0].map(|n: f32| {
        let k = (n + hue * 6.0).rem_euclid(6.0);
        brightness * (1.0 - saturation * k.min(4.0 - k).clamp(0.0, 1.0))
    })
}

/// So much brighter or darker.
pub(super) fn lit(colour: Colour, by: f32) -> Colour {
    colour.map(|channel| channel * by)
}
