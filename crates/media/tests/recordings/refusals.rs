#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]

use std::path::Path;

use stepreel_media::{Limit, MediaError, Recording, Refusal};

use crate::make::Folder;

fn refusal(path: &Path) -> MediaError {
    let error = Recording::open(path).expect_err("it is no recording");
    let message = error.to_string();
    assert!(message.starts_with(path.to_str().unwrap()), "the message names its input: {message}");
    assert!(!message.contains('\n'), "the message is one line: {message}");
    error
}

#[test]
fn what_is_not_there_or_not_a_file_is_named() {
    let folder = Folder::new();
    assert!(matches!(refusal(&folder.path("none.mp4")), MediaError::NotFound { .. }));
    assert!(matches!(refusal(folder.path("x").parent().unwrap()), MediaError::NotAFile { .. }));
    assert!(matches!(refusal(Path::new("/dev/null")), MediaError::NotAFile { .. }));
}

#[test]
fn what_is_no_recording_is_named() {
    let folder = Folder::new();
    let path = folder.path("a.mp4");
    for (content, looks) in [
        (b"this is not a video\n".as_slice(), "a text file"),
        (b"<!doctype html><p>not found", "a web page or XML"),
        (b"PK\x03\x04....................", "a ZIP archive"),
        (&[0; 4096], "data of no known kind"),
        (b"\x00", "data of no known kind"),
    ] {
        std::fs::write(&path, content).unwrap();
        let refused = refusal(&path);
        assert!(matches!(&refused, MediaError::Unsupported { looks_like, .. } if *looks_like == looks), "{refused}");
    }
    std::fs::write(&path, []).unwrap();
    assert!(matches!(refusal(&path), MediaError::Empty { .. }));
}

#[test]
fn a_recording_that_was_not_finished_is_damaged() {
    let folder = Folder::new();
    let path = folder.film("a.mp4", (25, 2), &["-c:a", "aac"]);
    let bytes = std::fs::read(&path).unwrap();
    std::fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    let refused = refusal(&path);
    assert!(matches!(&refused, MediaError::Damaged { damage, .. } if damage.contains("moov")), "{refused}");
}

#[test]
fn a_playlist_under_a_recordings_name_reads_no_other_file() {
    let folder = Folder::new();
    let victim = folder.film("victim.ts", (25, 2), &["-c:a", "aac"]);
    let entry = format!("file://{}", victim.display());
    for playlist in [
        format!("#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{entry}\n#EXT-X-ENDLIST\n"),
        format!("ffconcat version 1.0\nfile '{entry}'\n"),
    ] {
        let path = folder.path("list.mp4");
        std::fs::write(&path, playlist).unwrap();
        let refused = refusal(&path);
        assert!(matches!(refused, MediaError::Unsupported { looks_like: "a playlist", .. }), "{refused}");
    }
}

/// The same film whose header has been changed by `change`.
fn changed(change: impl Fn(&mut Vec<u8>)) -> MediaError {
    let folder = Folder::new();
    let path = folder.film("a.mp4", (25, 2), &["-c:a", "aac"]);
    let mut bytes = std::fs::read(&path).unwrap();
    change(&mut bytes);
    std::fs::write(&path, bytes).unwrap();
    refusal(&path)
}

/// Where the name of the last box of that name before `end` stands.
fn named(bytes: &[u8], name: &[u8], end: usize) -> usize {
    bytes[..end].windows(4).rposition(|window| window == name).unwrap()
}

#[test]
fn a_recording_that_asks_for_too_much_is_refused_before_a_decoder_sees_it() {
    let refused = changed(|bytes| {
        let entry = named(bytes, b"avc1", bytes.len());
        bytes[entry + 28..entry + 32].fill(0xff);
    });
    let MediaError::Refused { refusal, .. } = &refused else { panic!("{refused}") };
    assert!(matches!(refusal, Refusal::Beyond { limit: Limit::Pixels, .. }), "{refusal}");
    assert_eq!(refusal.code(), "media_too_large");
}

#[test]
fn a_recording_whose_data_lies_elsewhere_is_refused() {
    let refused = changed(|bytes| {
        let reference = named(bytes, b"url ", bytes.len());
        // A flag says that the data is in the same file; without it a place follows.
        bytes[reference + 7] = 0;
        bytes.splice(reference + 8..reference + 8, *b"/x/\0");
        for name in ["url ", "dref", "dinf", "minf", "mdia", "trak", "moov"] {
            let at = named(bytes, name.as_bytes(), reference + 4);
            let size = u32::from_be_bytes(bytes[at - 4..at].try_into().unwrap()) + 4;
            bytes[at - 4..at].copy_from_slice(&size.to_be_bytes());
        }
    });
    assert!(matches!(refused, MediaError::Refused { refusal: Refusal::Elsewhere, .. }), "{refused}");
}
