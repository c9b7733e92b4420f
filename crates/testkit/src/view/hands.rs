use super::canvas::{Colour, hue, lit};
use super::limb::{Grain, Limb};
use super::noise::drift;
use super::raster::Raster;
use super::world::{Point3, Pose};
use crate::dice::Dice;
use crate::plan::Shot;

/// An engineer's two hands at work.
#[derive(Clone, Debug)]
pub(crate) struct Hands {
    seed: u64,
    skin: Colour,
    sleeve: Colour,
    /// Whether the forearms are bare below the elbow.
    bare: bool,
    grain: Grain,
}

/// One hand in the picture: everything in pixels.
struct Hand {
    wrist: [f32; 2],
    palm: [f32; 2],
    /// Where the fingers meet the work.
    tip: [f32; 2],
    elbow: [f32; 2],
    /// Pixels a metre.
    scale: f32,
    /// 1 for the right hand, -1 for the left.
    side: f32,
    /// How far the fingers are closed, 0-1.
    grip: f32,
}

/// How long hands take to come and go, in seconds.
const REACH: f64 = 0.7;

impl Hands {
    pub(crate) fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed, "hands");
        let gloved = dice.chance(0.25);
        let skin = hue(dice.within(0.04, 0.075), dice.within(0.3, 0.58), dice.within(0.38, 0.88));
        let glove = hue(dice.pick(&[0.6, 0.08, 0.1, 0.55]), dice.within(0.05, 0.45), dice.within(0.2, 0.6));
        let sleeve = hue(dice.pick(&[0.6, 0.62, 0.0, 0.1, 0.33, 0.55]), dice.within(0.05, 0.6), dice.within(0.12, 0.5));
        Self { seed, skin: if gloved { glove } else { skin }, sleeve, bare: dice.chance(0.4), grain: Grain::new() }
    }

    /// Draws them into what is seen from a pose, at a time of a shot, for work at a point of the world.
    pub(crate) fn draw(&self, raster: &mut Raster, (shot, time): (&Shot, f64), (pose, work): (Pose, Point3)) {
        let shown = ((time - shot.start) / REACH).min((shot.end - time) / REACH).clamp(0.0, 1.0);
        for side in [-1.0, 1.0] {
            let away = (1.0 - shown).max(self.withdrawn(time, side)) as f32;
            let Some(hand) = self.hand(raster, (time, side, away), (pose, work)) else { continue };
            shadow(raster, &hand);
            self.tool(raster, &hand, time);
            self.arm(raster, &hand);
        }
    }

    /// How far a hand is taken away to fetch something, 0-1.
    fn withdrawn(&self, time: f64, side: f32) -> f64 {
        let fetch = self.wander(time * 0.22, if side > 0.0 { 1 } else { 2 });
        ((fetch - 0.55) * 6.0).clamp(0.0, 1.0)
    }

    fn hand(&self, raster: &Raster, (time, side, away): (f64, f32, f32), (pose, work): (Pose, Point3)) -> Option<Hand> {
        let own = if side > 0.0 { 10 } else { 20 };
        let slow = |channel: u64| self.wander(time * 0.5, own + channel) as f32;
        let stroke = (time * (1.4 + 0.8 * self.wander(time * 0.1, 30)) * std::f64::consts::TAU).sin() as f32;
        let busy = (self.wander(time * 0.25, own + 5) * 2.0).clamp(0.0, 1.0) as f32;
        let reach = [work[0] + side * (0.055 + 0.05 * slow(1).abs()), work[1] + 0.03, work[2] - 0.02];
        let target = [
            reach[0] + 0.05 * slow(2) + 0.012 * stroke * busy,
            reach[1],
            reach[2] + 0.07 * slow(3) + 0.012 * stroke * busy * side,
        ];
        let ([x, y], scale) = pose.project(target, raster)?;
        let down = away * raster.height as f32 * 0.9;
        let tip = [x + away * side * scale * 0.1, y + down];
        let elbow = [
            raster.width as f32 * (0.5 + side * 0.42) + 0.25 * (x - raster.width as f32 / 2.0),
            raster.height as f32 * 1.25 + down,
        ];
        let way = unit([elbow[0] - tip[0], elbow[1] - tip[1]]);
        let along = |metres: f32| [tip[0] + way[0] * metres * scale, tip[1] + way[1] * metres * scale];
        let grip = 0.5 + 0.5 * slow(4);
        Some(Hand { wrist: along(0.19), palm: along(0.115), tip, elbow, scale, side, grip })
    }

    /// Forearm, palm, thumb and fingers, the nearest last.
    fn arm(&self, raster: &mut Raster, hand: &Hand) {
        let metres = |length: f32| length * hand.scale;
        let forearm = if self.bare { self.skin } else { self.sleeve };
        self.limb(raster, Limb { ends: [hand.elbow, hand.wrist], radii: [metres(0.055), metres(0.031)] }, forearm);
        if !self.bare {
            let cuff = toward(hand.wrist, hand.elbow, metres(0.02));
            self.limb(
                raster,
                Limb { ends: [cuff, hand.wrist], radii: [metres(0.038), metres(0.036)] },
                lit(self.sleeve, 0.8),
            );
        }
        self.limb(raster, Limb { ends: [hand.wrist, hand.palm], radii: [metres(0.029), metres(0.041)] }, self.skin);
        for finger in 0..4 {
            self.finger(raster, hand, finger);
        }
        let thumb = offset(hand, -0.058, 0.075);
        self.limb(
            raster,
            Limb { ends: [offset(hand, -0.03, 0.125), thumb], radii: [metres(0.016), metres(0.012)] },
            lit(self.skin, 1.03),
        );
        self.limb(
            raster,
            Limb { ends: [thumb, offset(hand, -0.022, 0.028)], radii: [metres(0.012), metres(0.0095)] },
            lit(self.skin, 1.05),
        );
    }

    fn finger(&self, raster: &mut Raster, hand: &Hand, finger: usize) {
        let spread = 0.024 - 0.017 * finger as f32;
        let longest = [0.9, 1.0, 0.95, 0.8][finger];
        let bent = 0.012 * hand.grip;
        let knuckle = offset(hand, -spread, 0.09);
        let joint = offset(hand, -spread * 1.15 + bent, 0.09 - 0.05 * longest);
        let tip = offset(hand, -spread * 0.6 + 1.5 * bent, 0.09 - 0.088 * longest * (1.0 - 0.25 * hand.grip));
        let colour = lit(self.skin, 0.96 + 0.03 * finger as f32);
        let radius = 0.0105 * hand.scale;
        self.limb(raster, Limb { ends: [knuckle, joint], radii: [radius * 1.1, radius] }, colour);
        self.limb(raster, Limb { ends: [joint, tip], radii: [radius, radius * 0.82] }, lit(colour, 1.04));
    }

    /// A tool in the right hand, most of the time.
    fn tool(&self, raster: &mut Raster, hand: &Hand, time: f64) {
        let kind = self.wander((time / 9.0).floor(), 60);
        if hand.side < 0.0 || kind < -0.25 {
            return;
        }
        let metres = |length: f32| length * hand.scale;
        let (end, grip) = (offset(hand, 0.0, -0.09), offset(hand, -0.01, 0.05));
        let colour = hue((kind.abs() * 7.3).fract() as f32, 0.75, 0.6);
        self.limb(raster, Limb { ends: [grip, end], radii: [metres(0.005), metres(0.0035)] }, [0.6, 0.61, 0.63]);
        self.limb(
            raster,
            Limb { ends: [grip, toward(grip, end, metres(0.06))], radii: [metres(0.015), metres(0.012)] },
            colour,
        );
    }

    fn limb(&self, raster: &mut Raster, limb: Limb, colour: Colour) {
        limb.paint(raster, colour, &self.grain);
    }

    fn wander(&self, at: f64, channel: u64) -> f64 {
        drift(at, self.seed.wrapping_mul(0x51_7c_c1).wrapping_add(channel * 0xabcd))
    }
}

