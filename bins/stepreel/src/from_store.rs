//! The store's blobs for code that waits.

use std::io::{self, Cursor, Read};

use stepreel_report::BlobSource;
use stepreel_storage::{BlobKey, BlobReader, Blobs, StoreError};
use tokio::runtime::Handle;

/// Blobs of the store, for code that waits.
pub(crate) struct FromStore<'a>(pub(crate) &'a Blobs);

impl BlobSource for FromStore<'_> {
    fn length(&self, key: &str) -> io::Result<u64> {
        wait(self.0.length(&parsed(key)?))
    }

    fn open(&self, key: &str) -> io::Result<Box<dyn Read + '_>> {
        let reader = wait(self.0.read(&parsed(key)?))?;
        Ok(Box::new(Content { reader, part: Cursor::default() }))
    }
}

fn parsed(key: &str) -> io::Result<BlobKey> {
    key.parse().map_err(io::Error::other)
}

fn wait<T>(work: impl Future<Output = Result<T, StoreError>>) -> io::Result<T> {
    tokio::task::block_in_place(|| Handle::current().block_on(work)).map_err(io::Error::other)
}

/// A blob of the store as it comes.
struct Content {
    reader: BlobReader,
    part: Cursor<Vec<u8>>,
}

impl Read for Content {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.part.read(buffer)?;
            if read > 0 || buffer.is_empty() {
                return Ok(read);
            }
            let Some(part) = wait(self.reader.next())? else { return Ok(0) };
            self.part = Cursor::new(part);
        }
    }
}
