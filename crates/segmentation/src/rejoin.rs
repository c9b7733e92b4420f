//! Procedures that were interrupted become one again.

use crate::programme::{Piece, Plan, State, StretchCost};

/// A procedure: the pieces of work that belong to it, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Joined {
    pub(crate) parts: Vec<Piece>,
}

impl Joined {
    /// From its first to behind its last bin.
    pub(crate) fn hull(&self) -> Piece {
        Piece { end: self.last().end, ..self.parts[0] }
    }

    /// Its last piece.
    pub(crate) fn last(&self) -> Piece {
        self.parts[self.parts.len() - 1]
    }

    /// The stretches between its pieces.
    pub(crate) fn interruptions(&self) -> impl Iterator<Item = Piece> {
        self.parts.windows(2).map(|pair| Piece { start: pair[0].end, end: pair[1].start, state: State::Idle })
    }

    fn and(&self, piece: Piece) -> Self {
        Self { parts: self.parts.iter().copied().chain([piece]).collect() }
    }

    fn bins(&self) -> usize {
        self.parts.iter().map(|part| part.end - part.start).sum()
    }
}

/// What it costs in nats that work goes on where it was left: after a pause, most work is new.
const RESUMED: f64 = 3.0;

/// Joins by the same cost that found the pieces: two pieces are one procedure when that is cheaper than two procedures and
/// the boundary between them. So they are alike in pictures and words, and nothing new was announced.
pub(crate) struct Rejoin<'a, S> {
    pub(crate) stretch: S,
    /// What work of that many bins costs.
    pub(crate) length: &'a dyn Fn(usize) -> f64,
    /// What it costs that a procedure starts at that edge.
    pub(crate) boundary: &'a dyn Fn(usize) -> f64,
    /// The longest interruption, in bins.
    pub(crate) longest: usize,
    /// Work that is shorter than so many bins may be a detour from the work around it.
    pub(crate) detour: usize,
}

impl<S: StretchCost> Rejoin<'_, S> {
    /// The procedures of a plan, in order.
    pub(crate) fn join(mut self, plan: &Plan) -> Vec<Joined> {
        let mut procedures: Vec<Joined> = Vec::new();
        for &piece in plan.pieces.iter().filter(|piece| piece.state == State::Work) {
            let (over_idle, over_detour) = self.goes_on(&procedures, piece);
            if over_detour {
                procedures.pop();
            }
            match procedures.last_mut() {
                Some(last) if over_idle || over_detour => last.parts.push(piece),
                _ => procedures.push(Joined { parts: vec![piece] }),
            }
        }
        procedures
    }

    /// Whether a piece goes on with the last procedure, or with the one before it, from which the last was but a detour.
    fn goes_on(&mut self, procedures: &[Joined], piece: Piece) -> (bool, bool) {
        let over_idle = procedures.last().is_some_and(|last| self.saving(last, piece) > 0.0);
        let over_detour = match procedures {
            [.., before, last] if !over_idle && last.bins() < self.detour => self.saving(before, piece) > 0.0,
            _ => false,
        };
        (over_idle, over_detour)
    }

    /// How much cheaper both are as one; less than zero when they touch, as the plan has cut them on purpose.
    fn saving(&mut self, before: &Joined, piece: Piece) -> f64 {
        let gap = piece.start - before.hull().end;
        if gap == 0 || gap > self.longest {
            return f64::NEG_INFINITY;
        }
        let apart = self.cost(before) + self.cost(&Joined { parts: vec![piece] }) + (self.boundary)(piece.start);
        apart - RESUMED - self.cost(&before.and(piece))
    }

    fn cost(&mut self, procedure: &Joined) -> f64 {
        self.stretch.clear();
        let bins = procedure.parts.iter().flat_map(|part| part.start..part.end);
        let evidence = bins.map(|bin| self.stretch.add(bin)[0]).last().unwrap_or(0.0);
        evidence + (self.length)(procedure.bins())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Work costs the number of different scenes less one.
    struct Scenes<'a> {
        scenes: &'a [u8],
        seen: Vec<u8>,
    }

    impl StretchCost for Scenes<'_> {
        fn clear(&mut self) {
            self.seen.clear();
        }

        fn add(&mut self, bin: usize) -> [f64; 2] {
            self.seen.push(self.scenes[bin]);
            self.seen.sort_unstable();
            self.seen.dedup();
            [10.0 * (self.seen.len() as f64 - 1.0), 0.0]
        }
    }

    /// Each letter is a bin of work in that scene, a dot an idle bin; the parts that come out, one procedure after the other.
    fn check(session: &str, joined: &[usize]) {
        let scenes = session.as_bytes();
        let mut pieces: Vec<Piece> = Vec::new();
        for (bin, &scene) in scenes.iter().enumerate() {
            let state = if scene == b'.' { State::Idle } else { State::Work };
            match pieces.last_mut() {
                Some(last) if scenes[last.start] == scene => last.end = bin + 1,
                _ => pieces.push(Piece { start: bin, end: bin + 1, state }),
            }
        }
        let plan = Plan { pieces, cost: 0.0, scale: 0, margins: Vec::new() };
        let stretch = Scenes { scenes, seen: Vec::new() };
        let rejoin = Rejoin { stretch, length: &|_| 1.0, boundary: &|_| 5.0, longest: 4, detour: 3 };
        let parts: Vec<usize> = rejoin.join(&plan).iter().map(|procedure| procedure.parts.len()).collect();
        assert_eq!(parts, joined, "{session}");
    }

    #[test]
    fn the_same_work_goes_on_after_an_interruption() {
        check("aaaa..aaaa", &[2]);
        check("aa.aa.aa", &[3]);
    }

    #[test]
    fn other_work_does_not() {
        check("aaaa..bbbb", &[1, 1]);
        check("aaaabbbb", &[1, 1]);
    }

    #[test]
    fn nor_after_a_long_interruption() {
        check("aaaa.....aaaa", &[1, 1]);
    }

    #[test]
    fn a_short_detour_is_an_interruption_and_longer_work_is_not() {
        check("aaaabbaaaa", &[2]);
        check("aaaabbbaaaa", &[1, 1, 1]);
    }
}
