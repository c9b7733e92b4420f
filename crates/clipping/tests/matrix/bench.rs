//! What is measured of a recording, its clips, stills and captions.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use stepreel_clipping::{Clipper, captions, write_thumbnail};
use stepreel_core::{Clip, SAMPLE_RATE, Span, Time, Transcript, TranscriptSource, Utterance};
use stepreel_media::Recording;
use tempfile::TempDir;

use crate::fixtures::Fixture;
use crate::pattern::{COLUMNS, ROWS, time_shown};
use crate::reading::{Frame, Reading, onsets};
use crate::table::Row;

/// In seconds: what is in sync.
const IN_SYNC: f64 = 0.02;

/// In seconds: what the frames' own clock of whole milliseconds and a container's of the same may differ by.
const SAME: f64 = 0.0021;

/// In seconds: what lies between two clocks' ticks for the same time.
const ROUNDING: f64 = 5e-5;

/// In seconds: whether a beep so near a clip's edge is heard is nobody's promise.
const EDGE: f64 = 0.12;

/// A recording beside what can be seen and heard in it.
pub(crate) struct Bench {
    fixture: Fixture,
    folder: TempDir,
    recording: Recording,
    reading: Reading,
    /// Each beep, as the second that frames show then, and when it is heard.
    beeps: BTreeMap<u32, f64>,
    /// When the same beeps are heard by a pipeline that makes captions.
    transcript: Transcript,
}

impl Bench {
    pub(crate) fn new(fixture: Fixture) -> Result<Self, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = fixture.record(folder.path());
        let reading = Reading::of(&path, folder.path())?;
        let beeps: BTreeMap<u32, f64> = reading.beeps.iter().map(|&beep| (second(&reading, beep), beep)).collect();
        assert_eq!(beeps.len(), reading.beeps.len(), "{beeps:?}");
        assert!(beeps.len() >= fixture.beeps, "{beeps:?}");
        let recording = Recording::open(&path).map_err(|error| error.to_string())?;
        let transcript = transcript(&heard(&recording)?, &reading);
        Ok(Self { fixture, folder, recording, reading, beeps, transcript })
    }

    /// Measures everything with clips by that clipper.
    pub(crate) fn row(&self, clipper: &dyn Clipper) -> Row {
        let info = self.recording.info();
        let pictures = info.video.iter().map(|video| video.codec.clone());
        let sound = info.audio.iter().map(|a| format!("{} {}x{}", a.codec, a.channels, a.sample_rate));
        let mut row = Row {
            name: self.fixture.name,
            container: self.fixture.container(),
            codecs: pictures.chain(sound).collect::<Vec<_>>().join(" "),
            ..Row::default()
        };
        let lasts = self.fixture.lasts.unwrap_or_else(|| self.reading.end());
        row.length.take(info.duration.as_secs_f64() - lasts, self.longest_frame());
        for asked in self.spans() {
            if let Err(fault) = self.clip(asked, clipper, &mut row) {
                row.faults.push(format!("{asked}: {fault}"));
            }
        }
        row
    }

    /// From the beginning to the middle, and from the middle to after the end of the pictures.
    fn spans(&self) -> [Span; 2] {
        [(0.0, 13.21), (11.31, self.reading.pictures_end() + 10.0)]
            .map(|(from, to)| Span::from_seconds(from, to).unwrap())
    }

    fn longest_frame(&self) -> f64 {
        self.reading.frames.iter().map(|frame| frame.stays).fold(0.0, f64::max)
    }

    fn clip(&self, asked: Span, clipper: &dyn Clipper, row: &mut Row) -> Result<(), String> {
        let file = self.folder.path().join("clip.mp4");
        let clip = clipper.cut(&self.recording, asked, &file).map_err(|error| format!("{error}: {error:?}"))?;
        row.methods.insert(format!("{:?}", clip.method).to_lowercase());
        for share in [0.0, 0.41] {
            self.thumbnail(clip.real.start() + clip.real.duration().mul_f64(share), row)?;
        }
        let reading = Reading::of(&file, self.folder.path())?;
        let cut = Cut { bench: self, clip: &clip, reading: &reading };
        cut.edges(row)?;
        cut.frames(row)?;
        cut.sound(row)?;
        cut.captions(row)
    }

    fn thumbnail(&self, time: Time, row: &mut Row) -> Result<(), String> {
        let file = self.folder.path().join("still.jpg");
        let still = write_thumbnail(&self.recording, time, &file).map_err(|error| error.to_string())?;
        let still = still.ok_or_else(|| format!("no still at {time}"))?;
        let shown = shown_in(&file).ok_or_else(|| format!("the still at {time} is not upright"))?;
        let expected = self.reading.frame_at(time.seconds() + ROUNDING);
        let shown = self.showing(shown)?;
        row.still.take(shown.played - expected.played, expected.stays + SAME);
        row.still.take(still.time.seconds() - shown.played, IN_SYNC);
        Ok(())
    }

    /// The frame of the recording that shows that time.
    fn showing(&self, shown: f64) -> Result<Frame, String> {
        let found = self.reading.frames.iter().find(|frame| frame.shown == shown);
        found.copied().ok_or_else(|| format!("the recording has no frame that shows {shown} s"))
    }
}

