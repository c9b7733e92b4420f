//! Procedures that are takes of one job, across sessions.
//!
//! It compares what was said and what that was named. It is conservative: a wrong group is worse than none, so everything that is in a group is near to everything
//! else in it. It looks at no pictures, because the records hold no vectors of them, and knows no store: give it the takes of one tenant.

use stepreel_core::{Procedure, ProcedureId, Score, Segment, SessionId, SessionRecord};

mod words;

mod closeness;
mod opposites;

mod linkage;
mod order;

pub use order::Moved;

use closeness::Closeness;

/// What grouping looks at of a procedure.
#[derive(Clone, Debug, PartialEq)]
pub struct Take {
    /// The procedure.
    pub procedure: ProcedureId,
    /// Its session.
    pub session: SessionId,
    /// Its title.
    pub title: String,
    /// Its steps, in order.
    pub steps: Vec<String>,
    /// What was said during it.
    pub said: String,
    /// Its quality.
    pub score: Score,
}

impl Take {
    /// That of a procedure of a record.
    pub fn new(record: &SessionRecord, procedure: &Procedure) -> Self {
        let segment = Segment {
            span: procedure.span,
            interruptions: procedure.interruptions.clone(),
            confidence: procedure.confidence,
        };
        let said = record.transcript.reliable().filter(|(_, utterance)| segment.holds(utterance.span.middle()));
        Self {
            procedure: procedure.id,
            session: procedure.session_id,
            title: procedure.procedure_name.clone(),
            steps: procedure.name.description.iter().map(|line| line.text.clone()).collect(),
            said: said.map(|(_, utterance)| utterance.text.as_str()).collect::<Vec<_>>().join(" "),
            score: procedure.score.total,
        }
    }
}

/// Takes of one job.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// The best of them: its place among the takes that were given.
    pub exemplar: usize,
    /// The others, best first.
    pub others: Vec<Other>,
}

/// A take beside the best one.
#[derive(Clone, Debug, PartialEq)]
pub struct Other {
    /// Its place among the takes that were given.
    pub take: usize,
    /// The steps that come at another place in the order than in the best take.
    pub moved: Vec<Moved>,
}

/// How near two takes have to be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Nearness {
    /// Cosine of their words, each weighted by how rare it is among all takes; 0-1.
    pub cosine: f64,
    /// Information of the words that they share: the sum of the logarithms of how rare each is. A few words in common are no evidence, however alike the
    /// rest may be.
    pub shared: f64,
}

impl Default for Nearness {
    /// Chosen on the development halves of the evaluation data; `docs/documents.md` has the figures.
    fn default() -> Self {
        Self { cosine: 0.55, shared: 16.0 }
    }
}

/// The groups of two or more, those with most takes first.
///
/// Two takes of one session are never in a group: within a session they were told apart. The same takes give the same groups, in whatever
/// order they come but for places; of equally good takes the one that comes first is the best.
pub fn groups(takes: &[Take], nearness: Nearness) -> Vec<Group> {
    let links = Closeness::of(takes).links(nearness);
    let may = |&(a, b, _): &(usize, usize, f64)| {
        takes[a].session != takes[b].session && !opposites::opposed(&takes[a].title, &takes[b].title)
    };
    let links = links.into_iter().filter(may).collect();
    let mut groups: Vec<Group> = linkage::clusters(takes.len(), links).into_iter().map(|c| group(takes, c)).collect();
    groups.sort_by_key(|group| (std::cmp::Reverse(group.others.len()), group.exemplar));
    groups
}

fn group(takes: &[Take], mut members: Vec<usize>) -> Group {
    members.sort_by_key(|&take| (std::cmp::Reverse(takes[take].score), take));
    let exemplar = members.remove(0);
    let other = |take| Other { take, moved: order::moved(&takes[exemplar].steps, &takes[take].steps) };
    Group { exemplar, others: members.into_iter().map(other).collect() }
}
