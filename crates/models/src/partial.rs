//! A file that is not whole yet.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// What is here of a file: its first bytes in `<file>.part`, and where they come from in `<file>.part.toml`. Both outlive the
/// program, so that the next one goes on from there.
#[derive(Debug)]
pub(crate) struct Partial {
    target: PathBuf,
    file: File,
    length: u64,
    origin: Option<Origin>,
}

/// Where the bytes come from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Origin {
    /// The address that was asked.
    pub(crate) address: String,
    /// What the server calls this content: an `ETag` or a date.
    pub(crate) validator: Option<String>,
    /// How long the server says that it is.
    pub(crate) total: Option<u64>,
}

impl Partial {
    /// What is here of the file that will lie at `target`.
    pub(crate) fn open(target: &Path) -> io::Result<Self> {
        fs::create_dir_all(target.parent().unwrap_or(Path::new("")))?;
        let file = File::options().create(true).append(true).open(beside(target, ".part"))?;
        let length = file.metadata()?.len();
        let origin = fs::read_to_string(beside(target, ".part.toml")).ok().and_then(|text| toml::from_str(&text).ok());
        Ok(Self { target: target.to_owned(), file, length, origin })
    }

    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    pub(crate) fn origin(&self) -> Option<&Origin> {
        self.origin.as_ref()
    }

    /// Where the bytes are.
    pub(crate) fn path(&self) -> PathBuf {
        beside(&self.target, ".part")
    }

    /// Begins anew, with bytes from elsewhere. The old bytes go first: an origin never stands beside bytes of another.
    pub(crate) fn restart(&mut self, origin: Origin) -> io::Result<()> {
        self.file.set_len(0)?;
        self.length = 0;
        let text = toml::to_string(&origin).map_err(io::Error::other)?;
        fs::write(beside(&self.target, ".part.toml"), text)?;
        self.origin = Some(origin);
        Ok(())
    }

    pub(crate) fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)?;
        self.length += bytes.len() as u64;
        Ok(())
    }

    /// Makes it the file, all at once.
    pub(crate) fn place(self) -> io::Result<()> {
        self.file.sync_all()?;
        let (path, target) = (self.path(), self.target);
        drop(self.file);
        fs::rename(path, &target)?;
        let _ = fs::remove_file(beside(&target, ".part.toml"));
        sync_folder(&target)
    }

    /// Gives it up.
    pub(crate) fn discard(self) {
        let (path, target) = (self.path(), self.target);
        drop(self.file);
        // What can't be deleted is told apart by its origin and its hash.
        let _ = fs::remove_file(path);
        let _ = fs::remove_file(beside(&target, ".part.toml"));
    }
}

fn beside(target: &Path, ending: &str) -> PathBuf {
    let mut name = target.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// A new name outlives a power cut only once its folder is written. Not every platform can open a folder, and the file is
/// good without it.
fn sync_folder(target: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(target.parent().unwrap_or(Path::new(".")))?.sync_all() } else { Ok(()) }
}
