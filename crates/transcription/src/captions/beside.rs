//! The caption file that belongs to a recording.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

/// The `.vtt` or `.srt` beside a recording that has its name, with or without a language: `session.vtt`, `session.en.srt`.
///
/// One without a language comes first, then English, then the others by name; of two that are alike, `.vtt`.
pub fn beside(recording: &Path) -> Option<PathBuf> {
    let stem = recording.file_stem()?.to_str()?;
    let folder = recording.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let names = fs::read_dir(folder).ok()?.flatten().map(|entry| entry.file_name());
    let ranked = names.filter_map(|name| Some((rank(&name, stem)?, name)));
    let (_, name) = ranked.min()?;
    Some(recording.with_file_name(name)).filter(|path| path.is_file())
}

/// How well a file's name fits, lower is better; nothing when it does not.
fn rank(name: &OsStr, stem: &str) -> Option<(u8, u8)> {
    let (rest, extension) = name.to_str()?.strip_prefix(stem)?.rsplit_once('.')?;
    let format = ["vtt", "srt"].iter().position(|known| extension.eq_ignore_ascii_case(known))?;
    let language = match rest.strip_prefix('.').map(str::to_ascii_lowercase) {
        None if rest.is_empty() => 0,
        Some(code) if code == "en" || code.starts_with("en-") => 1,
        Some(code) if is_language(&code) => 2,
        _ => return None,
    };
    Some((language, format as u8))
}

/// Two or three letters, perhaps with a region: `de`, `deu`, `de-at`.
fn is_language(code: &str) -> bool {
    let letters = code.split('-').next().unwrap_or_default();
    (2..=3).contains(&letters.len()) && letters.chars().all(|c| c.is_ascii_alphabetic())
}
