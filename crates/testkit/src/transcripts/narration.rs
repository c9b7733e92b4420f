//! Scripted narrations, as somebody would speak them: the script's pauses, and words at an even pace.

use std::time::Duration;

use stepreel_core::{Span, Time};

use super::{procedure, speaking_time, utterance, words_only};
use crate::{Script, TrueProcedure, TrueUtterance, Truth};

pub(super) fn truth(script: Script) -> Truth {
    let mut clock = Time::ZERO + Duration::from_secs(1);
    let mut said = Vec::new();
    for line in &script.lines {
        let end = clock + speaking_time(&line.text);
        let spoken = Span::new(clock, end).map(|span| utterance(line.text.clone(), span));
        said.extend(spoken.map(|spoken| TrueUtterance { kind: Some(line.kind), procedure: line.procedure, ..spoken }));
        clock = end + Duration::from_secs_f64(line.pause_after.max(0.0));
    }
    let done = script.procedures.iter().enumerate().filter_map(|(index, scripted)| {
        let lines = said.iter().filter(|line| line.procedure == Some(index)).map(|line| line.span);
        let span = lines.reduce(Span::hull)?;
        let (announced, closed) = (script.announces(index), script.closes(index));
        Some(TrueProcedure { announced, closed, ..procedure(scripted.title.clone(), span) })
    });
    let done = done.collect();
    said.retain(|line| !line.text.is_empty());
    words_only(script.id, clock, done, said)
}
