//! Where the files of models lie on this machine.

use std::path::{Path, PathBuf};

use stepreel_core::Digest;

use crate::{Entry, Manifest, ModelError, Role, digest_of};

/// Names a folder of models that is looked into first.
pub const FOLDER_VARIABLE: &str = "STEPREEL_MODELS";

/// The folders of models of this machine, and what the names stand for.
#[derive(Clone, Debug)]
pub struct Library {
    manifest: Manifest,
    folders: Vec<PathBuf>,
}

/// A model whose file is there and was checked.
#[derive(Clone, Debug)]
pub struct Located {
    /// Its name.
    pub name: String,
    /// Its file.
    pub path: PathBuf,
    /// Content of the file.
    pub sha256: Digest,
    /// What the manifest says of it; nothing for a file that a user put there.
    pub entry: Option<Entry>,
}

impl Library {
    /// The known models in the folders of this machine: `STEPREEL_MODELS`, then `models` beside the program or in a folder above it,
    /// then `models` here.
    pub fn discover() -> Self {
        let told = std::env::var_os(FOLDER_VARIABLE).map(PathBuf::from);
        let program = std::env::current_exe().unwrap_or_default();
        let beside = program.ancestors().skip(1).map(|folder| folder.join("models"));
        let marked = beside.chain([PathBuf::from("models")]).filter(|folder| folder.join("models.toml").is_file());
        Self::new(Manifest::known(), told.into_iter().chain(marked).collect())
    }

    /// Those models in those folders; the first folder that has a file wins.
    pub fn new(manifest: Manifest, folders: Vec<PathBuf>) -> Self {
        Self { manifest, folders }
    }

    /// What the names stand for.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The verified file of a model. A speech model may also be a file `ggml-<name>.bin` that a user put into a folder:
    /// nobody can verify that one, so only its content is taken down.
    ///
    /// # Errors
    /// When the name is unknown, or the file is missing, unreadable or not what the manifest says.
    pub fn locate(&self, role: Role, name: &str) -> Result<Located, ModelError> {
        match self.manifest.entry(role, name) {
            Some(entry) => self.verified(name, entry),
            None => self.brought(role, name),
        }
    }

    /// The names of the speech models whose files are here, those of the manifest first.
    pub fn speech_models(&self) -> Vec<String> {
        let known = self.manifest.entries().filter(|(_, entry)| entry.role == Role::Speech);
        let mut names: Vec<String> =
            known.filter(|(_, entry)| self.find(&entry.file).is_some()).map(|(name, _)| name.to_owned()).collect();
        let mut brought: Vec<String> = self.folders.iter().flat_map(|folder| ggml_names(folder)).collect();
        brought.sort();
        brought.retain(|name| !names.contains(name));
        brought.dedup();
        names.append(&mut brought);
        names
    }

    fn verified(&self, name: &str, entry: &Entry) -> Result<Located, ModelError> {
        let path = self.find(&entry.file).ok_or_else(|| ModelError::Missing {
            name: name.to_owned(),
            file: entry.file.clone(),
            folders: self.folder_names(),
        })?;
        let different = |what: String| ModelError::Different { name: name.to_owned(), path: path.clone(), what };
        let bytes = path.metadata().map_err(|cause| unreadable(&path, cause))?.len();
        if bytes != entry.bytes {
            return Err(different(format!("{bytes} bytes instead of {}", entry.bytes)));
        }
        let sha256 = digest_of(&path).map_err(|cause| unreadable(&path, cause))?;
        if sha256 != entry.sha256 {
            return Err(different(format!("sha256 {sha256} instead of {}", entry.sha256)));
        }
        Ok(Located { name: name.to_owned(), path, sha256, entry: Some(entry.clone()) })
    }

    fn brought(&self, role: Role, name: &str) -> Result<Located, ModelError> {
        let plain = !name.contains(['/', '\\']);
        let found = (role == Role::Speech && plain).then(|| self.find(Path::new(&ggml_file(name)))).flatten();
        let path = found.ok_or_else(|| self.unknown(role, name))?;
        let sha256 = digest_of(&path).map_err(|cause| unreadable(&path, cause))?;
        Ok(Located { name: name.to_owned(), path, sha256, entry: None })
    }

    fn unknown(&self, role: Role, name: &str) -> ModelError {
        let same_role = self.manifest.entries().filter(|(_, entry)| entry.role == role);
        let known: Vec<&str> = same_role.map(|(name, _)| name).collect();
        let mut remedies = Vec::new();
        if !known.is_empty() {
            remedies.push(format!("known are {}", known.join(", ")));
        }
        if role == Role::Speech {
            remedies.push(format!("put a ggml Whisper file named {} into {}", ggml_file(name), self.folder_names()));
        }
        ModelError::Unknown { name: name.to_owned(), role, remedy: remedies.join("; or ") }
    }

    fn find(&self, file: &Path) -> Option<PathBuf> {
        self.folders.iter().map(|folder| folder.join(file)).find(|path| path.is_file())
    }

    fn folder_names(&self) -> String {
        if self.folders.is_empty() {
            return format!("a folder named by the environment variable {FOLDER_VARIABLE}");
        }
        self.folders.iter().map(|folder| folder.display().to_string()).collect::<Vec<_>>().join(", ")
    }
}

fn ggml_file(name: &str) -> String {
    format!("ggml-{name}.bin")
}

fn unreadable(path: &Path, cause: std::io::Error) -> ModelError {
    ModelError::Unreadable { path: path.to_owned(), cause }
}

fn ggml_names(folder: &Path) -> Vec<String> {
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let names = files.filter_map(|file| file.file_name().into_string().ok());
    names.filter_map(|name| Some(name.strip_prefix("ggml-")?.strip_suffix(".bin")?.to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shipped() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models")
    }

    fn library(folder: &Path) -> Library {
        Library::new(Manifest::known(), vec![folder.to_owned()])
    }

    #[test]
    fn the_shipped_encoder_is_what_the_manifest_says() {
        let located = library(&shipped()).locate(Role::Encoder, "mobilenet-v1").unwrap();
        assert_eq!(located.entry.unwrap().sha256, located.sha256);
    }

    #[test]
    fn a_changed_byte_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("mobilenet-v1/mobilenet_v1_1.0_224_embedder.onnx");
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        let mut bytes = std::fs::read(shipped().join("mobilenet-v1/mobilenet_v1_1.0_224_embedder.onnx")).unwrap();
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
        assert!(error.contains("mobilenet-v9") && error.contains("known are mobilenet-v1"), "{error}");
    }

    #[test]
    fn a_speech_model_that_a_user_brings_is_named_by_its_file() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("ggml-tiny.en.bin"), b"weights").unwrap();
        let library = library(folder.path());
        assert_eq!(library.speech_models(), ["tiny.en"]);
        assert_eq!(library.locate(Role::Speech, "tiny.en").unwrap().entry.map(|e| e.summary), None);
        assert!(library.locate(Role::Speech, "../ggml-tiny.en").is_err());
    }
}
