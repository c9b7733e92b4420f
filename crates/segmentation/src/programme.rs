//! The exact semi-Markov dynamic programme over edges of bins and the two states.

use crate::length_prior::LengthPrior;

/// What is going on in a stretch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// A procedure.
    Work,
    /// Between procedures.
    Idle,
}

impl State {
    const ALL: [Self; 2] = [Self::Work, Self::Idle];
}

/// A stretch of bins, `start <= bin < end`, in one state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) state: State,
}

/// What the evidence in a stretch costs in each state, grown bin by bin.
pub(crate) trait StretchCost {
    /// Begins an empty stretch.
    fn clear(&mut self);

    /// Adds a bin and says what the stretch costs now as work and as idle.
    fn add(&mut self, bin: usize) -> [f64; 2];
}

/// What a change of state costs at one edge; idle never follows idle.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct EdgeCost {
    /// One procedure follows another.
    pub(crate) work_to_work: f64,
    /// A procedure ends.
    pub(crate) work_to_idle: f64,
    /// A procedure starts.
    pub(crate) idle_to_work: f64,
}

impl EdgeCost {
    fn of(&self, from: State, to: State) -> f64 {
        match (from, to) {
            (State::Work, State::Work) => self.work_to_work,
            (State::Work, State::Idle) => self.work_to_idle,
            (State::Idle, State::Work) => self.idle_to_work,
            (State::Idle, State::Idle) => f64::INFINITY,
        }
    }
}

/// The cheapest way to cut a session.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// All of the session, in order.
    pub(crate) pieces: Vec<Piece>,
    /// What it costs.
    pub(crate) cost: f64,
    /// The length prior's scale that it was found under.
    pub(crate) scale: usize,
    /// For each edge between two pieces, how much more the cheapest way costs that has no edge near it.
    pub(crate) margins: Vec<f64>,
}

/// The dynamic programme: `edges` has one more entry than there are bins.
///
/// Cost of a way to cut: the sum over its pieces of the evidence's cost and minus the logarithm of the length's probability,
/// plus the sum over its inner edges of their cost. Time grows with the square of the bins, memory with the bins.
pub(crate) struct Programme<'a> {
    pub(crate) edges: &'a [EdgeCost],
    pub(crate) prior: &'a LengthPrior,
    /// An edge that moves by at most so many bins is still the same edge.
    pub(crate) tolerance: usize,
}

/// The cheapest way up to an edge whose last piece has some state.
#[derive(Clone, Copy, Debug)]
struct Best {
    cost: f64,
    start: usize,
    before: State,
}

const NOWHERE: Best = Best { cost: f64::INFINITY, start: 0, before: State::Idle };

/// By edge, then by state of the piece that ends there.
type Table = Vec<[Best; 2]>;

