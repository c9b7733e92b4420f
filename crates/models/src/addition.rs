//! Models of the user's own, into the folder of models.

use std::fs;
use std::io::Read;
use std::path::Path;

use stepreel_core::Digest;

use crate::added::write_down;
use crate::download::Download;
use crate::error::contents_differ;
use crate::lock::Lock;
use crate::manifest::{NAME_RULE, is_name};
use crate::partial::{Origin, Partial};
use crate::{Address, Entry, ImageInput, ModelError, ModelFile, Pulled, Puller, Role, Step, Trust, digest_of};

/// A model of the user's own.
#[derive(Clone, Debug)]
pub struct Addition {
    /// How it is called in a configuration.
    pub name: String,
    /// A file, or an address.
    pub origin: String,
    /// What it is for.
    pub role: Role,
    /// What pictures it takes, if it is an encoder.
    pub input: Option<ImageInput>,
    /// Its content, if that is known.
    pub sha256: Option<Digest>,
    /// SPDX name of its licence, if that is known.
    pub licence: Option<String>,
    /// What it is, in a sentence.
    pub summary: Option<String>,
    /// What to do with a model of that name that was added before.
    pub before: Before,
}

/// What becomes of a model that was added before under the same name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Before {
    /// It stays, and the new one is refused.
    Kept,
    /// The new one takes its place.
    Replaced,
}

impl Puller<'_> {
    /// Makes a file of the user's, or one at an address, a model of that name.
    ///
    /// # Errors
    /// When the name can't be used, the file can't be had, or what is said of it can't be.
    pub fn add(&self, addition: &Addition, watch: &mut dyn FnMut(Step)) -> Result<Pulled, ModelError> {
        let home = self.library.home()?;
        self.check_addition(addition)?;
        let _one_at_a_time = Lock::take(home, &format!("model-{}", addition.name), &mut || watch(Step::Waiting))?;
        let (pulled, file) = self.bring(addition, home, watch)?;
        let source =
            if file.urls.is_empty() { format!("{} on this machine", addition.origin) } else { addition.origin.clone() };
        let entry = Entry {
            role: addition.role,
            summary: addition.summary.clone().unwrap_or_else(|| "added on this machine".to_owned()),
            files: vec![file],
            licence: addition.licence.clone().unwrap_or_else(|| "unknown".to_owned()),
            source,
            input: addition.input.clone(),
            sample_rate: None,
            memory_mb: None,
            speed: None,
            demonstration: false,
        };
        write_down(home, self.library.manifest(), &addition.name, entry)?;
        Ok(pulled)
    }

    fn check_addition(&self, addition: &Addition) -> Result<(), ModelError> {
        let refused = |what: String| Err(ModelError::Addition { name: addition.name.clone(), what });
        if !is_name(&addition.name) {
            return refused(NAME_RULE.to_owned());
        }
        if self.library.manifest().named(&addition.name).is_some() {
            return refused("Stepreel knows a model of that name: give yours another".to_owned());
        }
        if addition.before == Before::Kept && self.library.entry(&addition.name).is_ok() {
            return refused("it was added before: replace it with --replace, or take another name".to_owned());
        }
        match (addition.role, &addition.input) {
            (Role::Encoder, None) => {
                refused("an encoder needs --size, --mean, --deviation and --dimensions".to_owned())
            }
            (Role::Encoder, Some(input)) => input.wrong().map_or(Ok(()), |wrong| refused(wrong.to_owned())),
            (Role::TextEncoder, _) => refused(
                "a text encoder has a tokenizer.json beside its model: put both into the folder of models, and write an entry with \
                 both `files` into added.toml there"
                    .to_owned(),
            ),
            (_, Some(_)) => refused(format!("a model of role {} takes no pictures", addition.role)),
            (_, None) => Ok(()),
        }
    }

    fn bring(
        &self,
        addition: &Addition,
        home: &Path,
        watch: &mut dyn FnMut(Step),
    ) -> Result<(Pulled, ModelFile), ModelError> {
        let web = Address::looks_like_one(&addition.origin);
        let address = if web { Some(Address::parse(&addition.origin, self.asking.settings)?) } else { None };
        let named = match &address {
            Some(address) => address.file_name().map(str::to_owned),
            None => Path::new(&addition.origin).file_name().map(|name| name.to_string_lossy().into_owned()),
        };
        let named = named.filter(|name| is_name(name)).unwrap_or_else(|| "model".to_owned());
        let path = Path::new("added").join(&addition.name).join(named);
        let target = home.join(&path);
        watch(Step::File(path.clone()));
        let (sha256, trust) = match &address {
            Some(address) => self.fetch(addition, address, &target, watch)?,
            None => (copy(addition, &target, watch)?, Trust::Known),
        };
        let bytes = target.metadata().map_err(|cause| ModelError::unreadable(&target, cause))?.len();
        let urls = address.map(|_| addition.origin.clone()).into_iter().collect();
        let file = ModelFile { path, bytes: Some(bytes), sha256: Some(sha256), verified: true, urls };
        Ok((Pulled { path: target, sha256, trust }, file))
    }

    fn fetch(
        &self,
        addition: &Addition,
        address: &Address,
        target: &Path,
        watch: &mut dyn FnMut(Step),
    ) -> Result<(Digest, Trust), ModelError> {
        self.online(&addition.name, address, target)?;
        let remedy = "check the address and the hash that you gave";
        let (name, address, sha256) = (addition.name.as_str(), address.clone(), addition.sha256);
        let download = Download { name, address, target, bytes: None, sha256, remedy };
        let found = download.run(&self.asking, watch, &|_| Ok(()))?;
        Ok((found, if sha256.is_some() { Trust::Known } else { Trust::FirstUse }))
    }
}

/// Copies a file of the user's, so that it stays what it was when it was added.
fn copy(addition: &Addition, target: &Path, watch: &mut dyn FnMut(Step)) -> Result<Digest, ModelError> {
    let origin = Path::new(&addition.origin);
    let unreadable = |cause| ModelError::unreadable(origin, cause);
    let unwritable = |cause| ModelError::unwritable(target, cause);
    let mut file = fs::File::open(origin).map_err(unreadable)?;
    let total = Some(file.metadata().map_err(unreadable)?.len());
    let mut partial = Partial::open(target).map_err(unwritable)?;
    partial.restart(Origin { address: addition.origin.clone(), ..Origin::default() }).map_err(unwritable)?;
    watch(Step::Began { from: 0, total });
    let mut piece = vec![0; 1 << 20];
    loop {
        match file.read(&mut piece).map_err(unreadable)? {
            0 => break,
            read => partial.append(&piece[..read]).map_err(unwritable)?,
        }
        watch(Step::Advanced { bytes: partial.length() });
    }
    watch(Step::Checking);
    let sha256 = digest_of(&partial.path()).map_err(|cause| ModelError::unreadable(&partial.path(), cause))?;
    if let Some(expected) = addition.sha256.filter(|&expected| expected != sha256) {
        partial.discard();
        let what = format!("{} has {}", addition.origin, contents_differ(sha256, expected));
        return Err(ModelError::Addition { name: addition.name.clone(), what });
    }
    partial.place().map_err(unwritable)?;
    Ok(sha256)
}
