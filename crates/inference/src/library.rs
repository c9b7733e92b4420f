//! Where ONNX Runtime's library is looked for.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// The folder of a checkout that the program was built in, or beside an installed program, that holds the library.
const FOLDER: &str = ".onnxruntime";

/// What the system's own loader knows the library as.
const SYSTEM: &str = "libonnxruntime.so";

/// The environment variable that names the library.
const VARIABLE: &str = "ORT_DYLIB_PATH";

/// Where the library is, by the most deliberate choice first.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Library {
    /// A file: named by somebody, or found in a folder of ours.
    File(PathBuf),
    /// Whatever the system's loader has.
    System,
}

impl Library {
    /// `asked`, else the environment's, else that of a `.onnxruntime` folder, else the system's.
    pub(crate) fn find(asked: Option<&Path>) -> Self {
        let named = asked.map(Path::to_owned).or_else(from_environment);
        named.or_else(|| folders().iter().find_map(|folder| within(folder))).map_or(Self::System, Self::File)
    }

    /// What to give to the loader. Absolute for a file, as the loader would look for a relative one elsewhere.
    pub(crate) fn path(&self) -> PathBuf {
        match self {
            Self::File(path) => std::path::absolute(path).unwrap_or_else(|_| path.clone()),
            Self::System => SYSTEM.into(),
        }
    }
}

fn from_environment() -> Option<PathBuf> {
    env::var_os(VARIABLE).filter(|path| !path.is_empty()).map(PathBuf::from)
}

/// The program's folder and those above it: `target/debug` lies inside the checkout. Never the current folder, which may be
/// a stranger's: what lies there would be run.
fn folders() -> Vec<PathBuf> {
    let program = env::current_exe().unwrap_or_default();
    program.ancestors().skip(1).map(|folder| folder.join(FOLDER)).collect()
}

/// The library in that folder; the last by name where there are several, so that the choice does not depend on the disk.
fn within(folder: &Path) -> Option<PathBuf> {
    let files = folder.read_dir().ok()?.filter_map(|entry| Some(entry.ok()?.path()));
    files.filter(|path| path.file_name().is_some_and(is_library)).max()
}

fn is_library(name: &OsStr) -> bool {
    name.to_string_lossy().starts_with(SYSTEM)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_explicit_path_comes_first_and_becomes_absolute() {
        let library = Library::find(Some(Path::new("some/lib.so")));
        assert_eq!(library, Library::File("some/lib.so".into()));
        assert!(library.path().is_absolute());
    }

    #[test]
    fn only_the_library_itself_is_taken() {
        for (name, taken) in [("libonnxruntime.so.1.32.0", true), ("libonnxruntime.so", true), ("LICENSE", false)] {
            assert_eq!(is_library(OsStr::new(name)), taken, "{name}");
        }
    }
}
