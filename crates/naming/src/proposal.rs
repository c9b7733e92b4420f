//! What a sentence may announce: a verb of work with its object, a thing that has to undergo some work, or a thing alone.

use crate::announcement::Announcement;
use crate::frame::{Frame, before};
use crate::inflection::Inflection;
use crate::lexicon::{self, Class};
use crate::noun_phrase::NounPhrase;
use crate::sentence::Sentence;
use crate::token::Gap;
use crate::topic::{antecedent, topic};
use crate::verb::{Verb, Work};
use crate::verb_choice::spoken;
use crate::verb_object::VerbObject;

/// How a sentence tells of work, and how the passage does.
#[derive(Clone, Copy)]
pub(crate) struct Telling {
    /// How much its words speak of an announcement.
    pub cue: f32,
    /// How the steps are told.
    pub habit: Habit,
}

/// How much an engineer tells every step in the same form, 0-1 each: who says "I'm going to" all the time announces nothing by it.
#[derive(Clone, Copy)]
pub(crate) struct Habit {
    planned: f32,
    progressive: f32,
    own: f32,
}

impl Habit {
    /// What is usual in the sentences that no longer announce.
    pub(crate) fn of(sentences: &[Sentence]) -> Self {
        let steps = || sentences.iter().filter(|sentence| !sentence.acts.is_empty());
        let all = steps().count().max(1) as f32;
        let share = |test: fn(&Sentence, &VerbObject) -> bool| {
            let told = steps().filter(|sentence| sentence.acts.iter().any(|act| test(sentence, act))).count() as f32;
            (4.0 * told / all).min(1.0)
        };
        Self {
            planned: share(|_, act| matches!(act.frame, Frame::Future | Frame::Proposal)),
            progressive: share(|_, act| act.frame == Frame::Progressive),
            own: share(is_own),
        }
    }
}

/// What a sentence may announce, with the strength of how it is put. Only without a verb of work a bare thing will do.
pub(crate) fn proposals(sentences: &[Sentence], at: usize, telling: Telling) -> Vec<Announcement> {
    let sentence = &sentences[at];
    let asks = sentence.text.ends_with('?');
    let done = sentence.acts.iter().filter(|act| !act.negated && (!asks || act.frame == Frame::Proposal));
    let mut told: Vec<Announcement> = done.filter_map(|act| told(sentences, at, (act, telling))).collect();
    if asks || told.iter().any(|told| told.verb.is_some()) {
        told.retain(|told| told.verb.is_some());
        return told;
    }
    if let Some(undergone) = undergone(sentence, at).or_else(|| due(sentence, at)) {
        return vec![undergone];
    }
    told.extend(stray(sentence, at));
    told.extend(bare(sentence, at));
    for found in &mut told {
        found.object.words.end -= task_words(&sentences[found.sentence], &found.object);
    }
    told.into_iter().map(|found| nominalised(&sentences[found.sentence], found)).collect()
}

/// A verb with its object, or with the thing that its pronoun stands for.
fn told(sentences: &[Sentence], at: usize, (act, telling): (&VerbObject, Telling)) -> Option<Announcement> {
    let sentence = &sentences[at];
    let (home, object) = match &act.object {
        Some(object) if object.is_thing(sentence) => (at, object.clone()),
        None if act.pronoun => antecedent(sentences, at, act.at)?,
        _ => return None,
    };
    let work = act.work();
    let strength = of_frame(sentence, act, telling) + of_work(work) + of_object(&sentences[home], &object);
    let announced = |verb, object| Some(Announcement { sentence: home, said_in: at, verb, object, strength });
    match without_new(&sentences[home], &object) {
        Some(old) if work.is_some_and(Work::puts_on) => announced(Some("replace".to_owned()), old),
        _ => announced((work != Some(Work::Light)).then(|| spoken(act)), object),
    }
}

/// A thing alone.
fn bare(sentence: &Sentence, at: usize) -> Option<Announcement> {
    let (object, strength) = topic(sentence)?;
    let strength = strength + of_object(sentence, &object);
    Some(Announcement { sentence: at, said_in: at, verb: planned(sentence), object, strength })
}

/// The verb of a plan whose object stands elsewhere: "the belt is what I'll *replace*".
fn planned(sentence: &Sentence) -> Option<String> {
    let open = |act: &&VerbObject| act.object.is_none() && !act.pronoun && act.work().is_some_and(Work::is_goal);
    sentence.acts.iter().filter(open).find(|act| act.frame == Frame::Future && !act.negated).map(spoken)
}

