//! Lists of sessions, in a real SQLite file.

use std::error::Error;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use stepreel_core::{Digest, Role, Score, SessionId, SessionRecord, SessionStatus, TenantId};
use stepreel_storage::conformance::{completed, failed};
use stepreel_storage::{Direction, ListQuery, Listing, Queue, Sort, Sqlite, Store};
use stepreel_testkit::naughty_strings;
use tempfile::TempDir;

type Checked = Result<(), Box<dyn Error>>;

/// A store with these sessions.
async fn store(records: &[SessionRecord]) -> Result<(TempDir, Sqlite), Box<dyn Error>> {
    let folder = TempDir::new()?;
    let store = Sqlite::open(&folder.path().join("sessions.db")).await?;
    for record in records {
        let epoch = store.begin(&record.session).await?;
        store.finish(record, epoch).await?;
    }
    Ok((folder, store))
}

fn tenant() -> TenantId {
    "acme".parse().expect("a tenant")
}

/// Four sessions, of which the last failed.
fn four() -> Vec<SessionRecord> {
    let mut records: Vec<_> = (1..=3).map(|n| completed(&tenant(), n)).chain([failed(&tenant(), 4)]).collect();
    let titles = ["Boiler service", "pump room", "Attic fan", "Cellar 100%_\\"];
    for (n, (record, title)) in records.iter_mut().zip(titles).enumerate() {
        title.clone_into(&mut record.session.title);
        record.session.started_at = Some(record.session.created_at + TimeDelta::hours(n as i64));
        record.session.duration_seconds = 60.0 * ((n + 2) % 4) as f64;
    }
    for (record, points) in records.iter_mut().zip([70, 90, 80]) {
        let score = record.session.score.as_mut().expect("it is completed");
        score.total = Score::new(points).expect("at most 100");
    }
    records[1].session.engineer = Some("Zoë Okafor".to_owned());
    "Swap the Bearing".clone_into(&mut records[2].procedures[0].procedure_name);
    records[2].session.role = Role::Trainee;
    records
}

/// The places in [`four`] of what a query lists.
async fn places(query: ListQuery) -> Result<Vec<usize>, Box<dyn Error>> {
    let records = four();
    let (_folder, store) = store(&records).await?;
    let page = store.page(&tenant(), &query).await?;
    let place = |id: SessionId| records.iter().position(|record| record.session.id == id).expect("it was stored");
    Ok(page.sessions.iter().map(|listed| place(listed.id)).collect())
}

#[tokio::test]
async fn sessions_are_sorted_by_what_is_asked_for() -> Checked {
    for (sort, ascending) in [
        (Sort::Date, [0, 1, 2, 3]),
        (Sort::Name, [2, 0, 3, 1]),
        (Sort::Duration, [2, 3, 0, 1]),
        (Sort::Score, [0, 2, 1, 3]),
    ] {
        let query = ListQuery { sort, direction: Direction::Ascending, ..ListQuery::default() };
        assert_eq!(places(query).await?, ascending, "{sort:?}");
    }
    let best = ListQuery { sort: Sort::Score, ..ListQuery::default() };
    assert_eq!(places(best).await?, [1, 2, 0, 3], "what has no score comes last, too");
    Ok(())
}

#[tokio::test]
async fn sessions_are_filtered_and_searched_for() -> Checked {
    let searched = |search: &str| ListQuery { search: search.to_owned(), ..ListQuery::default() };
    for (query, found) in [
        (ListQuery { status: Some(SessionStatus::Failed), ..ListQuery::default() }, vec![3]),
        (ListQuery { role: Some(Role::Trainee), ..ListQuery::default() }, vec![2]),
        (searched(" BOILER "), vec![0]),
        (searched("okafor"), vec![1]),
        (searched("the bearing"), vec![2]),
        (searched("100%_\\"), vec![3]),
        (searched("o%r"), vec![]),
        (searched("_ump"), vec![]),
        (searched("   "), vec![3, 2, 1, 0]),
    ] {
        assert_eq!(places(query.clone()).await?, found, "{query:?}");
    }
    Ok(())
}

#[tokio::test]
async fn pages_share_the_total_and_no_session() -> Checked {
    let (_folder, store) = store(&four()).await?;
    let mut seen = Vec::new();
    for number in 1..=3 {
        let query = ListQuery { page: number, size: 3, ..ListQuery::default() };
        let page = store.page(&tenant(), &query).await?;
        assert_eq!(page.total, 4);
        seen.extend(page.sessions.into_iter().map(|listed| listed.id));
    }
    seen.dedup();
    assert_eq!(seen.len(), 4);
    Ok(())
}

#[tokio::test]
async fn a_session_is_listed_with_what_its_card_shows() -> Checked {
    let records = four();
    let (_folder, store) = store(&records).await?;
    let page = store.page(&tenant(), &ListQuery::default()).await?;
    let (failure, good) = (&page.sessions[0], &page.sessions[3]);
    assert_eq!((good.approved, good.excluded, good.score), (1, 1, Some(70)));
    assert_eq!(good.thumbnail_url, records[0].procedures[0].thumbnail_url);
    assert_eq!(Some(good.date), records[0].session.started_at);
    assert_eq!((failure.status, failure.approved, &failure.thumbnail_url), (SessionStatus::Failed, 0, &None));
    assert_eq!(failure.reason.as_deref(), Some("The sound was lost from 3:20 to 3:50."));
    Ok(())
}