/// A clip beside what can be seen and heard in it.
struct Cut<'a> {
    bench: &'a Bench,
    clip: &'a Clip,
    reading: &'a Reading,
}

impl Cut<'_> {
    fn edges(&self, row: &mut Row) -> Result<(), String> {
        let source = &self.bench.reading;
        let from = self.clip.asked.start().seconds().max(source.frames[0].played);
        let to = self.clip.asked.end().seconds().min(source.pictures_end());
        let (first, last) = (self.of_recording(0)?, self.of_recording(self.reading.frames.len() - 1)?);
        row.start.take(first.played - from, first.stays + SAME);
        row.end.take(last.played + last.stays - to, last.stays + SAME);
        row.real.take(self.clip.real.start().seconds() - first.played, IN_SYNC);
        row.real.take(self.clip.real.end().seconds() - last.played - last.stays, IN_SYNC);
        Ok(())
    }

    /// All frames between the first and the last are there, each at its time.
    fn frames(&self, row: &mut Row) -> Result<(), String> {
        let frames = &self.reading.frames;
        let (first, last) = (self.of_recording(0)?.played, self.of_recording(frames.len() - 1)?.played);
        let between = self.bench.reading.frames.iter().filter(|frame| (first..=last).contains(&frame.played));
        if !between.map(|frame| frame.shown).eq(frames.iter().map(|frame| frame.shown)) {
            return Err("its frames are not those of the recording".to_owned());
        }
        if self.clip.frames as usize != frames.len() {
            return Err(format!("it says that it has {} frames and has {}", self.clip.frames, frames.len()));
        }
        for (number, frame) in frames.iter().enumerate() {
            row.frames.take(self.on_timeline(frame.played) - self.of_recording(number)?.played, IN_SYNC);
        }
        Ok(())
    }

    fn sound(&self, row: &mut Row) -> Result<(), String> {
        let Some((start, end)) = self.reading.sound else { return self.is_silent() };
        row.sound.take(start - self.reading.frames[0].played, IN_SYNC);
        row.sound.take(end - self.reading.pictures_end(), IN_SYNC);
        let heard = self.heard();
        for (second, beep) in self.beeps_inside() {
            let heard = heard.get(&second).ok_or_else(|| format!("no beep at {second} s: {heard:?}"))?;
            let frame = self.reading.frame_at(*heard);
            let seen = self.bench.showing(frame.shown)?.played + heard - frame.played;
            row.sync.take(seen - beep, IN_SYNC);
        }
        let strange = heard.keys().find(|second| !self.bench.beeps.contains_key(second));
        strange.map_or(Ok(()), |second| Err(format!("a beep at {second} s that is not in the recording")))
    }

    fn is_silent(&self) -> Result<(), String> {
        let missing = self.beeps_inside();
        if missing.is_empty() { Ok(()) } else { Err(format!("no sound, and the recording beeps at {missing:?}")) }
    }

    fn captions(&self, row: &mut Row) -> Result<(), String> {
        let cues = captions(&self.bench.transcript, self.clip).map(|text| cues(&text)).unwrap_or_default();
        let heard = self.heard();
        for (second, _) in self.beeps_inside() {
            let cue = cues.get(&second).ok_or_else(|| format!("no caption of {second} s: {cues:?}"))?;
            row.captions.take(cue - heard[&second], IN_SYNC);
        }
        Ok(())
    }

    /// Beeps of the clip as they are heard.
    fn heard(&self) -> BTreeMap<u32, f64> {
        self.reading.beeps.iter().map(|&beep| (second(self.reading, beep), beep)).collect()
    }

    /// Beeps of the recording that lie well inside.
    fn beeps_inside(&self) -> BTreeMap<u32, f64> {
        let (from, to) = (self.clip.real.start().seconds() + EDGE, self.clip.real.end().seconds() - EDGE);
        self.bench
            .beeps
            .iter()
            .map(|(&second, &beep)| (second, beep))
            .filter(|(_, beep)| (from..to).contains(beep))
            .collect()
    }

    /// A time of the clip's timeline on the recording's, as the answer says.
    fn on_timeline(&self, played: f64) -> f64 {
        self.clip.real.start().seconds() + played
    }

    /// The frame of the recording that is a frame of the clip.
    fn of_recording(&self, number: usize) -> Result<Frame, String> {
        self.bench.showing(self.reading.frames[number].shown)
    }
}

