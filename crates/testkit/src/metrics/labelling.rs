use stepreel_core::Span;

/// What is done at every moment of a video: runs of one label after the other, without gaps between them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Labelling {
    runs: Vec<Run>,
}

/// The label of moments at which nothing is done that has a label. Measures of segments pass over it.
pub const BACKGROUND: usize = 0;

/// A stretch of one label, `start <= t < end`, in frames or microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) label: usize,
    start: i64,
    end: i64,
}

impl Labelling {
    /// The labels of single frames, in order.
    pub fn of_frames(labels: &[usize]) -> Self {
        let mut runs: Vec<Run> = Vec::new();
        for (frame, &label) in (0..).zip(labels) {
            match runs.last_mut() {
                Some(run) if run.label == label => run.end = frame + 1,
                _ => runs.push(Run { label, start: frame, end: frame + 1 }),
            }
        }
        Self { runs }
    }

    /// Procedures in order, free of overlaps, each with a label of its own; background is what of the session none of them covers.
    pub fn of_procedures(procedures: &[Span], session: Span) -> Self {
        let mut runs = Vec::new();
        let mut free_from = session.start();
        for (index, procedure) in procedures.iter().enumerate() {
            let Some(procedure) = procedure.intersection(session) else { continue };
            runs.extend(Span::new(free_from, procedure.start()).map(|gap| Run::new(BACKGROUND, gap)));
            runs.push(Run::new(index + 1, procedure));
            free_from = procedure.end();
        }
        runs.extend(Span::new(free_from, session.end()).map(|gap| Run::new(BACKGROUND, gap)));
        Self { runs }
    }

    /// The same segments without telling them apart: all that is not background has one label.
    #[must_use]
    pub fn without_classes(&self) -> Self {
        self.relabelled(|_| BACKGROUND + 1)
    }

    /// All runs, in order.
    pub(super) fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// The runs that are not background, in order.
    pub(super) fn segments(&self) -> impl Iterator<Item = &Run> {
        self.runs.iter().filter(|run| run.label != BACKGROUND)
    }

    /// The labels but background, each once, in the order of their numbers.
    pub(super) fn labels(&self) -> Vec<usize> {
        let mut labels: Vec<usize> = self.segments().map(|run| run.label).collect();
        labels.sort_unstable();
        labels.dedup();
        labels
    }

    /// How long the one has its label and the other its own at the same time.
    pub(super) fn shared(&self, label: usize, other: &Self, its_label: usize) -> i64 {
        self.of_label(label).flat_map(|run| other.of_label(its_label).map(|theirs| run.overlap(theirs))).sum()
    }

    /// How long it has that label.
    pub(super) fn duration(&self, label: usize) -> i64 {
        self.of_label(label).map(Run::duration).sum()
    }

    fn of_label(&self, label: usize) -> impl Iterator<Item = &Run> {
        self.runs.iter().filter(move |run| run.label == label)
    }

    /// The same with other labels for all but background.
    pub(super) fn relabelled(&self, label: impl Fn(usize) -> usize) -> Self {
        let changed = |run: &Run| match run.label {
            BACKGROUND => *run,
            old => Run { label: label(old), ..*run },
        };
        Self { runs: self.runs.iter().map(changed).collect() }
    }
}

impl Run {
    fn new(label: usize, span: Span) -> Self {
        Self { label, start: span.start().micros(), end: span.end().micros() }
    }

    pub(super) fn duration(&self) -> i64 {
        self.end - self.start
    }

    pub(super) fn overlap(&self, other: &Self) -> i64 {
        (self.end.min(other.end) - self.start.max(other.start)).max(0)
    }

    /// Intersection over union.
    pub(super) fn iou(&self, other: &Self) -> f64 {
        let shared = self.overlap(other);
        shared as f64 / (self.duration() + other.duration() - shared) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_become_runs() {
        let labelling = Labelling::of_frames(&[0, 0, 2, 2, 2, 1]);
        let run = |label, start, end| Run { label, start, end };
        assert_eq!(labelling.runs(), [run(0, 0, 2), run(2, 2, 5), run(1, 5, 6)]);
        assert_eq!(labelling.labels(), [1, 2]);
    }

    #[test]
    fn procedures_and_what_lies_between_them_tile_the_session() {
        let span = |start, end| Span::from_seconds(start, end).unwrap();
        let procedures = [span(1.0, 2.0), span(2.0, 4.0), span(5.0, 9.0)];
        let labelling = Labelling::of_procedures(&procedures, span(0.0, 8.0));
        let seconds: Vec<_> = labelling.runs().iter().map(|run| (run.label, run.duration() / 1_000_000)).collect();
        assert_eq!(seconds, [(0, 1), (1, 1), (2, 2), (0, 1), (3, 3)]);
    }
}
