//! Prints how good names are on labelled text: `cargo run -p stepreel-naming --example measure`.
//!
//! Reads the folder that `STEPREEL_DATA` names (default `../shared/data`). Each set is split by a hash of its ids into a half that weights
//! may be chosen on ("dev") and one that is only reported ("test"). With `--show` prints every title beside its reference,
//! with `--show 10` those of the transcripts of which a tenth is wrong.
#![allow(clippy::print_stdout, reason = "printing is what it is for")]

use std::error::Error;
use std::path::{Path, PathBuf};

use serde_json::Value;
use stepreel_core::{BoundaryConfidence, Name, NameSource, Passage, Segment, Span, Utterance};
use stepreel_naming::{Extractive, FirstWords, Namer};
use stepreel_testkit::title_metric::{Reference, TitleScore, score_title};

fn main() -> Result<(), Box<dyn Error>> {
    let data = data();
    let show = shown(&std::env::args().collect::<Vec<_>>());
    let sets = [
        ("naming, announced", naming(&data, true)?),
        ("naming, own wordings", wordings(&data)?),
        ("naming, implicit", naming(&data, false)?),
        ("narrations, announced", narrations(&data, true)?),
        ("narrations, implicit", narrations(&data, false)?),
        ("holoassist", holoassist(&data)?),
    ];
    println!("{:<24} {:<12} {:>5} {:<5} {}", "set", "namer", "noise", "half", Row::HEADER);
    for (label, sessions) in &sets {
        for percent in [0, 10, 25] {
            let noisy: Vec<Session> = sessions.iter().map(|session| session.with_word_errors(percent)).collect();
            for half in ["dev", "test"] {
                let row = measure(&Extractive::default(), &noisy, half, show == Some(percent))?;
                println!("{label:<24} {:<12} {percent:>5} {half:<5} {row}", "extractive");
            }
        }
        let row = measure(&FirstWords, sessions, "test", false)?;
        println!("{label:<24} {:<12} {:>5} {:<5} {row}", "first_words", 0, "test");
    }
    Ok(())
}

/// The noise at which titles are shown: that of `--show`, by itself none.
fn shown(arguments: &[String]) -> Option<u64> {
    let at = arguments.iter().position(|argument| argument == "--show")?;
    Some(arguments.get(at + 1).and_then(|percent| percent.parse().ok()).unwrap_or(0))
}

/// A procedure to name, and what it should be called.
#[derive(Clone)]
struct Procedure {
    said: Vec<String>,
    title: String,
    imperative: Option<String>,
    device: Option<String>,
    counts: bool,
}

/// The procedures of one session.
#[derive(Clone)]
struct Session {
    id: String,
    half: &'static str,
    procedures: Vec<Procedure>,
}

/// Means over titles.
#[derive(Default)]
struct Row {
    scores: Vec<TitleScore>,
    announced: usize,
    distinct: bool,
}

impl Row {
    const HEADER: &str = "    n  content object   verb  exact ground length announced distinct";
}

impl std::fmt::Display for Row {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let count = self.scores.len().max(1) as f64;
        let mean = |value: fn(&TitleScore) -> f64| self.scores.iter().map(value).sum::<f64>() / count;
        let verbs: Vec<bool> = self.scores.iter().filter_map(|score| score.verb_ok).collect();
        let verb = verbs.iter().filter(|ok| **ok).count() as f64 / verbs.len().max(1) as f64;
        write!(
            f,
            "{:>5}   {:.3}  {:.3}  {verb:.3}  {:.3}  {:.3}  {:.3}     {:.3} {:>8}",
            self.scores.len(),
            mean(|score| score.content_f1),
            mean(|score| score.object_f1),
            mean(|score| f64::from(u8::from(score.exact))),
            mean(|score| score.grounded),
            mean(|score| f64::from(u8::from(score.length_ok))),
            self.announced as f64 / count,
            self.distinct,
        )
    }
}

fn measure(namer: &dyn Namer, sessions: &[Session], half: &str, show: bool) -> Result<Row, Box<dyn Error>> {
    let mut row = Row { distinct: true, ..Row::default() };
    for session in sessions.iter().filter(|session| session.half == half) {
        let names = session.names(namer)?;
        let mut titles: Vec<&String> = names.iter().map(|name| &name.title).collect();
        titles.sort_unstable();
        row.distinct &= titles.windows(2).all(|pair| pair[0] != pair[1]);
        for (name, procedure) in names.iter().zip(&session.procedures).filter(|(_, procedure)| procedure.counts) {
            let score = procedure.score(&name.title);
            if show {
                let first = procedure.said.first().map_or("", String::as_str);
                println!(
                    "{half} {:.2} {:?} {:.2} | {} | {} | {first}",
                    score.content_f1, name.source, name.confidence, name.title, procedure.title
                );
            }
            row.announced += usize::from(name.source == NameSource::Announced);
            row.scores.push(score);
        }
    }
    Ok(row)
}