/// The second that frames show when a beep is heard.
fn second(reading: &Reading, beep: f64) -> u32 {
    let frame = reading.frame_at(beep);
    (frame.shown + beep - frame.played).round() as u32
}

/// When beeps are heard on a recording's timeline.
fn heard(recording: &Recording) -> Result<Vec<f64>, String> {
    let blocks = recording.sound().map_err(|error| error.to_string())?.into_iter().flatten();
    let blocks: Vec<_> = blocks.collect::<Result<_, _>>().map_err(|error| format!("{error:?}"))?;
    let samples = blocks.iter().flat_map(|block| &block.samples).enumerate();
    Ok(onsets(samples.map(|(at, &sample)| (at as f64 / f64::from(SAMPLE_RATE), sample))))
}

/// Each beep as a word that says the second.
fn transcript(beeps: &[f64], reading: &Reading) -> Transcript {
    let utterances = beeps.iter().map(|&beep| {
        let heard = Time::from_seconds(beep);
        let span = Span::new(heard, heard + Duration::from_millis(100)).unwrap();
        let text = second(reading, beep).to_string();
        Utterance { span, text, words: Vec::new(), log_probability: None, no_speech: None, reliable: true }
    });
    Transcript { source: TranscriptSource::Whisper, language: None, utterances: utterances.collect() }
}

/// When each cue starts, by its text.
fn cues(web_vtt: &str) -> BTreeMap<u32, f64> {
    let lines: Vec<&str> = web_vtt.lines().collect();
    let cue = |pair: &[&str]| Some((pair[1].parse().ok()?, seconds(pair[0].split_once(" --> ")?.0)?));
    lines.windows(2).filter_map(cue).collect()
}

/// The seconds of a time such as `00:01:02.345`.
fn seconds(text: &str) -> Option<f64> {
    text.split(':').try_fold(0.0, |sum, part| Some(sum * 60.0 + part.parse::<f64>().ok()?))
}

/// The time that a still shows; nothing when it is not upright, or has not the recording's shape.
fn shown_in(still: &Path) -> Option<f64> {
    let picture = image::open(still).unwrap().to_luma8();
    let (width, height) = picture.dimensions();
    let middle = |cell: usize, cells: usize, pixels: u32| (cell as u32 * 2 + 1) * pixels / (cells as u32 * 2);
    let cells = (0..ROWS).flat_map(|row| (0..COLUMNS).map(move |column| (column, row)));
    let light = |(column, row)| picture.get_pixel(middle(column, COLUMNS, width), middle(row, ROWS, height)).0[0];
    let cells: Vec<u8> = cells.map(light).collect();
    time_shown(&cells).filter(|_| width as usize * ROWS == height as usize * COLUMNS)
}
