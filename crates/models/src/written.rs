//! A model as it is written in a manifest: most have one file, whose facts stand beside the model's own.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use stepreel_core::Digest;

use crate::manifest::stays_below;
use crate::{Entry, ImageInput, ModelFile, Role};

/// The rate of the sound that the stages are given.
const SAMPLE_RATE: u32 = 16_000;

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Written {
    role: Role,
    summary: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    file: Option<PathBuf>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    bytes: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sha256: Option<Digest>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    verified: Option<bool>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    urls: Vec<String>,
    licence: String,
    source: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sample_rate: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    memory_mb: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    speed: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    demonstration: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    files: Vec<WrittenFile>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    input: Option<ImageInput>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenFile {
    file: PathBuf,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    bytes: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sha256: Option<Digest>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    verified: Option<bool>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    urls: Vec<String>,
}

impl WrittenFile {
    fn meant(self) -> ModelFile {
        // A file is taken as verified unless it says otherwise, and what has no hash can't be.
        let verified = self.verified.unwrap_or(true) && self.sha256.is_some();
        ModelFile { path: self.file, bytes: self.bytes, sha256: self.sha256, verified, urls: self.urls }
    }
}

impl From<ModelFile> for WrittenFile {
    fn from(file: ModelFile) -> Self {
        let ModelFile { path, bytes, sha256, verified, urls } = file;
        let verified = (!verified && sha256.is_some()).then_some(false);
        Self { file: path, bytes, sha256, verified, urls }
    }
}

impl TryFrom<Written> for Entry {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, Self::Error> {
        let Written { role, summary, file, bytes, sha256, verified, urls, .. } = written;
        let Written { licence, source, sample_rate, memory_mb, speed, demonstration, files, input, .. } = written;
        let files = match (file, files.is_empty()) {
            (Some(file), true) => vec![WrittenFile { file, bytes, sha256, verified, urls }],
            (None, false) if bytes.is_none() && sha256.is_none() && verified.is_none() && urls.is_empty() => files,
            _ => return Err("a model has either `file` with its facts beside it, or `files`".to_owned()),
        };
        let files: Vec<ModelFile> = files.into_iter().map(WrittenFile::meant).collect();
        if let Some(file) = files.iter().find(|file| !stays_below(&file.path)) {
            return Err(format!("the file {} is no path below a models folder", file.path.display()));
        }
        check_input(role, input.as_ref(), sample_rate)?;
        Ok(Self { role, summary, files, licence, source, input, sample_rate, memory_mb, speed, demonstration })
    }
}

fn check_input(role: Role, input: Option<&ImageInput>, sample_rate: Option<u32>) -> Result<(), String> {
    match (role, input, sample_rate) {
        (Role::Encoder, Some(input), None) => input.wrong().map_or(Ok(()), |wrong| Err(wrong.to_owned())),
        (Role::Encoder, ..) => {
            Err("an encoder says in `input` what pictures it takes, and has no sample_rate".to_owned())
        }
        (_, None, None | Some(SAMPLE_RATE)) => Ok(()),
        (_, None, Some(rate)) => Err(format!("it takes sound of {rate} Hz, and gets sound of {SAMPLE_RATE} Hz")),
        (_, Some(_), _) => Err(format!("a model of role {role} takes no pictures")),
    }
}

impl From<Entry> for Written {
    fn from(entry: Entry) -> Self {
        let Entry { role, summary, files, licence, source, input, sample_rate, memory_mb, speed, demonstration } =
            entry;
        let mut files: Vec<WrittenFile> = files.into_iter().map(WrittenFile::from).collect();
        let only = if files.len() == 1 { files.pop() } else { None };
        let (file, bytes, sha256, verified, urls) = only.map_or((None, None, None, None, Vec::new()), |only| {
            (Some(only.file), only.bytes, only.sha256, only.verified, only.urls)
        });
        Self {
            role,
            summary,
            file,
            bytes,
            sha256,
            verified,
            urls,
            licence,
            source,
            sample_rate,
            memory_mb,
            speed,
            demonstration,
            files,
            input,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{Address, Manifest, Role, Settings};

    const HASH: &str = "26bebbfcb52d717b254927b8aa554a18b7bbbab83c672f152082df2f3a269265";

    fn refused(text: &str, word: &str) {
        let error = Manifest::parse(text).unwrap_err();
        assert!(error.contains(word), "{text}: {error}");
    }

    #[test]
    fn the_known_models_survive_being_written() {
        let known = Manifest::known();
        let again = Manifest::parse(&known.to_toml()).unwrap();
        assert!(known.entries().eq(again.entries()));
    }

    #[test]
    fn every_known_model_can_be_pulled_or_ships() {
        for (name, entry) in Manifest::known().entries() {
            let ships = entry.files.iter().all(|file| file.verified && file.urls.is_empty());
            assert!(ships || entry.can_be_pulled(), "{name}");
            for file in &entry.files {
                assert!(file.bytes.is_some() && file.sha256.is_some(), "{name}");
                for url in &file.urls {
                    assert!(Address::parse(url, &Settings::default()).is_ok(), "{url}");
                }
            }
        }
    }

    #[test]
    fn names_of_speech_models_are_those_of_their_files() {
        let manifest = Manifest::known();
        for (name, entry) in manifest.entries().filter(|(_, entry)| entry.role == Role::Speech) {
            if entry.can_be_pulled() {
                assert_eq!(entry.main_file().path.to_str(), Some(format!("ggml-{name}.bin").as_str()));
            }
        }
    }

    #[test]
    fn a_model_may_have_several_files() {
        let text = "[two]\nrole = \"speech\"\nsummary = \"s\"\nlicence = \"MIT\"\nsource = \"here\"\n\
                    files = [{ file = \"two/a.bin\", bytes = 3 }, { file = \"two/b.bin\", bytes = 4 }]\n";
        let manifest = Manifest::parse(text).unwrap();
        let entry = manifest.named("two").unwrap();
        assert_eq!((entry.files.len(), entry.bytes()), (2, Some(7)));
        assert!(entry.files.iter().all(|file| !file.verified), "without a hash nothing is verified");
    }

    #[test]
    fn what_cannot_be_meant_is_refused_with_its_line() {
        let model =
            |more: &str| format!("[m]\nrole = \"speech\"\nsummary = \"s\"\nlicence = \"x\"\nsource = \"y\"\n{more}");
        refused(&model(""), "either `file`");
        refused(&model("file = \"a\"\nfiles = [{ file = \"b\" }]\n"), "either `file`");
        refused(&model("file = \"../a\"\n"), "below a models folder");
        refused(&model("file = \"/a\"\n"), "below a models folder");
        refused(&model("file = \"a\"\nsample_rate = 8000\n"), "8000 Hz");
        refused(&model("file = \"a\"\nsha256 = \"12\"\n"), "line 7");
        refused(&model(&format!("file = \"a\"\nsha256 = \"{HASH}\"\nhash = 1\n")), "hash");
        refused(
            "[\"a/b\"]\nrole = \"speech\"\nsummary = \"s\"\nlicence = \"x\"\nsource = \"y\"\nfile = \"a\"\n",
            "a/b",
        );
        let encoder = "[m]\nrole = \"encoder\"\nsummary = \"s\"\nlicence = \"x\"\nsource = \"y\"\nfile = \"a\"\n";
        refused(encoder, "what pictures it takes");
        let input = "[m.input]\nwidth = 0\nheight = 1\nlayout = \"nchw\"\nmean = [0, 0, 0]\ndeviation = [1, 1, 1]\ndimensions = 1\n";
        refused(&format!("{encoder}{input}"), "at least 1");
    }

    #[test]
    fn a_name_counts_only_for_its_role() {
        let manifest = Manifest::known();
        assert!(manifest.entry(Role::Encoder, "mobilenet-v1").is_some());
        assert!(manifest.entry(Role::Speech, "mobilenet-v1").is_none());
    }
}
