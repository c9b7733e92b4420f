use std::f64::consts::{FRAC_PI_2, PI, TAU};

use super::noise::drift;
use super::world::{Point3, Pose};
use crate::dice::Dice;
use crate::plan::{Shot, View};

/// Steps a second while walking.
pub(crate) const STEPS_PER_SECOND: f64 = 1.9;
const WALKING_SPEED: f64 = 1.25;
/// How long a head takes to turn to another place, in seconds.
const TURN: f64 = 0.4;

/// How one engineer's head moves.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Gaze {
    seed: u64,
    /// How much it trembles; 1 is a calm head.
    pub(crate) unrest: f64,
}

/// What moves a head: everything in metres and radians.
#[derive(Clone, Copy, Debug, Default)]
struct Motion {
    at: [f64; 3],
    yaw: f64,
    pitch: f64,
    roll: f64,
}

impl Gaze {
    pub(crate) const fn new(seed: u64, unrest: f64) -> Self {
        Self { seed, unrest }
    }

    /// Where the glasses look at a time of a shot, for someone whose eyes and work are there.
    pub(crate) fn pose(&self, shot: &Shot, time: f64, (eyes, work): (Point3, Point3)) -> Pose {
        let motion = match shot.view {
            View::Work { .. } => self.working(time, aim(eyes, work)),
            View::Rest { .. } => self.resting(time, aim(eyes, work)),
            View::Away { .. } => self.away(shot, time),
            View::Walk { .. } => self.walking(shot, time),
        };
        let from = if matches!(shot.view, View::Walk { .. }) { [0.0, 1.62, 0.0] } else { eyes };
        let tremble = self.tremble(time);
        Pose {
            at: std::array::from_fn(|i| from[i] + (motion.at[i] + tremble.at[i]) as f32),
            yaw: (motion.yaw + tremble.yaw + self.turn(shot, time)) as f32,
            pitch: (motion.pitch + tremble.pitch) as f32,
            roll: (motion.roll + tremble.roll) as f32,
        }
    }

    /// Where the glasses look while a plain wall fills the view.
    pub(crate) fn at_the_wall(&self, time: f64, eyes: Point3) -> Pose {
        let tremble = self.tremble(time);
        Pose {
            at: [eyes[0] + 0.7, 1.5, -0.6],
            yaw: (FRAC_PI_2 + self.wander(time * 0.3, 40) * 0.1 + tremble.yaw) as f32,
            pitch: (self.wander(time * 0.3, 41) * 0.08 + tremble.pitch) as f32,
            roll: tremble.roll as f32,
        }
    }

    /// Eyes on the work, leaning in and out, now and then a glance at a tool.
    fn working(&self, time: f64, (yaw, pitch): (f64, f64)) -> Motion {
        let glance = self.saccade(time, 2.6, 1);
        let far = if glance[2] > 0.7 { 3.0 } else { 1.0 };
        let lean = self.wander(time * 0.12, 5);
        Motion {
            at: [0.05 * self.wander(time * 0.2, 6), 0.03 * lean - 0.02, 0.05 * lean],
            yaw: yaw + 0.09 * far * glance[0] + 0.07 * self.wander(time * 0.35, 7),
            pitch: pitch + 0.06 * far * glance[1] + 0.05 * self.wander(time * 0.4, 8),
            roll: 0.05 * self.wander(time * 0.3, 9),
        }
    }

    /// Looking about at the workplace and the room.
    fn resting(&self, time: f64, (yaw, pitch): (f64, f64)) -> Motion {
        let glance = self.saccade(time, 1.8, 2);
        Motion {
            at: [0.08 * self.wander(time * 0.2, 10), 0.0, 0.06 * self.wander(time * 0.2, 11) - 0.1],
            yaw: yaw + 0.7 * glance[0] + 0.1 * self.wander(time * 0.5, 12),
            pitch: 0.5 * pitch + 0.25 * glance[1] + 0.06 * self.wander(time * 0.5, 13),
            roll: 0.04 * self.wander(time * 0.3, 14),
        }
    }

    /// Turned round, to somebody or something else.
    fn away(&self, shot: &Shot, time: f64) -> Motion {
        let side = self.side(shot);
        let glance = self.saccade(time, 2.2, 3);
        Motion {
            at: [0.1 * self.wander(time * 0.2, 15), 0.0, 0.1 * self.wander(time * 0.2, 16)],
            yaw: side * 2.3 + 0.5 * glance[0] + 0.12 * self.wander(time * 0.4, 17),
            pitch: -0.12 + 0.16 * glance[1] + 0.05 * self.wander(time * 0.4, 18),
            roll: 0.04 * self.wander(time * 0.3, 19),
        }
    }

