//! The store of one machine: a folder with the records, the blobs, and the results kept between runs.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::anyhow;
use stepreel_storage::{Blobs, Search, Sqlite, Store};

use crate::args::Place;
use crate::exit::Failure;

pub(crate) struct Opened {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) search: Arc<dyn Search>,
    pub(crate) blobs: Blobs,
    pub(crate) cache: PathBuf,
}

/// The file with the records.
const RECORDS: &str = "stepreel.db";

impl Place {
    /// Opens the store; a mistyped folder is no reason to make one.
    pub(crate) async fn open_existing(&self) -> Result<Opened, Failure> {
        if !self.store.join(RECORDS).is_file() {
            let store = self.store.display();
            return Err(Failure::store(anyhow!("no store in {store}: check --store, or process a recording first")));
        }
        self.open().await
    }

    /// Opens the store; makes it where there is none.
    pub(crate) async fn open(&self) -> Result<Opened, Failure> {
        let store = Arc::new(Sqlite::open(&self.store.join(RECORDS)).await.map_err(Failure::store)?);
        let blobs = Blobs::open(&self.store.join("blobs").to_string_lossy()).map_err(Failure::store)?;
        Ok(Opened { search: Arc::clone(&store) as _, store, blobs, cache: self.store.join("cache") })
    }
}
