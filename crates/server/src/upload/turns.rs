//! One request at a time on each upload.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use stepreel_storage::UploadId;
use tokio::sync::{OwnedMutexGuard, watch};

use crate::Problem;

/// Longer than a request goes on that somebody waits for.
const PATIENCE: Duration = Duration::from_secs(10);

/// Whose turn it is, for each upload.
#[derive(Default)]
pub(crate) struct Turns(Mutex<HashMap<UploadId, Weak<Turnstile>>>);

struct Turnstile {
    turn: Arc<tokio::sync::Mutex<()>>,
    waiting: watch::Sender<usize>,
}

/// The only one who may touch an upload's file, until it is dropped.
pub(super) struct Turn {
    stile: Arc<Turnstile>,
    _turn: OwnedMutexGuard<()>,
}

impl Turns {
    /// Asks whoever works on the upload to let go, and waits for it.
    pub(super) async fn take(&self, id: UploadId) -> Result<Turn, Problem> {
        let stile = self.stile(id);
        let _waiting = Waiting::at(&stile);
        match tokio::time::timeout(PATIENCE, Arc::clone(&stile.turn).lock_owned()).await {
            Ok(turn) => Ok(Turn { stile: Arc::clone(&stile), _turn: turn }),
            Err(_) => Err(busy()),
        }
    }

    /// The turn, if nobody has it.
    pub(super) fn try_take(&self, id: UploadId) -> Option<Turn> {
        let stile = self.stile(id);
        let turn = Arc::clone(&stile.turn).try_lock_owned().ok()?;
        Some(Turn { stile, _turn: turn })
    }

    fn stile(&self, id: UploadId) -> Arc<Turnstile> {
        let mut stiles = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(stile) = stiles.get(&id).and_then(Weak::upgrade) {
            return stile;
        }
        stiles.retain(|_, stile| stile.strong_count() > 0);
        let stile = Arc::new(Turnstile { turn: Arc::default(), waiting: watch::Sender::new(0) });
        stiles.insert(id, Arc::downgrade(&stile));
        stile
    }
}

impl Turn {
    /// Whether somebody else waits for the upload.
    pub(super) fn is_wanted(&self) -> bool {
        *self.stile.waiting.borrow() > 0
    }

    /// Returns when somebody else waits for the upload.
    pub(super) async fn wanted(&self) {
        // It ends only with the sender, which is here.
        let _ = self.stile.waiting.subscribe().wait_for(|&waiting| waiting > 0).await;
    }
}

/// One who waits, counted also when their request is given up.
struct Waiting<'a>(&'a Turnstile);

impl<'a> Waiting<'a> {
    fn at(stile: &'a Turnstile) -> Self {
        stile.waiting.send_modify(|waiting| *waiting += 1);
        Self(stile)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.waiting.send_modify(|waiting| *waiting -= 1);
    }
}

/// Another request didn't let go, because it makes a session of the upload, say.
fn busy() -> Problem {
    Problem::new(StatusCode::LOCKED, "upload_busy", "another request works on the upload")
        .remedy("wait and go on; never begin again")
        .header(RETRY_AFTER, 1.into())
}
