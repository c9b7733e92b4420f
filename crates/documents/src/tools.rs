//! Tools and materials that the engineer spoke of.
//!
//! A name is taken from a list, so that no part of the machine is taken for a tool, with the words before it that say which
//! one, exactly as they were said: "10 mm socket wrench". What isn't in the list is not found.

use crate::Heard;
use crate::said::{Said, words};

/// Names that mean a tool or material wherever they stand, in the singular.
const NAMES: &[&str] = &[
    "screwdriver",
    "wrench",
    "spanner",
    "plier",
    "hammer",
    "mallet",
    "multimeter",
    "voltmeter",
    "ohmmeter",
    "ammeter",
    "manometer",
    "thermometer",
    "tweezer",
    "spudger",
    "crowbar",
    "chisel",
    "hacksaw",
    "crimper",
    "ratchet",
    "scraper",
    "spatula",
    "caliper",
    "micrometer",
    "flashlight",
    "torch",
    "ladder",
    "funnel",
    "syringe",
    "cloth",
    "rag",
    "sponge",
    "glove",
    "goggle",
    "sealant",
    "grease",
    "lubricant",
    "degreaser",
    "solvent",
    "scissor",
    "knife",
    "cutter",
    "stripper",
    "toolbox",
    "bucket",
    "drill",
    "clamp",
];

/// Names that mean one only together, the last word in the singular.
const PAIRS: &[(&str, &str)] = &[
    ("tape", "measure"),
    ("measuring", "tape"),
    ("masking", "tape"),
    ("electrical", "tape"),
    ("insulating", "tape"),
    ("insulation", "tape"),
    ("ptfe", "tape"),
    ("teflon", "tape"),
    ("duct", "tape"),
    ("vacuum", "cleaner"),
    ("heat", "gun"),
    ("hair", "dryer"),
    ("soldering", "iron"),
    ("allen", "key"),
    ("hex", "key"),
    ("torx", "key"),
    ("spirit", "level"),
    ("feeler", "gauge"),
    ("tyre", "gauge"),
    ("tire", "gauge"),
    ("leak", "detector"),
    ("gas", "detector"),
    ("voltage", "tester"),
    ("drain", "pan"),
    ("suction", "cup"),
    ("suction", "handle"),
    ("opening", "pick"),
    ("opening", "tool"),
    ("guitar", "pick"),
    ("razor", "blade"),
    ("wire", "brush"),
    ("paint", "brush"),
    ("soft", "brush"),
    ("floor", "jack"),
    ("jack", "stand"),
    ("isopropyl", "alcohol"),
    ("rubbing", "alcohol"),
    ("contact", "cleaner"),
    ("brake", "cleaner"),
    ("thermal", "paste"),
    ("safety", "glasses"),
    ("pry", "bar"),
    ("breaker", "bar"),
];

/// Words before a name that say which one.
const KINDS: &[&str] = &[
    "flat",
    "flathead",
    "flat-head",
    "slotted",
    "phillips",
    "philips",
    "cross",
    "crosshead",
    "torx",
    "hex",
    "allen",
    "needle",
    "nose",
    "needle-nose",
    "long",
    "small",
    "large",
    "big",
    "soft",
    "dry",
    "damp",
    "clean",
    "wet",
    "lint-free",
    "torque",
    "socket",
    "adjustable",
    "pipe",
    "strap",
    "chain",
    "impact",
    "rubber",
    "plastic",
    "metal",
    "insulated",
    "wire",
    "side",
    "oil",
    "filter",
    "precision",
    "tri-point",
    "pentalobe",
    "microfiber",
    "microfibre",
    "safety",
    "nitrile",
    "latex",
    "work",
    "digital",
    "open",
    "open-ended",
    "ended",
    "combination",
    "basin",
    "ring",
    "cordless",
    "utility",
    "craft",
    "putty",
    "silicone",
    "head",
    "tri",
    "wing",
    "y",
];

/// Words before a name that say that it is not used.
const DENIED: &[&str] = &["never", "no", "not", "without"];

const UNITS: &[&str] = &["mm", "millimeter", "millimetre", "cm", "inch", "inches"];

