//! Words as stems: "replacing", "replaced" and "replacement" are one.

use std::cell::RefCell;
use std::collections::HashMap;

use rust_stemmers::{Algorithm, Stemmer};

/// Words that are remembered with their stems; a language has fewer that are common.
const REMEMBERED: usize = 50_000;

thread_local! {
    static STEMS: RefCell<HashMap<Box<str>, Box<str>>> = RefCell::new(HashMap::new());
}

/// The stem of a word in lower case, by Porter's second algorithm for English. It begins with the same letter.
pub(crate) fn stem(word: &str) -> String {
    STEMS.with_borrow_mut(|stems| {
        if let Some(known) = stems.get(word) {
            return known.to_string();
        }
        if stems.len() >= REMEMBERED {
            stems.clear();
        }
        let stem =
            irregular(word).map_or_else(|| Stemmer::create(Algorithm::English).stem(word).into_owned(), str::to_owned);
        stems.insert(word.into(), stem.as_str().into());
        stem
    })
}

/// Past forms that share no stem with their verb.
fn irregular(word: &str) -> Option<&'static str> {
    Some(match word {
        "took" | "taken" => "take",
        "broke" | "broken" => "break",
        "blew" | "blown" => "blow",
        "drew" | "drawn" => "draw",
        "froze" | "frozen" => "freez",
        "ground" => "grind",
        "hung" => "hang",
        "rebuilt" => "rebuild",
        "built" => "build",
        "tore" | "torn" => "tear",
        "wore" | "worn" => "wear",
        "wound" => "wind",
        "bled" => "bleed",
        "stuck" => "stick",
        "sewn" => "sew",
        "swept" => "sweep",
        "dug" => "dig",
        "bent" => "bend",
        "made" => "make",
        "feet" => "foot",
        "knives" => "knife",
        "shelves" => "shelf",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn forms_of_a_word_share_a_stem() {
        for forms in
            [["replacing", "replacement"], ["batteries", "battery"], ["removal", "removed"], ["taken", "taking"]]
        {
            assert_eq!(stem(forms[0]), stem(forms[1]));
        }
        assert_ne!(stem("valve"), stem("value"));
    }
    proptest! {
        #[test]
        fn a_stem_begins_as_its_word_does(word in "[a-zé0-9]{1,3}(ying|ies|ed|ing|ly|s|ational)?") {
            prop_assert_eq!(stem(&word).chars().next(), word.chars().next());
        }
    }
}
