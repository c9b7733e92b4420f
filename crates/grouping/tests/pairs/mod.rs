//! Takes of known jobs, and how well groups of them fit.
//!
//! Two sets: scripted narrations, of which 87 guides are told twice, by other voices in other words; and what was really said during `HoloAssist`'s tasks, mostly by
//! a trainer over the radio. Each is split in two by a hash: settings are chosen on one half, and the other is reported. Titles and steps are what the
//! default namer makes of the words.
#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "not every program that shares this file uses all of it, and all should stop where they can't go on"
)]

use std::path::PathBuf;

use serde_json::Value;
use sha2::{Digest as _, Sha256};
use stepreel_core::{BoundaryConfidence, Digest, Score, Segment, SessionId, TenantId};
use stepreel_grouping::{Nearness, Take, groups};
use stepreel_naming::{Extractive, Namer};
use stepreel_testkit::{Truth, transcripts};

/// A take, and what it is one of.
pub(crate) struct Known {
    pub(crate) take: Take,
    pub(crate) job: String,
    half: Half,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Half {
    Development,
    Report,
}

/// How well groups fit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fit {
    /// Pairs of takes of one job, of other sessions.
    pub(crate) true_pairs: usize,
    /// Pairs in a group.
    pub(crate) found: usize,
    /// Of them those of one job.
    pub(crate) right: usize,
}

impl Fit {
    pub(crate) fn precision(self) -> f64 {
        self.right as f64 / self.found.max(1) as f64
    }

    pub(crate) fn recall(self) -> f64 {
        self.right as f64 / self.true_pairs.max(1) as f64
    }
}

fn data(path: &str) -> PathBuf {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    std::env::var_os("STEPREEL_DATA").map_or(PathBuf::from(beside), PathBuf::from).join(path)
}

/// The narrations; a job is a guide, and all its takes are in one half.
pub(crate) fn narrations() -> Vec<Known> {
    let path = data("narrations/public.jsonl");
    let lines = std::fs::read_to_string(&path).unwrap();
    let raw: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let sessions = transcripts(&path).unwrap();
    let known = |(session, raw): (&Truth, &Value)| {
        let guides = raw["procedures"].as_array().unwrap();
        assert_eq!(guides.len(), session.procedures.len(), "{}", session.name);
        let jobs: Vec<String> = guides.iter().map(|guide| guide["guide_id"].as_str().unwrap().to_owned()).collect();
        let halves: Vec<Half> = jobs.iter().map(|job| half(job)).collect();
        takes(session, &jobs, &halves)
    };
    sessions.iter().zip(&raw).flat_map(known).collect()
}

/// `HoloAssist`'s sessions; a job is a task, and a session is in one half.
pub(crate) fn holoassist() -> Vec<Known> {
    let sessions = transcripts(&data("sessions/holoassist-dev.jsonl")).unwrap();
    let known = |session: &Truth| {
        let jobs: Vec<String> = session.procedures.iter().map(|procedure| procedure.title.clone()).collect();
        takes(session, &jobs, &vec![half(&session.name); jobs.len()])
    };
    sessions.iter().flat_map(known).collect()
}

fn takes(session: &Truth, jobs: &[String], halves: &[Half]) -> Vec<Known> {
    let transcript = session.transcript();
    let sure = BoundaryConfidence { start: 1.0, end: 1.0 };
    let segments: Vec<Segment> = session.procedures.iter().map(|done| Segment::new(done.span, sure)).collect();
    let passages = transcript.passages(&segments);
    let names = Extractive::default().name(&passages).unwrap();
    let tenant: TenantId = "measured".parse().unwrap();
    let id = SessionId::of(&tenant, Digest::new(sha256(&session.name)));
    let mut known = Vec::new();
    for (place, (name, passage)) in names.iter().zip(&passages).enumerate() {
        let said: Vec<&str> = passage.utterances.iter().map(|(_, said)| said.text.as_str()).collect();
        let take = Take {
            procedure: id.procedure(place as u32 + 1),
            session: id,
            title: name.title.clone(),
            steps: name.description.iter().map(|line| line.text.clone()).collect(),
            said: said.join(" "),
            score: Score::rounded(80.0),
        };
        known.push(Known { take, job: jobs[place].clone(), half: halves[place] });
    }
    known
}

/// By the parity of the first byte of its SHA-256.
fn half(text: &str) -> Half {
    if sha256(text)[0].is_multiple_of(2) { Half::Development } else { Half::Report }
}

fn sha256(text: &str) -> [u8; 32] {
    Sha256::digest(text).into()
}

pub(crate) fn of_half(known: &[Known], half: Half) -> Vec<&Known> {
    known.iter().filter(|known| known.half == half).collect()
}

/// How well the groups of those takes fit.
pub(crate) fn fit(known: &[&Known], nearness: Nearness) -> Fit {
    let takes: Vec<Take> = known.iter().map(|known| known.take.clone()).collect();
    let mut fit = Fit { true_pairs: 0, found: 0, right: 0 };
    for (at, one) in known.iter().enumerate() {
        let same = |other: &&&Known| other.job == one.job && other.take.session != one.take.session;
        fit.true_pairs += known[at + 1..].iter().filter(same).count();
    }
    for group in groups(&takes, nearness) {
        let members: Vec<usize> = std::iter::once(group.exemplar).chain(group.others.iter().map(|o| o.take)).collect();
        for (at, &one) in members.iter().enumerate() {
            for &other in &members[at + 1..] {
                fit.found += 1;
                fit.right += usize::from(known[one].job == known[other].job);
            }
        }
    }
    fit
}
