//! The folder of everything.

use std::path::Path;
use std::sync::Arc;

use stepreel_storage::{Blobs, Sqlite, StoreError};
use stepreel_worker::Place;

/// Opens it; makes it where there is none.
pub(crate) async fn open(folder: &Path) -> Result<Place, StoreError> {
    let store = Arc::new(Sqlite::open(&folder.join("stepreel.db")).await?);
    Ok(Place {
        queue: Arc::clone(&store) as _,
        store,
        blobs: Blobs::open(&folder.join("blobs").to_string_lossy())?,
        recordings: folder.join("recordings"),
        cache: folder.join("cache"),
    })
}
