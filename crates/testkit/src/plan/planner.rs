use std::ops::Range;

use super::{Plan, Shot, View};
use crate::dice::Dice;
use crate::script::{LineKind, Script, ScriptLine, Style};

/// Walks through a script and lays everything on the timeline.
pub(super) struct Planner<'a> {
    script: &'a Script,
    /// How long each line takes to say, in seconds.
    lengths: &'a [f64],
    /// Quiet work added after each line, in seconds.
    quiet: &'a [f64],
    dice: Dice,
    now: f64,
    /// Where the engineer stands; nothing while walking.
    here: Option<usize>,
    corridors: usize,
    /// How far the work at each place has come.
    stages: Vec<usize>,
    plan: Plan,
}

impl<'a> Planner<'a> {
    pub(super) fn new(script: &'a Script, seed: u64, (lengths, quiet): (&'a [f64], &'a [f64])) -> Self {
        let mut dice = Dice::new(seed, "plan");
        let places = places(script, &mut dice);
        let stages = vec![0; places.iter().max().map_or(1, |most| most + 1)];
        let parts = vec![Vec::new(); script.procedures.len()];
        let plan = Plan { duration: 0.0, shots: Vec::new(), spoken: Vec::new(), parts, places };
        Self { script, lengths, quiet, dice, now: 0.0, here: None, corridors: 0, stages, plan }
    }

    pub(super) fn plan(mut self) -> Plan {
        let scenes = scenes(&self.script.lines);
        self.arrive(&scenes);
        for (index, (procedure, lines)) in scenes.iter().enumerate() {
            let next = scenes.get(index + 1).and_then(|(procedure, _)| *procedure);
            match procedure {
                Some(procedure) => self.work(*procedure, lines.clone()),
                None if self.script.style == Style::NoProcedure => self.drift(lines.clone()),
                None => self.idle(lines.clone(), next),
            }
        }
        self.leave();
        Plan { duration: self.now, ..self.plan }
    }

    /// The first seconds: the glasses are on, nothing happens yet.
    fn arrive(&mut self, scenes: &[(Option<usize>, Range<usize>)]) {
        let first = scenes.iter().find_map(|(procedure, _)| *procedure);
        self.here = Some(first.map_or(0, |procedure| self.plan.places[procedure]));
        self.wait((1.5, 4.0));
        self.rest_since(0.0);
    }

    fn leave(&mut self) {
        let start = self.now;
        self.wait((2.0, 4.0));
        self.rest_since(start);
    }

    /// Between procedures: on the way to the next place, or standing about.
    fn idle(&mut self, lines: Range<usize>, next: Option<usize>) {
        let start = self.now;
        let moves = next.is_some_and(|next| Some(self.plan.places[next]) != self.here);
        self.wait((0.5, 2.0));
        self.say_all(lines);
        if moves || self.dice.chance(0.4) {
            self.wait((1.5, 5.0));
            self.walk_since(start);
        } else {
            self.rest_since(start);
        }
    }

    /// A session without work: walking and standing about by turns.
    fn drift(&mut self, lines: Range<usize>) {
        for line in lines {
            let start = self.now;
            self.say_all(line..line + 1);
            match self.dice.below(4) {
                0 => self.rest_since(start),
                1 => self.shot(start, View::Away { place: self.here.unwrap_or(0) }),
                _ => self.shot(start, View::Walk { corridor: 1 + line / 4 }),
            }
        }
    }

