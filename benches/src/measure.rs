//! The measurements, in order: each limit close to what it bounds.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use stepreel_core::Picture;
use stepreel_inference::Runtime;
use stepreel_media::{Recording, Sampling};
use stepreel_models::{Library, Role};
use stepreel_segmentation::EncoderConfig;

use crate::limit::{self, Inputs};
use crate::peak::Peak;
use crate::program::{Model, Program, Run, Words};
use crate::session::Session;
use crate::speech::Speech;
use crate::table::Row;

/// Everything that is measured on one session.
pub(crate) struct Bench<'a> {
    folder: &'a Path,
    recording: &'a Path,
    program: Program<'a>,
    model: Model,
    speech: Speech,
}

/// What was measured.
pub(crate) struct Measured {
    /// All of it, words recognised.
    pub(crate) whole: Run,
    /// All of it but that words come from captions.
    pub(crate) wordless: Run,
    pub(crate) memory: Peak,
    alone: Alone,
    limits: Limits,
}

/// Stages with nothing else at work beside them.
struct Alone {
    pictures: Duration,
    sound: Duration,
    words: Duration,
    /// A frame through the encoder.
    vector: Duration,
}

/// Bare tools.
struct Limits {
    key_frames: Duration,
    every_frame: Duration,
    sound: Duration,
    copies: Duration,
    whisper: Duration,
    onnx: Duration,
}

impl<'a> Bench<'a> {
    pub(crate) fn new(folder: &'a Path, session: &'a Session, model: Model) -> Result<Self> {
        let program = Program::new(folder, session, &model)?;
        let speech = Speech::of(&session.recording, folder)?;
        Ok(Self { folder, recording: &session.recording, program, model, speech })
    }

    /// The fastest of so many tries of each; a stage and what bounds it take turns, so that what else the machine does meets both.
    pub(crate) fn measure(&self, tries: usize) -> Result<Measured> {
        let whole = fastest(tries, |run: &Run| run.wall, || self.program.fresh(Words::Recognised))?;
        let beside = |stage: &'static str, limit: &dyn Fn() -> Result<Duration>| {
            in_turn(tries, || self.program.again(stage)?.stage(stage), limit)
        };
        let (words, whisper) = beside("words", &|| limit::whisper(&self.model, &self.speech))?;
        let (pictures, key_frames) = beside("pictures", &|| limit::key_frames(self.recording))?;
        let (sound, bare_sound) = beside("sound", &|| limit::sound(self.recording))?;
        let (vector, onnx) = self.vectors(tries)?;
        let wordless = fastest(tries, |run: &Run| run.wall, || self.program.fresh(Words::Captions))?;
        let least = |measure: &dyn Fn() -> Result<Duration>| fastest(tries, |&took| took, measure);
        let copies = least(&|| limit::copies(self.recording, &wordless.spans, self.folder))?;
        let every_frame = least(&|| limit::every_frame(self.recording))?;
        let memory = whole.peak.max(wordless.peak);
        let alone = Alone { pictures, sound, words, vector };
        let limits = Limits { key_frames, every_frame, sound: bare_sound, copies, whisper, onnx };
        Ok(Measured { whole, wordless, memory, alone, limits })
    }

    /// A frame's way through the encoder, and through bare ONNX Runtime.
    fn vectors(&self, tries: usize) -> Result<(Duration, Duration)> {
        let library = Library::discover()?;
        let config = EncoderConfig::default();
        let EncoderConfig::Onnx { model } = &config else { return Ok((Duration::ZERO, Duration::ZERO)) };
        let encoder = config.build(&library)?;
        let located = library.locate(Role::Encoder, model)?;
        let input = located.entry.and_then(|entry| entry.input).context("the manifest tells of its input")?;
        let inputs = Inputs {
            library: Runtime::load(None)?.path(),
            model: &located.path,
            size: (input.width, input.height),
            recording: self.recording,
            folder: self.folder,
            frames: FRAMES,
        };
        let pictures = pictures(self.recording)?;
        let pictures: Vec<&Picture> = pictures.iter().cycle().take(FRAMES).collect();
        let encode = || {
            let began = Instant::now();
            for batch in pictures.chunks(8) {
                encoder.encode(batch)?;
            }
            Ok(began.elapsed().div_f64(FRAMES as f64))
        };
        in_turn(tries, encode, || inputs.onnx())
    }
}

impl Measured {
    pub(crate) fn rows(&self) -> Vec<Row> {
        let Self { whole, wordless, alone, limits, .. } = self;
        let bare = limits.key_frames + limits.whisper + limits.copies;
        let clips = wordless.stages.get("clips").copied().unwrap_or_default();
        vec![
            Row::new("whole run", whole.wall, "bare key frames, whisper.cpp and copies", bare),
            Row::new("everything but words", wordless.wall, "ffmpeg: key frames scaled, one core", limits.key_frames),
            Row::new("pictures alone", alone.pictures, "ffmpeg: key frames scaled, one core", limits.key_frames),
            Row::new("sound alone", alone.sound, "ffmpeg: sound to 16 kHz", limits.sound),
            Row::new("words alone", alone.words, "whisper.cpp on the same speech", limits.whisper),
            Row::new("a frame's vector", alone.vector, "ONNX Runtime on the same frames", limits.onnx),
            Row::new("clips", clips, "ffmpeg -c copy of the same spans", limits.copies),
            Row::new("whole run, again", whole.wall, "ffmpeg: every frame decoded", limits.every_frame),
        ]
    }
}

/// How many frames are encoded in one try, again and again those of the recording where it has fewer: half a second's worth would
/// measure what the machine did in that half second.
const FRAMES: usize = 600;

/// The samples that the pipeline would look at, the first of them.
fn pictures(recording: &Path) -> Result<Vec<Picture>> {
    let recording = Recording::open(recording)?;
    let plan = recording.plan(&Sampling::default()).context("it has no pictures")?;
    recording.frames(&plan)?.take(FRAMES).map(|sample| Ok(sample?.frame.picture)).collect()
}

/// The fastest of so many tries of one thing and another, by turns.
fn in_turn(
    tries: usize,
    one: impl Fn() -> Result<Duration>,
    other: impl Fn() -> Result<Duration>,
) -> Result<(Duration, Duration)> {
    let mut fastest = (one()?, other()?);
    for _ in 1..tries {
        fastest = (fastest.0.min(one()?), fastest.1.min(other()?));
    }
    Ok(fastest)
}

/// Of so many tries the one that took the least time: noise only ever adds.
fn fastest<T>(tries: usize, took: impl Fn(&T) -> Duration, run: impl Fn() -> Result<T>) -> Result<T> {
    let mut best = run()?;
    for _ in 1..tries {
        let next = run()?;
        if took(&next) < took(&best) {
            best = next;
        }
    }
    Ok(best)
}