/// Each tool once, when it was first spoken of; where a name was also said with its kind, only with its kind.
pub(crate) fn tools(said: &Said<'_>) -> Vec<Heard> {
    let mut heard: Vec<Heard> = Vec::new();
    for (_, utterance) in &said.utterances {
        for text in names(&utterance.text) {
            if !heard.iter().any(|earlier| is_kind_of(&earlier.text, &text)) {
                heard.retain(|earlier| !is_kind_of(&text, &earlier.text));
                heard.push(Heard { text, at: said.on_clip(utterance.span.start()) });
            }
        }
    }
    heard
}

/// Whether `which` is `name`, perhaps with words before it; one or several.
fn is_kind_of(which: &str, name: &str) -> bool {
    let (which, name) = (singular(which), singular(name));
    which.strip_suffix(name).is_some_and(|kind| kind.is_empty() || kind.ends_with(' '))
}

/// The tools that a sentence names, in order.
fn names(text: &str) -> Vec<String> {
    let words = words(text);
    let mut names = Vec::new();
    let mut at = 0;
    while at < words.len() {
        if let Some(end) = name_end(&words, at) {
            let start = (0..at).rev().take_while(|&before| tells_kind(&words, before)).last().unwrap_or(at);
            if !start.checked_sub(1).is_some_and(|before| DENIED.contains(&words[before].as_str())) {
                names.push(words[start..end].join(" "));
            }
            at = end;
        } else {
            at += 1;
        }
    }
    names
}

/// Where the name that starts at that word ends, if one does.
fn name_end(words: &[String], at: usize) -> Option<usize> {
    let pair = words.get(at + 1).is_some_and(|second| {
        PAIRS.contains(&(words[at].as_str(), singular(second))) || PAIRS.contains(&(words[at].as_str(), second))
    });
    if pair {
        return Some(at + 2);
    }
    (NAMES.contains(&singular(&words[at])) || NAMES.contains(&words[at].as_str())).then_some(at + 1)
}

fn singular(word: &str) -> &str {
    word.strip_suffix('s').unwrap_or(word)
}

/// Whether that word says which of the tools after it is meant: its kind, its size, or the unit of its size.
fn tells_kind(words: &[String], at: usize) -> bool {
    let word = words[at].as_str();
    let before = at.checked_sub(1).map_or("", |before| words[before].as_str());
    let after = words.get(at + 1).map_or("", String::as_str);
    KINDS.contains(&word)
        || (UNITS.contains(&word) && is_number(before))
        || (is_number(word) && UNITS.contains(&after))
        || is_size(word)
}

fn is_number(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit())
        || ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "twelve", "half", "quarter"]
            .contains(&word)
}

/// `t5`, `ph2`, `#2`, `10mm`.
fn is_size(word: &str) -> bool {
    let digits = word.trim_start_matches("ph").trim_start_matches(['t', 'p', '#']);
    let number = digits.trim_end_matches("mm");
    number != word && !number.is_empty() && number.chars().all(|c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(said: &str, expected: &[&str]) {
        assert_eq!(names(said), expected, "{said}");
    }

    #[test]
    fn tools_are_named_as_they_were_said() {
        check("Take the flat screwdriver and a 10 mm socket wrench.", &["flat screwdriver", "10 mm socket wrench"]);
        check("I use needle-nose pliers, or a T5 Torx screwdriver", &["needle-nose pliers", "t5 torx screwdriver"]);
        check("Wipe the seat with a dry cloth.", &["dry cloth"]);
        check("Get the Allen key, eight millimeter allen keys", &["allen key", "eight millimeter allen keys"]);
        check("Two screwdrivers", &["screwdrivers"]);
        check("A bit of soapy water, never grease", &[]);
    }

    #[test]
    fn parts_are_no_tools() {
        check("Unscrew the lid of the level sensor and undo the socket.", &[]);
        check("The tape on the spool, the key in the file", &[]);
        check("", &[]);
    }

    #[test]
    fn a_kind_says_more_than_the_name() {
        assert!(is_kind_of("flat screwdriver", "screwdriver"));
        assert!(is_kind_of("pliers", "plier"));
        assert!(!is_kind_of("screwdriver", "driver"));
        assert!(!is_kind_of("screwdriver", "flat screwdriver"));
    }
}
