//! Prints how well questions find their answers on labelled text: `cargo run -p stepreel-retrieval --example measure_search`.
//!
//! Reads the folder that `STEPREEL_DATA` names (default `../shared/data`). All guides are documents, with the title and the steps that
//! the product makes of what was said. Questions are the human titles, of which no document knows. They are split by a hash into a half that
//! weights may be chosen on ("dev") and one that is only reported. With `--show dev` it prints the questions of that half that went wrong,
//! with `--encoder NAME` it asks for a second opinion of a text encoder that is here (`stepreel models pull`).
#![allow(clippy::print_stdout, reason = "printing is what it is for")]

use std::error::Error;
use std::path::PathBuf;

use stepreel_embedding::SentenceEncoder;
use stepreel_models::Library;
use stepreel_retrieval::TextEncoder;

use crate::guide::{Guide, guides, half};
use crate::library::Documents;
use crate::off_topic::OFF_TOPIC;

mod guide;
mod library;
mod noise;
mod off_topic;
mod paraphrase;

fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let data = std::env::var_os("STEPREEL_DATA").map_or_else(|| PathBuf::from("../shared/data"), PathBuf::from);
    let arguments: Vec<String> = std::env::args().collect();
    let given =
        |name: &str| arguments.iter().position(|argument| argument == name).and_then(|at| arguments.get(at + 1));
    let shown = given("--show");
    let encoder = match given("--encoder") {
        Some(name) => Some(SentenceEncoder::find(&Library::discover()?, name)?),
        None => None,
    };
    let encoder = encoder.as_ref().map(|encoder| encoder as &dyn TextEncoder);
    println!("{:<12} {:<26} {:<7} {}", "documents", "questions", "half", Row::HEADER);
    for announced in [false, true] {
        let documents = Documents::of(guides(&data, announced)?, encoder)?;
        let guides = &documents.guides;
        let words: Vec<String> = guides
            .iter()
            .flat_map(|guide| &guide.said)
            .flat_map(|text| text.split_whitespace())
            .map(str::to_owned)
            .collect();
        for (kind, asked) in kinds(guides, &words) {
            for half in ["dev", "report"] {
                let row = measure(&documents, &asked, half, shown.is_some_and(|shown| shown == half && !announced))?;
                println!("{:<12} {kind:<26} {half:<7} {row}", if announced { "announced" } else { "told" });
            }
        }
        for half in ["dev", "report"] {
            let refused = refused(&documents, half, shown.is_some_and(|shown| shown == half && !announced))?;
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

fn measure(
    documents: &Documents<'_>,
    asked: &Asked,
    wanted: &str,
    show: bool,
) -> Result<Row, Box<dyn Error + Send + Sync>> {
    let mut row = Row::default();
    let guides = &documents.guides;
    for (at, question) in asked.iter().filter(|(at, _)| guides[*at].half == wanted) {
        let found = documents.search(question)?;
        let place = found.iter().position(|guide| guides[*at].is_about_the_same(guide));
        row.questions += 1;
        row.first += usize::from(place == Some(0));
        row.in_five += usize::from(place.is_some_and(|place| place < 5));
        row.reciprocal += place.map_or(0.0, |place| 1.0 / (place + 1) as f64);
        row.refused += usize::from(found.is_empty());
        if show && place.is_none_or(|place| place > 4) {
            let best = found.first().map(|best| (&best.name.title, &best.title));
            println!("  {question} | {} | best {best:?}", guides[*at].name.title);
        }
    }
    Ok(row)
}

/// The share of questions about something else that find nothing.
fn refused(documents: &Documents<'_>, wanted: &str, show: bool) -> Result<f64, Box<dyn Error + Send + Sync>> {
    let asked: Vec<&&str> = OFF_TOPIC.iter().filter(|question| half(question) == wanted).collect();
    let mut refused = 0;
    for question in &asked {
        let found = documents.search(question)?;
        refused += usize::from(found.is_empty());
        if let Some(best) = found.first().filter(|_| show) {
            println!("  {question} finds {:?}", best.name.title);
        }
    }
    Ok(refused as f64 / asked.len().max(1) as f64)
}
