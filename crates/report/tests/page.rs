//! What the page shows, and what it never does.

use std::io::{self, Cursor, Read, Write};

use serde_json::Value;
use stepreel_core::{SessionRecord, SessionStatus};
use stepreel_report::{BlobSource, Links, Parts, ReportError, html, parts, procedure_parts};
use stepreel_testkit::{big_list_of_naughty_strings, naughty_strings};

mod session;

/// Every blob is there; a picture is the beginning of a JPEG of 40 frames side by side.
struct Blobs;

impl BlobSource for Blobs {
    fn length(&self, key: &str) -> io::Result<u64> {
        Ok(bytes(key).len() as u64)
    }

    fn open(&self, key: &str) -> io::Result<Box<dyn Read + '_>> {
        Ok(Box::new(Cursor::new(bytes(key))))
    }
}

fn bytes(key: &str) -> Vec<u8> {
    if key == "filmstrip.jpg" { jpeg_header(6800, 96) } else { key.as_bytes().to_vec() }
}

fn jpeg_header(width: u16, height: u16) -> Vec<u8> {
    let ([w1, w0], [h1, h0]) = (width.to_be_bytes(), height.to_be_bytes());
    vec![0xff, 0xd8, 0xff, 0xc0, 0, 17, 8, h1, h0, w1, w0, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1]
}

fn page(record: &SessionRecord) -> String {
    let mut page = Vec::new();
    html(record, &Blobs).and_then(|html| html.write_to(&mut page)).expect("every blob is there");
    String::from_utf8(page).expect("a page is text")
}

fn shows(page: &str, texts: &[&str]) {
    for text in texts {
        assert!(page.contains(text), "the page doesn't show {text}");
    }
}

#[test]
fn a_session_shows_at_a_glance() {
    shows(
        &page(&session::completed()),
        &[
            "<h1 dir=\"auto\">Boiler service, unit 4</h1>",
            "Zoë Okafor",
            "22 November 2026, 06:41 UTC",
            "20 min 34 s",
            ">Completed<",
            ">Degraded<",
            "Score 76 of 100",
            "<b>5</b> procedures approved",
            "<b>1</b> procedure excluded",
            "AUDIO_DROPOUT",
            "10:02–10:14",
        ],
    );
}

#[test]
fn a_procedure_shows_with_its_clip_steps_score_and_cut() {
    shows(
        &page(&session::completed()),
        &[
            "Replace the ignition electrode",
            "3:23–6:38",
            "Set the gap of the new one to 4 mm",
            "src=\"data:video/mp4;base64,Mi5tcDQ=\"",
            "poster=\"data:image/jpeg;base64,Mi5qcGc=\"",
            "src=\"data:text/vtt;base64,Mi52dHQ=\"",
            "Name announced by the engineer (82% sure)",
            "start −33 ms, end +21 ms",
            "start 93% sure, end 41% sure",
            "Now we are going to replace the ignition electrode.",
            "The lens was covered for 24% of the time.",
            ">Excluded<",
        ],
    );
}

#[test]
fn a_segment_leads_to_its_procedure() {
    let page = page(&session::completed());
    for ordinal in 1..=6 {
        assert!(page.contains(&format!("href=\"#procedure-{ordinal}\" aria-label=\"Procedure {ordinal}:")));
        assert_eq!(page.matches(&format!("id=\"procedure-{ordinal}\"")).count(), 1);
    }
}

#[test]
fn a_step_plays_its_clip_from_there() {
    shows(&page(&session::completed()), &["data-clip=\"2\" data-at=\"6.533\" aria-label=\"Play from 3:30\""]);
}

#[test]
fn the_filmstrip_shows_as_many_of_its_frames_as_fit() {
    let page = page(&session::completed());
    assert_eq!(page.matches("<use href=\"#filmstrip\"").count(), 8);
    shows(
        &page,
        &["width=\"4551.111\" height=\"64\"", "viewBox=\"227.556 0 113.778 64\"", "viewBox=\"4209.778 0 113.778 64\""],
    );
}

#[test]
fn a_failed_session_says_why() {
    let page = page(&session::failed());
    shows(&page, &["No procedures extracted for this session", ">Why<", "CAMERA_OCCLUDED", "0:12–19:50", ">Failed<"]);
    assert!(!page.contains("<article") && !page.contains("<video") && !page.contains("of 100"));
}

