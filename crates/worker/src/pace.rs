//! How much of a run is done, and how long the rest is going to take.

use std::collections::BTreeMap;
use std::time::Duration;

use stepreel_pipeline::Stage;
use stepreel_storage::Progress;

/// Parts of the whole that stages take, in the order of the flow: a run with Whisper on processors (`docs/performance.md`).
const PARTS: [(Stage, f64); 10] = [
    (Stage::Probe, 0.04),
    (Stage::Pictures, 0.16),
    (Stage::Sound, 0.03),
    (Stage::Speech, 0.03),
    (Stage::Words, 0.50),
    (Stage::Segments, 0.02),
    (Stage::Names, 0.02),
    (Stage::Clips, 0.18),
    (Stage::Scores, 0.01),
    (Stage::Store, 0.01),
];

/// A pace that less work than this gave is no pace yet.
const TOO_LITTLE: f64 = 0.03;

/// What a run has done. Times are since its beginning.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    /// How much of a stage is done, 0-1.
    done: BTreeMap<Stage, f64>,
    /// The parts of the whole that were there from an earlier run, or that nobody needs: they took no time, and say nothing of the rest.
    given: f64,
    latest: Option<Stage>,
}

impl Pace {
    /// A stage began: what comes before it in a row is over, whether it was needed or not.
    pub(crate) fn begin(&mut self, stage: Stage) {
        if stage >= Stage::Segments {
            for (earlier, part) in PARTS.into_iter().filter(|(earlier, _)| *earlier < stage) {
                self.given += part * (1.0 - self.done.insert(earlier, 1.0).unwrap_or(0.0));
            }
        }
        self.latest = Some(stage);
        self.done.entry(stage).or_default();
    }

    pub(crate) fn advance(&mut self, stage: Stage, share: f64) {
        let done = self.done.entry(stage).or_default();
        *done = done.max(share);
        self.latest = Some(stage);
    }

    /// A stage ended; one that was reused took no time.
    pub(crate) fn end(&mut self, stage: Stage, reused: bool) {
        let before = self.done.insert(stage, 1.0).unwrap_or(0.0);
        if reused {
            self.given += part(stage) * (1.0 - before);
        }
    }

    /// How far the run is after that time.
    pub(crate) fn progress(&self, elapsed: Duration) -> Progress {
        let share = PARTS.iter().map(|(stage, part)| part * self.done.get(stage).unwrap_or(&0.0)).sum::<f64>().min(1.0);
        let worked = share - self.given;
        let remaining = (worked > TOO_LITTLE).then(|| elapsed.mul_f64((1.0 - share) / worked));
        Progress { stage: self.latest.map(|stage| stage.to_string()), share, remaining }
    }

    pub(crate) fn stage(&self) -> Option<String> {
        self.latest.map(|stage| stage.to_string())
    }
}

fn part(stage: Stage) -> f64 {
    PARTS.iter().find(|(known, _)| *known == stage).map_or(0.0, |(_, part)| *part)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(progress: &Progress) -> Option<f64> {
        progress.remaining.map(|left| left.as_secs_f64().round())
    }

    #[test]
    fn the_parts_make_a_whole() {
        let whole: f64 = PARTS.iter().map(|(_, part)| part).sum();
        assert!((whole - 1.0).abs() < 1e-9);
        assert!(PARTS.is_sorted_by_key(|(stage, _)| *stage));
    }

    #[test]
    fn the_rest_takes_as_long_as_what_was_done() {
        let mut pace = Pace::default();
        assert_eq!(pace.progress(Duration::from_secs(1)), Progress::default());
        pace.begin(Stage::Words);
        pace.advance(Stage::Words, 0.5);
        let progress = pace.progress(Duration::from_secs(25));
        assert_eq!((progress.stage.as_deref(), progress.share, seconds(&progress)), (Some("words"), 0.25, Some(75.0)));
    }

    #[test]
    fn what_was_kept_from_an_earlier_run_makes_no_pace() {
        let mut pace = Pace::default();
        pace.begin(Stage::Pictures);
        pace.end(Stage::Pictures, true);
        let progress = pace.progress(Duration::from_secs(1));
        assert_eq!((progress.share, progress.remaining), (0.16, None));
        pace.begin(Stage::Words);
        pace.advance(Stage::Words, 0.2);
        // A tenth of the whole in 11 s.
        assert_eq!(seconds(&pace.progress(Duration::from_secs(11))), Some(81.0));
    }

    #[test]
    fn stages_that_nobody_needed_are_over_when_later_ones_begin() {
        let mut pace = Pace::default();
        pace.begin(Stage::Clips);
        let progress = pace.progress(Duration::from_secs(1));
        assert!((progress.share - 0.8).abs() < 1e-9 && progress.remaining.is_none(), "{progress:?}");
        pace.end(Stage::Clips, false);
        pace.begin(Stage::Store);
        pace.end(Stage::Store, false);
        assert!((pace.progress(Duration::from_secs(9)).share - 1.0).abs() < 1e-9);
    }
}
