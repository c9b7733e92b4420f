//! One program at a time works on one model.

use std::fs::{self, File, TryLockError};
use std::path::Path;

use crate::ModelError;

/// Held until dropped, or until the process is gone. Its file stays: deleting it would let two hold it at once.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock of that name in a folder of models; `wait` is told when another program holds it.
    pub(crate) fn take(home: &Path, name: &str, wait: &mut dyn FnMut()) -> Result<Self, ModelError> {
        let folder = home.join(".locks");
        let path = folder.join(name);
        let unwritable = |cause| ModelError::unwritable(&path, cause);
        fs::create_dir_all(&folder).map_err(unwritable)?;
        let file = File::options().create(true).truncate(false).write(true).open(&path).map_err(unwritable)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                wait();
                file.lock().map_err(unwritable)?;
            }
            Err(TryLockError::Error(cause)) => return Err(unwritable(cause)),
        }
        Ok(Self { _file: file })
    }
}
