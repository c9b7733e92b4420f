//! Where the files of models lie on this machine.

use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};
use stepreel_core::Digest;

use crate::added::added_in;
use crate::check::check;
use crate::home::platform_folder;
use crate::{Entry, Manifest, ModelError, ModelFile, Role, digest_of};

/// Names a folder of models that is looked into first, and that models are downloaded into.
pub const FOLDER_VARIABLE: &str = "STEPREEL_MODELS";

/// The folders of models of this machine, and what the names stand for.
#[derive(Clone, Debug)]
pub struct Library {
    manifest: Manifest,
    added: Manifest,
    folders: Vec<PathBuf>,
    home: Option<PathBuf>,
}

/// A model whose file is there and was checked.
#[derive(Clone, Debug)]
pub struct Located {
    /// Its name.
    pub name: String,
    /// The file that is loaded; others of the model lie where the manifest says, below the same folder.
    pub path: PathBuf,
    /// Content of its file; of several files, the hash of their hashes in order.
    pub sha256: Digest,
    /// What the manifest says of it; nothing for a file that a user put there.
    pub entry: Option<Entry>,
}

/// Whether a model can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// All its files are here, with the right sizes.
    Here,
    /// Not all its files are here.
    Absent,
    /// A file has another size than it should.
    Damaged,
}

impl Library {
    /// The known models in the folders of this machine: `STEPREEL_MODELS`, then the user's data folder of this platform, then
    /// `models` beside the program or in a folder above it, then `models` here. Models are downloaded into the first.
    ///
    /// # Errors
    /// When the list of models that the user added can't be read.
    pub fn discover() -> Result<Self, ModelError> {
        let told = std::env::var_os(FOLDER_VARIABLE).filter(|folder| !folder.is_empty()).map(PathBuf::from);
        let own: Vec<PathBuf> = told.into_iter().chain(platform_folder()).collect();
        let program = std::env::current_exe().unwrap_or_default();
        let beside = program.ancestors().skip(1).map(|folder| folder.join("models"));
        let marked = beside.chain([PathBuf::from("models")]).filter(|folder| folder.join("models.toml").is_file());
        let home = own.first().cloned();
        let library = Self::new(Manifest::known(), own.into_iter().chain(marked).collect());
        home.map_or(Ok(library.clone()), |home| library.with_home(home))
    }

    /// Those models in those folders; the first folder that has a file wins.
    pub fn new(manifest: Manifest, folders: Vec<PathBuf>) -> Self {
        Self { manifest, added: Manifest::default(), folders, home: None }
    }

    /// With a folder that models are downloaded into, which is looked into first, and the models that the user added there.
    ///
    /// # Errors
    /// When the list of added models can't be read, or names a model that Stepreel itself knows.
    pub fn with_home(mut self, home: PathBuf) -> Result<Self, ModelError> {
        self.added = added_in(&home, &self.manifest)?;
        // What was downloaded wins over what lies elsewhere: a damaged file there would otherwise stay in its way.
        self.folders.retain(|folder| *folder != home);
        self.folders.insert(0, home.clone());
        self.home = Some(home);
        Ok(self)
    }

    /// What the names stand for, without what the user added.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The folder that models are downloaded into.
    ///
    /// # Errors
    /// When there is none.
    pub fn home(&self) -> Result<&Path, ModelError> {
        self.home.as_deref().ok_or(ModelError::NoHome)
    }

