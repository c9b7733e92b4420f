//! Prints what search costs over many procedures: `cargo run --release -p stepreel-storage --example search -- 100000`.
//!
//! It stores sessions of a hundred procedures of about 300 words in a file of its own, forgets their documents, has them made again as
//! an update would, and asks a thousand questions: by words, then by words and vectors of a made-up encoder, which itself takes no time.
//! Memory is that of the whole process beyond what it had before the first question.
#![allow(clippy::print_stdout, reason = "printing is what it is for")]

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use stepreel_core::{Digest, NameSource, Procedure, SessionId, SessionRecord, Span, TenantId, Utterance};
use stepreel_storage::conformance::completed;
use stepreel_storage::{
    Embedding, EncodingError, MeaningReader, Search as _, SearchQuery, Sqlite, Store as _, TextEncoder,
};

/// Procedures of a session.
const EACH: u32 = 100;

/// Utterances of a procedure, of so many words.
const UTTERANCES: u32 = 15;
const WORDS: u32 = 20;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let count: u32 = std::env::args().nth(1).map_or(Ok(2_000), |count| count.parse())?;
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("stepreel.db");
    let tenant: TenantId = "acme".parse()?;
    let stored = Instant::now();
    fill(&path, &tenant, count).await?;
    println!("stored   {count} procedures with their documents in {:.1} s", stored.elapsed().as_secs_f64());
    let built = rebuilt(&path).await?;
    println!("index    {:.0} procedures/s", f64::from(count) / built.as_secs_f64());
    let store = Sqlite::open(&path).await?;
    let before = resident()?;
    let first = Instant::now();
    store.search(&tenant, &SearchQuery::new("replace the radiator valve")).await?;
    println!("first    {:.0} ms, in which all documents are read", 1e3 * first.elapsed().as_secs_f64());
    ask(&store, &tenant, None).await?;
    println!("memory   {:.0} MiB", (resident()? - before) / f64::from(1 << 20));
    println!("file     {:.0} MiB", megabytes(&path)?);
    let reader = MeaningReader::new(Arc::new(MadeUp));
    let read = Instant::now();
    while reader.read_on(&store).await? > 0 {}
    println!("meaning  {:.0} procedures/s", f64::from(count) / read.elapsed().as_secs_f64());
    ask(&store, &tenant, Some(&reader)).await?;
    println!("file     {:.0} MiB", megabytes(&path)?);
    Ok(())
}

/// Vectors as many and as long as those of a real encoder, that mean nothing.
struct MadeUp;

impl TextEncoder for MadeUp {
    fn name(&self) -> &'static str {
        "made-up"
    }

    fn encode(&self, texts: &[&str]) -> Result<Vec<Embedding>, EncodingError> {
        let vector = |text: &&str| {
            let mut chance = Words(text.bytes().fold(1, |hash, letter| hash * 31 % 1_000_003 + u64::from(letter)));
            Embedding::new(&std::array::from_fn::<f32, 384, _>(|_| chance.even() as f32 - 0.5))
        };
        Ok(texts.iter().map(vector).collect())
    }
}

fn megabytes(path: &Path) -> Result<f64, std::io::Error> {
    Ok(std::fs::metadata(path)?.len() as f64 / f64::from(1 << 20))
}

async fn fill(path: &Path, tenant: &TenantId, count: u32) -> Result<(), Box<dyn Error>> {
    let store = Sqlite::open(path).await?;
    let mut words = Words(1);
    for at in 0..count.div_ceil(EACH) {
        let record = record(tenant, at, EACH.min(count - at * EACH), &mut words)?;
        let epoch = store.begin(&record.session).await?;
        store.finish(&record, epoch).await?;
    }
    store.close().await;
    Ok(())
}

