//! Search in a real SQLite file.

mod stored;

use sqlx::AssertSqlSafe;
use stepreel_core::{Procedure, SessionRecord, Span, TenantId, Word};
use stepreel_storage::conformance::{completed, failed};
use stepreel_storage::{Answer, Epoch, Queue as _, Search as _, SearchQuery, Sqlite, Store as _, StoreError, Which};
use tempfile::TempDir;

use stored::{Checked, finish, named, open, raw, tenant};

async fn found(store: &Sqlite, tenant: &TenantId, question: &str) -> Result<Vec<Answer>, StoreError> {
    store.search(tenant, &SearchQuery { which: Which::All, ..SearchQuery::new(question) }).await
}

async fn titles(store: &Sqlite, tenant: &TenantId, question: &str) -> Result<Vec<String>, StoreError> {
    Ok(found(store, tenant, question).await?.into_iter().map(|answer| answer.title).collect())
}

#[tokio::test]
async fn an_answer_says_what_was_said_and_when() -> Checked {
    let (folder, acme) = (TempDir::new()?, tenant("acme"));
    let (store, record) = (open(&folder).await?, completed(&acme, 1));
    finish(&store, &record).await?;
    let answers = store.search(&acme, &SearchQuery::new("uh how do we close that valve")).await?;
    let [answer] = &answers[..] else { panic!("one approved procedure, not {answers:?}") };
    let procedure = &record.procedures[0];
    assert_eq!((answer.procedure_id, answer.session_id, answer.rank), (procedure.id, record.session.id, 1));
    assert_eq!((&answer.title, &answer.video_url), (&procedure.procedure_name, &procedure.video_url));
    assert_eq!((answer.score, answer.date), (71, record.session.started_at.expect("it is known")));
    assert_eq!(answer.matched, ["close", "valve"]);
    let passage = answer.passage.as_ref().expect("it was said");
    let words: Vec<&str> = passage.words.iter().map(|word| &passage.text[word.clone()]).collect();
    assert_eq!((passage.text.as_str(), &words[..]), ("Now we close the valve.", &["close", "valve"][..]));
    assert!((passage.clip_seconds - (100.2 - 100.066_667)).abs() < 1e-6, "{passage:?}");
    assert_eq!(store.session_of(&acme, procedure.id).await?, Some(record.session.id));
    assert_eq!(store.session_of(&tenant("rival"), procedure.id).await?, None);
    Ok(())
}

/// What was said in the approved procedure of that session, a second a word.
fn saying(mut record: SessionRecord, text: &str) -> SessionRecord {
    let utterance = &mut record.transcript.utterances[0];
    let from = 100.0;
    let word = |(at, text): (usize, &str)| {
        let start = from + at as f64;
        let span = Span::from_seconds(start, start + 0.9).expect("it is not empty");
        Word { text: text.to_owned(), span, probability: None }
    };
    utterance.words = text.split_whitespace().enumerate().map(word).collect();
    let end = from + utterance.words.len() as f64;
    utterance.span = Span::from_seconds(from, end).expect("it is not empty");
    text.clone_into(&mut utterance.text);
    record
}

#[tokio::test]
async fn an_answer_in_one_breath_comes_first_and_starts_where_it_was_said() -> Checked {
    let acme = tenant("acme");
    let names = ["Work", "Other work"];
    // Either way round, so that it isn't the ids that decide.
    for (one, other) in [(1, 2), (2, 1)] {
        let folder = TempDir::new()?;
        let store = open(&folder).await?;
        let scattered = saying(named(&acme, one, names), "The pump is loud. Grease the rail. Then the lid.");
        let together = saying(named(&acme, other, names), "The rail is loud. Then the lid. Grease the pump.");
        for record in [&scattered, &together] {
            finish(&store, record).await?;
        }
        let answers = store.search(&acme, &SearchQuery::new("grease the pump")).await?;
        let sessions: Vec<_> = answers.iter().map(|answer| answer.session_id).collect();
        assert_eq!(sessions, [together.session.id, scattered.session.id]);
        let passage = answers[0].passage.as_ref().expect("it was said");
        assert_eq!(passage.text, "Grease the pump.");
        assert_eq!(Some(passage.span), Span::from_seconds(107.0, 109.9), "its seventh to ninth word");
    }
    Ok(())
}

#[tokio::test]
async fn only_approved_procedures_answer_unless_all_are_asked_for() -> Checked {
    let (folder, acme) = (TempDir::new()?, tenant("acme"));
    let store = open(&folder).await?;
    finish(&store, &named(&acme, 1, ["Bleed the radiator", "Bleed the brakes"])).await?;
    let approved = store.search(&acme, &SearchQuery::new("bleeding")).await?;
    assert_eq!(approved.iter().map(|answer| answer.title.as_str()).collect::<Vec<_>>(), ["Bleed the radiator"]);
    assert_eq!(titles(&store, &acme, "bleeding").await?.len(), 2);
    Ok(())
}

