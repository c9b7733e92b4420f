//! Approved procedures as a cut list (EDL, CMX 3600).

use std::fmt::Write;

use stepreel_core::{Procedure, ProcedureStatus, SessionRecord, Time};
use unicode_normalization::UnicodeNormalization;

use crate::wording::clean;

/// Longest text of a comment: editors cut longer ones.
const LONGEST: usize = 64;

/// The approved procedures one after the other, each an event with its title, and its steps as locators.
///
/// Times are non-drop timecodes at the recording's nominal rate, rounded to a whole number of frames a second, as the format asks; the recording
/// starts at 00:00:00:00 and the cut at 01:00:00:00. The format knows ASCII only: other letters lose their accents, and what remains becomes `?`.
pub fn edl(record: &SessionRecord) -> String {
    let rate = Rate::of(record);
    let mut edl = format!("TITLE: {}\nFCM: NON-DROP FRAME\n", ascii(&record.session.title));
    let mut cut = rate.base * 3600;
    let approved = record.procedures.iter().filter(|p| p.status == ProcedureStatus::Approved);
    for (procedure, event) in approved.zip(1..) {
        cut = rate.event(&mut edl, record, procedure, (event, cut));
    }
    edl
}

/// How many frames a second takes, really and in timecodes.
struct Rate {
    real: f64,
    base: u64,
}

impl Rate {
    fn of(record: &SessionRecord) -> Self {
        let told = record.recording.video.as_ref().and_then(|video| video.rate);
        let real = told.filter(|rate| (1.0..=120.0).contains(rate)).unwrap_or(25.0);
        Self { real, base: real.round() as u64 }
    }

    fn frames(&self, time: Time) -> u64 {
        (time.seconds().max(0.0) * self.real).round() as u64
    }

    fn timecode(&self, frames: u64) -> String {
        let seconds = frames / self.base;
        let (hours, minutes) = (seconds / 3600 % 24, seconds / 60 % 60);
        format!("{hours:02}:{minutes:02}:{:02}:{:02}", seconds % 60, frames % self.base)
    }

    /// Writes an event that starts at `cut`, and gives where the next one starts.
    fn event(&self, edl: &mut String, record: &SessionRecord, procedure: &Procedure, (event, cut): (u32, u64)) -> u64 {
        let first = self.frames(procedure.span.start());
        let last = self.frames(procedure.span.end()).max(first + 1);
        let channels = if record.recording.audio.is_some() { "B" } else { "V" };
        let end = cut + last - first;
        let times = [first, last, cut, end].map(|frames| self.timecode(frames)).join(" ");
        let _ = writeln!(edl, "\n{event:03}  AX       {channels}     C        {times}");
        let _ = writeln!(edl, "* FROM CLIP NAME: {}", ascii(&file_name(&record.session.video_url)));
        let _ = writeln!(edl, "* COMMENT: {}", ascii(&procedure.procedure_name));
        for line in &procedure.name.description {
            let at = self.frames(line.span.start()).clamp(first, last - 1) - first + cut;
            let _ = writeln!(edl, "* LOC: {} GREEN   {}", self.timecode(at), ascii(&line.text));
        }
        end
    }
}

/// The last part of a URL, as it was before it was encoded.
fn file_name(url: &str) -> String {
    let last = url.rsplit('/').next().unwrap_or_default();
    let mut bytes = Vec::new();
    let mut rest = last.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let encoded = after.get(..2).filter(|_| byte == b'%').and_then(|two| std::str::from_utf8(two).ok());
        let decoded = encoded.and_then(|two| u8::from_str_radix(two, 16).ok());
        bytes.push(decoded.unwrap_or(byte));
        rest = if decoded.is_some() { &after[2..] } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A text that the format can hold.
fn ascii(text: &str) -> String {
    let bare = clean(text);
    let letters = bare.nfd().filter(|c| !unicode_normalization::char::is_combining_mark(*c));
    let plain = letters.map(|c| if c.is_ascii() { c } else { '?' });
    plain.collect::<String>().trim().chars().take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timecodes_count_frames() {
        let rate = Rate { real: 30_000.0 / 1001.0, base: 30 };
        // Ten minutes of 29.97 frames a second are 17,982 frames: 18 fewer than ten minutes of timecode.
        assert_eq!(rate.timecode(rate.frames(Time::from_seconds(600.0))), "00:09:59:12");
        assert_eq!(Rate { real: 25.0, base: 25 }.timecode(25 * 3600 + 26), "01:00:01:01");
    }

    #[test]
    fn texts_are_ascii() {
        assert_eq!(ascii("Größe prüfen – Ventil\n*"), "Gro?e prufen ? Ventil *");
        assert_eq!(file_name("file:///recordings/boiler%20service.mp4"), "boiler service.mp4");
        assert_eq!(file_name("100%"), "100%");
    }
}
