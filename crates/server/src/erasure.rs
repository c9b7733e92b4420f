//! Sessions that go: because somebody deletes them, or because their time is over.

use std::collections::BTreeSet;
use std::time::Duration;

use stepreel_core::{SessionId, TenantId};
use stepreel_storage::{Listing as _, Queue as _, StoreError, Uploads as _};

use crate::App;

/// Between two rounds.
const ROUND: Duration = Duration::from_mins(10);

/// Erases a session: its records and events at once and its recording right after. Its clips and kept results go when a worker clears
/// up, which is its next turn. Says whether there was one.
pub(crate) async fn erase(app: &App, tenant: &TenantId, id: SessionId) -> Result<bool, StoreError> {
    // The same recording may be arriving again.
    let _alone = app.recordings_turn().lock().await;
    if !app.store().delete(tenant, id).await? {
        return Ok(false);
    }
    app.recordings().sweep(tenant, id, &BTreeSet::new()).await?;
    Ok(true)
}

/// Erases what outlived its time and what crashes left over, at once and again and again from then on.
pub(crate) async fn tend(app: App) {
    let mut rounds = tokio::time::interval(ROUND);
    loop {
        rounds.tick().await;
        if let Err(error) = round(&app).await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "could not erase what is to go; trying again later"
            );
        }
    }
}

async fn round(app: &App) -> Result<(), StoreError> {
    for (tenant, session) in app.store().outlived().await? {
        if erase(app, &tenant, session).await? {
            tracing::info!(%tenant, %session, "a session's time was over");
        }
    }
    sweep_recordings(app).await
}

/// Takes away recordings of sessions that are not there: a crash came between a session's end and its recording's.
async fn sweep_recordings(app: &App) -> Result<(), StoreError> {
    for (tenant, session) in app.recordings().owners().await? {
        let _alone = app.recordings_turn().lock().await;
        if app.store().listed(&tenant, session).await?.is_none() && !is_awaited(app, session).await? {
            let files = app.recordings().sweep(&tenant, session, &BTreeSet::new()).await?;
            tracing::info!(%tenant, %session, files, "a recording of no session was left over");
        }
    }
    Ok(())
}

/// Whether a whole upload is about to become that session.
async fn is_awaited(app: &App, session: SessionId) -> Result<bool, StoreError> {
    let whole = app.store().whole_uploads().await?;
    Ok(whole.iter().filter_map(|upload| upload.recording.as_ref()).any(|key| key.session() == session))
}
