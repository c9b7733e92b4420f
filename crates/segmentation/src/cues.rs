//! What an utterance says about the work around it, mostly from closed-class words and word order.
//!
//! No phrase or topic is listed: an announcement is recognised by who will act and when (*we will*, *let's*, *please start*) and
//! by verbs that name a whole piece of work more often than a step of one (*repair*, *assemble*), a closing by praise, thanks or a
//! finished state, an instruction by a bare verb before its object, small talk by being about other people and other times. What
//! the work is about never matters.

use crate::habit::worth;
use crate::tokens::is_content;

/// Groups of words that open a piece of work or speak against it, with the log-odds that each adds. Rounded from a logistic regression
/// over the gaps between utterances of one half of the `HoloAssist` sessions; *now* and *first* open work there and in scripts alike. The
/// odds of the verbs that name whole work were set by hand, on all sets at once.
const OPENING: [(&[&str], f64); OPENINGS] = [
    (&["we", "we're", "we'll", "let's", "us", "our"], 1.5),
    (&["going", "gonna", "i'll", "let", "let's", "want", "we'll", "will", "you'll"], 1.0),
    (&["begin", "beginning", "start", "starting", "move", "moving", "ahead", "onto"], 1.0),
    (&["demonstrate", "how", "look", "looking", "show", "see"], 0.75),
    (&["please"], 1.0),
    (&["task", "job", "thing", "step", "procedure", "project"], 0.75),
    (&["next", "another"], 0.5),
    (&["now", "first"], 1.25),
    (
        &[
            "assemble",
            "assembling",
            "build",
            "building",
            "disassemble",
            "disassembling",
            "dismantle",
            "dismantling",
            "fix",
            "fixing",
            "install",
            "installing",
            "overhaul",
            "rebuild",
            "rebuilding",
            "repair",
            "repairing",
            "replace",
            "replacing",
            "service",
            "servicing",
            "setup",
        ],
        1.5,
    ),
    (&["you", "you're", "your"], -0.5),
    (&["it", "that", "this", "them", "those", "these", "no", "not", "don't"], -0.5),
];

const OPENINGS: usize = 11;

/// The share of a session's utterances in which a group's words are usually heard.
const USUAL: f64 = 0.05;

/// What too few words to announce anything add.
const TOO_SHORT: f64 = -2.0;

/// The groups of opening words, each at what it is worth in one session.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Openings([f64; OPENINGS]);

impl Openings {
    /// As the words of all utterances of a session make them. What speaks against an opening is no habit, and keeps its odds.
    pub(crate) fn of(utterances: &[&[String]]) -> Self {
        let with = |group: &[&str]| utterances.iter().filter(|words| says(words, group)).count();
        let odds = |(group, odds): (&[&str], f64)| match odds {
            against if against < 0.0 => against,
            odds => odds * worth(with(group), utterances.len(), USUAL),
        };
        Self(OPENING.map(odds))
    }

    /// How likely `words` open a piece of work, as log-odds up to a constant; no words say nothing.
    pub(crate) fn odds(&self, words: &[String]) -> f64 {
        let groups = OPENING.iter().zip(self.0);
        let groups: f64 = groups.filter(|((group, _), _)| says(words, group)).map(|(_, odds)| odds).sum();
        if (1..4).contains(&words.len()) { TOO_SHORT + groups } else { groups }
    }
}

fn says(words: &[String], group: &[&str]) -> bool {
    words.iter().any(|word| group.contains(&word.as_str()))
}

/// Praise, thanks, and words for a finished state.
const CLOSING: [&str; 24] = [
    "awesome",
    "brilliant",
    "complete",
    "completed",
    "cool",
    "done",
    "everything",
    "excellent",
    "fantastic",
    "finished",
    "good",
    "great",
    "lovely",
    "nice",
    "perfect",
    "ready",
    "sorted",
    "splendid",
    "super",
    "thank",
    "thanks",
    "there",
    "well",
    "wonderful",
];

/// Whether `words` close a piece of work: praise, thanks, or something that is now in its final state (*that's the filter
/// replaced*).
pub(crate) fn closes(words: &[String]) -> bool {
    let praised = words.iter().take(4).chain(words.iter().rev().take(3)).any(|word| CLOSING.contains(&word.as_str()));
    praised || ends_in_a_state(words)
}

fn ends_in_a_state(words: &[String]) -> bool {
    let copula = words
        .iter()
        .take(6)
        .any(|word| ["that's", "is", "are", "it's", "we're", "i'm", "all"].contains(&word.as_str()));
    let state = |word: &String| is_participle(word) || ["off", "of", "back"].contains(&word.as_str());
    copula && words.iter().rev().take(3).any(|word| is_participle(word)) && words.last().is_some_and(state)
}

fn is_participle(word: &str) -> bool {
    is_content(word) && (word.ends_with("ed") || word.ends_with("en")) && word.len() > 4
}

/// Words that may stand before an instruction's verb without changing it.
const BEFORE_THE_VERB: [&str; 44] = [
    "again",
    "ahead",
    "alright",
    "also",
    "and",
    "but",
    "can",
    "carefully",
    "could",
    "finally",
    "first",
    "gently",
    "go",
    "gonna",
    "going",
    "have",
    "here",
    "just",
    "lastly",
    "let",
    "let's",
    "like",
    "me",
    "need",
    "next",
    "now",
    "ok",
    "okay",
    "please",
    "remember",
    "right",
    "should",
    "simply",
    "slowly",
    "so",
    "then",
    "to",
    "uh",
    "um",
    "us",
    "want",
    "well",
    "will",
    "yeah",
];