/// A verb of a goal with its object where no verb should stand: the words before it were misheard.
fn stray(sentence: &Sentence, at: usize) -> Option<Announcement> {
    let read = |word: &usize| sentence.acts.iter().any(|act| act.at == *word);
    (0..sentence.tokens.len()).filter(|word| !read(word)).find_map(|word| {
        let verb = Verb::listed(sentence.lower(word)).filter(|verb| verb.work.is_some_and(Work::is_goal))?;
        let object = NounPhrase::at(sentence, word + 1).filter(|object| object.determiner.is_some())?;
        let strength = of_work(verb.work) + of_object(sentence, &object);
        let stands = sentence.tokens[word].gap == Gap::Space
            && matches!(verb.inflection, Inflection::Base | Inflection::Gerund)
            && object.is_thing(sentence);
        stands.then_some(Announcement { sentence: at, said_in: at, verb: Some(verb.base), object, strength })
    })
}

/// What has to be done to a thing: "the belt *needs replacing*", "the belt *has to be replaced*", "there's a belt *to replace*".
fn undergone(sentence: &Sentence, at: usize) -> Option<Announcement> {
    (1..sentence.tokens.len()).find_map(|word| {
        let verb = Verb::listed(sentence.lower(word)).filter(|verb| verb.work.is_some_and(Work::is_goal))?;
        let link = before(sentence, word)?;
        let obliged = match verb.inflection {
            Inflection::Past => sentence.lower(link) == "be" || is_shown(sentence, link),
            Inflection::Gerund => matches!(sentence.lower(link), "need" | "needs" | "want" | "wants"),
            Inflection::Base => sentence.lower(link) == "to" && sentence.tokens[word].gap > Gap::Space,
            Inflection::Third => false,
        };
        let chain = chain(sentence, link).filter(|_| obliged)?;
        let phrase =
            sentence.phrases.iter().find(|phrase| (phrase.words.start + 1..=phrase.words.end).contains(&chain))?;
        let object = NounPhrase { words: phrase.words.start..chain, ..phrase.clone() };
        let strength = 0.25 + of_work(verb.work) + of_object(sentence, &object);
        object.is_thing(sentence).then_some(Announcement {
            sentence: at,
            said_in: at,
            verb: Some(verb.base),
            object,
            strength,
        })
    })
}

/// Where the words begin that lead from a thing to its work: "the belt *is going to need*", "the belt *is due for*".
fn chain(sentence: &Sentence, link: usize) -> Option<usize> {
    let chained = |at: &usize| {
        let word = sentence.lower(*at);
        lexicon::is_any(word, &[Class::Auxiliary, Class::Adverb, Class::Particle])
            || matches!(
                word,
                "to" | "for"
                    | "of"
                    | "need"
                    | "needs"
                    | "want"
                    | "wants"
                    | "requires"
                    | "due"
                    | "going"
                    | "get"
                    | "gets"
            )
    };
    (0..=link).rev().take_while(chained).last()
}

/// "*How* the belt *is* replaced", "how the belt *gets* replaced".
fn is_shown(sentence: &Sentence, link: usize) -> bool {
    let word = sentence.lower(link);
    (lexicon::is(word, Class::Be) || matches!(word, "get" | "gets")) && (0..link).any(|at| sentence.lower(at) == "how")
}

/// The work that a thing is due for: "the belt is *due a change*", "the belt *needs a clean*", "the belt is *up for inspection*".
fn due(sentence: &Sentence, at: usize) -> Option<Announcement> {
    (2..sentence.tokens.len()).find_map(|noun| {
        let verb = Verb::nominal(sentence.lower(noun))?;
        let beside =
            |at: &usize| lexicon::is_any(sentence.lower(*at), &[Class::Article, Class::Adjective, Class::Adverb]);
        let link = (0..noun).rev().find(|at| !beside(at))?;
        let leads = match sentence.lower(link) {
            "need" | "needs" | "requires" | "due" => true,
            "for" | "of" => matches!(sentence.lower(link.checked_sub(1)?), "due" | "up" | "need"),
            _ => false,
        };
        let chain = chain(sentence, link).filter(|_| leads)?;
        let object = sentence.phrases.iter().find(|phrase| phrase.words.end == chain)?.clone();
        let strength = 0.25 + of_work(verb.work) + of_object(sentence, &object);
        let verb = Some(verb.base);
        object.is_thing(sentence).then_some(Announcement { sentence: at, said_in: at, verb, object, strength })
    })
}

