use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use stepreel_core::{FindingCode, Rotation};

use crate::{Fault, Script, Speaker, TrueVerdict};

/// What is to be recorded. The same scenario gives the same recording.
///
/// ```no_run
/// use stepreel_testkit::{Extent, Fault, Scenario, own_scripts};
///
/// let script = own_scripts().remove(0);
/// let take = Scenario::new(script, 7).with(Fault::Covered(Extent::Around(0.5, 12.0))).record("takes".as_ref())?;
/// println!("{} with {} procedures", take.recording.display(), take.truth.procedures.len());
/// # Ok::<(), stepreel_testkit::TestkitError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scenario {
    /// Its name: the stem of the files.
    pub name: String,
    /// Decides everything that the script leaves open: places, pauses, voice, camera, noise.
    pub seed: u64,
    /// What is said and done.
    pub script: Script,
    /// What is seen.
    pub pictures: Pictures,
    /// Whether the script is spoken.
    pub narration: Narration,
    /// Who may speak it: the seed picks one. Empty for any of the voices that there are.
    // Left out of the text when empty, as it is part of what a recording is known by: those made before stay known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub speakers: Vec<Speaker>,
    /// How long it lasts.
    pub length: Length,
    /// What is done to it.
    pub faults: Vec<Fault>,
    /// What the file is like.
    pub format: Format,
    /// What should become of it.
    pub verdict: TrueVerdict,
}

/// What is seen in a recording.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pictures {
    /// Drawn workplaces.
    Drawn,
    /// Real first-person clips: the folder `video` of the test data. For evaluation only, as their licences ask.
    Footage(PathBuf),
}

/// Whether a script is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Narration {
    /// By a speech synthesiser.
    Spoken,
    /// Not a word: the work alone is heard.
    Off,
}

/// How long a recording lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Length {
    /// As long as the script takes.
    Natural,
    /// As long as the script takes, stretched by quiet work if that is shorter.
    AtLeast(Duration),
    /// The engineer stops the recording there, whatever is left of the script.
    StopsAt(Duration),
}

/// What a file is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Format {
    /// Pixels in a row as shown; even.
    pub width: u32,
    /// Rows as shown; even.
    pub height: u32,
    /// Frames a second.
    pub rate: Rate,
    /// How the stored picture is turned to be shown upright. MP4 only.
    pub rotation: Rotation,
    /// What the streams' clock shows at the first frame.
    pub start: Duration,
    /// Seconds between key frames at most.
    pub key_frame_distance: Duration,
    /// How pictures are encoded.
    pub video: VideoCodec,
    /// How sound is encoded.
    pub audio: AudioCodec,
    /// What holds both.
    pub container: Container,
}

/// Frames a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rate {
    /// So many.
    Constant(u32),
    /// So many at most, of which a third are left out here and there, as a phone does in poor light.
    Variable(u32),
}

/// How pictures are encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VideoCodec {
    /// H.264.
    H264,
    /// H.265.
    Hevc,
    /// MPEG-4 part 2.
    Mpeg4,
}

/// How sound is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AudioCodec {
    /// AAC.
    Aac,
    /// Opus.
    Opus,
    /// FLAC: bit exact. Matroska only.
    Flac,
}

/// What holds pictures and sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Container {
    /// MP4 with its index at the front.
    Mp4,
    /// Matroska.
    Mkv,
    /// MPEG transport stream.
    Ts,
}

impl Scenario {
    /// A clean, spoken recording of a script, named after it. Its procedures are to be found; one without any is to fail for that.
    pub fn new(script: Script, seed: u64) -> Self {
        let idle = script.procedures.is_empty();
        let verdict = if idle { TrueVerdict::Failed(FindingCode::NoProcedures) } else { TrueVerdict::Completed };
        Self {
            name: script.id.clone(),
            seed,
            script,
            pictures: Pictures::Drawn,
            narration: Narration::Spoken,
            speakers: Vec::new(),
            length: Length::Natural,
            faults: Vec::new(),
            format: Format::default(),
            verdict,
        }
    }

    /// The same under another name.
    #[must_use]
    pub fn named(self, name: impl Into<String>) -> Self {
        Self { name: name.into(), ..self }
    }

    /// The same in another format.
    #[must_use]
    pub fn format(self, format: Format) -> Self {
        Self { format, ..self }
    }

    /// The same with one more fault.
    #[must_use]
    pub fn with(mut self, fault: Fault) -> Self {
        self.faults.push(fault);
        self
    }

    /// The same with another length.
    #[must_use]
    pub fn lasting(self, length: Length) -> Self {
        Self { length, ..self }
    }

    /// The same with another verdict.
    #[must_use]
    pub fn expecting(self, verdict: TrueVerdict) -> Self {
        Self { verdict, ..self }
    }

    /// The same spoken by one of those.
    #[must_use]
    pub fn spoken_by(self, speakers: Vec<Speaker>) -> Self {
        Self { speakers, ..self }
    }

    /// The same without a word.
    #[must_use]
    pub fn wordless(self) -> Self {
        Self { narration: Narration::Off, ..self }
    }

    /// The same with real first-person clips, from the folder `video` of the test data.
    #[must_use]
    pub fn filmed_from(self, folder: impl Into<PathBuf>) -> Self {
        Self { pictures: Pictures::Footage(folder.into()), ..self }
    }
}

impl Length {
    /// Seconds after which nothing is said any more.
    pub(crate) fn most(self) -> f64 {
        match self {
            Self::Natural | Self::AtLeast(_) => f64::INFINITY,
            Self::StopsAt(end) => end.as_secs_f64(),
        }
    }
}

impl Rate {
    /// Frames a second at most.
    pub const fn most(self) -> u32 {
        match self {
            Self::Constant(rate) | Self::Variable(rate) => rate,
        }
    }
}

/// What glasses record, small: 640x360, 20 frames a second, a key frame every 2 s, H.264 and AAC in MP4.
impl Default for Format {
    fn default() -> Self {
        Self {
            width: 640,
            height: 360,
            rate: Rate::Constant(20),
            rotation: Rotation::None,
            start: Duration::ZERO,
            key_frame_distance: Duration::from_secs(2),
            video: VideoCodec::H264,
            audio: AudioCodec::Aac,
            container: Container::Mp4,
        }
    }
}
