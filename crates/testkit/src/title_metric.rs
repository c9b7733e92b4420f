//! How close a title comes to the one that a human gave.
//!
//! It measures how many words of content two titles share, whatever their grammar: titles are compared as multisets of content stems
//! (Snowball English, the stemmer that Porter calls Porter2), after nominal endings, gerunds and synonyms of a verb are folded into one class, so that
//! "Front brakes replacement" equals "Replace the front brakes". Words of the device's name that are not in the title proper neither
//! pay nor cost. ROUGE follows Lin, "ROUGE: a package for automatic evaluation of summaries", 2004, on stems, stop words kept.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use rust_stemmers::{Algorithm, Stemmer};
use unicode_normalization::UnicodeNormalization;

/// What a title is compared with.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reference<'a> {
    /// The human title.
    pub title: &'a str,
    /// The same as an imperative, where there is one.
    pub imperative: Option<&'a str>,
    /// The name of the device, if the title is about one.
    pub device: Option<&'a str>,
    /// What was said.
    pub transcript: &'a str,
}

/// How close a title comes; every value is 0-1, and more is better.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TitleScore {
    /// F1 over content stems, verbs folded into their class.
    pub content_f1: f64,
    /// The same without verbs: what is worked on.
    pub object_f1: f64,
    /// Whether the first verb class is the reference's; nothing where the reference has none.
    pub verb_ok: Option<bool>,
    /// F1 over stems, stop words kept, against the imperative.
    pub rouge1: f64,
    /// F1 of the longest common subsequence of the same.
    pub rouge_l: f64,
    /// Whether the content stems are exactly the reference's.
    pub exact: bool,
    /// The share of its object's stems that were said.
    pub grounded: f64,
    /// Whether it has 2-8 words.
    pub length_ok: bool,
}

/// Compares a title with its reference.
pub fn score_title(hypothesis: &str, reference: &Reference<'_>) -> TitleScore {
    let stemmer = Stemmer::create(Algorithm::English);
    let Core { words: core, neutral } =
        without_device(&normalise(reference.title), &normalise(reference.device.unwrap_or("")));
    let said = normalise(hypothesis);
    let words: Vec<String> = said.iter().filter(|word| !neutral.contains(*word)).cloned().collect();
    let (wanted, given) = (fold(&stemmer, &core), fold(&stemmer, &words));
    let canonical = reference.imperative.filter(|text| !text.is_empty()).map_or_else(|| core.clone(), normalise);
    let (given_stems, canonical_stems) = (stems(&stemmer, &words), stems(&stemmer, &canonical));
    let heard: HashSet<String> = stems(&stemmer, &normalise(reference.transcript)).into_iter().collect();
    let (wanted_objects, given_objects) = (objects(&wanted), objects(&given));
    TitleScore {
        content_f1: f1(&given, &wanted),
        object_f1: f1(&given_objects, &wanted_objects),
        verb_ok: first_verb(&wanted).map(|verb| Some(verb) == first_verb(&given)),
        rouge1: f1(&given_stems, &canonical_stems),
        rouge_l: common_subsequence_f1(&given_stems, &canonical_stems),
        exact: shared(&given, &wanted) == given.len().max(wanted.len()),
        grounded: share_heard(&given_objects, &heard),
        length_ok: (2..=8).contains(&said.len()),
    }
}

/// A content word: its verb class or its stem.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Content {
    Verb(&'static str),
    Object(String),
}

/// A title without the name of the device, and the words of that name which count neither way.
struct Core {
    words: Vec<String>,
    neutral: HashSet<String>,
}

