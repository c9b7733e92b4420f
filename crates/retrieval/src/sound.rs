//! How a word sounds, roughly: recognisers write "brake" for "break".

/// The consonants of a word in classes that sound alike; words of one key may be taken for each other. Nothing for words that are too
/// short to be told apart by it.
///
/// After the idea of Soundex (Russell, 1918) with the letter rules of Metaphone (Philips, 1990) that matter for work.
pub(crate) fn sound(word: &str) -> Option<String> {
    let letters: Vec<char> = word.chars().collect();
    if letters.len() < 4 || !letters.iter().all(char::is_ascii_lowercase) {
        return None;
    }
    let mut key = String::new();
    let mut at = silent_start(&letters);
    while at < letters.len() {
        let (class, taken) = class(&letters, at);
        let first = key.is_empty();
        match class {
            Some(class) if key.ends_with(class) => {}
            Some(class) => key.push(class),
            None if first => key.push('a'),
            None => {}
        }
        at += taken;
    }
    (key.len() >= 2).then_some(key)
}

/// "Knob", "wrench", "gnaw".
fn silent_start(letters: &[char]) -> usize {
    usize::from(matches!((letters[0], letters[1]), ('k' | 'g', 'n') | ('w', 'r')))
}

/// The class of the letter there, if it is heard as a consonant, and how many letters are spoken as one.
fn class(letters: &[char], at: usize) -> (Option<char>, usize) {
    let next = letters.get(at + 1).copied().unwrap_or(' ');
    #[expect(clippy::match_same_arms, reason = "the order of the rules counts, and each is of its own letters")]
    match (letters[at], next) {
        ('p', 'h') => (Some('f'), 2),
        ('g', 'h') => (None, 2),
        ('c' | 's', 'h') => (Some('x'), 2),
        ('t', 'h') => (Some('t'), 2),
        ('c', 'k') => (Some('k'), 2),
        ('c', 'e' | 'i' | 'y') => (Some('s'), 1),
        ('c' | 'k' | 'q', _) => (Some('k'), 1),
        ('s' | 'z', _) => (Some('s'), 1),
        ('x', _) => (Some('k'), 1),
        ('d' | 't', _) => (Some('t'), 1),
        ('b' | 'p', _) => (Some('p'), 1),
        ('f' | 'v', _) => (Some('f'), 1),
        ('g' | 'j', _) => (Some('g'), 1),
        ('m' | 'n', _) => (Some('n'), 1),
        (letter @ ('l' | 'r'), _) => (Some(letter), 1),
        _ => (None, 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_sound_alike_have_one_key() {
        for (one, other) in [("brake", "break"), ("waste", "waist"), ("filter", "philter"), ("screw", "scrue")] {
            assert_eq!(sound(one), sound(other), "{one} {other}");
        }
        assert_ne!(sound("valve"), sound("battery"));
    }

    #[test]
    fn short_words_and_numbers_have_none() {
        for word in ["oil", "2010", "o2", "ölen"] {
            assert_eq!(sound(word), None);
        }
    }
}