fn record(tenant: &TenantId, at: u32, count: u32, words: &mut Words) -> Result<SessionRecord, Box<dyn Error>> {
    let mut record = completed(tenant, 0);
    let mut content = [0; 32];
    content[..4].copy_from_slice(&at.to_le_bytes());
    record.session.recording_sha256 = Digest::new(content);
    record.session.id = SessionId::of(tenant, record.session.recording_sha256);
    let pattern = record.procedures[0].clone();
    record.procedures.clear();
    record.transcript.utterances.clear();
    for place in 0..count {
        let start = 100.0 * f64::from(place);
        let span = Span::from_seconds(start, start + 90.0).ok_or("it ends after it starts")?;
        let mut procedure = Procedure { span, ordinal: place + 1, interruptions: vec![], ..pattern.clone() };
        procedure.id = record.session.id.procedure(procedure.ordinal);
        procedure.session_id = record.session.id;
        procedure.procedure_name = words.title();
        procedure.name.source = NameSource::Announced;
        record.procedures.push(procedure);
        for utterance in 0..UTTERANCES {
            let from = start + 6.0 * f64::from(utterance);
            let span = Span::from_seconds(from, from + 5.0).ok_or("it ends after it starts")?;
            record.transcript.utterances.push(said(span, words.sentence()));
        }
    }
    Ok(record)
}

fn said(span: Span, text: String) -> Utterance {
    Utterance { span, text, words: Vec::new(), log_probability: None, no_speech: None, reliable: true }
}

/// How long it takes to make all documents again.
async fn rebuilt(path: &Path) -> Result<Duration, Box<dyn Error>> {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
    let pool = sqlx::SqlitePool::connect_with(options).await?;
    for forget in ["DELETE FROM search_documents", "PRAGMA user_version = 0", "PRAGMA wal_checkpoint(TRUNCATE)"] {
        sqlx::query(forget).execute(&pool).await?;
    }
    pool.close().await;
    let start = Instant::now();
    Sqlite::open(path).await?.close().await;
    Ok(start.elapsed())
}

async fn ask(store: &Sqlite, tenant: &TenantId, reader: Option<&MeaningReader>) -> Result<(), Box<dyn Error>> {
    let mut words = Words(7);
    let mut times = Vec::new();
    for _ in 0..1_000 {
        let question = format!("um so how do i {} on this one", words.title().to_lowercase());
        let start = Instant::now();
        let query = SearchQuery::new(question);
        let query = match reader {
            Some(reader) => reader.understand(query).await,
            None => query,
        };
        store.search(tenant, &query).await?;
        times.push(1e3 * start.elapsed().as_secs_f64());
    }
    times.sort_by(f64::total_cmp);
    println!("question p50 {:.1} ms, p95 {:.1} ms, p99 {:.1} ms", times[500], times[950], times[990]);
    Ok(())
}

/// Words of work, and of a made-up language of which few are said often, as of any.
struct Words(u64);

const VERBS: &[&str] =
    &["Replace", "Remove", "Clean", "Install", "Check", "Adjust", "Repair", "Drain", "Test", "Lubricate"];
const NOUNS: &[&str] = &[
    "battery", "filter", "valve", "pump", "screen", "motor", "belt", "hose", "seal", "fan", "sensor", "cover",
    "radiator", "switch", "bearing", "cable", "fuse", "handle", "hinge", "lamp",
];

impl Words {
    fn even(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn pick<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[(self.even() * words.len() as f64) as usize]
    }

    fn title(&mut self) -> String {
        let (verb, part, noun) = (self.pick(VERBS), self.made_up(), self.pick(NOUNS));
        format!("{verb} the {part} {noun}")
    }

    fn sentence(&mut self) -> String {
        let words = (0..WORDS).map(|_| if self.even() < 0.15 { self.pick(NOUNS).to_owned() } else { self.made_up() });
        words.collect::<Vec<_>>().join(" ")
    }

    /// One of 40,000, by Zipf's law.
    fn made_up(&mut self) -> String {
        let rank = 40_000_f64.powf(self.even()) as usize;
        let letters = b"bdfgklmnprstvz";
        let syllable = |place: u32| {
            let letter = letters[(rank / 14_usize.pow(place)) % 14] as char;
            format!("{letter}{}", ["a", "e", "o"][(rank + place as usize) % 3])
        };
        (0..4).map(syllable).collect()
    }
}

/// What the process has in memory, in bytes.
fn resident() -> Result<f64, Box<dyn Error>> {
    let statistics = std::fs::read_to_string("/proc/self/statm")?;
    let pages = statistics.split(' ').nth(1).ok_or("the second number is what is resident")?;
    Ok(4096.0 * pages.parse::<f64>()?)
}
