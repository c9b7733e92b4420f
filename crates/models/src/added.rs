//! The models that a user added, in a list of their own: what ships stays as it is.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::lock::Lock;
use crate::{Entry, Manifest, ModelError};

/// The list, in the form of `models.toml`.
const LIST: &str = "added.toml";

/// The list that a folder of models has.
pub(crate) fn list_of(home: &Path) -> PathBuf {
    home.join(LIST)
}

/// What was added in that folder. A name that Stepreel itself knows would stand for two things.
pub(crate) fn added_in(home: &Path, known: &Manifest) -> Result<Manifest, ModelError> {
    let path = list_of(home);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Manifest::default()),
        Err(cause) => return Err(ModelError::unreadable(&path, cause)),
    };
    let wrong = |what| ModelError::Manifest { path: path.clone(), what };
    let added = Manifest::parse(&text).map_err(wrong)?;
    let twice = added.entries().find(|(name, _)| known.named(name).is_some());
    match twice {
        Some((name, _)) => Err(wrong(format!("\"{name}\" is a model that Stepreel knows: give yours another name"))),
        None => Ok(added),
    }
}

/// Writes a model into the list; a killed program leaves the old list or the new one.
pub(crate) fn write_down(home: &Path, known: &Manifest, name: &str, entry: Entry) -> Result<(), ModelError> {
    let _one_at_a_time = Lock::take(home, "list", &mut || {})?;
    let mut added = added_in(home, known)?;
    added.insert(name, entry);
    let (path, new) = (list_of(home), home.join(format!("{LIST}.new")));
    let text = format!(
        "# Models that were added on this machine, in the form of Stepreel's models.toml.\n\n{}",
        added.to_toml()
    );
    let write = || -> io::Result<()> {
        let mut file = fs::File::create(&new)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&new, &path)
    };
    write().map_err(|cause| ModelError::unwritable(&path, cause))
}
