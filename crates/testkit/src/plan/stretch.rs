use super::Plan;
use super::planner::Planner;
use crate::dice::Dice;
use crate::scenario::Length;
use crate::script::{LineKind, Script};

/// Lays a script whose lines take so many seconds each on the timeline.
pub(crate) fn plan(script: &Script, lengths: &[f64], (seed, length): (u64, Length)) -> Plan {
    let none = vec![0.0; lengths.len()];
    let natural = Planner::new(script, seed, (lengths, &none)).plan();
    match length {
        Length::Natural => natural,
        Length::AtLeast(least) => {
            let quiet = quiet_work(script, seed, least.as_secs_f64() - natural.duration);
            Planner::new(script, seed, (lengths, &quiet)).plan()
        }
        Length::StopsAt(end) => natural.until(end.as_secs_f64()),
    }
}

/// Seconds of quiet work after each line that add up to `missing`: unevenly, and where the script tells of steps.
fn quiet_work(script: &Script, seed: u64, missing: f64) -> Vec<f64> {
    let mut dice = Dice::new(seed, "quiet work");
    let takes_quiet = |kind| matches!(kind, LineKind::Step | LineKind::Idle | LineKind::Quiet);
    let weights: Vec<f64> =
        script.lines.iter().map(|line| dice.unit().powi(2) * f64::from(u8::from(takes_quiet(line.kind)))).collect();
    let sum: f64 = weights.iter().sum();
    weights.iter().map(|weight| weight / sum.max(f64::MIN_POSITIVE) * missing.max(0.0)).collect()
}

impl Plan {
    /// The same when the recording stops at `end`: a line that is not finished by then is not said.
    fn until(mut self, end: f64) -> Self {
        let end = end.min(self.duration);
        self.shots.retain(|shot| shot.start < end);
        if let Some(last) = self.shots.last_mut() {
            last.end = end;
        }
        for parts in &mut self.parts {
            parts.retain(|part| part.0 < end);
            parts.iter_mut().for_each(|part| part.1 = part.1.min(end));
        }
        Self { duration: end, ..self }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::own_scripts;

    fn planned(length: Length) -> Plan {
        let script = own_scripts().remove(0);
        plan(&script, &vec![2.0; script.lines.len()], (5, length))
    }

    #[test]
    fn a_session_lasts_at_least_as_long_as_asked() {
        let natural = planned(Length::Natural);
        let long = planned(Length::AtLeast(Duration::from_mins(15)));
        assert!((long.duration - 900.0).abs() < 1e-6, "{}", long.duration);
        assert_eq!(long.spoken.len(), natural.spoken.len());
        assert_eq!(planned(Length::AtLeast(Duration::from_secs(10))), natural);
    }

    #[test]
    fn a_session_that_stops_keeps_its_beginning() {
        let (natural, short) = (planned(Length::Natural), planned(Length::StopsAt(Duration::from_secs(40))));
        assert_eq!(short.duration, 40.0);
        assert_eq!(short.shot(20.0).view, natural.shot(20.0).view);
        assert!(short.parts.iter().flatten().all(|part| part.1 <= 40.0));
    }
}
