//! The queue in a real SQLite file, under many hands at once.

use std::collections::BTreeSet;
use std::error::Error;
use std::time::{Duration, Instant};

use futures::future::{join_all, try_join_all};
use stepreel_core::{Digest, Session, SessionId, SessionRecord, SessionStatus, TenantId};
use stepreel_storage::conformance::completed;
use stepreel_storage::{
    Assignment, Fault, Hold, JobState, Leavings, Progress, Queue, Retry, Sqlite, Store, StoreError, Submission, Tallied,
};
use tempfile::TempDir;

type Checked = Result<(), Box<dyn Error>>;

const LONG: Duration = Duration::from_mins(10);

#[tokio::test(flavor = "multi_thread")]
async fn of_a_hundred_zombies_none_writes_a_row() -> Checked {
    let folder = TempDir::new()?;
    let store = open(&folder).await?;
    let mut fenced = 0;
    for number in 0..100 {
        let record = completed(&tenant("acme"), number);
        store.submit(&record.session).await?;
        let zombie = store.claim(Duration::ZERO).await?.expect("its lease runs out at once");
        let heir = store.claim(LONG).await?.expect("another goes on");
        let mut stale = record.clone();
        stale.session.summary = "stale".to_owned();
        // It wakes while the other is at work, or after that.
        let before = store.finish(&stale, zombie.claim.epoch).await;
        assert_eq!(store.beat(&zombie.claim, &Progress::default(), LONG).await?, Hold::Lost);
        finish(&store, &heir, &record).await?;
        let after = store.finish(&stale, zombie.claim.epoch).await;
        store.give_back(&zombie.claim).await?;
        fenced += [before, after].iter().filter(|late| matches!(late, Err(StoreError::Superseded { .. }))).count();
        let stored = store.session(&record.session.tenant_id, record.session.id).await?;
        assert_eq!(stored.as_ref(), Some(&record), "zombie {number}");
        assert_eq!(state(&store, &record).await?, Some(JobState::Finished));
    }
    assert_eq!(fenced, 200);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn many_claimers_never_get_one_job_twice() -> Checked {
    let folder = TempDir::new()?;
    let stores = try_join_all((0..4).map(|_| open(&folder))).await?;
    for number in 0..60 {
        stores[0].submit(&completed(&tenant("acme"), number).session).await?;
    }
    let claimer = |n: usize| {
        let store = &stores[n % stores.len()];
        async move {
            let mut taken = Vec::new();
            while let Some(job) = store.claim(LONG).await? {
                taken.push(job.claim.session);
            }
            Ok::<_, StoreError>(taken)
        }
    };
    let taken: Vec<_> = try_join_all((0..12).map(claimer)).await?.concat();
    assert_eq!(taken.len(), 60);
    assert_eq!(taken.into_iter().collect::<BTreeSet<_>>().len(), 60);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn submitting_at_once_is_submitting_once() -> Checked {
    let folder = TempDir::new()?;
    let stores = try_join_all((0..4).map(|_| open(&folder))).await?;
    let record = completed(&tenant("acme"), 1);
    let all = join_all((0..20).map(|n| stores[n % 4].submit(&record.session))).await;
    let new = all.iter().filter(|submission| matches!(submission, Ok(Submission::Queued))).count();
    assert_eq!((new, all.iter().filter(|submission| submission.is_ok()).count()), (1, 20));
    assert_eq!(stores[0].jobs(&tenant("acme")).await?.len(), 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn five_hundred_jobs_of_one_tenant_do_not_hold_up_five_of_another() -> Checked {
    let folder = TempDir::new()?;
    let store = open(&folder).await?;
    let (many, few) = (tenant("many"), tenant("few"));
    for number in 0..500 {
        store.submit(&numbered(&many, number).session).await?;
    }
    for number in 0..5 {
        store.submit(&numbered(&few, number).session).await?;
    }
    assert_eq!(store.load().await?.waiting, 505);
    let (mut turns, mut slowest) = (Vec::new(), Duration::ZERO);
    for _ in 0..20 {
        let began = Instant::now();
        let job = store.claim(LONG).await?.expect("many wait");
        slowest = slowest.max(began.elapsed());
        let session = Session { status: SessionStatus::Completed, ..job.session.clone() };
        turns.push(job.claim.tenant.clone());
        finish(&store, &job, &SessionRecord { session, ..numbered(&job.claim.tenant, 0) }).await?;
    }
    let served = turns.iter().take(10).filter(|tenant| **tenant == few).count();
    assert_eq!(served, 5, "each of two tenants gets every second turn: {turns:?}");
    assert!(slowest < Duration::from_secs(2), "{slowest:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelling_deleting_and_trying_again_at_any_moment_leaves_no_job_behind() -> Checked {
    let folder = TempDir::new()?;
    let stores = [open(&folder).await?, open(&folder).await?];
    let mut dice = Dice(7);
    let record = completed(&tenant("acme"), 1);
    let (owner, id) = (&record.session.tenant_id, record.session.id);
    let mut at_work: Vec<Assignment> = Vec::new();
    let mut newest = 0;
    for step in 0..600 {
        let store = &stores[dice.below(2)];
        match dice.below(9) {
            0 | 1 => {
                store.submit(&record.session).await?;
            }
            2 => {
                store.cancel(owner, id).await?;
            }
            3 => {
                store.delete(owner, id).await?;
            }
            4 => {
                store.retry(owner, id).await?;
            }
            5 => {
                let lease = if dice.below(2) == 0 { Duration::ZERO } else { LONG };
                if let Some(job) = store.claim(lease).await? {
                    assert!(job.claim.epoch.0 > newest, "step {step}: epoch {:?} after {newest}", job.claim.epoch);
                    newest = job.claim.epoch.0;
                    at_work.push(job);
                }
            }
            6 => {
                if let Some(left) = store.claim_leavings(LONG).await? {
                    assert!(left.claim.epoch.0 > newest, "step {step}");
                    newest = left.claim.epoch.0;
                    assert!(store.cleared(&left).await?);
                }
            }
            7 if !at_work.is_empty() => {
                let job = at_work.swap_remove(dice.below(at_work.len()));
                let latest = job.claim.epoch.0 == newest;
                let finished = store.finish(&record, job.claim.epoch).await;
                assert!(latest || finished.is_err(), "step {step}: a stale run stored something");
                store.give_back(&job.claim).await?;
            }
            _ if !at_work.is_empty() => {
                let job = at_work.swap_remove(dice.below(at_work.len()));
                store.give_back(&job.claim).await?;
            }
            _ => {}
        }
    }
    for job in at_work {
        stores[0].give_back(&job.claim).await?;
    }
    stores[0].delete(owner, id).await?;
    while let Some(left) = stores[1].claim_leavings(LONG).await? {
        assert!(stores[1].cleared(&left).await?);
    }
    assert_eq!(stores[0].claim(LONG).await?, None);
    assert_eq!(stores[0].jobs(owner).await?, []);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn stages_runs_and_faults_are_counted() -> Checked {
    let folder = TempDir::new()?;
    let store = open(&folder).await?;
    let record = completed(&tenant("acme"), 1);
    store.submit(&record.session).await?;
    let job = store.claim(LONG).await?.ok_or("it waits")?;
    let fault = Fault { code: "media_busy".to_owned(), stage: None, message: String::new(), signal: None };
    store.fail(&job.claim, &fault, Retry::After(Duration::ZERO)).await?;
    let job = store.claim(LONG).await?.ok_or("it waits again")?;
    for stage in ["probe", "words", "words"] {
        let progress = Progress { stage: Some(stage.to_owned()), ..Progress::default() };
        assert_eq!(store.beat(&job.claim, &progress, LONG).await?, Hold::Kept);
        tokio::time::sleep(Duration::from_millis(60)).await;
    }
    finish(&store, &job, &record).await?;
    let tallies = store.tallies().await?;
    let count = |what, label: &str| {
        let found = tallies.iter().find(|tally| tally.what == what && tally.label == label);
        found.map(|tally| (tally.times, tally.amount)).expect(label)
    };
    assert_eq!(count(Tallied::Fault, "media_busy").0, 1);
    for (stage, least) in [("probe", 50), ("words", 100)] {
        let (times, amount) = count(Tallied::Stage, stage);
        assert!(times == 1 && amount >= Duration::from_millis(least), "{stage}: {amount:?}");
    }
    let (runs, took) = count(Tallied::Run, "finished");
    assert!(runs == 1 && took >= Duration::from_millis(150), "{took:?}");
    assert_eq!(count(Tallied::Recording, "finished"), (1, Duration::from_millis(1_234_567)));
    Ok(())
}

/// A small generator, so that the same seed gives the same run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }
}

/// One of very many sessions, without procedures.
fn numbered(tenant: &TenantId, number: u16) -> SessionRecord {
    let record = completed(tenant, 0);
    let mut content = [0; 32];
    content[..2].copy_from_slice(&number.to_be_bytes());
    let recording_sha256 = Digest::new(content);
    let id = SessionId::of(tenant, recording_sha256);
    SessionRecord { session: Session { id, recording_sha256, ..record.session }, procedures: Vec::new(), ..record }
}

async fn finish(store: &Sqlite, job: &Assignment, record: &SessionRecord) -> Result<(), StoreError> {
    store.finish(record, job.claim.epoch).await?;
    assert!(store.cleared(&Leavings::of_finished(job)).await?);
    Ok(())
}

async fn state(store: &Sqlite, record: &SessionRecord) -> Result<Option<JobState>, StoreError> {
    let job = store.job(&record.session.tenant_id, record.session.id).await?;
    Ok(job.map(|job| job.state))
}

async fn open(folder: &TempDir) -> Result<Sqlite, StoreError> {
    Sqlite::open(&folder.path().join("stepreel.db")).await
}

fn tenant(name: &str) -> TenantId {
    name.parse().expect("a tenant")
}
