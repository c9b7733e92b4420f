//! Models from the web into the folder of models.

use std::path::{Path, PathBuf};
use std::time::Duration;

use stepreel_core::Digest;

use crate::check::check;
use crate::download::{Asking, Download};
use crate::lock::Lock;
use crate::pin::{pin, pinned};
use crate::web::{Patience, Web};
use crate::{Address, Library, ModelError, ModelFile, Settings};

/// Brings models into a library.
#[derive(Debug)]
pub struct Puller<'a> {
    pub(crate) library: &'a Library,
    pub(crate) asking: Asking<'a>,
}

/// What happens while a model is brought.
#[derive(Debug)]
#[non_exhaustive]
pub enum Step {
    /// Another program works on the same model; this one waits for it.
    Waiting,
    /// This file is next.
    File(PathBuf),
    /// Bytes begin to come.
    Began {
        /// Bytes that were here before.
        from: u64,
        /// Size of the file, where it is known.
        total: Option<u64>,
    },
    /// More bytes came.
    Advanced {
        /// All that are here now.
        bytes: u64,
    },
    /// An attempt failed; after a pause there is another one.
    Trouble {
        /// Why it failed.
        error: ModelError,
        /// How long the pause is.
        pause: Duration,
    },
    /// The file is whole, and its content is looked at.
    Checking,
}

/// A file of a model that is here now.
#[derive(Clone, Debug)]
pub struct Pulled {
    /// Where it is.
    pub path: PathBuf,
    /// Its content.
    pub sha256: Digest,
    /// How that is known.
    pub trust: Trust,
}

/// How it is known that a file is the right one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// It was here, and is what it should be.
    WasHere,
    /// It is what the manifest says.
    Known,
    /// Nobody knew: from now on it has to be what came this time.
    FirstUse,
}

impl<'a> Puller<'a> {
    /// Into the home of that library, as the settings allow.
    ///
    /// # Errors
    /// When the certificates that `SSL_CERT_FILE` names can't be read.
    pub fn new(library: &'a Library, settings: &'a Settings) -> Result<Self, ModelError> {
        Self::with_patience(library, settings, Patience::default())
    }

    /// With another patience than usual.
    ///
    /// # Errors
    /// As [`Puller::new`].
    pub fn with_patience(library: &'a Library, settings: &'a Settings, patience: Patience) -> Result<Self, ModelError> {
        let web = Web::new(&patience)?;
        Ok(Self { library, asking: Asking { web, patience, settings } })
    }

    /// Downloads the files of a model that are not here yet, or not as they should be.
    ///
    /// # Errors
    /// When the model is unknown or has no address, when downloading is switched off or fails, or when what came is something
    /// else.
    pub fn pull(&self, name: &str, watch: &mut dyn FnMut(Step)) -> Result<Vec<Pulled>, ModelError> {
        let entry = self.library.entry(name)?;
        let home = self.library.home()?;
        if !entry.can_be_pulled() {
            self.library.locate(entry.role, name)?;
        }
        let _one_at_a_time = Lock::take(home, &format!("model-{name}"), &mut || watch(Step::Waiting))?;
        entry.files.iter().map(|file| self.pull_file(name, file, home, watch)).collect()
    }

    fn pull_file(
        &self,
        name: &str,
        file: &ModelFile,
        home: &Path,
        watch: &mut dyn FnMut(Step),
    ) -> Result<Pulled, ModelError> {
        watch(Step::File(file.path.clone()));
        let target = home.join(&file.path);
        let pin_before = pinned(&target)?;
        if let Some(path) = self.library.find(&file.path) {
            match check(name, file, &path) {
                Ok(sha256) => return Ok(Pulled { path, sha256, trust: Trust::WasHere }),
                // What was pinned is only the user's to give up.
                Err(error) if file.sha256.is_none() && pin_before.is_some() => return Err(error),
                // The good one will lie in the folder that is looked into first.
                Err(_) => {}
            }
        }
        let expected = file.sha256.or(pin_before);
        let remedy = remedy(file);
        let mut failed = None;
        for url in &file.urls {
            let address = Address::parse(url, self.asking.settings)?.mirrored(self.asking.settings)?;
            self.online(name, &address, &target)?;
            let download = Download { name, address, target: &target, bytes: file.bytes, sha256: expected, remedy };
            let keep = |digest| if expected.is_none() { pin(&target, digest) } else { Ok(()) };
            match download.run(&self.asking, watch, &keep) {
                Ok(sha256) => {
                    let trust = if expected.is_none() { Trust::FirstUse } else { Trust::Known };
                    return Ok(Pulled { path: target, sha256, trust });
                }
                // Another address may still have it; a full disk stays full.
                Err(error @ (ModelError::Refused { .. } | ModelError::Foreign { .. })) => failed = Some(error),
                Err(error) => return Err(error),
            }
        }
        Err(failed.unwrap_or_else(|| ModelError::Missing {
            name: name.to_owned(),
            file: file.path.clone(),
            remedy: "nothing says where it can be had: give its file to `stepreel models add`".to_owned(),
        }))
    }

    pub(crate) fn online(&self, name: &str, address: &Address, target: &Path) -> Result<(), ModelError> {
        if !self.asking.settings.offline {
            return Ok(());
        }
        Err(ModelError::Offline { name: name.to_owned(), address: address.to_string(), path: target.to_owned() })
    }
}

/// What to do when a server gives something else than was expected.
fn remedy(file: &ModelFile) -> &'static str {
    match (file.sha256, file.verified) {
        (None, _) => {
            "it changed since it was first downloaded; delete the .sha256 file beside the model to trust the new one"
        }
        (Some(_), true) => "nothing was kept of it; a mirror may be wrong, or somebody between here and there",
        (Some(_), false) => {
            "nothing was kept of it; its size and hash are known only from what was published, so if you trust the address, \
             `stepreel models add` it under a name of yours"
        }
    }
}