/// Lower case words of letters and digits, without "how to", possessives and a digit glued to the end.
fn normalise(text: &str) -> Vec<String> {
    let lower = text.nfkc().collect::<String>().to_lowercase().replace("'s", "").replace("’s", "");
    let bare = without_how_to(&lower).trim();
    without_glued_digit(bare)
        .split(|c: char| !c.is_ascii_lowercase() && !c.is_ascii_digit())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

fn without_how_to(text: &str) -> &str {
    match text.trim_start().strip_prefix("how to") {
        Some(rest) if rest.starts_with(char::is_whitespace) => rest.trim_start(),
        _ => text,
    }
}

fn without_glued_digit(text: &str) -> &str {
    let mut back = text.chars().rev();
    match (back.next(), back.next()) {
        (Some(digit), Some('a'..='z' | ')')) if digit.is_numeric() => &text[..text.len() - digit.len_utf8()],
        _ => text,
    }
}

fn without_device(title: &[String], device: &[String]) -> Core {
    if device.is_empty() {
        return Core { words: title.to_vec(), neutral: HashSet::new() };
    }
    let known: HashSet<&String> = device.iter().collect();
    let mut core = title.to_vec();
    let (start, length) = longest_common_run(title, device);
    if length >= 2 || length > 0 && (length == device.len() || has_digit(&title[start])) {
        core.drain(start..start + length);
    }
    core.retain(|word| !is_year(word));
    let leads = core
        .iter()
        .take(core.len().saturating_sub(1))
        .take_while(|word| (known.contains(word) || has_digit(word)) && verb_class(word).is_none())
        .count();
    core.drain(..leads);
    if !core.iter().any(|word| !is_stop_word(word) && verb_class(word).is_none()) {
        core = title.to_vec();
    }
    let neutral = device.iter().filter(|word| !core.contains(word)).cloned().collect();
    Core { words: core, neutral }
}

/// Where the longest run of words that both share starts in `title`, and how long it is; the first of equals.
fn longest_common_run(title: &[String], device: &[String]) -> (usize, usize) {
    let run = |i: usize, j: usize| title[i..].iter().zip(&device[j..]).take_while(|(a, b)| a == b).count();
    let mut best = (0, 0);
    for i in 0..title.len() {
        for j in 0..device.len() {
            if run(i, j) > best.1 {
                best = (i, run(i, j));
            }
        }
    }
    best
}

fn has_digit(word: &str) -> bool {
    word.bytes().any(|byte| byte.is_ascii_digit())
}

fn is_year(word: &str) -> bool {
    word.len() == 4
        && (word.starts_with("19") || word.starts_with("20"))
        && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// The content words; one that is a noun as well counts as a verb only in first or last place.
fn fold(stemmer: &Stemmer, words: &[String]) -> Vec<Content> {
    let content: Vec<&String> = words.iter().filter(|word| !is_stop_word(word)).collect();
    let in_verb_place = |at: usize| at == 0 || at + 1 == content.len();
    let folded = |(at, word): (usize, &&String)| match verb_class(word) {
        Some(class) if !is_ambiguous(word) || in_verb_place(at) => Content::Verb(class),
        _ => Content::Object(stemmer.stem(word).into_owned()),
    };
    content.iter().enumerate().map(folded).collect()
}

fn objects(words: &[Content]) -> Vec<Content> {
    words.iter().filter(|word| matches!(word, Content::Object(_))).cloned().collect()
}

fn first_verb(words: &[Content]) -> Option<&'static str> {
    words.iter().find_map(|word| match word {
        Content::Verb(class) => Some(*class),
        Content::Object(_) => None,
    })
}

fn stems(stemmer: &Stemmer, words: &[String]) -> Vec<String> {
    words.iter().map(|word| stemmer.stem(word).into_owned()).collect()
}

fn share_heard(objects: &[Content], heard: &HashSet<String>) -> f64 {
    let known = |word: &&Content| matches!(word, Content::Object(stem) if heard.contains(stem));
    if objects.is_empty() { 1.0 } else { objects.iter().filter(known).count() as f64 / objects.len() as f64 }
}

fn f1<T: Eq + std::hash::Hash>(a: &[T], b: &[T]) -> f64 {
    match a.len() + b.len() {
        0 => 1.0,
        both => 2.0 * shared(a, b) as f64 / both as f64,
    }
}

/// The size of the intersection of two multisets.
fn shared<T: Eq + std::hash::Hash>(a: &[T], b: &[T]) -> usize {
    let mut left: HashMap<&T, usize> = HashMap::new();
    for item in a {
        *left.entry(item).or_insert(0) += 1;
    }
    b.iter()
        .filter(|item| {
            left.get_mut(item).is_some_and(|count| {
                *count > 0 && {
                    *count -= 1;
                    true
                }
            })
        })
        .count()
}

fn common_subsequence_f1(a: &[String], b: &[String]) -> f64 {
    let mut lengths = vec![0_usize; b.len() + 1];
    for word in a {
        let mut diagonal = 0;
        for (at, other) in b.iter().enumerate() {
            let above = lengths[at + 1];
            lengths[at + 1] = if word == other { diagonal + 1 } else { above.max(lengths[at]) };
            diagonal = above;
        }
    }
    match lengths[b.len()] {
        0 => 0.0,
        common => 2.0 * common as f64 / (a.len() + b.len()) as f64,
    }
}

fn is_stop_word(word: &str) -> bool {
    static WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| STOP_WORDS.split_whitespace().collect());
    WORDS.contains(word)
}

