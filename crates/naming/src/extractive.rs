//! The default namer: chooses among and shortens what was said.

use stepreel_core::{Name, NameSource, Passage, StageProvenance};

use crate::announcement::{Announcement, announced_verb, announcement};
use crate::background::Background;
use crate::closing::{Closing, closing};
use crate::config::{ExtractiveConfig, provenance};
use crate::description::description;
use crate::distinct::make_distinct;
use crate::keyphrase::{KeyPhrase, key_phrases};
use crate::noun_phrase::NounPhrase;
use crate::role::Role;
use crate::sentence::{Sentence, sentences};
use crate::title::{generic, plain_title, title};
use crate::verb_choice::{VerbChoice, choose_verb};
use crate::{NameError, Namer};

/// Names by what was announced, else by what was said to be finished, else by what the steps are about.
///
/// Needs no model. It reads English; of other languages it finds key phrases at best.
#[derive(Clone, Debug, Default)]
pub struct Extractive {
    config: ExtractiveConfig,
}

impl Extractive {
    /// A namer with those settings.
    pub fn new(config: ExtractiveConfig) -> Self {
        Self { config }
    }
}

impl Namer for Extractive {
    fn name(&self, passages: &[Passage<'_>]) -> Result<Vec<Name>, NameError> {
        let passages: Vec<Vec<Sentence>> = passages.iter().map(sentences).collect();
        let background = Background::of(&passages);
        let one = |(at, passage): (usize, &Vec<Sentence>)| {
            let reading = Reading::of(passage, &background);
            let mut name = reading.name().unwrap_or_else(|| generic(at));
            name.description = description(passage, &reading.roles, self.config.most_lines);
            name.steps = name.description.len();
            name
        };
        let mut names: Vec<Name> = passages.iter().enumerate().map(one).collect();
        make_distinct(&mut names, &passages);
        Ok(names)
    }

    fn provenance(&self) -> StageProvenance {
        provenance("extractive", format!("most_lines={}", self.config.most_lines))
    }
}

/// What was made of a passage.
struct Reading<'a> {
    sentences: &'a [Sentence],
    roles: Vec<Role>,
    announced: Option<Announcement>,
    closed: Option<Closing>,
    phrases: Vec<KeyPhrase>,
}

impl<'a> Reading<'a> {
    fn of(sentences: &'a [Sentence], background: &Background) -> Self {
        let announced = announcement(sentences);
        let mut roles: Vec<Role> = sentences.iter().map(Role::of).collect();
        if let Some(announced) = &announced {
            roles[announced.said_in] = Role::Announcement;
        }
        Self { sentences, roles, announced, closed: closing(sentences), phrases: key_phrases(sentences, background) }
    }

    fn name(&self) -> Option<Name> {
        self.announced().or_else(|| self.closed()).or_else(|| self.inferred())
    }

    fn announced(&self) -> Option<Name> {
        let found = self.announced.as_ref()?;
        let choice = self.verb(found.verb.as_ref(), (found.sentence, &found.object));
        let agreed = self.agreement((found.sentence, &found.object));
        let confidence = (0.35 + 0.08 * found.strength.min(5.0) + 0.1 * agreed) * (0.6 + 0.4 * choice.confidence);
        self.named(NameSource::Announced, &choice.verb, (found.sentence, &found.object)).map(|name| Name {
            confidence,
            evidence: self.utterances([found.sentence, found.said_in]),
            ..name
        })
    }

    fn closed(&self) -> Option<Name> {
        let found = self.closed.as_ref()?;
        let choice = self.verb(found.verb.as_ref(), (found.sentence, &found.object));
        let agreed = self.agreement((found.sentence, &found.object));
        let confidence = (0.4 + 0.1 * agreed) * (0.6 + 0.4 * choice.confidence);
        self.named(NameSource::Closing, &choice.verb, (found.sentence, &found.object))
            .map(|name| Name { confidence, ..name })
    }

    fn inferred(&self) -> Option<Name> {
        let said = announced_verb(self.sentences).map(|verb| VerbChoice { verb, confidence: 1.0 });
        self.phrases.iter().take(3).find_map(|found| {
            let choice =
                said.clone().unwrap_or_else(|| choose_verb(self.sentences, &found.stems[found.stems.len() - 1]));
            let title = plain_title(&choice.verb, &found.said.1, &self.sentences[found.said.0])?;
            let evidence = self.utterances(found.sentences.iter().copied());
            let confidence = 0.15 + 0.25 * choice.confidence;
            Some(Name { confidence, ..Name::new(title, NameSource::Inferred, evidence) })
        })
    }

    /// The verb that was said, else the one that fits what was done.
    fn verb(&self, said: Option<&String>, (at, object): (usize, &NounPhrase)) -> VerbChoice {
        let head = &self.sentences[at].tokens[object.words.end - 1].stem;
        said.map_or_else(
            || choose_verb(self.sentences, head),
            |verb| VerbChoice { verb: verb.clone(), confidence: 1.0 },
        )
    }

    /// How many other ways lead to the same thing: the end of the passage, what it mostly speaks of.
    fn agreement(&self, (at, object): (usize, &NounPhrase)) -> f32 {
        let head = &self.sentences[at].tokens[object.words.end - 1].stem;
        let closed = self.closed.as_ref().is_some_and(|closed| {
            closed.sentence != at
                && self.sentences[closed.sentence].tokens[closed.object.words.clone()]
                    .iter()
                    .any(|token| token.stem == *head)
        });
        let spoken_of = self.phrases.iter().take(3).any(|phrase| phrase.stems.contains(head));
        f32::from(u8::from(closed)) + f32::from(u8::from(spoken_of))
    }

    fn named(&self, source: NameSource, verb: &str, (at, object): (usize, &NounPhrase)) -> Option<Name> {
        let title = title(verb, object, &self.sentences[at])?;
        Some(Name::new(title, source, self.utterances([at])))
    }

    fn utterances(&self, sentences: impl IntoIterator<Item = usize>) -> Vec<usize> {
        let mut utterances: Vec<usize> =
            sentences.into_iter().flat_map(|at| self.sentences[at].utterances.clone()).collect();
        utterances.sort_unstable();
        utterances.dedup();
        utterances
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{segment, utterances};

    fn check(said: &[&str], expected: &str) {
        let (utterances, segment) = (utterances(said), segment(said.len()));
        let passage = Passage::new(&segment, utterances.iter().enumerate().collect());
        let names = Extractive::default().name(&[passage]).unwrap();
        assert_eq!(names[0].title, expected);
    }

    #[test]
    fn the_verb_that_opens_the_work_names_it() {
        check(
            &[
                "Next we tighten the drive belt.",
                "Press on the belt in the middle. It gives two centimeters, and that is too much.",
                "Loosen both bolts of the motor plate by half a turn.",
                "Turn the tension screw until the belt gives one centimeter.",
                "Tighten the bolts again and check once more.",
                "That drive belt is tight now.",
            ],
            "Tighten the drive belt",
        );
    }

    #[test]
    fn the_verb_that_closes_the_work_names_it() {
        check(
            &[
                "While I'm standing here: the gauge says five point two bar, and that is too high for this line.",
                "I take the cap off the pressure switch. One screw, at the bottom.",
                "The big spring sets where it switches off. I turn it back by one full turn.",
                "Open the tap, let the pressure fall, and watch the needle until the pump starts.",
                "It starts at three and stops at four and a half. That is what we want.",
                "So the pressure switch is set, the cap goes back on.",
            ],
            "Set the pressure switch",
        );
    }
}
