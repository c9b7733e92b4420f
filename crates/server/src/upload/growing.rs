//! A file that grows.

use std::io::{self, SeekFrom};
use std::path::{Path, PathBuf};

use stepreel_storage::UploadId;
use tokio::fs::{File, OpenOptions};
use tokio::io::{AsyncSeekExt, AsyncWriteExt};

/// The file of an upload, whose place nobody outside has a say in.
pub(super) struct Growing {
    file: File,
    length: u64,
}

/// Where the file of an upload lies while it grows.
pub(super) fn place(folder: &Path, id: UploadId) -> PathBuf {
    folder.join(id.to_string())
}

/// Makes the file, empty, and makes sure that it is found again after a loss of power.
pub(super) async fn create(folder: &Path, id: UploadId) -> io::Result<()> {
    File::create(place(folder, id)).await?.sync_all().await?;
    File::open(folder).await?.sync_all().await
}

/// Takes the file away, if it is there.
pub(super) async fn remove(folder: &Path, id: UploadId) -> io::Result<()> {
    match tokio::fs::remove_file(place(folder, id)).await {
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

impl Growing {
    /// The file with its first bytes, which are known to be on disk; what came after them is not, and goes.
    pub(super) async fn open(folder: &Path, id: UploadId, received: u64) -> io::Result<Self> {
        let place = place(folder, id);
        if received == 0 && !tokio::fs::try_exists(&place).await? {
            // A crash came between the upload's row and its file.
            create(folder, id).await?;
        }
        let file = OpenOptions::new().write(true).open(place).await?;
        if file.metadata().await?.len() < received {
            return Err(io::Error::new(
                io::ErrorKind::UnexpectedEof,
                "bytes of the upload that were on disk are missing",
            ));
        }
        let mut growing = Self { file, length: received };
        growing.back_to(received).await?;
        Ok(growing)
    }

    /// Bytes so far, on disk or on their way.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    pub(super) async fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes).await?;
        self.length += bytes.len() as u64;
        Ok(())
    }

    /// Returns when all bytes so far are on disk. After an error none since the last success may be counted on, and asking
    /// again would say that all is well: <https://lwn.net/Articles/752063/>.
    pub(super) async fn sync(&mut self) -> io::Result<()> {
        self.file.flush().await?;
        self.file.sync_all().await
    }

    /// Drops what came after the first bytes.
    pub(super) async fn back_to(&mut self, length: u64) -> io::Result<()> {
        self.file.flush().await.ok();
        self.file.set_len(length).await?;
        self.file.seek(SeekFrom::Start(length)).await?;
        self.length = length;
        Ok(())
    }
}