    /// All models known by name, those that the user added last.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &Entry)> {
        self.manifest.entries().chain(self.added.entries())
    }

    /// What is known of a model.
    ///
    /// # Errors
    /// When nothing has that name.
    pub fn entry(&self, name: &str) -> Result<&Entry, ModelError> {
        let found = self.manifest.named(name).or_else(|| self.added.named(name));
        found.ok_or_else(|| self.unknown(None, name))
    }

    /// Whether a model's files are here; their content is not read.
    pub fn presence(&self, entry: &Entry) -> Presence {
        let state = |file: &ModelFile| match self.find(&file.path).and_then(|path| path.metadata().ok()) {
            None => Presence::Absent,
            Some(found) if file.bytes.is_some_and(|bytes| bytes != found.len()) => Presence::Damaged,
            Some(_) => Presence::Here,
        };
        let wrong = entry.files.iter().map(state).find(|state| *state != Presence::Here);
        wrong.unwrap_or(Presence::Here)
    }

    /// The verified file of a model. A speech model may also be a file `ggml-<name>.bin` that a user put into a folder:
    /// nobody can verify that one, so only its content is taken down.
    ///
    /// # Errors
    /// When the name is unknown, or a file is missing, unreadable or not what the manifest says.
    pub fn locate(&self, role: Role, name: &str) -> Result<Located, ModelError> {
        match self.manifest.entry(role, name).or_else(|| self.added.entry(role, name)) {
            Some(entry) => self.verified(name, entry),
            None => self.brought(role, name),
        }
    }

    /// The names of the speech models whose files are here, those of the manifest first; not those that only demonstrate.
    pub fn speech_models(&self) -> Vec<String> {
        let mut names = self.known_speech_models(false);
        let mut brought: Vec<String> = self.folders.iter().flat_map(|folder| ggml_names(folder)).collect();
        brought.sort();
        brought.retain(|name| !names.contains(name));
        brought.dedup();
        names.append(&mut brought);
        names
    }

    /// The name of a speech model that is here and only demonstrates.
    pub fn demonstration_of_speech(&self) -> Option<String> {
        self.known_speech_models(true).into_iter().next()
    }

    fn known_speech_models(&self, demonstration: bool) -> Vec<String> {
        let speech =
            self.entries().filter(|(_, entry)| entry.role == Role::Speech && entry.demonstration == demonstration);
        let here = speech.filter(|(_, entry)| self.presence(entry) != Presence::Absent);
        here.map(|(name, _)| name.to_owned()).collect()
    }

    /// Where the file lies, if it is in one of the folders.
    pub(crate) fn find(&self, file: &Path) -> Option<PathBuf> {
        self.folders.iter().map(|folder| folder.join(file)).find(|path| path.is_file())
    }

    fn verified(&self, name: &str, entry: &Entry) -> Result<Located, ModelError> {
        let found: Result<Vec<(PathBuf, Digest)>, ModelError> =
            entry.files.iter().map(|file| self.verified_file(name, entry, file)).collect();
        let found = found?;
        let sha256 = match found.as_slice() {
            [(_, digest)] => *digest,
            several => digest_of_several(several.iter().map(|(_, digest)| digest)),
        };
        let path = found.into_iter().next().map(|(path, _)| path).unwrap_or_default();
        Ok(Located { name: name.to_owned(), path, sha256, entry: Some(entry.clone()) })
    }

    fn verified_file(&self, name: &str, entry: &Entry, file: &ModelFile) -> Result<(PathBuf, Digest), ModelError> {
        let path = self.find(&file.path).ok_or_else(|| self.missing(name, entry, file))?;
        let digest = check(name, file, &path)?;
        Ok((path, digest))
    }

    fn brought(&self, role: Role, name: &str) -> Result<Located, ModelError> {
        let plain = !name.contains(['/', '\\']);
        let found = (role == Role::Speech && plain).then(|| self.find(Path::new(&ggml_file(name)))).flatten();
        let path = found.ok_or_else(|| self.unknown(Some(role), name))?;
        let sha256 = digest_of(&path).map_err(|cause| ModelError::unreadable(&path, cause))?;
        Ok(Located { name: name.to_owned(), path, sha256, entry: None })
    }

    fn missing(&self, name: &str, entry: &Entry, file: &ModelFile) -> ModelError {
        let size = entry.bytes().map_or(String::new(), |bytes| format!(" ({} MB)", bytes.div_ceil(1_000_000)));
        let remedy = if entry.can_be_pulled() {
            format!("get it with `stepreel models pull {name}`{size}")
        } else {
            format!("put \"{}\" into one of: {}", file.path.display(), self.folder_names())
        };
        ModelError::Missing { name: name.to_owned(), file: file.path.clone(), remedy }
    }

    fn unknown(&self, role: Option<Role>, name: &str) -> ModelError {
        let fits = |entry: &Entry| role.is_none_or(|role| entry.role == role);
        let known: Vec<&str> = self.entries().filter(|(_, entry)| fits(entry)).map(|(name, _)| name).collect();
        let mut remedies = Vec::new();
        if !known.is_empty() {
            remedies.push(format!("known are {}", known.join(", ")));
        }
        if role == Some(Role::Speech) {
            remedies.push(format!("put a ggml Whisper file named {} into {}", ggml_file(name), self.folder_names()));
        }
        remedies.push("make a file of yours a model with `stepreel models add`".to_owned());
        ModelError::Unknown { name: name.to_owned(), role, remedy: remedies.join("; or ") }
    }

    fn folder_names(&self) -> String {
        if self.folders.is_empty() {
            return format!("a folder named by the environment variable {FOLDER_VARIABLE}");
        }
        self.folders.iter().map(|folder| folder.display().to_string()).collect::<Vec<_>>().join(", ")
    }
}