fn is_ambiguous(word: &str) -> bool {
    static WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| AMBIGUOUS.split_whitespace().collect());
    WORDS.contains(word)
}

fn verb_class(word: &str) -> Option<&'static str> {
    static CLASSES: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| {
        let classed =
            VERB_CLASSES.iter().flat_map(|(class, words)| words.split_whitespace().map(|word| (word, *class)));
        classed.collect()
    });
    CLASSES.get(word).copied()
}

const STOP_WORDS: &str =
    "a an the this that these those it its your my our their his her of in on at to from for with without by into
    onto out off up down and or but as is are was be been being will would can could should do does did how what
    when where which who then so now just very all any some you we i they he she them us me there here than too
    also if not no using use step part parts guide tutorial easy quick";

/// Words of a verb class that are nouns as well.
const AMBIGUOUS: &str =
    "set setting clean fit test check stain paint patch cut stitch oil change fix mount assembly application building";

/// Words that mean the same verb.
const VERB_CLASSES: &[(&str, &str)] = &[
    ("replace", "replace replaces replaced replacing replacement replacements swap swaps swapping swapped change changes changing
    changed exchange renew renewing replacment"),
    ("remove", "remove removes removing removed removal detach detaching extract extracting extraction uninstall uninstalling"),
    ("disassemble", "disassemble disassembles disassembling disassembly teardown dismantle dismantling disassembled deassembly"),
    ("install", "install installs installing installed installation fit fitting mount mounting attach attaching add adding"),
    ("repair", "repair repairs repairing repaired fix fixes fixing fixed mend mending restore restoring restoration"),
    ("clean", "clean cleans cleaning cleaned wash washing declean wipe wiping"),
    ("adjust", "adjust adjusting adjustment align aligning alignment tune tuning calibrate calibration calibrating set setting"),
    ("test", "test testing check checking inspect inspecting inspection diagnose diagnosing troubleshoot troubleshooting
    measure measuring"),
    ("build", "build building make making construct constructing assemble assembling assembly create creating reassemble
    reassembly"),
    ("open", "open opening access accessing"),
    ("lubricate", "lubricate lubricating lubrication grease greasing oil_v"),
    ("apply", "apply applying application reapply reapplying"),
    ("cut", "cut cutting trim trimming"),
    ("sew", "sew sewing stitch stitching"),
    ("paint", "paint painting refinish refinishing stain staining"),
    ("sharpen", "sharpen sharpening"),
    ("tie", "tie tying"),
    ("solder", "solder soldering desolder desoldering"),
    ("drain", "drain draining flush flushing bleed bleeding"),
    ("patch", "patch patching"),
    ("tighten", "tighten tightening"),
    ("connect", "connect connecting"),
    ("upgrade", "upgrade upgrading"),
    ("refurbish", "refurbish refurbishing"),
    ("maintain", "maintain maintaining maintenance"),
];

#[cfg(test)]
mod tests;
