//! One row a recording and clipper.

use std::collections::BTreeSet;
use std::fmt::Write as _;

/// What was measured of one recording, cut by one clipper. Errors are in seconds.
#[derive(Default)]
pub(crate) struct Row {
    /// What is special about the recording.
    pub(crate) name: &'static str,
    pub(crate) container: String,
    pub(crate) codecs: String,
    /// How long the recording lasts.
    pub(crate) length: Worst,
    /// The clip's first frame.
    pub(crate) start: Worst,
    /// The end of the clip's last frame.
    pub(crate) end: Worst,
    /// What the clip's description says of both.
    pub(crate) real: Worst,
    /// When each frame of the clip is played.
    pub(crate) frames: Worst,
    /// Where the clip's sound starts and ends beside its pictures.
    pub(crate) sound: Worst,
    /// Beeps beside frames.
    pub(crate) sync: Worst,
    /// The frame that a still shows.
    pub(crate) still: Worst,
    /// Captions beside the beeps that they caption.
    pub(crate) captions: Worst,
    /// Who cut the clips, and how they say that they did.
    pub(crate) clipper: &'static str,
    pub(crate) methods: BTreeSet<String>,
    /// What is wrong and no number.
    pub(crate) faults: Vec<String>,
}

/// The worst of some errors, in seconds, and whether any was beyond its limit.
#[derive(Clone, Copy, Default)]
pub(crate) struct Worst {
    error: Option<f64>,
    beyond: bool,
}

impl Worst {
    /// Takes an error that may be as large as `limit`.
    pub(crate) fn take(&mut self, error: f64, limit: f64) {
        let worst = self.error.unwrap_or_default();
        self.error = Some(if error.abs() > worst.abs() { error } else { worst });
        self.beyond |= error.is_nan() || error.abs() > limit;
    }

    fn text(self) -> String {
        let mark = if self.beyond { "!" } else { " " };
        self.error.map_or_else(|| format!("{:>8}{mark}", "-"), |error| format!("{:>8.1}{mark}", tenths(error)))
    }
}

impl Row {
    fn worsts(&self) -> [Worst; 9] {
        [self.length, self.start, self.end, self.real, self.frames, self.sound, self.sync, self.still, self.captions]
    }

    pub(crate) fn is_good(&self) -> bool {
        self.faults.is_empty() && self.worsts().iter().all(|worst| !worst.beyond)
    }
}

/// Milliseconds with one decimal; zero has no sign.
fn tenths(seconds: f64) -> f64 {
    (seconds * 10_000.0).round() / 10.0 + 0.0
}

/// All rows with a heading, in milliseconds; an exclamation mark stands behind what is beyond its limit, faults under their row.
pub(crate) fn table(rows: &[Row]) -> String {
    let mut text = String::from("errors in milliseconds\n");
    let heads = ["length", "start", "end", "real", "frames", "sound", "sync", "still", "captions"];
    let heads = heads.map(|head| format!("{head:>9}"));
    text += &line(["recording", "container", "codecs"], &heads, ["clipper", "method"]);
    for row in rows {
        let methods = row.methods.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
        text += &line([row.name, &row.container, &row.codecs], &row.worsts().map(Worst::text), [row.clipper, &methods]);
        row.faults.iter().for_each(|fault| writeln!(text, "  ! {fault}").expect("a string takes all"));
    }
    text
}

fn line(texts: [&str; 3], numbers: &[String; 9], clipper: [&str; 2]) -> String {
    let ([name, container, codecs], [clipper, method]) = (texts, clipper);
    let numbers = numbers.join("");
    format!("{name:<35} {container:<9} {codecs:<22}{numbers}  {clipper:<10} {method}\n")
}
