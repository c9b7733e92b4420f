//! Clears away what is left of a session's runs.

use std::collections::BTreeSet;

use stepreel_core::{Procedure, SessionRecord};
use stepreel_pipeline::forget_kept_results;
use stepreel_storage::{BlobKey, Leavings, StoreError};

use crate::Place;

/// Deletes the blobs that no record refers to and, of a session that is gone, also the results that were kept.
pub(crate) async fn clear(place: &Place, leavings: &Leavings) -> Result<(), StoreError> {
    let Leavings { claim, recording_sha256, deleted } = leavings;
    let record = place.store.session(&claim.tenant, claim.session).await?;
    let keep = match &record {
        Some(record) => blobs(place, record).await?,
        None => BTreeSet::new(),
    };
    let swept = place.blobs.sweep(&claim.tenant, claim.session, &keep).await?;
    if *deleted && let Err(error) = forget_kept_results(&place.cache, &claim.tenant, *recording_sha256) {
        // Its lease runs out, and somebody tries again.
        tracing::warn!(%error, session = %claim.session, "kept results of a deleted session are still there");
        return Ok(());
    }
    tracing::info!(tenant = %claim.tenant, session = %claim.session, swept, deleted, "cleared up");
    if place.queue.cleared(leavings).await? { Ok(()) } else { place.queue.give_back(claim).await }
}

/// Everything that the records of a session refer to, and what that refers to: a storyboard's cues name the sheet with its pictures.
async fn blobs(place: &Place, record: &SessionRecord) -> Result<BTreeSet<BlobKey>, StoreError> {
    let of_procedures = record.procedures.iter().flat_map(urls);
    let urls = of_procedures.chain(record.session.filmstrip_url.as_deref());
    let mut keys: BTreeSet<BlobKey> = urls.filter_map(|url| url.parse().ok()).collect();
    for board in record.procedures.iter().filter_map(|procedure| procedure.storyboard_url.as_ref()) {
        if let Ok(key) = board.parse() {
            let cues = place.blobs.get(&key).await?;
            keys.extend(key.beside(&String::from_utf8_lossy(&cues)));
        }
    }
    Ok(keys)
}

fn urls(procedure: &Procedure) -> impl Iterator<Item = &str> {
    let optional = [&procedure.thumbnail_url, &procedure.captions_url, &procedure.storyboard_url];
    optional.into_iter().filter_map(|url| url.as_deref()).chain([procedure.video_url.as_str()])
}
