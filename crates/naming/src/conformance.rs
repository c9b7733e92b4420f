//! What every [`Namer`] has to hold to: the sentences of its contract as checks, for the tests of implementations and wrappers.

use std::collections::HashSet;

use stepreel_core::{BoundaryConfidence, Name, NameSource, Passage, Segment, Span, Utterance, is_hidden};

use crate::Namer;

/// Checks the contract on sessions that are plain, silent, repetitive, foreign and hostile.
///
/// # Panics
/// When the namer breaks its contract, saying how.
pub fn run(namer: &dyn Namer) {
    for session in SESSIONS {
        let said: Vec<Vec<String>> =
            session.iter().map(|passage| passage.iter().map(|&text| text.to_owned()).collect()).collect();
        Session::new(&said).check(namer);
    }
}

/// Checks the contract on those passages.
///
/// # Panics
/// When the namer breaks its contract, saying how.
pub fn check(namer: &dyn Namer, passages: &[Passage<'_>]) {
    let names = namer.name(passages).expect("a namer names what it is given");
    assert_eq!(names.len(), passages.len(), "one name a passage");
    assert_eq!(names, namer.name(passages).expect("as before"), "the same passages give the same names");
    for (name, passage) in names.iter().zip(passages) {
        title_has_two_to_eight_words(&name.title);
        title_is_a_line_in_sentence_case(&name.title);
        evidence_is_of_the_passage(name, passage);
        lines_lie_in_the_segment(name, passage);
        silence_is_generic(name, passage);
        assert!((0.0..=1.0).contains(&name.confidence), "a confidence is 0-1: {name:?}");
    }
    titles_differ(&names);
}

/// A session by its texts: ten seconds an utterance, and at least ten a passage.
#[derive(Clone, Debug)]
pub struct Session {
    passages: Vec<(Segment, Vec<Utterance>)>,
}

impl Session {
    /// A session whose passages say those texts.
    pub fn new(said: &[Vec<String>]) -> Self {
        let mut clock = 0.0;
        let passages = said.iter().map(|texts| {
            let start = clock;
            let utterances =
                texts.iter().enumerate().map(|(at, text)| utterance(text, start + 10.0 * at as f64)).collect();
            clock += 10.0 * texts.len().max(1) as f64;
            (Segment::new(span(start, clock), BoundaryConfidence { start: 1.0, end: 1.0 }), utterances)
        });
        Self { passages: passages.collect() }
    }

    /// Checks the contract on it.
    ///
    /// # Panics
    /// When the namer breaks its contract, saying how.
    pub fn check(&self, namer: &dyn Namer) {
        check(namer, &self.passages());
    }

    /// The names that `namer` gives it.
    ///
    /// # Panics
    /// When the namer fails.
    pub fn names(&self, namer: &dyn Namer) -> Vec<Name> {
        namer.name(&self.passages()).expect("a namer names what it is given")
    }

    fn passages(&self) -> Vec<Passage<'_>> {
        let mut index = 0..;
        self.passages.iter().map(|(segment, said)| Passage::new(segment, index.by_ref().zip(said).collect())).collect()
    }
}

/// Sessions that a namer gets wrong easily: passages of utterances.
const SESSIONS: &[&[&[&str]]] = &[
    &[],
    &[&[]],
    &[&[], &[], &["[BLANK_AUDIO]"], &["..."]],
    &[&["Next up is replacing the belt.", "Loosen the bolt.", "Take the belt off.", "That's the belt done."]],
    &[
        &["Let's replace the belt.", "The belt is off."],
        &["Let's replace the belt.", "The belt is off."],
        &["Let's replace the belt."],
    ],
    &[&["um"], &["Okay."], &["Unnamed procedure 4"], &[]],
    &[&["Jetzt wechseln wir den Keilriemen."], &["次はベルトを交換します。"], &["Теперь меняем ремень."]],
    &[
        &["REPLACE THE BELT", "LOOSEN THE BOLT"],
        &["no stops here and it goes on and on about the belt and the bolt and the nut and the cover and the fan"],
    ],
    &[
        &["\u{1b}[31mReplace\u{0} the \u{202e}belt\u{7}."],
        &["<script>alert(1)</script> & \"quotes\""],
        &["a-b-c-d-e-f-g-h-i-j-k next"],
    ],
];

fn title_has_two_to_eight_words(title: &str) {
    let spaced = title.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).count();
    let runs = title.split(|c: char| !c.is_alphanumeric()).filter(|run| !run.is_empty()).count();
    assert!(spaced >= 2 && runs.max(spaced) <= 8, "a title has 2-8 words: {title:?}");
}

fn title_is_a_line_in_sentence_case(title: &str) {
    let first = title.chars().next();
    assert!(
        first.is_some_and(|first| first.to_uppercase().eq([first]) && !first.is_whitespace()),
        "a title starts with a capital: {title:?}"
    );
    assert!(!title.ends_with('.'), "a title has no full stop: {title:?}");
    assert!(is_clean(title), "a title has no control characters: {title:?}");
}

fn evidence_is_of_the_passage(name: &Name, passage: &Passage<'_>) {
    let indices: HashSet<usize> = passage.utterances.iter().map(|(at, _)| *at).collect();
    let generic = name.source == NameSource::Generic;
    assert!(generic || !name.evidence.is_empty(), "a title that is not generic has evidence: {name:?}");
    assert!(name.evidence.iter().all(|at| indices.contains(at)), "evidence is of the passage: {name:?}");
    for line in &name.description {
        assert!(!line.evidence.is_empty(), "a line has evidence: {line:?}");
        assert!(
            line.evidence.iter().all(|at| indices.contains(at)),
            "a line cites utterances of its passage: {line:?}"
        );
    }
}

fn lines_lie_in_the_segment(name: &Name, passage: &Passage<'_>) {
    for line in &name.description {
        assert!(passage.segment.span.hull(line.span) == passage.segment.span, "a line lies in its segment: {line:?}");
        assert!(is_clean(&line.text) && !line.text.trim().is_empty(), "a line is plain text: {line:?}");
    }
}

fn silence_is_generic(name: &Name, passage: &Passage<'_>) {
    let silent = !passage.utterances.iter().any(|(_, said)| said.text.chars().any(char::is_alphanumeric));
    assert!(!silent || name.source == NameSource::Generic, "a passage without words gets a generic name: {name:?}");
}

fn titles_differ(names: &[Name]) {
    let mut seen = HashSet::new();
    for name in names {
        assert!(seen.insert(name.title.to_lowercase()), "titles differ within a session: {:?}", name.title);
    }
}

fn is_clean(text: &str) -> bool {
    !text.chars().any(is_hidden)
}

fn utterance(text: &str, start: f64) -> Utterance {
    Utterance {
        span: span(start, start + 10.0),
        text: text.to_owned(),
        words: Vec::new(),
        log_probability: None,
        no_speech: None,
        reliable: true,
    }
}

fn span(start: f64, end: f64) -> Span {
    Span::from_seconds(start, end).expect("ten seconds are not empty")
}
