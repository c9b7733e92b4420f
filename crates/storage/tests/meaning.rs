//! What a text encoder makes of procedures, in a real `SQLite` file.

mod stored;

use std::error::Error;
use std::sync::Arc;

use stepreel_core::TenantId;
use stepreel_storage::{
    Answer, Embedding, EncodingError, MeaningReader, Queue as _, Search as _, SearchQuery, Sqlite, StoreError,
    TextEncoder, Which,
};
use tempfile::TempDir;

use stored::{Checked, finish, named, open, raw, tenant};

/// Texts that share runs of three letters point the same way: a light encoder, and one that has a name.
struct Trigrams(&'static str);

const DIMENSIONS: usize = 512;

impl TextEncoder for Trigrams {
    fn name(&self) -> &str {
        self.0
    }

    fn encode(&self, texts: &[&str]) -> Result<Vec<Embedding>, EncodingError> {
        Ok(texts.iter().map(|text| trigrams(text)).collect())
    }
}

fn trigrams(text: &str) -> Embedding {
    let mut counts = [0.0; DIMENSIONS];
    let letters: Vec<u8> = text.to_lowercase().bytes().filter(u8::is_ascii_alphanumeric).collect();
    for run in letters.windows(3) {
        let at = run.iter().fold(0_usize, |hash, letter| hash * 31 + usize::from(*letter));
        counts[at % DIMENSIONS] += 1.0;
    }
    Embedding::new(&counts)
}

/// An encoder that can't.
struct Broken;

impl TextEncoder for Broken {
    fn name(&self) -> &'static str {
        "broken"
    }

    fn encode(&self, _: &[&str]) -> Result<Vec<Embedding>, EncodingError> {
        Err("the model is gone".into())
    }
}

fn reader(name: &'static str) -> MeaningReader {
    MeaningReader::new(Arc::new(Trigrams(name)))
}

async fn kept(folder: &TempDir) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT count(*) FROM search_embeddings").fetch_one(&mut raw(folder).await?).await
}

async fn read_all(store: &Sqlite, reader: &MeaningReader) -> Result<usize, Box<dyn Error>> {
    let mut all = 0;
    loop {
        match reader.read_on(store).await? {
            0 => return Ok(all),
            read => all += read,
        }
    }
}

async fn found(
    store: &Sqlite,
    tenant: &TenantId,
    reader: &MeaningReader,
    question: &str,
) -> Result<Vec<Answer>, StoreError> {
    let query = SearchQuery { which: Which::All, ..SearchQuery::new(question) };
    store.search(tenant, &reader.understand(query).await).await
}

#[tokio::test]
async fn meaning_counts_once_it_was_read() -> Checked {
    let (folder, acme) = (TempDir::new()?, tenant("acme"));
    let store = open(&folder).await?;
    finish(&store, &named(&acme, 1, ["Bleed the radiator", "Oil the hinge"])).await?;
    let reader = reader("one");
    let before = found(&store, &acme, &reader, "bleed the radiator").await?;
    assert_eq!((before[0].rank_by_words, before[0].rank_by_meaning), (1, None), "words find it meanwhile");
    assert_eq!(read_all(&store, &reader).await?, 2);
    let after = found(&store, &acme, &reader, "bleed the radiator").await?;
    assert_eq!(after[0].title, "Bleed the radiator");
    assert_eq!((after[0].rank, after[0].rank_by_words, after[0].rank_by_meaning), (1, 1, Some(1)));
    let by_words = store.search(&acme, &SearchQuery::new("bleed the radiator")).await?;
    assert_eq!(by_words[0].rank_by_meaning, None, "who doesn't ask for it doesn't get it");
    Ok(())
}

#[tokio::test]
async fn what_shares_a_word_and_no_meaning_is_not_found() -> Checked {
    let (folder, acme) = (TempDir::new()?, tenant("acme"));
    let store = open(&folder).await?;
    finish(&store, &named(&acme, 1, ["Bleed the radiator", "Oil the hinge"])).await?;
    let reader = reader("one");
    read_all(&store, &reader).await?;
    let question = "oil prices on the world market";
    assert!(!store.search(&acme, &SearchQuery { which: Which::All, ..SearchQuery::new("oil") }).await?.is_empty());
    assert!(found(&store, &acme, &reader, question).await?.is_empty());
    assert!(!found(&store, &acme, &reader, "oil the hinge").await?.is_empty());
    Ok(())
}

