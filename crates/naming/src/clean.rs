//! Takes out of a transcript's text what nobody would write down: sound tags, hesitations, stutters, control characters.

use stepreel_core::is_hidden;

/// Words of sound that recognisers and captions put in round brackets.
const SOUNDS: &[&str] = &[
    "music",
    "applause",
    "laugh",
    "cough",
    "inaudible",
    "unintelligible",
    "noise",
    "silence",
    "sigh",
    "foreign",
    "beep",
    "click",
    "bell",
    "breath",
    "chatter",
    "indistinct",
];

/// The longest stutter that is collapsed, in words.
const LONGEST_REPEAT: usize = 3;

/// The text without tags, hesitations and immediate repeats, with single spaces.
///
/// Only sounds that are no words go ("um", "uh"). "You know", "I mean" and "like" go where a comma sets them off, since anywhere
/// else they may carry meaning.
pub(crate) fn clean(text: &str) -> String {
    let plain = without_tags(text);
    let mut words = Vec::new();
    for word in plain.split_whitespace() {
        if is_hesitation(bare(word)) {
            keep_stop(&mut words, word);
        } else {
            words.push(word.to_owned());
        }
    }
    collapse_repeats(&mut words);
    drop_asides(&mut words);
    words.join(" ")
}

/// The word in lower case without the punctuation around it.
pub(crate) fn bare(word: &str) -> String {
    word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase()
}

fn without_tags(text: &str) -> String {
    let chars: Vec<char> = text.chars().map(visible).collect();
    let mut plain = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        if let Some(end) = tag_end(&chars, at) {
            plain.push(' ');
            at = end + 1;
        } else {
            if !matches!(chars[at], '♪' | '♫' | '*' | '✱') {
                plain.push(chars[at]);
            }
            at += 1;
        }
    }
    plain
}

/// A space for what has no place in a line of text: control characters, and marks that reorder or hide text.
fn visible(c: char) -> char {
    match c {
        '’' | '‘' => '\'',
        '\u{200c}' | '\u{200d}' => ' ',
        _ if is_hidden(c) => ' ',
        _ => c,
    }
}

/// Where the tag that opens at `at` closes.
fn tag_end(chars: &[char], at: usize) -> Option<usize> {
    let close = match chars[at] {
        '[' => ']',
        '(' => ')',
        '*' => '*',
        _ => return None,
    };
    let length = chars[at + 1..].iter().take(40).position(|&c| c == close)?;
    let inside: String = chars[at + 1..=at + length].iter().collect::<String>().to_lowercase();
    let is_tag = close != ')' || SOUNDS.iter().any(|sound| inside.contains(sound));
    is_tag.then_some(at + 1 + length)
}

/// A hesitation's full stop ends the sentence before it.
fn keep_stop(words: &mut [String], hesitation: &str) {
    let stop = hesitation.chars().last().filter(|c| matches!(c, '.' | '!' | '?'));
    if let (Some(stop), Some(last)) = (stop, words.last_mut())
        && !last.ends_with(['.', '!', '?'])
    {
        last.truncate(last.trim_end_matches([',', ';', ':']).len());
        last.push(stop);
    }
}

fn is_hesitation(word: String) -> bool {
    let mut letters = word;
    letters.retain(|c| c != '-');
    let mut squeezed: Vec<char> = letters.chars().collect();
    squeezed.dedup();
    matches!(squeezed.iter().collect::<String>().as_str(), "um" | "uh" | "uhm" | "erm" | "er" | "eh" | "ehm" | "hm" | "mhm" | "m" if letters.len() > 1)
}

/// Collapses "the the" and "and then and then", however often it is said. Numbers stay: "2 2" may be a reading.
fn collapse_repeats(words: &mut Vec<String>) {
    for length in (1..=LONGEST_REPEAT).rev() {
        let mut at = 0;
        while at + 2 * length <= words.len() {
            if is_repeat(&words[at..at + 2 * length]) {
                words.drain(at..at + length);
            } else {
                at += 1;
            }
        }
    }
}

fn is_repeat(words: &[String]) -> bool {
    let (first, second) = words.split_at(words.len() / 2);
    let same = first.iter().zip(second).all(|(a, b)| bare(a) == bare(b));
    let said = first.iter().all(|word| !bare(word).is_empty() && !word.contains(|c: char| c.is_ascii_digit()));
    same && said && !first.iter().any(|word| word.ends_with(['.', '!', '?']))
}

/// Drops "you know", "I mean" and "like" where a comma sets them off.
fn drop_asides(words: &mut Vec<String>) {
    let mut at = 0;
    while at < words.len() {
        match aside_length(words, at) {
            Some(length) => {
                words.drain(at..at + length);
            }
            None => at += 1,
        }
    }
}

fn aside_length(words: &[String], at: usize) -> Option<usize> {
    let two = words.get(at + 1).map(|second| format!("{} {}", bare(&words[at]), bare(second)));
    let length = match (bare(&words[at]).as_str(), two.as_deref()) {
        (_, Some("you know" | "i mean")) => 2,
        ("like", _) => 1,
        _ => return None,
    };
    words[at + length - 1].ends_with(',').then_some(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_would_write_down_goes() {
        for (said, cleaned) in [
            ("[BLANK_AUDIO]", ""),
            ("Um, take the, uh, cover off.", "Take the, cover off."),
            ("and uh, chock the wheels", "and chock the wheels"),
            ("the the new new filter", "the new filter"),
            ("and then and then and then we stop", "and then we stop"),
            ("(upbeat music) Next job.", "Next job."),
            ("a hem stitch (couch stitch)", "a hem stitch (couch stitch)"),
            ("It is *unintelligible* loose", "It is loose"),
            ("I'm just like, getting a hammer", "I'm just getting a hammer"),
            ("it looks like rust", "it looks like rust"),
            ("wait. Um. Go", "wait. Go"),
            ("torque 2 2 0", "torque 2 2 0"),
            ("a\u{0}b\u{202e}c", "a b c"),
        ] {
            let expected = cleaned.to_lowercase();
            assert_eq!(clean(said).to_lowercase(), expected);
        }
    }
}