impl Session {
    fn names(&self, namer: &dyn Namer) -> Result<Vec<Name>, Box<dyn Error>> {
        let mut clock = 0.0;
        let mut index = 0;
        let mut timed = Vec::new();
        for procedure in &self.procedures {
            let start = clock;
            let mut utterances = Vec::new();
            for text in &procedure.said {
                utterances.push((index, utterance(text, clock)));
                clock += 5.0;
                index += 1;
            }
            let span = Span::from_seconds(start, clock.max(start + 1.0)).ok_or("empty procedure")?;
            timed.push((Segment::new(span, BoundaryConfidence { start: 1.0, end: 1.0 }), utterances));
        }
        let passages: Vec<Passage<'_>> = timed
            .iter()
            .map(|(segment, said)| Passage { segment, utterances: said.iter().map(|(at, said)| (*at, said)).collect() })
            .collect();
        Ok(namer.name(&passages)?)
    }

    /// The session as a recogniser with that share of word errors might hear it: half substitutions, a quarter each of deletions
    /// and insertions, by a seed.
    fn with_word_errors(&self, percent: u64) -> Self {
        let words: Vec<String> = self
            .procedures
            .iter()
            .flat_map(|p| &p.said)
            .flat_map(|text| text.split_whitespace())
            .map(str::to_owned)
            .collect();
        let mut random = Random(hash(&self.id));
        let mut noisy = self.clone();
        for text in noisy.procedures.iter_mut().flat_map(|procedure| &mut procedure.said) {
            let heard: Vec<String> =
                text.split_whitespace().flat_map(|word| misheard(word, &words, percent, &mut random)).collect();
            *text = heard.join(" ");
        }
        noisy
    }
}

fn misheard(word: &str, words: &[String], percent: u64, random: &mut Random) -> Vec<String> {
    if random.below(100) >= percent {
        return vec![word.to_owned()];
    }
    let other = words[random.below(words.len() as u64) as usize].clone();
    match random.below(4) {
        0 => vec![],
        1 => vec![word.to_owned(), other],
        _ => vec![other],
    }
}

impl Procedure {
    fn score(&self, title: &str) -> TitleScore {
        let transcript = self.said.join(" ");
        score_title(
            title,
            &Reference {
                title: &self.title,
                imperative: self.imperative.as_deref(),
                device: self.device.as_deref(),
                transcript: &transcript,
            },
        )
    }
}

fn naming(data: &Path, announced: bool) -> Result<Vec<Session>, Box<dyn Error>> {
    let rows = rows(&data.join("naming/public.jsonl"))?;
    let wanted = rows.iter().filter(|row| !announced || row["intro_sentence"].is_string());
    Ok(wanted
        .map(|row| {
            let intro = row["intro_sentence"].as_str().filter(|_| announced);
            let spoken = text(row, "spoken_text");
            let said = intro.into_iter().chain(spoken.split_inclusive(". ")).map(|said| said.trim().to_owned());
            Session {
                id: text(row, "id"),
                half: half(&text(row, "id")),
                procedures: vec![procedure(row, said.collect(), true)],
            }
        })
        .collect())
}

/// Announcements in wordings that the extractor was not written with; the misses of the first [`SEEN`] were looked at. `@i` is the task as an
/// imperative, `@g` as a gerund, `@o` its object.
const WORDINGS: [&str; 68] = [
    "Today we'll be @g.",
    "What I want to cover next is @g.",
    "I'm about to start @g.",
    "Time to get on with @g.",
    "This afternoon's job is @g.",
    "First on the list today, @g.",
    "I've been asked to @i.",
    "The plan is to @i.",
    "Job number two: @i.",
    "Here's how I @i.",
    "We're here to @i.",
    "I'll crack on with @g then.",
    "Up next, @o.",
    "Now it's the turn of @o.",
    "Let's have a go at @o.",
    "Last thing for today is to @i.",
    "I thought I'd @i while I'm here.",
    "The ticket says we should @i.",
    "So the customer has asked me to @i.",
    "Before lunch I want to @i.",
    "Okay, I'm ready to @i.",
    "Have a look at how I @i.",
    "My next task is @g.",
    "Going to @i now.",
    "Gonna @i next.",
    "We still have to @i.",
    "There's @o left to do.",
    "That leaves @o.",
    "This one is for @g.",
    "Watch closely, I'll @i.",
    "Right then, @g.",
    "It's time for @o.",
    "I'd like to @i for you.",
    "Shall we @i?",
    "Welcome back, in this session I @i.",
    "Please @i now.",
    "So guys, @g today.",
    "We come to @o now.",
    "Another one for the day, we have to @i.",
    "My aim here is to @i.",
    "Okay, @o, let's get going.",
    "I want you to see how to @i.",
    "In the next few minutes we @i.",
    "Our second assignment: @g.",
    "Righto, @g is what's up.",
    "I'm off to @i.",
    "Now comes @o.",
    "You know what, let me @i first.",
    "Item three on my sheet: @g.",
    "Kicking off with @g this morning.",
    "What's next? @g.",
    "Alright team, the goal right now is to @i.",
    "And the final job, @g.",
    "So @g it is.",
    "Let us now @i.",
    "Let me show everyone how @g is done.",
    "Okay I've come out here to @i.",
    "Turning to @o.",
    "As promised, @g.",
    "The last job here will be @g.",
    "Carrying on with @o.",
    "Next item, @o.",
    "I'm now looking to @i.",
    "We are about to @i here.",
    "Work order four, @i.",
    "Today it's @o.",
    "I'm starting on @o.",
    "In this clip I'm @g.",
];
/// How many wordings were looked at.
const SEEN: usize = 44;

