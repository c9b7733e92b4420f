//! What each of the odd files is expected to be.

use stepreel_testkit::OddFile;

use crate::outcome::Outcome;

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

/// Whether the file was made to lead elsewhere, or to be more than its reader can take.
pub(crate) fn is_hostile(odd: &OddFile) -> bool {
    const MAKERS: [&str; 2] = ["teamseri0us-pocs/", "exiv2/"];
    const MADE: [&str; 8] = ["hls_", "dash", "sdp", "ffconcat", "svg_", "dref_", "attachment", "zip_"];
    MAKERS.iter().any(|maker| odd.name.starts_with(maker))
        || odd.name.strip_prefix("synthetic/").is_some_and(|name| MADE.iter().any(|made| name.starts_with(made)))
}

/// Whether that outcome is of the class that is expected, or known to be another.
pub(crate) fn allows(odd: &OddFile, outcome: &Outcome) -> bool {
    if let Some((_, why)) = OTHERWISE.iter().find(|(file, _)| odd.name == *file) {
        println!("       the file above is known to end otherwise: {why}");
        return true;
    }
    // Models and lists of words are no recordings, whatever they are to those who read them.
    let expected = if odd.kind == "model" { "reject" } else { odd.expected.as_str() };
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