#[tokio::test]
async fn nothing_that_is_searched_for_breaks_the_query_and_no_tenant_finds_anothers() -> Checked {
    let (_folder, store) = store(&four()).await?;
    let other: TenantId = "globex".parse()?;
    for text in naughty_strings() {
        let query = ListQuery { search: text.clone(), ..ListQuery::default() };
        store.page(&tenant(), &query).await?;
        assert_eq!(store.page(&other, &query).await?.total, 0, "{text:?}");
    }
    Ok(())
}

#[tokio::test]
async fn what_comes_after_a_session_stays_when_others_come() -> Checked {
    let mut records = four();
    // Two of one moment.
    records[2].session.started_at = records[1].session.started_at;
    let (_folder, store) = store(&records).await?;
    for direction in [Direction::Ascending, Direction::Descending] {
        let all = ListQuery { direction, ..ListQuery::default() };
        let all = store.page(&tenant(), &all).await?.sessions;
        let (mut after, mut seen) = (None, Vec::new());
        loop {
            let query = ListQuery { direction, size: 1, after, ..ListQuery::default() };
            let page = store.page(&tenant(), &query).await?;
            assert_eq!(page.total, 4);
            let Some(listed) = page.sessions.into_iter().next() else { break };
            after = Some((listed.date, listed.id));
            seen.push(listed);
        }
        assert_eq!(seen, all);
    }
    Ok(())
}

#[tokio::test]
async fn how_far_sessions_are_is_one_question() -> Checked {
    let records = four();
    let (_folder, store) = store(&records).await?;
    let waiting = completed(&tenant(), 5).session;
    store.submit(&waiting).await?;
    let rivals = completed(&"rival".parse()?, 6).session;
    store.submit(&rivals).await?;
    let going = store.going(&tenant(), &[waiting.id, rivals.id, records[3].session.id]).await?;
    let found: Vec<_> = going.iter().map(|going| (going.id, going.status, going.job.is_some())).collect();
    let expected = [(waiting.id, SessionStatus::Queued, true), (records[3].session.id, SessionStatus::Failed, false)];
    assert_eq!(found, expected);
    assert_eq!(going[0].job, store.job(&tenant(), waiting.id).await?);
    let failed = ListQuery { status: Some(SessionStatus::Failed), ..ListQuery::default() };
    assert_eq!((store.count(&tenant(), &ListQuery::default()).await?, store.count(&tenant(), &failed).await?), (5, 1));
    Ok(())
}

#[tokio::test]
#[ignore = "measures on a quiet machine: prints how long pages of 10,000 sessions take"]
async fn a_page_of_ten_thousand_sessions_by_hand() -> Checked {
    let records: Vec<_> = (0..10_000).map(numbered).collect();
    let (_folder, store) = store(&records).await?;
    let searched = ListQuery { search: "filter 2".to_owned(), ..ListQuery::default() };
    let by_name = ListQuery { sort: Sort::Name, page: 200, ..ListQuery::default() };
    for (what, query) in [("newest", ListQuery::default()), ("by name", by_name), ("searched", searched)] {
        let mut times = Vec::new();
        for _ in 0..21 {
            let began = Instant::now();
            assert_eq!(store.page(&tenant(), &query).await?.sessions.len(), 25);
            times.push(began.elapsed());
        }
        times.sort();
        println!("{what}: median {:?}, slowest {:?}", times[10], times[20]);
        assert!(times[10] < Duration::from_millis(50), "{what}");
    }
    Ok(())
}

/// One of many: another id, title and date.
fn numbered(n: u32) -> SessionRecord {
    let mut record = completed(&tenant(), 1);
    let mut content = [0; 32];
    content[..4].copy_from_slice(&n.to_be_bytes());
    let id = SessionId::of(&tenant(), Digest::new(content));
    record.session = stepreel_core::Session {
        id,
        title: format!("Session {n}"),
        created_at: record.session.created_at + TimeDelta::minutes(n.into()),
        started_at: None,
        ..record.session
    };
    for procedure in &mut record.procedures {
        procedure.session_id = id;
        procedure.id = id.procedure(procedure.ordinal);
    }
    record
}

#[tokio::test]
async fn all_procedures_are_judged_newest_session_first() -> Checked {
    let mut records = four();
    let rival: TenantId = "rival".parse()?;
    records.push(completed(&rival, 5));
    let (_folder, store) = store(&records).await?;
    let judged = store.judged(&tenant()).await?;
    let expected: Vec<_> = [2, 1, 0].iter().flat_map(|&place: &usize| &records[place].procedures).collect();
    assert_eq!(
        judged.iter().map(|judged| (judged.procedure_id, judged.ordinal, judged.status)).collect::<Vec<_>>(),
        expected.iter().map(|one| (one.id, one.ordinal, one.status)).collect::<Vec<_>>()
    );
    for (judged, procedure) in judged.iter().zip(expected) {
        assert_eq!((&judged.procedure_name, &judged.card), (&procedure.procedure_name, &procedure.score));
    }
    assert_eq!((judged[0].session_id, judged[0].session_title.as_str()), (records[2].session.id, "Attic fan"));
    Ok(())
}