    /// One procedure, or one more part of it.
    fn work(&mut self, procedure: usize, mut lines: Range<usize>) {
        let place = self.plan.places[procedure];
        let arrived = self.go_to(place);
        let (mut part, mut shot) = (arrived, arrived);
        if self.announced_on_the_way(&lines) {
            part = self.now;
            self.say_all(lines.start..lines.start + 1);
            lines.start += 1;
            shot = self.now;
            if let Some(walk) = self.plan.shots.last_mut() {
                walk.end = shot;
            }
        }
        self.here = Some(place);
        let mut bout = Bout { procedure, place, part, shot, stage: self.stages[place], progress: vec![] };
        let mut line = lines.start;
        while line < lines.end {
            let away = self.interruption(line..lines.end);
            if away.is_empty() {
                self.step(line, &mut bout);
                line += 1;
            } else {
                line = away.end;
                self.interrupt(&mut bout, away);
            }
        }
        self.wait((0.2, 1.5));
        self.finish(&mut bout);
    }

    /// Gets to a place, and says since when the engineer is there.
    fn go_to(&mut self, place: usize) -> f64 {
        let start = self.now;
        let walked = matches!(self.plan.shots.last(), Some(Shot { view: View::Walk { .. }, .. }));
        if self.here.is_some_and(|here| here != place) {
            self.wait((5.0, 11.0));
            self.walk_since(start);
        } else if !walked && self.now > 5.0 {
            self.wait((2.0, 6.0));
            self.rest_since(start);
        }
        let arrived = self.now;
        self.now += self.dice.between(0.1, 1.5);
        arrived
    }

    /// Now and then the engineer announces the work while still walking.
    fn announced_on_the_way(&mut self, lines: &Range<usize>) -> bool {
        let walking =
            matches!(self.plan.shots.last(), Some(Shot { view: View::Walk { .. }, end, .. }) if *end <= self.now);
        let announces = self.script.lines[lines.start].kind == LineKind::Intro;
        walking && announces && self.dice.chance(0.25)
    }

    fn step(&mut self, line: usize, bout: &mut Bout) {
        self.say(line);
        if self.script.lines[line].kind == LineKind::Step {
            bout.progress.push(self.now);
        }
        self.now += self.script.lines[line].pause_after + self.quiet[line];
    }

    /// The lines of an interruption at the start of `lines`; none when it goes on.
    fn interruption(&self, lines: Range<usize>) -> Range<usize> {
        let interrupts = |line: &usize| self.script.lines[*line].kind == LineKind::Interruption;
        lines.start..lines.start + lines.clone().take_while(interrupts).count()
    }

    fn interrupt(&mut self, bout: &mut Bout, away: Range<usize>) {
        self.finish(bout);
        let start = self.now;
        self.say_all(away);
        self.wait((2.0, 9.0));
        if self.dice.chance(0.4) {
            self.walk_since(start);
        } else {
            self.shot(start, View::Away { place: bout.place });
        }
        self.here = Some(bout.place);
        *bout = Bout { part: self.now, shot: self.now, stage: self.stages[bout.place], progress: vec![], ..*bout };
    }

    fn finish(&mut self, bout: &mut Bout) {
        let progress = std::mem::take(&mut bout.progress);
        self.stages[bout.place] = bout.stage + progress.len();
        self.plan.parts[bout.procedure].push((bout.part, self.now));
        self.shot(bout.shot, View::Work { place: bout.place, stage: bout.stage, progress });
    }

    fn say_all(&mut self, lines: Range<usize>) {
        for line in lines {
            self.say(line);
            self.now += self.script.lines[line].pause_after + self.quiet[line];
        }
    }

    fn say(&mut self, line: usize) {
        if self.lengths[line] > 0.0 {
            self.plan.spoken.push((line, self.now));
            self.now += self.lengths[line];
        }
    }

    fn wait(&mut self, (least, most): (f64, f64)) {
        self.now += self.dice.between(least, most);
    }

    fn walk_since(&mut self, start: f64) {
        self.corridors += 1;
        self.here = None;
        self.shot(start, View::Walk { corridor: self.corridors });
    }

    fn rest_since(&mut self, start: f64) {
        let place = self.here.unwrap_or(0);
        let stage = self.stages[place];
        let away = self.dice.chance(0.35);
        self.shot(start, if away { View::Away { place } } else { View::Rest { place, stage } });
    }

