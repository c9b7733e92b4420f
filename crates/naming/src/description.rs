//! Descriptions: the steps as they were said, in order, as instructions.
//!
//! A line is a sentence of the passage without who speaks and how it is put ("I'm just going to"), its verbs in the imperative. Warnings stay
//! as they were said. What repeats an earlier line is left out, after the idea of maximal marginal relevance (Carbonell and Goldstein, 1998).

use stepreel_core::Line;

use crate::frame::Frame;
use crate::inflection::Inflection;
use crate::lexicon::{self, Class};
use crate::role::Role;
use crate::sentence::Sentence;
use crate::title::capitalised;
use crate::token::Gap;
use crate::verb::Work;
use crate::verb_object::VerbObject;

/// The lines of a description, at most `most` of them: where there are more, warnings, readings and the steps that name most stay.
pub(crate) fn description(sentences: &[Sentence], roles: &[Role], most: usize) -> Vec<Line> {
    let mut drafts: Vec<Draft<'_>> = Vec::new();
    for (sentence, role) in sentences.iter().zip(roles) {
        if let Some(draft) = Draft::of(sentence, *role)
            && !drafts.iter().any(|earlier| earlier.repeats(&draft))
        {
            drafts.push(draft);
        }
    }
    while drafts.len() > most {
        drafts.remove(weakest(&drafts));
    }
    drafts.into_iter().map(Draft::into_line).collect()
}

/// A line in the making.
struct Draft<'a> {
    sentence: &'a Sentence,
    text: String,
    content: Vec<&'a str>,
    weight: f32,
}

/// From this share of shared words on two lines say the same.
const SAME: f32 = 0.7;

impl<'a> Draft<'a> {
    fn of(sentence: &'a Sentence, role: Role) -> Option<Self> {
        let text = match role {
            Role::Step => instruction(sentence)?,
            Role::Warning => warning(sentence)?,
            Role::Announcement | Role::Closing | Role::Aside | Role::Idle => return None,
        };
        let content = content(sentence);
        let numbers = sentence.tokens.iter().filter(|token| lexicon::is(&token.lower, Class::Number)).count().min(2);
        let warns = if role == Role::Warning { 3.0 } else { 0.0 };
        let weight = warns + numbers as f32 + content.len().min(8) as f32 * 0.25;
        Some(Self { sentence, text, content, weight })
    }

    fn repeats(&self, other: &Self) -> bool {
        let shared = self.content.iter().filter(|stem| other.content.contains(stem)).count();
        let either = self.content.len() + other.content.len() - shared;
        either == 0 || shared as f32 / either as f32 > SAME
    }

    fn into_line(self) -> Line {
        Line { text: self.text, span: self.sentence.span, evidence: self.sentence.utterances.clone() }
    }
}