/// Who acts in a piece of work: the speaker, or whoever is told.
const ACTORS: [&str; 15] = [
    "i", "i'd", "i'll", "i'm", "i've", "we", "we'd", "we'll", "we're", "we've", "you", "you'd", "you'll", "you're",
    "you've",
];

/// What stands where an object or a direction begins.
const OBJECT: [&str; 37] = [
    "a", "all", "an", "another", "any", "around", "away", "back", "both", "down", "each", "from", "in", "into", "it",
    "its", "my", "off", "on", "one", "onto", "our", "out", "over", "some", "that", "the", "them", "these", "this",
    "those", "through", "two", "under", "up", "with", "your",
];

/// How likely `words` belong to work rather than to small talk, as log-odds.
pub(crate) fn work(words: &[String]) -> f64 {
    let talk = talk(words);
    if instructs(words) && talk < 1.5 { 1.5 } else { -talk }
}

/// A verb without tense or subject before an object: *unscrew the*, *I'm just lifting it*, *you want to pull the*.
fn instructs(words: &[String]) -> bool {
    let skipped =
        words.iter().take_while(|word| BEFORE_THE_VERB.contains(&word.as_str()) || ACTORS.contains(&word.as_str()));
    let verb = skipped.count();
    let object = |word: &String| OBJECT.contains(&word.as_str()) || word.starts_with(|c: char| c.is_ascii_digit());
    words.get(verb).is_some_and(|word| is_content(word) && !word.ends_with("ed"))
        && words.iter().skip(verb + 1).take(2).any(object)
}

/// Groups of words that take the talk away from the bench, with the log-odds that each adds. The last is what engineers do
/// between jobs, however they say it: *we'll wait for them*, *I'll walk over*.
const ELSEWHERE: [(&[&str], f64); 6] = [
    (
        &[
            "ago",
            "afternoon",
            "afterwards",
            "evening",
            "friday",
            "holiday",
            "later",
            "lately",
            "lunch",
            "monday",
            "month",
            "morning",
            "night",
            "saturday",
            "sunday",
            "thursday",
            "today",
            "tomorrow",
            "tonight",
            "tuesday",
            "wednesday",
            "week",
            "weekend",
            "year",
            "years",
            "yesterday",
            "twice",
        ],
        2.0,
    ),
    (
        &[
            "anybody",
            "anyone",
            "everybody",
            "everyone",
            "he",
            "he'd",
            "he's",
            "her",
            "him",
            "his",
            "nobody",
            "people",
            "she",
            "she's",
            "somebody",
            "someone",
            "they",
            "they're",
            "who",
        ],
        1.5,
    ),
    (
        &["believe", "guess", "hate", "heard", "know", "like", "love", "remember", "said", "think", "told", "watched"],
        1.2,
    ),
    (&["was", "were", "had", "did", "went", "got", "blew", "left", "built", "ran", "took", "shouldn't"], 1.2),
    (&["sorry", "hi", "hey", "excuse", "break", "call", "message", "phone"], 1.2),
    (&["fetch", "fetching", "wait", "waiting", "walk", "walking"], 1.5),
];

fn talk(words: &[String]) -> f64 {
    let said = |group: &[&str]| words.iter().any(|word| group.contains(&word.as_str()));
    ELSEWHERE.iter().filter(|(group, _)| said(group)).map(|(_, odds)| odds).sum::<f64>().min(3.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::tokens;

    #[test]
    fn announcements_score_above_steps_and_replies() {
        let score = |text| Openings::of(&[]).odds(&tokens(text));
        for announced in [
            "So we're going to fit the new pump today",
            "Next thing, let's look at the gearbox",
            "Now dismantle the gearbox",
        ] {
            for other in ["Yes, that one", "Turn it to the left", "No"] {
                assert!(score(announced) > score(other) + 1.0, "{announced} / {other}");
            }
        }
    }

    #[test]
    fn what_is_said_all_the_time_announces_nothing() {
        let steps = ["Now we'll turn the screw", "Now we'll lift the lid"].map(tokens);
        let habit = Openings::of(&[steps[0].as_slice(), &steps[1]].repeat(20));
        let said = tokens("Now we'll fit the pump");
        assert!(habit.odds(&said) < 0.2 * Openings::of(&[]).odds(&said));
    }

    #[test]
    fn praise_and_finished_states_close() {
        for (text, closed) in [
            ("Great, thank you.", true),
            ("So that's the pump replaced", true),
            ("And we're done with that one", true),
            ("Put the red wire over the clip and push", false),
        ] {
            assert_eq!(closes(&tokens(text)), closed, "{text}");
        }
    }

    #[test]
    fn instructions_are_work_and_gossip_is_not() {
        for text in
            ["Now unscrew the lid", "I'm just lifting the cover off", "You want to pull the lever", "Please turn it"]
        {
            assert!(work(&tokens(text)) > 0.0, "{text}");
        }
        for text in [
            "My sister moved house last week",
            "He said they were late",
            "Did you see her on Sunday?",
            "I'm just waiting for the lift",
            "Let's walk over to the van",
        ] {
            assert!(work(&tokens(text)) < 0.0, "{text}");
        }
        assert!(work(&tokens("Yes")).abs() < 1e-9);
    }
}
