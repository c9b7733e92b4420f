//! Prints how well questions find their answers on labelled text: `cargo run -p stepreel-retrieval --example measure_search`.
//!
//! Reads the folder that `STEPREEL_DATA` names (default `../shared/data`). All guides are documents, with the title and the steps that
//! the product makes of what was said. Questions are the human titles, of which no document knows. They are split by a hash into a half that
//! weights may be chosen on ("dev") and one that is only reported. With `--show dev` it prints the questions of that half that went wrong.
#![allow(clippy::print_stdout, reason = "printing is what it is for")]

use std::error::Error;
use std::path::PathBuf;

use stepreel_retrieval::{CONSIDERED, Hit, Index, Question, Retriever};

use crate::guide::{Guide, guides, half};
use crate::off_topic::OFF_TOPIC;

mod guide;
mod noise;
mod off_topic;
mod paraphrase;

fn main() -> Result<(), Box<dyn Error>> {
    let data = std::env::var_os("STEPREEL_DATA").map_or_else(|| PathBuf::from("../shared/data"), PathBuf::from);
    let arguments: Vec<String> = std::env::args().collect();
    let shown = arguments.iter().position(|argument| argument == "--show").and_then(|at| arguments.get(at + 1));
    println!("{:<12} {:<26} {:<7} {}", "documents", "questions", "half", Row::HEADER);
    for announced in [false, true] {
        let guides = guides(&data, announced)?;
        let index = index(&guides)?;
        let words: Vec<String> = guides
            .iter()
            .flat_map(|guide| &guide.said)
            .flat_map(|text| text.split_whitespace())
            .map(str::to_owned)
            .collect();
        for (kind, asked) in kinds(&guides, &words) {
            for half in ["dev", "report"] {
                let row =
                    measure(&index, &guides, &asked, half, shown.is_some_and(|shown| shown == half && !announced));
                println!("{:<12} {kind:<26} {half:<7} {row}", if announced { "announced" } else { "told" });
            }
        }
        for half in ["dev", "report"] {
            let refused = refused(&index, half, shown.is_some_and(|shown| shown == half && !announced));
            println!(
                "{:<12} {:<26} {half:<7} {refused:.3} find nothing",
                if announced { "announced" } else { "told" },
                "about something else"
            );
        }
    }
    Ok(())
}

/// A question, and the guide that it is about.
type Asked = Vec<(usize, String)>;

fn kinds(guides: &[Guide], words: &[String]) -> Vec<(&'static str, Asked)> {
    let told = || guides.iter().enumerate().filter(|(_, guide)| guide.is_told);
    let plain: Asked = told().map(|(at, guide)| (at, guide.title.clone())).collect();
    let whole = told().map(|(at, guide)| (at, guide.whole_title.clone())).collect();
    let other: Asked = plain.iter().filter_map(|(at, title)| Some((*at, paraphrase::paraphrase(title)?))).collect();
    let heard = |asked: &Asked| asked.iter().map(|(at, title)| (*at, noise::heard(title, words))).collect();
    vec![
        ("title", plain.clone()),
        ("title with device", whole),
        ("title, heard", heard(&plain)),
        ("other words, heard", heard(&other)),
        ("other words", other),
    ]
}

fn index(guides: &[Guide]) -> Result<Index, Box<dyn Error>> {
    let mut index = Index::default();
    for guide in guides {
        index.put(guide.key, true, &guide.document().terms())?;
    }
    Ok(index)
}

/// The answers as the product gives them: the best by their words, then by the sentence of each that fits best.
fn search(index: &Index, guides: &[Guide], question: &str) -> Vec<Hit> {
    let question = Question::new(question);
    let ranking = index.search(&Question { limit: CONSIDERED, ..question.clone() });
    let best = |hit: &Hit| {
        let guide = guides.iter().find(|guide| guide.key == hit.key)?;
        let best = |texts: &[&str]| ranking.asked.best(texts.iter().copied());
        let document = guide.document();
        best(&document.said).or_else(|| best(&document.steps))
    };
    let sentences = ranking.hits.iter().map(best).collect();
    ranking.by_sentence(sentences, question.limit).into_iter().map(|(hit, _)| hit).collect()
}

/// Means over questions.
#[derive(Default)]
struct Row {
    questions: usize,
    first: usize,
    in_five: usize,
    reciprocal: f64,
    refused: usize,
}

impl Row {
    const HEADER: &str = "    n  hit@1  hit@5    MRR  refused";
}

impl std::fmt::Display for Row {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let count = self.questions.max(1) as f64;
        let share = |part: usize| part as f64 / count;
        let (first, in_five, refused) = (share(self.first), share(self.in_five), share(self.refused));
        write!(f, "{:>5}  {first:.3}  {in_five:.3}  {:.3}    {refused:.3}", self.questions, self.reciprocal / count)
    }
}

fn measure(index: &Index, guides: &[Guide], asked: &Asked, wanted: &str, show: bool) -> Row {
    let mut row = Row::default();
    for (at, question) in asked.iter().filter(|(at, _)| guides[*at].half == wanted) {
        let hits = search(index, guides, question);
        let place = place(&hits, guides, &guides[*at]);
        row.questions += 1;
        row.first += usize::from(place == Some(0));
        row.in_five += usize::from(place.is_some_and(|place| place < 5));
        row.reciprocal += place.map_or(0.0, |place| 1.0 / (place + 1) as f64);
        row.refused += usize::from(hits.is_empty());
        if show && place.is_none_or(|place| place > 4) {
            let best = hits.first().and_then(|hit| guides.iter().find(|guide| guide.key == hit.key));
            println!(
                "  {question} | {} | best {:?}",
                guides[*at].name.title,
                best.map(|best| (&best.name.title, &best.title))
            );
        }
    }
    row
}

/// The place of the first answer that is about the same, from 0.
fn place(hits: &[Hit], guides: &[Guide], wanted: &Guide) -> Option<usize> {
    let found = hits.iter().filter_map(|hit| guides.iter().find(|guide| guide.key == hit.key));
    found.enumerate().find(|(_, guide)| wanted.is_about_the_same(guide)).map(|(at, _)| at)
}

/// The share of questions about something else that find nothing.
fn refused(index: &Index, wanted: &str, show: bool) -> f64 {
    let asked: Vec<&&str> = OFF_TOPIC.iter().filter(|question| half(question) == wanted).collect();
    let finds = |question: &&&str| {
        let ranking = index.search(&Question::new(question));
        if show && !ranking.hits.is_empty() {
            println!("  {question} finds {:?} {:.2}", ranking.hits[0].matched, ranking.hits[0].coverage);
        }
        !ranking.hits.is_empty()
    };
    1.0 - asked.iter().filter(|question| finds(question)).count() as f64 / asked.len().max(1) as f64
}