/// "The belt replacement", "the replacement of the belt", "get the belt replaced": the work as a thing or a state.
fn nominalised(sentence: &Sentence, mut found: Announcement) -> Announcement {
    let last = found.object.words.end - 1;
    let done = Verb::listed(sentence.lower(last + 1)).filter(|verb| verb.inflection == Inflection::Past);
    if let Some(verb) = done.filter(|verb| verb.work.is_some_and(Work::is_goal) && found.verb.is_none()) {
        found.strength += 0.25 + of_work(verb.work);
        found.verb = Some(verb.base);
        return found;
    }
    let Some(verb) = Verb::nominal(sentence.lower(last)).filter(|_| found.verb.is_none()) else { return found };
    let of = if sentence.lower(last + 1) == "of" { NounPhrase::at(sentence, last + 2) } else { None };
    // "A belt change": there is one change, not one belt.
    let determiner = found.object.determiner.filter(|&at| sentence.lower(at) != "a" && sentence.lower(at) != "an");
    let before =
        (found.object.words.len() > 1).then_some(NounPhrase { words: found.object.words.start..last, determiner });
    if let Some(object) = of.or(before) {
        found.strength += of_work(verb.work);
        found.object = object;
        found.verb = Some(verb.base);
    }
    found
}

/// "The printer task" is about the printer.
fn task_words(sentence: &Sentence, object: &NounPhrase) -> usize {
    usize::from(object.words.len() > 1 && matches!(object.head(sentence), "job" | "task" | "time"))
}

/// Who puts in a new belt replaces the belt.
fn without_new(sentence: &Sentence, object: &NounPhrase) -> Option<NounPhrase> {
    let new = matches!(sentence.lower(object.words.start), "new" | "replacement" | "spare") && object.words.len() > 1;
    let determiner = object.determiner.filter(|&at| sentence.lower(at) == "the");
    new.then(|| NounPhrase { determiner, words: object.words.start + 1..object.words.end })
}

/// How much the form in which work is told makes it a plan rather than a step. "I'm replacing the belt" and "we replace the belt" may be
/// either: with a cue it is the job, and by itself it is if steps are not told so.
pub(crate) fn of_frame(sentence: &Sentence, act: &VerbObject, telling: Telling) -> f32 {
    let usual = if telling.cue < 0.5 { telling.habit.planned } else { 0.0 };
    match act.frame {
        Frame::Instruction | Frame::Progressive if telling.cue >= 1.5 => 0.5,
        Frame::Future | Frame::Proposal => 1.0 - usual,
        Frame::Topic => 1.0,
        Frame::Subordinate | Frame::Past => -0.5,
        Frame::Instruction if act.verb.is_light() => 0.0,
        Frame::Progressive if act.verb.is_light() => 0.5 - 0.5 * telling.habit.progressive,
        Frame::Progressive => 0.25 - 1.5 * telling.habit.progressive,
        Frame::Instruction if is_own(sentence, act) => 0.25 - 1.5 * telling.habit.own,
        Frame::Instruction => -1.25,
    }
}

/// "I replace the belt", as against "replace the belt".
fn is_own(sentence: &Sentence, act: &VerbObject) -> bool {
    let told = before(sentence, act.at).is_some_and(|at| matches!(sentence.lower(at), "i" | "we"));
    told && act.frame == Frame::Instruction
}

pub(crate) fn of_work(work: Option<Work>) -> f32 {
    match work {
        Some(Work::Light) => 0.5,
        None => 0.75,
        Some(Work::Remove) => 0.25,
        Some(work) if work.is_goal() => 1.0,
        Some(_) => -1.0,
    }
}

/// Steps are about fasteners and counts of them; jobs are about things.
fn of_object(sentence: &Sentence, object: &NounPhrase) -> f32 {
    let first = sentence.lower(object.words.start);
    let model = |word: &str| word.contains(char::is_alphabetic) && word.contains(|c: char| c.is_ascii_digit());
    let counted = lexicon::is(first, Class::Number) && !model(first);
    let means = lexicon::is(object.head(sentence), Class::Means);
    if counted || means { -1.0 } else { 0.0 }
}