fn shadow(raster: &mut Raster, hand: &Hand) {
    let by = 0.035 * hand.scale;
    let moved = |at: [f32; 2]| [at[0] + by * 0.6, at[1] + by];
    for (ends, radius) in [([hand.elbow, hand.wrist], 0.045), ([hand.wrist, hand.tip], 0.045)] {
        Limb { ends: ends.map(moved), radii: [radius * hand.scale; 2] }.darken(raster);
    }
}

/// A point so many metres to the side of the thumb's opposite, and so many back from the tip.
fn offset(hand: &Hand, aside: f32, back: f32) -> [f32; 2] {
    let way = unit([hand.elbow[0] - hand.tip[0], hand.elbow[1] - hand.tip[1]]);
    let (aside, back) = (aside * hand.side * hand.scale, back * hand.scale);
    [hand.tip[0] + way[0] * back - way[1] * -aside, hand.tip[1] + way[1] * back - way[0] * aside]
}

fn unit(way: [f32; 2]) -> [f32; 2] {
    let length = way[0].hypot(way[1]).max(1e-3);
    [way[0] / length, way[1] / length]
}

/// So many pixels from one point towards another.
fn toward(from: [f32; 2], to: [f32; 2], pixels: f32) -> [f32; 2] {
    let way = unit([to[0] - from[0], to[1] - from[1]]);
    [from[0] + way[0] * pixels, from[1] + way[1] * pixels]
}