#[test]
fn a_session_that_is_only_stored_has_no_procedures_and_says_so() {
    let mut record = session::failed();
    record.session.status = SessionStatus::Completed;
    record.session.outcome = None;
    let page = page(&record);
    shows(&page, &["No procedures extracted for this session", ">Completed<"]);
    assert!(!page.contains("of work"));
}

#[test]
fn a_recording_without_length_has_no_timeline() {
    let mut record = session::failed();
    record.recording.duration = std::time::Duration::ZERO;
    record.session.filmstrip_url = None;
    assert!(!page(&record).contains("<h2 id=\"timeline\">"));
}

#[test]
fn a_line_that_was_not_used_is_marked() {
    let page = page(&session::completed());
    assert_eq!(page.matches("unreliable, not used").count(), 1);
}

#[test]
fn a_page_needs_no_network_and_runs_no_script_but_its_own() {
    let page = page(&session::completed());
    shows(&page, &["default-src &#39;none&#39;", "script-src &#39;sha256-"]);
    for reference in ["http:", "https:", "<link", "@import", "src=\"//", "<iframe", " onclick", "javascript:"] {
        assert!(!page.contains(reference), "{reference}");
    }
    assert_eq!(page.matches("<script").count(), 1);
}

#[test]
fn hostile_text_is_only_text() {
    for payload in [
        "</script><script>alert(1)</script>",
        "</style><img src=x onerror=alert(1)>",
        "\" onmouseover=\"alert(1)\" x=\"",
        "' autofocus onfocus='alert(1)",
        "--><svg/onload=alert(1)>",
        "javascript:alert(1)",
        "{{ 7 * 7 }} ${alert(1)} %}",
        "&lt;b&gt; & \u{202e}txt.exe\u{0} \r\n",
        "</textarea></title></details><h1>",
    ] {
        is_only_text(payload);
    }
    naughty_strings().iter().for_each(|text| is_only_text(text));
}

#[test]
#[ignore = "needs STEPREEL_DATA"]
fn the_big_list_of_naughty_strings_is_only_text() {
    big_list_of_naughty_strings().expect("the list is there").iter().for_each(|text| is_only_text(text));
}

/// Checks that a page has no more markup with that text in all its places than with a harmless one.
fn is_only_text(text: &str) {
    let markup = |page: &str| page.matches(['<', '>', '"']).count();
    let harmless = if text.is_empty() { "" } else { "harmless" };
    let harmless = markup(&page(&with_every_text(session::completed(), harmless)));
    let page = page(&with_every_text(session::completed(), text));
    assert_eq!(markup(&page), harmless, "{text:?}");
    assert!(!page.contains("href=\"javascript:") && !page.contains("src=\"javascript:"), "{text:?}");
}

/// The record with all text that comes from strangers, models and the configuration replaced.
fn with_every_text(record: SessionRecord, text: &str) -> SessionRecord {
    const TEXTS: [&str; 20] = [
        "title",
        "engineer",
        "video_url",
        "summary",
        "procedure_name",
        "description",
        "text",
        "message",
        "unit",
        "name",
        "profile",
        "component",
        "language",
        "container",
        "codec",
        "stage",
        "kind",
        "model",
        "settings",
        "configuration",
    ];
    fn replace(value: &mut Value, text: &str) {
        match value {
            Value::Object(fields) => fields.iter_mut().for_each(|(name, field)| match field {
                Value::String(old) if TEXTS.contains(&name.as_str()) => text.clone_into(old),
                Value::Array(lines) if name == "warnings" => *lines = vec![text.into()],
                field => replace(field, text),
            }),
            Value::Array(values) => values.iter_mut().for_each(|value| replace(value, text)),
            _ => {}
        }
    }
    let mut value = serde_json::to_value(record).expect("a record is JSON");
    replace(&mut value, text);
    serde_json::from_value(value).expect("only text was replaced")
}

#[test]
fn a_missing_blob_is_named() {
    struct Nothing;
    impl BlobSource for Nothing {
        fn length(&self, _: &str) -> io::Result<u64> {
            Err(io::ErrorKind::NotFound.into())
        }

        fn open(&self, _: &str) -> io::Result<Box<dyn Read + '_>> {
            Err(io::ErrorKind::NotFound.into())
        }
    }
    let missing = html(&session::completed(), &Nothing).map(drop).unwrap_err();
    assert!(matches!(&missing, ReportError::Blob { key, .. } if key == "filmstrip.jpg"), "{missing}");
}