#[tokio::test]
async fn what_is_found_follows_every_run_and_every_deletion() -> Checked {
    let (folder, acme) = (TempDir::new()?, tenant("acme"));
    // The second store is another process, whose index was read before.
    let (store, reader) = (open(&folder).await?, open(&folder).await?);
    let record = named(&acme, 1, ["Bleed the radiator", "Oil the hinge"]);
    store.submit(&record.session).await?;
    finish(&store, &record).await?;
    assert_eq!(titles(&reader, &acme, "radiator").await?, ["Bleed the radiator"]);
    finish(&store, &named(&acme, 1, ["Flush the boiler", "Oil the hinge"])).await?;
    assert_eq!(titles(&reader, &acme, "radiator").await?, [""; 0]);
    assert_eq!(titles(&reader, &acme, "boiler").await?, ["Flush the boiler"]);
    let late = store.finish(&named(&acme, 1, ["Polish the lens", "Oil the hinge"]), Epoch(1)).await;
    assert!(matches!(late, Err(StoreError::Superseded { .. })), "{late:?}");
    assert_eq!(titles(&reader, &acme, "polish the lens").await?, [""; 0], "a run of before adds nothing");
    finish(&store, &failed(&acme, 1)).await?;
    assert_eq!(titles(&reader, &acme, "boiler").await?, [""; 0]);
    finish(&store, &record).await?;
    assert!(store.delete(&acme, record.session.id).await?);
    for store in [&store, &reader, &open(&folder).await?] {
        assert_eq!(titles(store, &acme, "radiator").await?, [""; 0]);
    }
    let left: i64 =
        sqlx::query_scalar("SELECT count(*) FROM search_documents").fetch_one(&mut raw(&folder).await?).await?;
    assert_eq!(left, 0, "no word of a deleted session stays");
    Ok(())
}

#[tokio::test]
async fn a_status_is_followed_however_it_changes() -> Checked {
    let (folder, acme) = (TempDir::new()?, tenant("acme"));
    let store = open(&folder).await?;
    finish(&store, &named(&acme, 1, ["Bleed the radiator", "Oil the hinge"])).await?;
    let approved = async || store.search(&acme, &SearchQuery::new("radiator hinge")).await.map(|found| found.len());
    assert_eq!(approved().await?, 1);
    for (status, expected) in [("excluded", 0), ("approved", 2)] {
        let change = format!("UPDATE procedures SET status = '{status}'");
        sqlx::query(AssertSqlSafe(change)).execute(&mut raw(&folder).await?).await?;
        assert_eq!(approved().await?, expected, "all are {status}");
    }
    Ok(())
}

#[tokio::test]
async fn a_file_of_an_earlier_version_gets_its_documents() -> Checked {
    let (folder, acme) = (TempDir::new()?, tenant("acme"));
    let store = open(&folder).await?;
    for recording in 0..250 {
        finish(&store, &named(&acme, recording, ["Bleed the radiator", "Oil the hinge"])).await?;
    }
    let before = found(&store, &acme, "oil the hinge").await?;
    store.close().await;
    for forget in ["DELETE FROM search_documents", "PRAGMA user_version = 0"] {
        sqlx::query(forget).execute(&mut raw(&folder).await?).await?;
    }
    assert_eq!(found(&open(&folder).await?, &acme, "oil the hinge").await?, before);
    Ok(())
}

#[tokio::test]
async fn another_tenants_procedures_change_no_rank_and_no_number() -> Checked {
    let folder = TempDir::new()?;
    let (store, acme, rival) = (open(&folder).await?, tenant("acme"), tenant("rival"));
    let names =
        ["Bleed the radiator", "Replace the radiator valve", "Oil the hinge", "Flush the radiator", "Clean the valve"];
    for (at, name) in names.into_iter().enumerate() {
        finish(&store, &named(&acme, at as u8, [name, names[(at + 1) % names.len()]])).await?;
    }
    let questions = ["radiator valve", "how do i bleed a radiator", "close the valve", "oil"];
    let mut alone = Vec::new();
    for question in questions {
        alone.push(found(&store, &acme, question).await?);
    }
    for recording in 0..50 {
        finish(&store, &crowd(&rival, recording, 200)).await?;
    }
    for other in [&store, &open(&folder).await?] {
        for (question, alone) in questions.iter().zip(&alone) {
            assert_eq!(&found(other, &acme, question).await?, alone, "{question}");
        }
    }
    assert_eq!(found(&store, &rival, "bleed a radiator").await?.len(), 10);
    Ok(())
}

/// A session of so many procedures about radiators.
fn crowd(tenant: &TenantId, recording: u8, count: u32) -> SessionRecord {
    let mut record = named(tenant, recording, ["Bleed the radiator", "Oil the hinge"]);
    let pattern = record.procedures[0].clone();
    let of = |ordinal: u32| Procedure { id: record.session.id.procedure(ordinal), ordinal, ..pattern.clone() };
    record.procedures = (1..=count).map(of).collect();
    record
}

#[tokio::test]
async fn words_of_ones_own_find_each_other() -> Checked {
    let (folder, acme) = (TempDir::new()?, tenant("acme"));
    let store = open(&folder).await?;
    for name in [&acme, &tenant("rival")] {
        finish(&store, &named(name, 1, ["Replace the circulator", "Oil the hinge"])).await?;
    }
    assert_eq!(titles(&store, &acme, "the ch pump").await?, [""; 0]);
    store.set_glossary(&acme, "CH pump, circulator").await?;
    assert_eq!(store.glossary(&acme).await?, "CH pump, circulator");
    assert_eq!(titles(&store, &acme, "the ch pump").await?, ["Replace the circulator"]);
    assert_eq!(titles(&store, &tenant("rival"), "the ch pump").await?, [""; 0], "they are one tenant's");
    Ok(())
}
