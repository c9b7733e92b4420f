//! What a file that ffprobe refuses looks like, so that the message can say it.

use std::fs::File;
use std::io::Read;
use std::path::Path;

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

/// First bytes of containers that are read.
const CONTAINERS: [&[u8]; 7] = [b"\x1aE\xdf\xa3", b"RIFF", b"OggS", b"fLaC", b"ID3", b"FLV", b"\x00\x00\x01\xba"];

/// The same with the name that ffmpeg has for what reads them, where the first bytes leave no doubt.
const DEMUXERS: [(&[u8], &str); 5] = [
    (b"\x1aE\xdf\xa3", "matroska"),
    (b"OggS", "ogg"),
    (b"fLaC", "flac"),
    (b"FLV\x01", "flv"),
    (b"\x00\x00\x01\xba", "mpeg"),
];

/// What ffmpeg says of a file whose end is missing: a camera writes the index last.
const LOST_END: [&str; 3] = ["moov atom not found", "End of file", "runcated"];

/// Names of boxes that a file of the MP4 family starts with, after four bytes of length.
const BOXES: [&[u8]; 7] = [b"ftyp", b"moov", b"mdat", b"free", b"wide", b"skip", b"styp"];

/// Why ffprobe failed on the file at `path`.
pub(crate) fn explain(path: &Path, error: ChildError) -> MediaError {
    let ChildError::Failed { said } = error else { return MediaError::from_child(path, error) };
    let path = path.to_owned();
    if said.starts_with("Codec (") && said.contains("not on whitelist") {
        return MediaError::Unsupported { path, looks_like: "a file in a codec that cameras do not use" };
    }
    if said.contains("Permission denied") {
        return MediaError::Unreadable { path, cause: std::io::ErrorKind::PermissionDenied.into() };
    }
    let truncated = LOST_END.iter().any(|word| said.contains(word));
    unreadable(&path, said, truncated)
}

/// What the file at `path` is, whose `damage` is known if it is a recording.
pub(crate) fn unreadable(path: &Path, damage: String, truncated: bool) -> MediaError {
    let looks = File::open(path).and_then(|file| read_head(&file)).map(|head| looks_like(&head));
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
    let head = File::open(path).and_then(|file| read_head(&file)).ok()?;
    named(&head)
}

fn named(head: &[u8]) -> Option<&'static str> {
    let first = DEMUXERS.iter().find(|(first, _)| head.starts_with(first)).map(|&(_, name)| name);
    match (head.get(4..8), head.get(8..12)) {
        (Some(name), _) if BOXES.contains(&name) => Some("mov"),
        (Some(_), Some(b"AVI ")) if head.starts_with(b"RIFF") => Some("avi"),
        (Some(_), Some(b"WAVE")) if head.starts_with(b"RIFF") => Some("wav"),
        _ if is_transport_stream(head) => Some("mpegts"),
        _ => first,
    }
}

fn is_transport_stream(head: &[u8]) -> bool {
    head.first() == Some(&0x47) && head.get(188) == Some(&0x47)
}

fn read_head(file: &File) -> std::io::Result<Vec<u8>> {
    let mut head = Vec::with_capacity(HEAD);
    file.take(HEAD as u64).read_to_end(&mut head)?;
    Ok(head)
}

#[derive(Debug, PartialEq, Eq)]
enum Look {
    Container,
    Other(&'static str),
}

fn looks_like(head: &[u8]) -> Look {
    let other = OTHERS.iter().find(|(first, _)| head.starts_with(first));
    let boxed = head.get(4..8).is_some_and(|name| BOXES.contains(&name));
    match other {
        Some((_, name)) => Look::Other(name),
        None if boxed || is_transport_stream(head) => Look::Container,
        None if CONTAINERS.iter().any(|first| head.starts_with(first)) => Look::Container,
        None if is_text(head) => Look::Other(text_kind(head)),
        None => Look::Other(UNKNOWN),
    }
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
    use super::*;

    #[test]
    fn a_demuxer_is_named_where_there_is_no_doubt() {
        let mut stream = [0; HEAD];
        (stream[0], stream[188]) = (0x47, 0x47);
        for (head, name) in [
            (b"\0\0\0\x20ftypisom".as_slice(), Some("mov")),
            (b"\0\0\0\x08moov", Some("mov")),
            (b"\x1aE\xdf\xa3", Some("matroska")),
            (b"RIFF\0\0\0\0AVI LIST", Some("avi")),
            (b"RIFF\0\0\0\0WEBPVP8 ", None),
            (&stream, Some("mpegts")),
            (b"#EXTM3U\n", None),
            (b"ID3\x03", None),
            (b"", None),
        ] {
            assert_eq!(named(head), name, "{head:?}");
        }
    }

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
            assert_eq!(looks_like(head), look, "{head:?}");
        }
    }
}