/// The draft that says least; of equals the last.
fn weakest(drafts: &[Draft<'_>]) -> usize {
    (0..drafts.len()).rev().min_by(|&a, &b| drafts[a].weight.total_cmp(&drafts[b].weight)).unwrap_or(0)
}

/// The stems of a sentence that tell it from others.
fn content(sentence: &Sentence) -> Vec<&str> {
    let open = sentence.tokens.iter().filter(|token| lexicon::is_nominal(&token.lower));
    let mut stems: Vec<&str> = open.map(|token| token.stem.as_str()).collect();
    stems.sort_unstable();
    stems.dedup();
    stems
}

/// The sentence from its first step on, in the imperative; nothing for a sentence that tells of none.
fn instruction(sentence: &Sentence) -> Option<String> {
    let first = sentence.acts.iter().find(|act| is_step(sentence, act))?;
    let end = last_word(sentence);
    (first.at < end).then(|| finished(&format!("{}{}", lead(sentence, first), imperative(sentence, first, end))))
}

fn is_step(sentence: &Sentence, act: &VerbObject) -> bool {
    let does = act.work() != Some(Work::Light) || act.verb.base == "use";
    let told = !matches!(act.frame, Frame::Subordinate | Frame::Past);
    does && told && (act.acts(sentence) || act.pronoun || act.particle.is_some())
}

/// What stands before the step and tells when or how: "After the glue has dried, ".
fn lead(sentence: &Sentence, step: &VerbObject) -> String {
    let comma = (0..step.at).rev().find(|&at| sentence.tokens[at].gap == Gap::Comma);
    let Some(comma) = comma else { return String::new() };
    let opener = |at: &usize| !lexicon::is_any(sentence.lower(*at), &[Class::Discourse, Class::Sequence]);
    // "I'm just, um, removing the tape": the step itself, broken off.
    let tells = |at: usize| !lexicon::is_any(sentence.lower(at), &[Class::Subject, Class::Auxiliary, Class::Adverb]);
    match (0..=comma).find(opener) {
        Some(start) if comma - start >= 2 && (start..=comma).any(tells) => {
            format!("{}, ", sentence.slice(start..comma + 1))
        }
        _ => String::new(),
    }
}

/// The words from the step on, every verb that is put as the step is in its base form, "my" and "our" as "the".
fn imperative(sentence: &Sentence, step: &VerbObject, end: usize) -> String {
    let mut text = String::new();
    let mut from = sentence.tokens[step.at].start;
    for at in step.at..end {
        if let Some(word) = imperative_word(sentence, step, at) {
            let token = &sentence.tokens[at];
            text.push_str(&sentence.text[from..token.start]);
            text.push_str(&word);
            from = token.end;
        }
    }
    text.push_str(&sentence.text[from..sentence.tokens[end - 1].end.max(from)]);
    text
}

fn imperative_word(sentence: &Sentence, step: &VerbObject, at: usize) -> Option<String> {
    if matches!(sentence.lower(at), "my" | "our") {
        return Some("the".to_owned());
    }
    let act = sentence.acts.iter().find(|act| act.at == at)?;
    let alike = act.frame == step.frame && act.verb.inflection == step.verb.inflection;
    (alike && act.verb.inflection != Inflection::Base).then(|| act.verb.base.clone())
}

/// Where the sentence ends without a last clause that says nothing: ", there we go", ", nice and easy".
fn last_word(sentence: &Sentence) -> usize {
    let end = sentence.tokens.len();
    let comma = (0..end.saturating_sub(1)).rev().find(|&at| sentence.tokens[at].gap == Gap::Comma);
    let idle = |at: usize| {
        let word = sentence.lower(at);
        !lexicon::is_nominal(word)
            || lexicon::is_any(word, &[Class::Discourse, Class::Adjective])
            || word == "go"
            || word == "know"
    };
    match comma {
        Some(comma) if end - comma <= 5 && (comma + 1..end).all(idle) => comma + 1,
        _ => end,
    }
}

fn warning(sentence: &Sentence) -> Option<String> {
    let start = (0..sentence.tokens.len()).find(|&at| !lexicon::is(sentence.lower(at), Class::Discourse))?;
    Some(finished(&sentence.text[sentence.tokens[start].start..]))
}

/// With a capital letter at the start and a full stop at the end.
fn finished(text: &str) -> String {
    let bare = text.trim().trim_end_matches([',', ';', ':', '-', ' ']);
    let stop = if bare.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{}{stop}", capitalised(bare))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::sentence;

    fn check(said: &[&str], expected: &[&str]) {
        let sentences: Vec<Sentence> = said.iter().map(|said| sentence(said)).collect();
        let roles: Vec<Role> = sentences.iter().map(Role::of).collect();
        let texts: Vec<String> = description(&sentences, &roles, 3).into_iter().map(|line| line.text).collect();
        assert_eq!(texts, expected);
    }

    #[test]
    fn steps_become_instructions() {
        check(&["So I'm just going to remove the two screws, there we go."], &["Remove the two screws."]);
        check(
            &["I'm applying pressure and rotating the screwdriver."],
            &["Apply pressure and rotate the screwdriver."],
        );
        check(&["What I do is unplug my fan."], &["Unplug the fan."]);
        check(
            &["After the glue has dried, you want to remove the tape."],
            &["After the glue has dried, remove the tape."],
        );
        check(&["I'm just, removing the tape."], &["Remove the tape."]);
        check(&["Start by removing the bezel."], &["Remove the bezel."]);
        check(&["There we go.", "My cat knocked the plant over again."], &[]);
    }

    #[test]
    fn warnings_and_numbers_stay_as_said() {
        check(&["Okay, be careful not to tear my gasket!"], &["Be careful not to tear my gasket!"]);
        check(&["We'll tighten the plug to 32 ft or lbs of torque."], &["Tighten the plug to 32 ft or lbs of torque."]);
    }

    #[test]
    fn what_was_said_before_is_not_said_again() {
        check(&["Remove the cover.", "I'm removing the cover."], &["Remove the cover."]);
    }

    #[test]
    fn the_lines_that_say_least_go_first() {
        check(
            &[
                "Lift the lid.",
                "Make sure the power is off.",
                "Turn the 12 mm bolt twice.",
                "Pull the long grey ribbon cable.",
            ],
            &["Make sure the power is off.", "Turn the 12 mm bolt twice.", "Pull the long grey ribbon cable."],
        );
    }
}