fn digest_of_several<'a>(digests: impl Iterator<Item = &'a Digest>) -> Digest {
    let mut hasher = Sha256::new();
    digests.for_each(|digest| hasher.update(digest.to_string()));
    Digest::new(hasher.finalize().into())
}

fn ggml_file(name: &str) -> String {
    format!("ggml-{name}.bin")
}

fn ggml_names(folder: &Path) -> Vec<String> {
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let names = files.filter_map(|file| file.file_name().into_string().ok());
    names.filter_map(|name| Some(name.strip_prefix("ggml-")?.strip_suffix(".bin")?.to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const EMBEDDER: &str = "mobilenet-v1/mobilenet_v1_1.0_224_embedder.onnx";

    fn shipped() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models")
    }

    fn library(folder: &Path) -> Library {
        Library::new(Manifest::known(), vec![folder.to_owned()])
    }

    #[test]
    fn the_shipped_models_are_what_the_manifest_says() {
        let library = library(&shipped());
        for (name, entry) in library.entries().filter(|(_, entry)| !entry.can_be_pulled()) {
            assert_eq!(library.presence(entry), Presence::Here, "{name}");
            let located = library.locate(entry.role, name).unwrap();
            assert_eq!(entry.main_file().sha256, Some(located.sha256), "{name}");
        }
    }

    #[test]
    fn a_changed_byte_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(EMBEDDER);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        let mut bytes = std::fs::read(shipped().join(EMBEDDER)).unwrap();
        bytes[1000] ^= 1;
        std::fs::write(&file, &bytes).unwrap();
        assert!(matches!(
            library(folder.path()).locate(Role::Encoder, "mobilenet-v1"),
            Err(ModelError::Different { what, .. }) if what.starts_with("sha256")
        ));
        std::fs::write(&file, &bytes[1..]).unwrap();
        assert!(matches!(
            library(folder.path()).locate(Role::Encoder, "mobilenet-v1"),
            Err(ModelError::Different { what, .. }) if what.starts_with("13054121 bytes")
        ));
    }

    #[test]
    fn an_unknown_name_hears_what_is_known() {
        let error = library(&shipped()).locate(Role::Encoder, "mobilenet-v9").unwrap_err().to_string();
        assert!(error.contains("mobilenet-v9") && error.contains("mobilenet-v1"), "{error}");
        assert!(!error.contains("base.en"), "speech models are no encoders: {error}");
    }

    #[test]
    fn a_model_that_is_not_here_says_how_to_pull_it() {
        let folder = tempfile::tempdir().unwrap();
        let error = library(folder.path()).locate(Role::Speech, "tiny.en-q8_0").unwrap_err().to_string();
        assert!(error.contains("`stepreel models pull tiny.en-q8_0` (44 MB)"), "{error}");
        let error = library(folder.path()).locate(Role::Encoder, "mobilenet-v1").unwrap_err().to_string();
        assert!(error.contains("put \"mobilenet-v1/"), "{error}");
    }

    #[test]
    fn a_speech_model_that_a_user_brings_is_named_by_its_file() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("ggml-ours.en.bin"), b"weights").unwrap();
        let library = library(folder.path());
        assert_eq!(library.speech_models(), ["ours.en"]);
        assert_eq!(library.locate(Role::Speech, "ours.en").unwrap().entry, None);
        assert!(library.locate(Role::Speech, "../ggml-ours.en").is_err());
    }

    #[test]
    fn a_file_that_only_has_the_name_of_a_known_model_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("ggml-tiny.en.bin"), b"weights").unwrap();
        let error = library(folder.path()).locate(Role::Speech, "tiny.en").unwrap_err().to_string();
        assert!(error.contains("7 bytes instead of 77704715") && error.contains("rename it"), "{error}");
    }
}
