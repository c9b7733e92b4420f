//! `index.csv`: what each file is expected to be.

use std::fs;
use std::path::Path;

use crate::outcome::Outcome;

/// A line of the index.
pub(crate) struct Entry {
    pub(crate) file: String,
    pub(crate) expected: String,
    class: String,
}

/// Files whose outcome is another than the index expects, and why.
const OTHERWISE: [(&str, &str); 2] = [
    (
        "synthetic/negative_ts.mkv",
        "ffmpeg gives pictures of Matroska before zero no time, and without one none is placed",
    ),
    (
        "synthetic/tiny_2x2.mp4",
        "two other files of 2x2 pixels are to be accepted; a session of it fails for want of sound",
    ),
];

/// All lines, in their order.
pub(crate) fn entries(folder: &Path) -> Vec<Entry> {
    let text = fs::read_to_string(folder.join("index.csv")).unwrap();
    let mut lines = text.lines().map(fields);
    let names = lines.next().unwrap();
    let column = |name: &str| names.iter().position(|known| known == name).unwrap();
    let (file, class, expected) = (column("file"), column("ffprobe_class"), column("expected"));
    let entry = |line: Vec<String>| Entry {
        file: line[file].clone(),
        class: line[class].clone(),
        expected: line[expected].clone(),
    };
    lines.map(entry).collect()
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

impl Entry {
    /// Whether the file was made to lead elsewhere, or to be more than its reader can take.
    pub(crate) fn is_hostile(&self) -> bool {
        const MAKERS: [&str; 2] = ["teamseri0us-pocs/", "exiv2/"];
        const MADE: [&str; 8] = ["hls_", "dash", "sdp", "ffconcat", "svg_", "dref_", "attachment", "zip_"];
        MAKERS.iter().any(|maker| self.file.starts_with(maker))
            || self.file.strip_prefix("synthetic/").is_some_and(|name| MADE.iter().any(|made| name.starts_with(made)))
    }

    /// Whether that outcome is of the class that is expected, or known to be another.
    pub(crate) fn allows(&self, outcome: &Outcome) -> bool {
        if let Some((_, why)) = OTHERWISE.iter().find(|(file, _)| self.file == *file) {
            println!("       the file above is known to end otherwise: {why}");
            return true;
        }
        // Models and lists of words are no recordings, whatever they are to those who read them.
        let expected = if self.class == "model" { "reject" } else { self.expected.as_str() };
        let shows = outcome.frames > 0;
        match expected {
            "accept" => shows && outcome.problem.is_none(),
            "accept-degraded" => shows,
            // Nothing of it can be used; or it opens and shows nothing, which is what findings are about.
            "reject" | "text" => !shows,
            "reject-or-degraded" | "either" => true,
            unknown => panic!("{unknown} is no class"),
        }
    }
}
