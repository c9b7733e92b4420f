//! The labelled sets.

use std::error::Error;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::session::{Half, Procedure, Session};
use crate::wording::{SEEN, WORDINGS};

/// A set's name and its sessions.
pub(crate) type Set = (&'static str, Vec<Session>);

/// All sets, out of the folder that `STEPREEL_DATA` names.
pub(crate) fn all() -> Result<[Set; 6], Box<dyn Error>> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    let data = std::env::var_os("STEPREEL_DATA").map_or(PathBuf::from(beside), PathBuf::from);
    Ok([
        ("naming, announced", naming(&data, true)?),
        ("naming, own wordings", wordings(&data)?),
        ("naming, implicit", naming(&data, false)?),
        ("narrations, announced", narrations(&data, true)?),
        ("narrations, implicit", narrations(&data, false)?),
        ("holoassist", holoassist(&data)?),
    ])
}

/// Guides, each a session: as they are, or with what announces them.
fn naming(data: &Path, announced: bool) -> Result<Vec<Session>, Box<dyn Error>> {
    let rows = rows(&data.join("naming/public.jsonl"))?;
    let wanted = rows.iter().filter(|row| !announced || row["intro_sentence"].is_string());
    Ok(wanted
        .map(|row| {
            let intro = row["intro_sentence"].as_str().filter(|_| announced);
            let spoken = text(row, "spoken_text");
            let said = intro.into_iter().chain(spoken.split_inclusive(". ")).map(|said| said.trim().to_owned());
            Session {
                id: text(row, "id"),
                procedures: vec![procedure(row, said.collect(), Some(Half::of(&text(row, "id"))))],
            }
        })
        .collect())
}

/// Guides behind announcements in wordings of their own: those of one half behind wordings that were looked at, those of the other
/// behind the others.
fn wordings(data: &Path) -> Result<Vec<Session>, Box<dyn Error>> {
    let rows = rows(&data.join("naming/public.jsonl"))?;
    let (seen, unseen) = WORDINGS.split_at(SEEN);
    let (mut seen, mut unseen) = (seen.iter().cycle(), unseen.iter().cycle());
    let titled = rows.iter().filter(|row| row["title_imperative"].is_string());
    Ok(titled
        .map(|row| {
            let half = Half::of(&text(row, "id"));
            let wordings = if half == Half::Dev { &mut seen } else { &mut unseen };
            let wording = wordings.next().expect("a cycle does not end");
            let spoken = text(row, "spoken_text");
            let intro = worded(wording, &text(row, "title_imperative"));
            let said = std::iter::once(intro.as_str())
                .chain(spoken.split_inclusive(". "))
                .map(|said| said.trim().to_owned())
                .collect();
            Session { id: text(row, "id"), procedures: vec![procedure(row, said, Some(half))] }
        })
        .collect())
}

fn worded(wording: &str, task: &str) -> String {
    let (verb, object) = task.split_once(' ').unwrap_or((task, "it"));
    let verb = verb.to_lowercase();
    let stem = if verb == "tie" { "ty" } else { verb.strip_suffix('e').unwrap_or(&verb) };
    let doubled = if ["cut", "set", "strip", "hem"].contains(&stem) { &stem[stem.len() - 1..] } else { "" };
    wording
        .replace("@i", &format!("{verb} {object}"))
        .replace("@g", &format!("{stem}{doubled}ing {object}"))
        .replace("@o", object)
}

/// Scripted sessions; only the procedures that are announced, or only those that are not, count.
fn narrations(data: &Path, announced: bool) -> Result<Vec<Session>, Box<dyn Error>> {
    let rows = rows(&data.join("narrations/public.jsonl"))?;
    Ok(rows
        .iter()
        .map(|row| {
            let procedures = list(row, "procedures").iter().map(|gold| {
                let own = list(row, "utterances").iter().filter(|said| said["proc"] == gold["order"]);
                let said = own.map(|said| text(said, "text")).collect();
                let half = (gold["announced"] == announced).then(|| Half::of(&text(gold, "guide_id")));
                procedure(gold, said, half)
            });
            Session { id: text(row, "id"), procedures: procedures.collect() }
        })
        .collect())
}

/// Real sessions of a remote instructor and who is instructed.
fn holoassist(data: &Path) -> Result<Vec<Session>, Box<dyn Error>> {
    let rows = rows(&data.join("sessions/holoassist-dev.jsonl"))?;
    Ok(rows
        .iter()
        .map(|row| {
            let half = Half::of(&text(row, "session"));
            let procedures = list(row, "procedures").iter().map(|gold| {
                let seconds = |value: &Value, key: &str| value[key].as_f64().unwrap_or(0.0);
                let inside = |said: &&Value| {
                    let middle = f64::midpoint(seconds(said, "s"), seconds(said, "e"));
                    seconds(gold, "s") <= middle && middle < seconds(gold, "e")
                };
                let said = list(row, "transcript").iter().filter(inside).map(|said| text(said, "text")).collect();
                Procedure { said, title: text(gold, "name"), imperative: None, device: None, half: Some(half) }
            });
            Session { id: text(row, "session"), procedures: procedures.collect() }
        })
        .collect())
}

fn procedure(row: &Value, said: Vec<String>, half: Option<Half>) -> Procedure {
    let optional = |key: &str| row[key].as_str().map(str::to_owned);
    Procedure {
        said,
        title: text(row, "human_title"),
        imperative: optional("title_imperative"),
        device: optional("device"),
        half,
    }
}

fn rows(path: &Path) -> Result<Vec<Value>, Box<dyn Error>> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?)
}

fn text(row: &Value, key: &str) -> String {
    row[key].as_str().unwrap_or("").to_owned()
}

fn list<'a>(row: &'a Value, key: &str) -> &'a [Value] {
    row[key].as_array().map_or(&[], Vec::as_slice)
}
