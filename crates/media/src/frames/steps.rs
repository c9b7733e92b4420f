//! The grid of sampling steps.

use std::time::Duration;

use stepreel_core::Time;

/// Tells which frame is the first of its step; the same rule as in the child's filter, so that both agree on every frame.
pub(super) struct Steps {
    every: i64,
    first_open: i64,
}

impl Steps {
    pub(super) fn new(every: Duration) -> Self {
        Self { every: every.as_micros().max(1) as i64, first_open: 0 }
    }

    /// Whether a frame at `time` begins a step that no frame was in yet.
    pub(super) fn begins(&mut self, time: Time) -> bool {
        let step = time.micros().div_euclid(self.every);
        let begins = step >= self.first_open;
        if begins {
            self.first_open = step + 1;
        }
        begins
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_frame_of_each_step_begins_it() {
        let mut steps = Steps::new(Duration::from_secs(1));
        let begins = [-0.1, 0.0, 0.9, 1.0, 1.5, 3.2, 3.9, 4.0].map(|at| steps.begins(Time::from_seconds(at)));
        assert_eq!(begins, [false, true, false, true, false, true, false, true]);
    }
}
