//! The store of one machine: a folder with the records, the blobs, and the results kept between runs.

use std::path::PathBuf;
use std::sync::Arc;

use stepreel_storage::{Blobs, Sqlite, Store};

use crate::args::Place;
use crate::exit::Failure;

pub(crate) struct Opened {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) blobs: Blobs,
    pub(crate) cache: PathBuf,
}

impl Place {
    pub(crate) async fn open(&self) -> Result<Opened, Failure> {
        let store = Sqlite::open(&self.store.join("stepreel.db")).await.map_err(Failure::store)?;
        let blobs = Blobs::open(&self.store.join("blobs").to_string_lossy()).map_err(Failure::store)?;
        Ok(Opened { store: Arc::new(store), blobs, cache: self.store.join("cache") })
    }
}