#[tokio::test]
async fn it_follows_every_run_and_every_deletion() -> Checked {
    let (folder, acme) = (TempDir::new()?, tenant("acme"));
    let (store, reader) = (open(&folder).await?, reader("one"));
    let record = named(&acme, 1, ["Bleed the radiator", "Oil the hinge"]);
    store.submit(&record.session).await?;
    finish(&store, &record).await?;
    assert_eq!(read_all(&store, &reader).await?, 2);
    assert_eq!(read_all(&store, &reader).await?, 0, "nothing is read twice");
    finish(&store, &named(&acme, 1, ["Flush the boiler", "Oil the hinge"])).await?;
    assert_eq!(kept(&folder).await?, 0, "what was there goes with the facts");
    assert_eq!(read_all(&store, &reader).await?, 2);
    let answers = found(&store, &acme, &reader, "flush the boiler").await?;
    assert_eq!(answers[0].rank_by_meaning, Some(1));
    assert!(store.delete(&acme, record.session.id).await?);
    assert_eq!(kept(&folder).await?, 0);
    Ok(())
}

#[tokio::test]
async fn what_was_read_of_an_earlier_form_is_not_kept() -> Checked {
    let (folder, acme) = (TempDir::new()?, tenant("acme"));
    let store = open(&folder).await?;
    let record = named(&acme, 1, ["Bleed the radiator", "Oil the hinge"]);
    finish(&store, &record).await?;
    let unread = store.unread("one").await?;
    assert_eq!(unread.len(), 2);
    assert_eq!(unread[0].passages[0], "Bleed the radiator");
    finish(&store, &named(&acme, 1, ["Flush the boiler", "Oil the hinge"])).await?;
    for procedure in &unread {
        store.keep_meaning(procedure, "one", &[trigrams("something else")]).await?;
    }
    assert_eq!(kept(&folder).await?, 0);
    assert_eq!(store.unread("one").await?[0].passages[0], "Flush the boiler");
    Ok(())
}

#[tokio::test]
async fn another_encoder_reads_everything_anew_and_believes_only_itself() -> Checked {
    let (folder, acme) = (TempDir::new()?, tenant("acme"));
    let store = open(&folder).await?;
    finish(&store, &named(&acme, 1, ["Bleed the radiator", "Oil the hinge"])).await?;
    let (one, other) = (reader("one"), reader("other"));
    read_all(&store, &one).await?;
    assert_eq!(found(&store, &acme, &other, "bleed the radiator").await?[0].rank_by_meaning, None);
    assert_eq!(read_all(&store, &other).await?, 2);
    assert_eq!(found(&store, &acme, &other, "bleed the radiator").await?[0].rank_by_meaning, Some(1));
    assert_eq!(kept(&folder).await?, 2);
    Ok(())
}

#[tokio::test]
async fn each_tenant_is_read_and_none_changes_anothers_answers() -> Checked {
    let (folder, acme, rival) = (TempDir::new()?, tenant("acme"), tenant("rival"));
    let (store, reader) = (open(&folder).await?, reader("one"));
    finish(&store, &named(&acme, 1, ["Bleed the radiator", "Oil the hinge"])).await?;
    read_all(&store, &reader).await?;
    let alone = found(&store, &acme, &reader, "bleed the radiator").await?;
    for recording in 2..20 {
        finish(&store, &named(&rival, recording, ["Bleed the radiator", "Bleed the other radiator"])).await?;
    }
    assert_eq!(read_all(&store, &reader).await?, 36);
    assert_eq!(found(&store, &acme, &reader, "bleed the radiator").await?, alone);
    Ok(())
}

#[tokio::test]
async fn an_encoder_that_fails_leaves_the_words() -> Checked {
    let (folder, acme) = (TempDir::new()?, tenant("acme"));
    let store = open(&folder).await?;
    finish(&store, &named(&acme, 1, ["Bleed the radiator", "Oil the hinge"])).await?;
    let broken = MeaningReader::new(Arc::new(Broken));
    let answers = found(&store, &acme, &broken, "bleed the radiator").await?;
    assert_eq!(answers[0].title, "Bleed the radiator");
    let error = broken.read_on(&store).await.expect_err("it can't read");
    assert!(error.source().is_some_and(|cause| cause.to_string() == "the model is gone"), "{error:?}");
    Ok(())
}
