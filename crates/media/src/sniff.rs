//! What a file that ffprobe refuses looks like, so that the message can say it.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::Path;

use stepreel_prescan::{Container, Refusal};

use crate::MediaError;
use crate::child::ChildError;

/// Bytes that are looked at.
const HEAD: usize = 512;

/// First bytes of what people hand in by mistake.
const OTHERS: [(&[u8], &str); 12] = [
    (b"#EXTM3U", "a playlist"),
    (b"ffconcat", "a playlist"),
    (b"v=0", "a playlist"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
];

/// What no list has. It may be a recording all the same: a transport stream that begins in the middle of a packet.
const UNKNOWN: &str = "data of no known kind";

/// What ffmpeg says of a file whose end is missing: a camera writes the index last.
const LOST_END: [&str; 3] = ["moov atom not found", "End of file", "runcated"];

/// Why ffprobe failed on the file at `path`.
pub(crate) fn explain(path: &Path, error: ChildError) -> MediaError {
    let ChildError::Failed { said } = error else { return MediaError::from_child(path, error) };
    let path = path.to_owned();
    if said.starts_with("Codec (") && said.contains("not on whitelist") {
        return MediaError::Unsupported { path, looks_like: "a file in a codec that cameras do not use" };
    }
    if said.contains("Permission denied") {
        return MediaError::Unreadable { path, cause: io::ErrorKind::PermissionDenied.into() };
    }
    let truncated = LOST_END.iter().any(|word| said.contains(word));
    unreadable(&path, said, truncated)
}

/// What the file at `path` is, whose `damage` is known if it is a recording.
pub(crate) fn unreadable(path: &Path, damage: String, truncated: bool) -> MediaError {
    let looks = File::open(path).and_then(|mut file| looks_like(&mut file));
    let path = path.to_owned();
    match looks {
        Err(cause) => MediaError::from_io(&path, cause),
        Ok(Look::Container) => MediaError::Damaged { path, damage, truncated },
        Ok(Look::Other(looks_like)) => MediaError::Unsupported { path, looks_like },
    }
}

/// What ffmpeg is to read the file at `path` with, where its first bytes leave no doubt: a decoder that is named needs no guess of
/// ffmpeg's, which looks through hundreds.
pub(crate) fn demuxer(path: &Path) -> Option<&'static str> {
    named(Container::of(&mut File::open(path).ok()?).ok()??)
}

/// The name that ffmpeg has for what reads it; several read sound.
fn named(container: Container) -> Option<&'static str> {
    match container {
        Container::Mp4 => Some("mov"),
        Container::Matroska => Some("matroska"),
        Container::MpegTs => Some("mpegts"),
        Container::Avi => Some("avi"),
        Container::MpegPs => Some("mpeg"),
        Container::Flv => Some("flv"),
        Container::Ogg => Some("ogg"),
        _ => None,
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Look {
    Container,
    Other(&'static str),
}

fn looks_like(file: &mut (impl Read + Seek)) -> io::Result<Look> {
    match Container::of(file) {
        Ok(Some(_)) => return Ok(Look::Container),
        Err(Refusal::Io(cause)) => return Err(cause),
        Ok(None) | Err(_) => {}
    }
    let mut head = Vec::with_capacity(HEAD);
    file.rewind()?;
    file.take(HEAD as u64).read_to_end(&mut head)?;
    let other = OTHERS.iter().find(|(first, _)| head.starts_with(first)).map(|&(_, name)| name);
    Ok(Look::Other(other.unwrap_or_else(|| if is_text(&head) { text_kind(&head) } else { UNKNOWN })))
}

/// Whether it is text; a character that the end of the head cuts in two does not count against it.
fn is_text(head: &[u8]) -> bool {
    let valid = match str::from_utf8(head) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default(),
        Err(_) => return false,
    };
    !valid.is_empty() && valid.chars().all(|c| !c.is_control() || c.is_whitespace())
}

fn text_kind(head: &[u8]) -> &'static str {
    match head.trim_ascii_start() {
        [b'<', ..] => "a web page or XML",
        _ => "a text file",
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    #[test]
    fn files_are_told_by_their_first_bytes() {
        for (head, look) in [
            (b"#EXTM3U\nx.ts".as_slice(), Look::Other("a playlist")),
            (b"hello\n", Look::Other("a text file")),
            ("grüße".as_bytes(), Look::Other("a text file")),
            (b"<!doctype html>", Look::Other("a web page or XML")),
            (b"\0\0\0\x20ftypisom", Look::Container),
            (b"\x1aE\xdf\xa3", Look::Container),
            (b"\0\0\0\0\0\0\0\0", Look::Other("data of no known kind")),
            (b"\xff\xfe\xfd", Look::Other("data of no known kind")),
        ] {
            assert_eq!(looks_like(&mut Cursor::new(head)).unwrap(), look, "{head:?}");
        }
    }
}
