//! The approved procedures as chapters of the full recording.

use std::fmt::Write;

use stepreel_core::{Procedure, ProcedureStatus, SessionRecord, Time, plain};

/// The approved procedures as chapters in WebVTT, for `<track kind="chapters">` and most players. What lies between them is no chapter.
pub fn chapters_vtt(record: &SessionRecord) -> String {
    let mut vtt = "WEBVTT\n".to_owned();
    for procedure in approved(record) {
        let (start, end) = (vtt_time(procedure.span.start()), vtt_time(procedure.span.end()));
        let title = one_line(&procedure.procedure_name).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let _ = write!(vtt, "\n{}\n{start} --> {end}\n{title}\n", procedure.ordinal);
    }
    vtt
}

/// The approved procedures as a list for the description of a YouTube video, `0:00 Title` a line.
///
/// YouTube takes a list for chapters when the first is at 0:00, there are at least three, in order, and each lasts at least
/// ten seconds (<https://support.google.com/youtube/answer/9884579>). So idle stretches become chapters of their own, shorter ones belong
/// to the chapter before, and a procedure of less than ten seconds shares a chapter with its neighbour. Nothing is invented to
/// reach three: a shorter list shows as plain text. Without an approved procedure it is empty.
pub fn chapters_youtube(record: &SessionRecord) -> String {
    let mut chapters = Vec::new();
    let mut idle_from = 0;
    for procedure in approved(record) {
        let start = whole_seconds(procedure.span.start());
        if start >= idle_from + SHORTEST || idle_from == 0 && start > 0 {
            let title = if idle_from == 0 { "Before the first procedure" } else { "Between procedures" };
            add(&mut chapters, Chapter { start: idle_from, title: title.to_owned(), idle: true });
        }
        // YouTube refuses a description with angle brackets.
        let title = one_line(&procedure.procedure_name).replace('<', "‹").replace('>', "›");
        add(&mut chapters, Chapter { start, title, idle: false });
        idle_from = whole_seconds(procedure.span.end());
    }
    let end = record.recording.duration.as_secs();
    if !chapters.is_empty() && end >= idle_from + SHORTEST {
        add(&mut chapters, Chapter { start: idle_from, title: "After the last procedure".to_owned(), idle: true });
    }
    close(&mut chapters, end);
    let mut list = String::new();
    for chapter in chapters {
        let _ = writeln!(list, "{} {}", youtube_time(chapter.start), chapter.title);
    }
    list
}

/// The shortest chapter that YouTube takes, in seconds.
const SHORTEST: u64 = 10;

struct Chapter {
    /// In whole seconds.
    start: u64,
    title: String,
    idle: bool,
}

/// Adds a chapter and sees to it that the one before is long enough.
fn add(chapters: &mut Vec<Chapter>, mut next: Chapter) {
    match chapters.last_mut() {
        Some(last) if next.start < last.start + SHORTEST => match (last.idle, next.idle) {
            (true, _) => *last = Chapter { start: last.start, ..next },
            (false, true) => {
                next.start = last.start + SHORTEST;
                chapters.push(next);
            }
            (false, false) => last.title = format!("{}; {}", last.title, next.title),
        },
        _ => chapters.push(next),
    }
}

/// Sees to it that the last chapter is long enough.
fn close(chapters: &mut Vec<Chapter>, end: u64) {
    while let [.., before, last] = &mut chapters[..]
        && end < last.start + SHORTEST
    {
        if !last.idle {
            before.title = if before.idle { last.title.clone() } else { format!("{}; {}", before.title, last.title) };
            before.idle = false;
        }
        chapters.pop();
    }
}

fn approved(record: &SessionRecord) -> impl Iterator<Item = &Procedure> {
    record.procedures.iter().filter(|procedure| procedure.status == ProcedureStatus::Approved)
}

/// Without line breaks, which end a title, and what controls a terminal or reorders text. A title of nothing else is told as such,
/// since an empty line ends a chapter.
fn one_line(title: &str) -> String {
    let words = plain(title).split_whitespace().collect::<Vec<_>>().join(" ");
    if words.is_empty() { "Untitled".to_owned() } else { words }
}

fn whole_seconds(time: Time) -> u64 {
    time.since(Time::ZERO).as_secs()
}

fn vtt_time(time: Time) -> String {
    let millis = time.since(Time::ZERO).as_millis();
    let (seconds, millis) = (millis / 1000, millis % 1000);
    format!("{:02}:{:02}:{:02}.{millis:03}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

fn youtube_time(seconds: u64) -> String {
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}
