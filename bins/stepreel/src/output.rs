//! Files that the user asked for.

use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use stepreel_core::plain;

use crate::exit::Failure;

/// A file's name that a title makes: letters, digits, `-`, `_` and spaces, so that it's no path, no hidden file and no option; and
/// short enough for any file system.
pub(crate) fn stem(title: &str) -> String {
    let safe = |c: char| if c.is_alphanumeric() || c == '-' || c == '_' || c == ' ' { c } else { '_' };
    let stem: String = title.trim().chars().map(safe).take(LONGEST_STEM).collect();
    let stem = stem.trim().trim_start_matches('-');
    if stem.is_empty() { "session".to_owned() } else { stem.to_owned() }
}

/// Characters of a file's name before its ending; of at most four bytes each, they fit into the 255 bytes that a name may have.
const LONGEST_STEM: usize = 50;

pub(crate) fn put(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    fs::write(path, bytes).with_context(|| format!("could not write {}", path.display())).map_err(Failure::from)
}

pub(crate) fn said(path: &Path) -> Result<ExitCode, Failure> {
    writeln!(io::stderr(), "wrote {}", plain(&path.display().to_string()))?;
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use std::path::Component;

    use stepreel_testkit::{big_list_of_naughty_strings, naughty_strings};

    use super::*;

    /// Checks that a title makes the name of a file in the folder where it is to lie.
    fn names_a_file(title: &str) {
        let name = format!("{}.chapters.vtt", stem(title));
        let parts: Vec<_> = Path::new(&name).components().collect();
        assert!(matches!(parts[..], [Component::Normal(_)]), "{title:?}: {name:?}");
        assert!(name.len() <= 255 && !name.starts_with(['-', '.', ' ']), "{title:?}: {name:?}");
        assert!(!name.chars().any(|c| c.is_control() || "\\/:*?\"<>|".contains(c)), "{title:?}: {name:?}");
        // The file system takes it.
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(&name), []).unwrap();
    }

    #[test]
    fn no_title_is_a_path() {
        assert_eq!(stem("../Boiler service, unit 4"), "___Boiler service_ unit 4");
        naughty_strings().iter().for_each(|title| names_a_file(title));
    }

    #[test]
    #[ignore = "needs STEPREEL_DATA"]
    fn no_title_of_the_big_list_is_a_path() {
        big_list_of_naughty_strings().unwrap().iter().for_each(|title| names_a_file(title));
    }
}