impl Programme<'_> {
    /// The cheapest way to cut.
    pub(crate) fn solve(&self, stretch: &mut impl StretchCost) -> Plan {
        let tables = self.forward(stretch);
        let last = self.bins();
        let total = |scale: usize| self.prior.scale(scale) + cheapest(&tables[scale][last]).1;
        let scale = (0..tables.len()).min_by(|&a, &b| total(a).total_cmp(&total(b))).expect("there are scales");
        let pieces = trace(&tables[scale]);
        let margins = self.margins(stretch, (&tables[scale], scale), &pieces);
        Plan { pieces, cost: total(scale), scale, margins }
    }

    fn bins(&self) -> usize {
        self.edges.len() - 1
    }

    /// What a piece's length costs under a scale.
    fn length(&self, scale: usize, bins: usize) -> [f64; 2] {
        [self.prior.work(scale, bins), self.prior.idle(bins)]
    }

    /// The cheapest ways from the start, one table a scale: the evidence is only walked once for all of them.
    fn forward(&self, stretch: &mut impl StretchCost) -> Vec<Table> {
        let mut tables = vec![vec![[NOWHERE; 2]; self.bins() + 1]; self.prior.scales()];
        for start in 0..self.bins() {
            let entries: Vec<[Best; 2]> = tables.iter().map(|table| self.enter(table, start)).collect();
            stretch.clear();
            for end in start + 1..=self.bins() {
                let evidence = stretch.add(end - 1);
                for (scale, table) in tables.iter_mut().enumerate() {
                    let length = self.length(scale, end - start);
                    for state in 0..2 {
                        let cost = entries[scale][state].cost + evidence[state] + length[state];
                        if cost < table[end][state].cost {
                            table[end][state] = Best { cost, ..entries[scale][state] };
                        }
                    }
                }
            }
        }
        tables
    }

    /// The cheapest way to begin a piece of each state at `start`.
    fn enter(&self, table: &Table, start: usize) -> [Best; 2] {
        State::ALL.map(|to| {
            if start == 0 {
                return Best { cost: 0.0, start, before: State::Idle };
            }
            let from = |from: State| Best {
                cost: table[start][from as usize].cost + self.edges[start].of(from, to),
                start,
                before: from,
            };
            let (work, idle) = (from(State::Work), from(State::Idle));
            if idle.cost < work.cost { idle } else { work }
        })
    }

    /// How much more the cheapest way costs in which one piece covers an edge's whole neighbourhood, for each inner edge.
    fn margins(&self, stretch: &mut impl StretchCost, found: (&Table, usize), pieces: &[Piece]) -> Vec<f64> {
        let (table, scale) = found;
        let inner: Vec<usize> = pieces.iter().skip(1).map(|piece| piece.start).collect();
        let mut without = vec![f64::INFINITY; inner.len()];
        // What the rest costs from an edge on, by the state of the piece that ends there.
        let mut rest = vec![[0.0; 2]; self.bins() + 1];
        for start in (0..self.bins()).rev() {
            let entry = self.enter(table, start);
            let mut onward = [f64::INFINITY; 2];
            stretch.clear();
            for end in start + 1..=self.bins() {
                let (evidence, length) = (stretch.add(end - 1), self.length(scale, end - start));
                let piece = [0, 1].map(|state| evidence[state] + length[state] + rest[end][state]);
                onward = [0, 1].map(|state| piece[state].min(onward[state]));
                let total = (entry[0].cost + piece[0]).min(entry[1].cost + piece[1]);
                for covered in self.covered(&inner, start, end) {
                    without[covered] = total.min(without[covered]);
                }
            }
            rest[start] = State::ALL.map(|from| {
                State::ALL
                    .iter()
                    .map(|&to| self.edges[start].of(from, to) + onward[to as usize])
                    .fold(f64::INFINITY, f64::min)
            });
        }
        let best = cheapest(&table[self.bins()]).1;
        without.iter().map(|cost| (cost - best).max(0.0)).collect()
    }

    /// The inner edges whose neighbourhood lies inside that piece.
    fn covered(&self, inner: &[usize], start: usize, end: usize) -> std::ops::Range<usize> {
        let low = |edge: &usize| edge.saturating_sub(self.tolerance) <= start && start > 0 || *edge <= start;
        let high = |edge: &usize| edge + self.tolerance < end || end == self.bins() && *edge < end;
        let from = inner.partition_point(low);
        from..inner.partition_point(high).max(from)
    }
}

/// The state with the cheaper way, and its cost; work when both cost the same.
fn cheapest(ways: &[Best; 2]) -> (State, f64) {
    let [work, idle] = ways;
    if idle.cost < work.cost { (State::Idle, idle.cost) } else { (State::Work, work.cost) }
}

/// The pieces of the cheapest way, from its end back.
fn trace(table: &Table) -> Vec<Piece> {
    let mut end = table.len() - 1;
    let mut state = cheapest(&table[end]).0;
    let mut pieces = Vec::new();
    while end > 0 {
        let best = table[end][state as usize];
        pieces.push(Piece { start: best.start, end, state });
        (end, state) = (best.start, best.before);
    }
    pieces.reverse();
    pieces
}