#[test]
fn large_clips_are_written_in_small_pieces_and_the_largest_lie_beside_the_page() {
    /// Clips of 80 MiB: two of them have room.
    struct Large;
    impl BlobSource for Large {
        fn length(&self, key: &str) -> io::Result<u64> {
            Ok(if key.ends_with("mp4") { 80 << 20 } else { Blobs.length(key)? })
        }

        fn open(&self, key: &str) -> io::Result<Box<dyn Read + '_>> {
            if key.ends_with("mp4") { Ok(Box::new(io::repeat(7).take(80 << 20))) } else { Blobs.open(key) }
        }
    }
    /// Counts all that is written, and the most at a time.
    #[derive(Default)]
    struct Scale {
        all: usize,
        most: usize,
    }
    impl Write for Scale {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.all += bytes.len();
            self.most = self.most.max(bytes.len());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let record = session::completed();
    let page = html(&record, &Large).unwrap();
    assert_eq!(page.files().len(), 4);
    let mut scale = Scale::default();
    page.write_to(&mut scale).unwrap();
    assert!(scale.all > 2 * (80 << 20) / 3 * 4, "{}", scale.all);
    assert!(scale.most < 100 << 10, "{}", scale.most);
}

#[test]
fn a_page_that_cannot_be_written_is_told_apart_from_a_blob_that_cannot_be_read() {
    struct Full;
    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let record = session::completed();
    let failed = html(&record, &Blobs).unwrap().write_to(&mut Full);
    assert!(
        matches!(&failed, Err(ReportError::Write(cause)) if cause.kind() == io::ErrorKind::StorageFull),
        "{failed:?}"
    );
}

#[test]
fn a_session_in_progress_is_a_page_too() {
    let mut record = session::failed();
    record.session.status = SessionStatus::InProgress;
    let page = page(&record);
    shows(&page, &[">In progress<"]);
    assert!(!page.contains("No procedures extracted"));
}

/// A server whose URLs say what they are for.
struct Server(Option<&'static str>);

impl Links for Server {
    fn blob(&self, key: &str) -> String {
        format!("/media/{key}")
    }

    fn procedure(&self, ordinal: u32) -> String {
        format!("/sessions/1/procedures/{ordinal}")
    }

    fn recording(&self) -> Option<String> {
        self.0.map(str::to_owned)
    }

    fn filmstrip(&self) -> Option<&[u8]> {
        None
    }
}

fn joined(parts: Parts) -> String {
    let Parts { header, summary, timeline, procedures, transcript, provenance } = parts;
    let singles = [Some(header), Some(summary), timeline, transcript, Some(provenance)];
    singles.into_iter().flatten().chain(procedures).collect()
}

#[test]
fn parts_link_to_a_server_and_carry_neither_style_nor_script() {
    let all = joined(parts(&session::completed(), &Server(Some("/recording"))).unwrap());
    shows(
        &all,
        &[
            "src=\"/media/2.mp4\"",
            "poster=\"/media/2.jpg\"",
            "data-copy=\"/sessions/1/procedures/2\"",
            "preload=\"none\"",
        ],
    );
    for inline in ["style=", "<style", "<script", "data:"] {
        assert!(!all.contains(inline), "{inline}");
    }
}

#[test]
fn times_play_the_recording_where_there_is_one_and_else_the_clips() {
    let record = session::completed();
    let of = |server| parts(&record, &server).unwrap();
    assert!(of(Server(Some("/recording"))).transcript.unwrap().contains("data-clip=\"recording\""));
    assert!(!of(Server(None)).transcript.unwrap().contains("recording"));
}

#[test]
fn a_procedure_has_a_page_of_its_own() {
    let record = session::completed();
    let second = procedure_parts(&record, 2, &Server(None)).unwrap().unwrap();
    assert_eq!(second.range, "3:23–6:38");
    assert!(second.card.contains("Replace the ignition electrode"));
    assert!(!second.transcript.unwrap().contains("data-clip=\"1\""));
    assert!(procedure_parts(&record, 7, &Server(None)).unwrap().is_none());
}
