//! Who, when, how long, and how it ended.

use askama::Template;
use stepreel_core::{Outcome, Role, SessionRecord, SessionStatus};

use crate::wording;

#[derive(Template)]
#[template(path = "header.html")]
pub(super) struct Header<'a> {
    pub(super) title: &'a str,
    pub(super) badges: Vec<Badge>,
    /// Names and values, in order.
    pub(super) facts: Vec<(&'static str, String)>,
}

pub(super) struct Badge {
    pub(super) text: &'static str,
    /// The class that colours it.
    pub(super) tone: &'static str,
}

impl<'a> Header<'a> {
    pub(super) fn new(record: &'a SessionRecord) -> Self {
        let session = &record.session;
        let badges = [Some(status(session.status)), session.outcome.and_then(outcome), Some(role(session.role))];
        let facts = [
            ("Engineer", session.engineer.clone()),
            ("Recorded", session.started_at.map(wording::date)),
            ("Length", Some(wording::length(record.recording.duration))),
            ("Processed", session.completed_at.map(wording::date)),
        ];
        Self {
            title: &session.title,
            badges: badges.into_iter().flatten().collect(),
            facts: facts.into_iter().filter_map(|(name, value)| Some((name, value?))).collect(),
        }
    }
}

fn status(status: SessionStatus) -> Badge {
    match status {
        SessionStatus::Uploading => Badge { text: "Uploading", tone: "plain" },
        SessionStatus::Queued => Badge { text: "Queued", tone: "plain" },
        SessionStatus::InProgress => Badge { text: "In progress", tone: "plain" },
        SessionStatus::Completed => Badge { text: "Completed", tone: "good" },
        SessionStatus::Failed => Badge { text: "Failed", tone: "poor" },
    }
}

/// Only what the status does not say already.
fn outcome(outcome: Outcome) -> Option<Badge> {
    (outcome == Outcome::Degraded).then(|| Badge { text: wording::outcome(outcome), tone: "fair" })
}

fn role(role: Role) -> Badge {
    match role {
        Role::Trainer => Badge { text: "Trainer", tone: "plain" },
        Role::Trainee => Badge { text: "Trainee", tone: "plain" },
    }
}