    /// What was seen from `start` until now; nothing when that is no time at all.
    fn shot(&mut self, start: f64, view: View) {
        let start = self.plan.shots.last().map_or(start, |before| before.end.max(start));
        if start < self.now {
            self.plan.shots.push(Shot { start, end: self.now, view });
        }
    }
}

/// Work on one procedure without interruption.
struct Bout {
    procedure: usize,
    place: usize,
    part: f64,
    shot: f64,
    stage: usize,
    progress: Vec<f64>,
}

/// Neighbouring lines of the same procedure.
fn scenes(lines: &[ScriptLine]) -> Vec<(Option<usize>, Range<usize>)> {
    let mut scenes: Vec<(Option<usize>, Range<usize>)> = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        match scenes.last_mut() {
            Some((procedure, range)) if *procedure == line.procedure => range.end = index + 1,
            _ => scenes.push((line.procedure, index..index + 1)),
        }
    }
    scenes
}

/// A workplace for each procedure: as the script says; else mostly a new one, at times the one before or an earlier one.
fn places(script: &Script, dice: &mut Dice) -> Vec<usize> {
    let mut places: Vec<usize> = Vec::new();
    for (index, procedure) in script.procedures.iter().enumerate() {
        let fresh = places.iter().max().map_or(0, |most| most + 1);
        let named = |place: &String| script.procedures[..index].iter().position(|p| p.place.as_ref() == Some(place));
        places.push(match &procedure.place {
            Some(place) => named(place).map_or(fresh, |same| places[same]),
            None => anywhere(&places, fresh, dice),
        });
    }
    places
}

fn anywhere(places: &[usize], fresh: usize, dice: &mut Dice) -> usize {
    match (places.last(), dice.unit()) {
        (Some(&here), roll) if roll < 0.25 => here,
        (Some(_), roll) if roll < 0.4 => dice.pick(places),
        _ => fresh,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::own_scripts;

    fn plans() -> Vec<(Script, Plan)> {
        let plan = |script: Script, seed| {
            let lengths: Vec<f64> = script.lines.iter().map(|line| 0.06 * line.text.len() as f64).collect();
            let quiet = vec![0.0; script.lines.len()];
            let plan = Planner::new(&script, seed, (&lengths, &quiet)).plan();
            (script, plan)
        };
        (0..8).flat_map(|seed| own_scripts().into_iter().map(move |script| plan(script, seed))).collect()
    }

    #[test]
    fn shots_tile_the_session() {
        for (script, plan) in plans() {
            assert_eq!(plan.shots[0].start, 0.0);
            assert_eq!(plan.shots.last().unwrap().end, plan.duration, "{}", script.id);
            assert!(plan.shots.windows(2).all(|pair| pair[0].end == pair[1].start), "{}", script.id);
        }
    }

    #[test]
    fn lines_are_said_one_after_another_and_inside_their_procedure() {
        for (script, plan) in plans() {
            assert!(plan.spoken.windows(2).all(|pair| pair[0].1 < pair[1].1));
            for &(line, start) in &plan.spoken {
                let Some(procedure) = script.lines[line].procedure else { continue };
                let inside = plan.parts[procedure].iter().any(|part| part.0 <= start && start < part.1);
                assert_eq!(inside, script.lines[line].kind != LineKind::Interruption, "{} {line}", script.id);
            }
        }
    }

    #[test]
    fn procedures_with_the_same_place_share_it() {
        let (_, plan) = plans().remove(0);
        assert_eq!(plan.places, [0, 1, 1, 0]);
    }

    #[test]
    fn hands_work_only_during_procedures() {
        for (_, plan) in plans() {
            let parts: Vec<_> = plan.parts.iter().flatten().collect();
            for shot in plan.shots.iter().filter(|shot| matches!(shot.view, View::Work { .. })) {
                assert!(parts.iter().any(|part| part.0 <= shot.start && shot.end <= part.1), "{shot:?}");
            }
        }
    }
}
