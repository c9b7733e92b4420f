//! Odd and hostile files, with what is expected of each.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Where they lie: `corpora` in the folder `STEPREEL_DATA`, or beside the workspace.
pub fn corpora() -> PathBuf {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    std::env::var_os("STEPREEL_DATA").map_or(beside, PathBuf::from).join("corpora")
}

/// A line of their index.
#[derive(Clone, Debug)]
pub struct OddFile {
    /// Its path below the corpora.
    pub name: String,
    /// The file.
    pub path: PathBuf,
    /// What ffprobe takes it for, or `model`.
    pub kind: String,
    /// What is to be made of it: `accept`, `accept-degraded`, `reject`, `reject-or-degraded`, `either` or `text`.
    pub expected: String,
}

impl OddFile {
    /// Whether something of it is to be shown.
    pub fn is_accepted(&self) -> bool {
        self.expected.starts_with("accept")
    }

    /// Whether somebody could take it for a recording; the others are models and lists of words.
    pub fn is_recording(&self) -> bool {
        self.kind != "model" && self.expected != "text"
    }
}

/// All of them, in the order of `index.csv`.
///
/// # Errors
/// When the index isn't there, or has other columns.
pub fn odd_files() -> io::Result<Vec<OddFile>> {
    let folder = corpora();
    let index = fs::read_to_string(folder.join("index.csv"))?;
    let mut lines = index.lines().map(fields);
    let names = lines.next().unwrap_or_default();
    let column = |name: &str| names.iter().position(|known| known == name).ok_or(io::ErrorKind::InvalidData);
    let (file, kind, expected) = (column("file")?, column("ffprobe_class")?, column("expected")?);
    let odd = |line: Vec<String>| OddFile {
        name: line[file].clone(),
        path: folder.join(&line[file]),
        kind: line[kind].clone(),
        expected: line[expected].clone(),
    };
    Ok(lines.map(odd).collect())
}

/// The fields of a line; commas between quotation marks are their own.
fn fields(line: &str) -> Vec<String> {
    let mut quoted = false;
    let split = |c: char| {
        quoted ^= c == '"';
        c == ',' && !quoted
    };
    line.split(split).map(|field| field.trim_matches('"').to_owned()).collect()
}
