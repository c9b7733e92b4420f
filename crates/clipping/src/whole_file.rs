//! A file that appears when it is whole.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tempfile::{Builder, TempPath};

use crate::ClipError;

/// A file under a temporary name beside its own, so that giving it its name is one step of the file system. It goes away
/// when it is dropped unfinished.
pub(crate) struct WholeFile {
    temporary: TempPath,
    to: PathBuf,
}

impl WholeFile {
    pub(crate) fn beside(to: &Path) -> Result<Self, ClipError> {
        let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        // As any new file: readable by whom the user's mask lets read. Temporary files are otherwise private.
        let temporary = Builder::new()
            .prefix(".clip-")
            .suffix(".part")
            .permissions(Permissions::from_mode(0o666))
            .tempfile_in(folder)
            .map_err(|cause| ClipError::write(to, cause))?;
        Ok(Self { temporary: temporary.into_temp_path(), to: to.to_owned() })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.temporary
    }

    pub(crate) fn finish(self) -> Result<(), ClipError> {
        let Self { temporary, to } = self;
        temporary.persist(&to).map_err(|failed| ClipError::write(&to, failed.error))
    }
}
