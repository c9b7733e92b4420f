use serde::Deserialize;

use crate::{LineKind, Script, ScriptLine, ScriptedProcedure, Style};

/// Scripts of field-service sessions, written for this crate and under its licence.
///
/// The first is the demo's. Each has three to six procedures in its own wording; some announce, some don't, some are
/// interrupted, come back to a place or chat in between. The last two have no procedure: talk only, and idling only.
///
/// # Panics
/// Never: the scripts are part of the crate and tested.
pub fn own_scripts() -> Vec<Script> {
    SCRIPTS.iter().map(|(id, text)| parse(id, text).expect("the crate's own scripts are tested")).collect()
}

const SCRIPTS: &[(&str, &str)] = &[
    ("pump-room", include_str!("../scripts/pump-room.toml")),
    ("boiler-visit", include_str!("../scripts/boiler-visit.toml")),
    ("server-rack", include_str!("../scripts/server-rack.toml")),
    ("forklift-bay", include_str!("../scripts/forklift-bay.toml")),
    ("coffee-machine", include_str!("../scripts/coffee-machine.toml")),
    ("lift-cabinet", include_str!("../scripts/lift-cabinet.toml")),
    ("short-job", include_str!("../scripts/short-job.toml")),
    ("talk-only", include_str!("../scripts/talk-only.toml")),
    ("idle-only", include_str!("../scripts/idle-only.toml")),
];

/// A script as it is written down: scenes in order, those of one title being parts of one procedure.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    style: Style,
    scene: Vec<Scene>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Scene {
    title: Option<String>,
    place: Option<String>,
    /// Kind, text, seconds of silence after it.
    lines: Vec<(LineKind, String, f64)>,
}

fn parse(id: &str, text: &str) -> Result<Script, toml::de::Error> {
    let written: Written = toml::from_str(text)?;
    let mut script =
        Script { id: id.to_owned(), style: written.style, pace: 1.0, procedures: Vec::new(), lines: Vec::new() };
    for scene in written.scene {
        let procedure = scene.title.map(|title| procedure(&mut script.procedures, title, scene.place));
        let lines = scene.lines.into_iter();
        script.lines.extend(lines.map(|(kind, text, pause_after)| ScriptLine { text, kind, procedure, pause_after }));
    }
    Ok(script)
}

/// The index of the procedure with that title, added when it is new.
fn procedure(procedures: &mut Vec<ScriptedProcedure>, title: String, place: Option<String>) -> usize {
    if let Some(known) = procedures.iter().position(|procedure| procedure.title == title) {
        return known;
    }
    procedures.push(ScriptedProcedure { title, place });
    procedures.len() - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_script_parses() {
        for (id, text) in SCRIPTS {
            assert!(parse(id, text).is_ok(), "{id}: {:?}", parse(id, text).err());
        }
    }

    #[test]
    fn sessions_have_three_to_six_procedures_with_titles_that_are_commands() {
        for script in own_scripts().iter().filter(|script| script.style != Style::NoProcedure) {
            assert!((3..=6).contains(&script.procedures.len()), "{}", script.id);
            for procedure in &script.procedures {
                let words = procedure.title.split_whitespace().count();
                assert!((2..=8).contains(&words), "{}", procedure.title);
            }
        }
    }

    #[test]
    fn the_scripts_differ_in_how_they_tell() {
        let scripts = own_scripts();
        let some = |wanted: LineKind| scripts.iter().any(|s| s.lines.iter().any(|line| line.kind == wanted));
        for kind in [LineKind::Interruption, LineKind::Resume, LineKind::Idle, LineKind::Quiet, LineKind::OutroBare] {
            assert!(some(kind), "{kind:?}");
        }
        for style in [Style::Explicit, Style::Implicit, Style::Mixed, Style::Idle, Style::ImplicitIdle] {
            assert!(scripts.iter().any(|script| script.style == style), "{style:?}");
        }
    }
}