    fn walking(&self, shot: &Shot, time: f64) -> Motion {
        let walked = time - shot.start;
        let step = TAU * STEPS_PER_SECOND * walked;
        let glance = self.saccade(time, 1.6, 4);
        Motion {
            at: [
                0.03 * (step / 2.0).sin() + 0.25 * self.wander(time * 0.3, 20),
                0.025 * step.cos(),
                WALKING_SPEED * walked,
            ],
            yaw: 0.35 * glance[0] + 0.12 * self.wander(time * 0.8, 21) + 0.015 * (step / 2.0).sin(),
            pitch: -0.2 + 0.12 * glance[1] + 0.05 * self.wander(time * 0.7, 22) + 0.012 * step.sin(),
            roll: 0.02 * (step / 2.0).sin() + 0.02 * self.wander(time * 0.5, 23),
        }
    }

    /// The head swings out of one shot and into the next.
    fn turn(&self, shot: &Shot, time: f64) -> f64 {
        let leaving = (1.0 - (shot.end - time) / TURN).clamp(0.0, 1.0);
        let arriving = (1.0 - (time - shot.start) / TURN).clamp(0.0, 1.0);
        let arrives_by = if shot.start > 0.0 { self.side_at(shot.start) } else { 0.0 };
        1.1 * (self.side_at(shot.end) * leaving * leaving - arrives_by * arriving * arriving)
    }

    /// What a head never stops doing.
    fn tremble(&self, time: f64) -> Motion {
        let by = |rate: f64, channel| self.unrest * self.wander(time * rate, channel);
        Motion {
            at: [0.002 * by(3.0, 30), 0.002 * by(3.5, 31), 0.0],
            yaw: 0.0022 * by(5.0, 32) + 0.003 * by(1.7, 33),
            pitch: 0.0022 * by(5.5, 34) + 0.003 * by(1.9, 35),
            roll: 0.002 * by(2.5, 36),
        }
    }

    /// A quick turn every so many seconds, and rest in between: three independent values, -1 to 1.
    fn saccade(&self, time: f64, every: f64, channel: u64) -> [f64; 3] {
        let jitter = |slot: f64| slot + 0.7 * self.wander(slot, channel * 100).abs();
        let slot = (time / every).floor();
        let slot = if time / every < jitter(slot) { slot - 1.0 } else { slot };
        let since = (time - jitter(slot) * every).max(0.0);
        let share = 0.5 - 0.5 * (PI * (since / 0.28).min(1.0)).cos();
        std::array::from_fn(|axis| {
            let target = |slot: f64| self.wander(slot, channel * 100 + 1 + axis as u64);
            target(slot - 1.0) + (target(slot) - target(slot - 1.0)) * share
        })
    }

    fn wander(&self, at: f64, channel: u64) -> f64 {
        drift(at, self.seed.wrapping_mul(0x9e37_79b9).wrapping_add(channel * 0x85eb))
    }

    fn side(&self, shot: &Shot) -> f64 {
        self.side_at(shot.start)
    }

    /// To the right or to the left, by chance for each moment.
    fn side_at(&self, time: f64) -> f64 {
        if Dice::new(self.seed ^ time.to_bits(), "side").chance(0.5) { 1.0 } else { -1.0 }
    }
}

/// Yaw and pitch from one point to another.
fn aim(from: Point3, to: Point3) -> (f64, f64) {
    let way = [0, 1, 2].map(|i| f64::from(to[i] - from[i]));
    (way[0].atan2(way[2]), way[1].atan2(way[0].hypot(way[2])))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn motion(view: View) -> Vec<Pose> {
        let shot = Shot { start: 0.0, end: 60.0, view };
        let gaze = Gaze::new(5, 1.0);
        (100..900).map(|frame| gaze.pose(&shot, f64::from(frame) / 20.0, ([0.0, 1.5, 0.0], [0.0, 1.0, 0.5]))).collect()
    }

    #[test]
    fn a_head_never_jumps_and_never_rests() {
        for view in [
            View::Work { place: 0, stage: 0, progress: vec![] },
            View::Rest { place: 0, stage: 0 },
            View::Walk { corridor: 0 },
        ] {
            for pair in motion(view.clone()).windows(2) {
                let turned = (pair[1].yaw - pair[0].yaw).abs().max((pair[1].pitch - pair[0].pitch).abs());
                assert!(turned < 0.35 && pair[0] != pair[1], "{view:?} turns by {turned}");
            }
        }
    }

    #[test]
    fn a_walk_goes_ahead() {
        let walk = motion(View::Walk { corridor: 0 });
        assert!(walk.windows(2).all(|pair| pair[1].at[2] > pair[0].at[2]));
    }
}
