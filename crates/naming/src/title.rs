//! Titles: imperative, 2-8 words, sentence case, no full stop.

use stepreel_core::{Name, NameSource};

use crate::lexicon::{self, Class};
use crate::noun_phrase::NounPhrase;
use crate::sentence::Sentence;

/// The fewest words of a title.
const FEWEST_WORDS: usize = 2;
/// The most words of a title.
pub(crate) const MOST_WORDS: usize = 8;

/// "Replace the front brake pads": a verb and its object, as much of it as eight words hold.
pub(crate) fn title(verb: &str, object: &NounPhrase, sentence: &Sentence) -> Option<String> {
    let determiner = determiner(object, sentence);
    let mut extents = object.extents(sentence).into_iter().rev();
    let fitting = extents.find_map(|end| {
        let words = spelled(sentence, object.words.start..end);
        let written =
            [format!("{verb} {determiner}{words}"), format!("{verb} {determiner}{}", without_articles(&words))];
        written.into_iter().find(|title| count_words(title) <= MOST_WORDS)
    });
    let short = || last_words(verb, sentence, object);
    fitting.or_else(short).map(|title| capitalised(&title)).filter(|title| has_title_length(title))
}

/// "Replace the brake pads": a verb and those words alone.
pub(crate) fn plain_title(verb: &str, words: &NounPhrase, sentence: &Sentence) -> Option<String> {
    let title = format!("{verb} the {}", spelled(sentence, words.words.clone()));
    Some(capitalised(&title)).filter(|title| has_title_length(title))
}

/// Headline style, where every word counts: "stuck CD from car CD player".
fn without_articles(words: &str) -> String {
    let kept: Vec<&str> = words.split(' ').filter(|word| !lexicon::is(word, Class::Article)).collect();
    kept.join(" ")
}

/// "Unnamed procedure 3" for the third passage of a session.
pub(crate) fn generic(at: usize) -> Name {
    Name::new(format!("Unnamed procedure {}", at + 1), NameSource::Generic, Vec::new())
}

/// How many words a text has: the larger of what stands between spaces and what stands between all other marks, so that
/// "T-10" counts as two, as the metric counts it.
pub(crate) fn count_words(text: &str) -> usize {
    let spaced = text.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).count();
    let runs = text.split(|c: char| !c.is_alphanumeric()).filter(|run| !run.is_empty()).count();
    spaced.max(runs)
}

/// Whether a text has as many words as a title.
pub(crate) fn has_title_length(text: &str) -> bool {
    text.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).count() >= FEWEST_WORDS
        && count_words(text) <= MOST_WORDS
}

/// The text with a capital first letter.
pub(crate) fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// Those words of a sentence as they are written inside a title.
pub(crate) fn spelled(sentence: &Sentence, words: std::ops::Range<usize>) -> String {
    let text = sentence.slice(words.clone()).trim_end_matches(|c: char| !c.is_alphanumeric() && c != '+');
    let text = text.strip_suffix("'s").or_else(|| text.strip_suffix("’s")).unwrap_or(text);
    let mut spelled: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
    drop_stray_articles(&mut spelled);
    for word in &mut spelled {
        if matches!(word.to_lowercase().as_str(), "my" | "your" | "our") {
            "the".clone_into(word);
        }
    }
    if words.start == 0
        && let Some(first) = spelled.first_mut()
    {
        *first = small(first);
    }
    spelled.join(" ")
}

/// An article after a noun was misheard: "crankshaft the sensor".
fn drop_stray_articles(words: &mut Vec<String>) {
    let stray = |at: usize, words: &[String]| {
        let (before, word) = (words[at - 1].to_lowercase(), words[at].to_lowercase());
        lexicon::is(&word, Class::Article) && lexicon::is_nominal(&before)
    };
    for at in (1..words.len()).rev() {
        if stray(at, words) {
            words.remove(at);
        }
    }
}

/// A word from the start of a sentence without the capital letter that it has only for that.
fn small(word: &str) -> String {
    let ordinary = word.chars().skip(1).all(|c| !c.is_uppercase() && !c.is_numeric()) && word.chars().count() > 1;
    if ordinary { word.to_lowercase() } else { word.to_owned() }
}

/// The determiner as a title has it: "a" stays, whose it is goes, and a bare plural stays bare.
fn determiner(object: &NounPhrase, sentence: &Sentence) -> &'static str {
    match object.determiner.map(|at| sentence.lower(at)) {
        Some("a") => "a ",
        Some("an") => "an ",
        Some(_) => "the ",
        None => "",
    }
}

/// The verb with the last words of a phrase that is too long by itself: what the thing is stands at the end.
fn last_words(verb: &str, sentence: &Sentence, object: &NounPhrase) -> Option<String> {
    let words = spelled(sentence, object.words.clone());
    let words: Vec<&str> = words.split_whitespace().collect();
    let titles = (0..words.len()).map(|from| format!("{verb} the {}", words[from..].join(" ")));
    titles.into_iter().find(|title| count_words(title) <= MOST_WORDS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::sentence;

    fn check(said: &str, from: usize, expected: &str) {
        let sentence = sentence(said);
        let object = NounPhrase::at(&sentence, from).unwrap();
        assert_eq!(title("replace", &object, &sentence).as_deref(), Some(expected));
    }

    #[test]
    fn titles_are_short_and_in_sentence_case() {
        check("Belt tensioner", 0, "Replace belt tensioner");
        check("on my EGR valve now", 1, "Replace the EGR valve");
        check(
            "a bulb in the left headlight of the car behind the old garage",
            0,
            "Replace a bulb in left headlight of car",
        );
        check(
            "the very3 long4 name5 some6 quite7 strange8 machine9 part10",
            0,
            "Replace the name5 some6 quite7 strange8 machine9 part10",
        );
    }
}