fn wordings(data: &Path) -> Result<Vec<Session>, Box<dyn Error>> {
    let rows = rows(&data.join("naming/public.jsonl"))?;
    let titled = rows.iter().filter(|row| row["title_imperative"].is_string() && hash(&text(row, "id")) % 2 == 1);
    Ok(titled
        .enumerate()
        .map(|(at, row)| {
            let at = at % WORDINGS.len();
            let spoken = text(row, "spoken_text");
            let intro = worded(WORDINGS[at], &text(row, "title_imperative"));
            let said = std::iter::once(intro.as_str())
                .chain(spoken.split_inclusive(". "))
                .map(|said| said.trim().to_owned())
                .collect();
            let half = if at < SEEN { "dev" } else { "test" };
            Session { id: text(row, "id"), half, procedures: vec![procedure(row, said, true)] }
        })
        .collect())
}

fn worded(wording: &str, task: &str) -> String {
    let (verb, object) = task.split_once(' ').unwrap_or((task, "it"));
    let verb = verb.to_lowercase();
    let stem = if verb == "tie" { "ty" } else { verb.strip_suffix('e').unwrap_or(&verb) };
    let doubled = if ["cut", "set", "strip", "hem"].contains(&stem) { &stem[stem.len() - 1..] } else { "" };
    wording
        .replace("@i", &format!("{verb} {object}"))
        .replace("@g", &format!("{stem}{doubled}ing {object}"))
        .replace("@o", object)
}

fn narrations(data: &Path, announced: bool) -> Result<Vec<Session>, Box<dyn Error>> {
    let rows = rows(&data.join("narrations/public.jsonl"))?;
    Ok(rows
        .iter()
        .map(|row| {
            let procedures = list(row, "procedures").iter().map(|gold| {
                let own = list(row, "utterances").iter().filter(|said| said["proc"] == gold["order"]);
                let said = own.map(|said| text(said, "text")).collect();
                procedure(gold, said, gold["announced"] == announced)
            });
            Session { id: text(row, "id"), half: half(&text(row, "id")), procedures: procedures.collect() }
        })
        .collect())
}

fn holoassist(data: &Path) -> Result<Vec<Session>, Box<dyn Error>> {
    let rows = rows(&data.join("sessions/holoassist-dev.jsonl"))?;
    Ok(rows
        .iter()
        .map(|row| {
            let procedures = list(row, "procedures").iter().map(|gold| {
                let seconds = |value: &Value, key: &str| value[key].as_f64().unwrap_or(0.0);
                let inside = |said: &&Value| {
                    let middle = f64::midpoint(seconds(said, "s"), seconds(said, "e"));
                    seconds(gold, "s") <= middle && middle < seconds(gold, "e")
                };
                let said = list(row, "transcript").iter().filter(inside).map(|said| text(said, "text")).collect();
                Procedure { said, title: text(gold, "name"), imperative: None, device: None, counts: true }
            });
            Session { id: text(row, "session"), half: half(&text(row, "session")), procedures: procedures.collect() }
        })
        .collect())
}

fn procedure(row: &Value, said: Vec<String>, counts: bool) -> Procedure {
    let optional = |key: &str| row[key].as_str().map(str::to_owned);
    Procedure {
        said,
        title: text(row, "human_title"),
        imperative: optional("title_imperative"),
        device: optional("device"),
        counts,
    }
}

fn utterance(text: &str, start: f64) -> Utterance {
    let span = Span::from_seconds(start, start + 5.0).expect("five seconds are not empty");
    Utterance { span, text: text.to_owned(), words: Vec::new(), log_probability: None, no_speech: None, reliable: true }
}

fn data() -> PathBuf {
    std::env::var_os("STEPREEL_DATA").map_or_else(|| PathBuf::from("../shared/data"), PathBuf::from)
}

fn rows(path: &Path) -> Result<Vec<Value>, Box<dyn Error>> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?)
}

fn text(row: &Value, key: &str) -> String {
    row[key].as_str().unwrap_or("").to_owned()
}

fn list<'a>(row: &'a Value, key: &str) -> &'a [Value] {
    row[key].as_array().map_or(&[], Vec::as_slice)
}

fn half(id: &str) -> &'static str {
    if hash(id).is_multiple_of(2) { "dev" } else { "test" }
}

/// FNV-1a: the same on every machine.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// `SplitMix64` (Steele, Lea and Flood, 2014).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit.max(1)
    }
}
