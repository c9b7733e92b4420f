//! The contract of [`Retriever`], kept by [`Index`].
#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]

use std::fmt::Write as _;

use peak_alloc::PeakAlloc;
use stepreel_core::ProcedureId;
use stepreel_retrieval::{Document, Glossary, Index, Question, Ranking, Retriever, Terms, Which, sentences};
use uuid::Uuid;

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

fn key(number: u128) -> ProcedureId {
    ProcedureId(Uuid::from_u128(number))
}

fn terms(title: &str, said: &str) -> Terms {
    Document { title, steps: vec![], said: vec![said] }.terms()
}

const WORKSHOP: &[(&str, &str)] = &[
    ("Replace the front brake pads", "take the wheel off and push the piston back then slide the new pads in"),
    ("Bleed the radiator", "open the little valve with the key until water comes then close it"),
    ("Replace the radiator valve", "drain the system first and unscrew the old valve body"),
    ("Clean the fuel filter", "the strainer sits under the pump so close the fuel tap first"),
    ("Sharpen a kitchen knife", "hold the blade at twenty degrees and draw it over the stone"),
    ("Replace the thermostat", "two screws hold the cover and the wires go back in the same order"),
];

fn workshop() -> Index {
    let mut index = Index::default();
    for (at, (title, said)) in WORKSHOP.iter().enumerate() {
        index.put(key(at as u128), true, &terms(title, said)).unwrap();
    }
    index
}

fn places(ranking: &Ranking) -> Vec<u128> {
    ranking.hits.iter().map(|hit| hit.key.0.as_u128()).collect()
}

fn found(index: &Index, question: &str) -> Vec<u128> {
    places(&index.search(&Question::new(question)))
}

#[test]
fn the_best_comes_first() {
    for (question, best) in [
        ("um how do i bleed a radiator", 1),
        ("show me how somebody changes the brake pads at the front", 0),
        ("swapping the valve of a radiator", 2),
        ("hone a knife", 4),
        ("wipe the gas strainer", 3),
    ] {
        assert_eq!(found(&workshop(), question).first(), Some(&best), "{question}");
    }
}

#[test]
fn slips_and_what_was_misheard_are_forgiven() {
    for (question, best) in
        [("repalce the themostat", 5), ("front break pads", 0), ("sharpen the nife", 4), ("the radi ator valve", 2)]
    {
        assert_eq!(found(&workshop(), question).first(), Some(&best), "{question}");
    }
}

#[test]
fn a_question_about_something_else_finds_nothing() {
    for question in
        ["who won the football match yesterday", "what is the capital of france", "how do i do it", "", "?!", "the"]
    {
        assert_eq!(found(&workshop(), question), [0; 0], "{question}");
    }
}

#[test]
fn only_what_is_approved_is_found_unless_all_is_asked_for() {
    let mut index = workshop();
    index.put(key(1), false, &terms(WORKSHOP[1].0, WORKSHOP[1].1)).unwrap();
    assert!(!found(&index, "bleed the radiator").contains(&1));
    let all = Question { which: Which::All, ..Question::new("bleed the radiator") };
    assert_eq!(places(&index.search(&all)).first(), Some(&1));
}

#[test]
fn no_more_is_found_than_is_wanted() {
    let index = workshop();
    let limited = |limit| index.search(&Question { limit, ..Question::new("replace the radiator valve") }).hits.len();
    assert_eq!((limited(0), limited(1)), (0, 1));
}

#[test]
fn neither_order_nor_what_is_gone_changes_an_answer() {
    let fresh = workshop();
    let mut used = Index::default();
    for (at, (title, said)) in WORKSHOP.iter().enumerate().rev() {
        used.put(key(at as u128), true, &terms("Replace the radiator", "valve valve brake")).unwrap();
        used.put(key(100 + at as u128), false, &terms(title, said)).unwrap();
        used.put(key(at as u128), true, &terms(title, said)).unwrap();
    }
    for at in 0..WORKSHOP.len() {
        used.remove(key(100 + at as u128));
        used.remove(key(100 + at as u128));
    }
    assert_eq!((used.len(), used.waste()), (WORKSHOP.len(), 2 * WORKSHOP.len()));
    for question in ["replace the radiator valve", "brake", "close the valve", "replace"] {
        let (fresh, used) = (fresh.search(&Question::new(question)), used.search(&Question::new(question)));
        assert_eq!(fresh.hits, used.hits, "{question}");
    }
}

#[test]
fn ones_own_words_are_found_by_each_other() {
    let index = workshop();
    assert_eq!(found(&index, "the doohickey"), [0; 0]);
    let own = Glossary::own("doohickey, thermostat").unwrap();
    let asked = Question { glossary: Some(&own), ..Question::new("the doohickey") };
    assert_eq!(places(&index.search(&asked)), [5]);
}

#[test]
fn the_sentence_that_fits_best_is_told_with_its_words() {
    let said = "Right. We drain the system first. Then the old valve comes out, slowly!";
    let texts: Vec<&str> = sentences(said).into_iter().map(|place| &said[place]).collect();
    let ranking = workshop().search(&Question::new("removing the old radiator valve"));
    let (at, fit) = ranking.asked.best(texts.iter().copied()).unwrap();
    let words: Vec<&str> = fit.words.iter().map(|place| &texts[at][place.clone()]).collect();
    assert_eq!((at, words), (2, vec!["old", "valve"]));
}

