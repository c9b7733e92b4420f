//! What uploads need when nobody asks.

use std::time::Duration;

use stepreel_storage::{StoreError, Uploads as _};

use super::{arrive, growing};
use crate::App;

/// Between two rounds.
const ROUND: Duration = Duration::from_mins(1);

/// Finishes what a crash or a full store left unfinished and sweeps what has expired, at once and every minute from then on.
pub(crate) async fn tend(app: App) {
    let mut rounds = tokio::time::interval(ROUND);
    loop {
        rounds.tick().await;
        if let Err(error) = round(&app).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "could not tend uploads; trying again later");
        }
    }
}

async fn round(app: &App) -> Result<(), StoreError> {
    for upload in app.store().whole_uploads().await? {
        // One that somebody works on is being finished.
        let Some(turn) = app.turns().try_take(upload.id) else { continue };
        // It may have been finished since it was listed.
        let Some(upload) = app.store().upload(&upload.tenant, upload.id).await? else { continue };
        if upload.state != stepreel_storage::UploadState::Receiving {
            continue;
        }
        if let Err(problem) = arrive::finish(app, &turn, &upload).await {
            tracing::warn!(?problem, upload = %upload.id, "a whole upload has become nothing yet");
        }
    }
    sweep(app).await.map(drop)
}

/// Takes away what has expired; says how many uploads that were.
pub(super) async fn sweep(app: &App) -> Result<usize, StoreError> {
    let mut swept = 0;
    for upload in app.store().expired_uploads().await? {
        let Some(_turn) = app.turns().try_take(upload.id) else { continue };
        if let Err(cause) = growing::remove(app.uploads(), upload.id).await {
            tracing::warn!(%cause, upload = %upload.id, "the file of an expired upload stays");
            continue;
        }
        swept += usize::from(app.store().forget_upload(upload.id).await?);
    }
    Ok(swept)
}