#[test]
fn what_is_said_in_one_breath_is_more_of_an_answer() {
    let said = [
        ["The valve is green. We close the door.", "Lunch is soon.", "Nothing here."],
        ["We close the valve.", "The door is green.", "Lunch is soon."],
    ];
    let mut index = Index::default();
    for (at, said) in (0..).zip(&said) {
        index.put(key(at), true, &terms("Work", &said.join(" "))).unwrap();
    }
    let ranking = index.search(&Question::new("close the valve"));
    assert_eq!(places(&ranking), [0, 1], "by all their words they are alike");
    let best = |key: u128| {
        let said = said[key as usize];
        let sentences: Vec<&str> =
            said.iter().flat_map(|text| sentences(text).into_iter().map(|place| &text[place])).collect();
        ranking.asked.best(sentences.iter().copied()).map(|(at, fit)| (sentences[at], fit))
    };
    let sentences = ranking.hits.iter().map(|hit| best(hit.key.0.as_u128())).collect();
    let answers = ranking.clone().by_sentence(sentences, 10);
    let told: Vec<&str> = answers.iter().filter_map(|answer| Some(answer.sentence.as_ref()?.0)).collect();
    assert_eq!(told, ["We close the valve.", "The valve is green."]);
    assert!(answers[0].hit.relevance > answers[1].hit.relevance);
    let silent = ranking.by_sentence::<()>(vec![None, None], 1);
    assert_eq!(silent.iter().map(|answer| answer.hit.key).collect::<Vec<_>>(), [key(0)], "no more than are wanted");
}

/// The candidates for a question, as near in meaning as told; each with its places by words and by meaning.
fn with_meaning(index: &Index, question: &str, near: &[(u128, f32)]) -> Vec<(u128, u32, Option<u32>)> {
    let ranking = index.candidates(&Question::new(question));
    let near = |key: u128| near.iter().find(|(other, _)| *other == key).map(|(_, near)| *near);
    let nearness: Vec<Option<f32>> = ranking.hits.iter().map(|hit| near(hit.key.0.as_u128())).collect();
    let silent = vec![None; nearness.len()];
    let answers = ranking.with_meaning::<()>(silent, &nearness, 10);
    answers.iter().map(|answer| (answer.hit.key.0.as_u128(), answer.by_words, answer.by_meaning)).collect()
}

#[test]
fn meaning_decides_between_what_words_can_hardly_tell_apart() {
    let index = workshop();
    let question = "replace the valve and clean the radiator";
    let by_words = with_meaning(&index, question, &[]);
    let places: Vec<(u32, Option<u32>)> = by_words.iter().map(|answer| (answer.1, answer.2)).collect();
    assert_eq!(places[..2], [(1, None), (2, None)], "what was not read is ranked by its words");
    let (first, second) = (by_words[0].0, by_words[1].0);
    let near = |key| {
        if key == second {
            0.9
        } else if key == first {
            0.4
        } else {
            0.5
        }
    };
    let read: Vec<(u128, f32)> = (0..6).map(|key| (key, near(key))).collect();
    assert_eq!(with_meaning(&index, question, &read)[0], (second, 2, Some(1)));
}

#[test]
fn meaning_confirms_what_words_are_not_sure_of_and_refuses_what_only_shares_words() {
    let index = workshop();
    let weak = "what do i need for the knife";
    assert_eq!(with_meaning(&index, weak, &[(4, 0.9)]).len(), 1);
    let off = "bleed";
    assert!(!found(&index, off).is_empty(), "words alone take it for a question about work");
    assert!(with_meaning(&index, off, &[(1, -0.9)]).is_empty());
}

#[test]
fn damaged_terms_change_nothing() {
    let mut index = workshop();
    let mut bytes = terms("Bleed the brakes", "pump the pedal").as_bytes().to_vec();
    bytes.pop();
    assert!(index.put(key(1), true, &Terms::from_bytes(bytes)).is_err());
    assert_eq!(found(&index, "bleed the radiator").first(), Some(&1));
}

/// 100,000 procedures are to fit into 200 MiB.
#[test]
fn a_procedure_takes_two_kib_at_most() {
    const COUNT: usize = 1_500;
    let before = HEAP.current_usage();
    let mut index = Index::default();
    let mut state = 1_u64;
    for at in 0..COUNT {
        let title = format!("Replace the {}", word(&mut state));
        let mut said = String::new();
        for _ in 0..300 {
            write!(said, "{} ", word(&mut state)).unwrap();
        }
        index.put(key(at as u128), true, &terms(&title, &said)).unwrap();
    }
    let each = (HEAP.current_usage() - before) / COUNT;
    assert!(each < 2048, "{each} bytes");
    assert!(!found(&index, "replace").is_empty());
}

/// A word of a made-up language in which few words are said often, as in any.
fn word(state: &mut u64) -> String {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    let even = (*state >> 11) as f64 / (1_u64 << 53) as f64;
    let rank = 4_000_f64.powf(even) as u32;
    let letters = "bdfgklmnprstvz".as_bytes();
    (0..4).fold(String::new(), |word, place| {
        let letter = letters[(rank / 14_u32.pow(place)) as usize % 14] as char;
        format!("{word}{letter}{}", ["a", "e", "o"][(rank as usize + place as usize) % 3])
    })
}
