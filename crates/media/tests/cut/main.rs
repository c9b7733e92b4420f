//! Clips are exact to the frame and in sync, on recordings whose every frame shows its own time and which beep each second.

#![allow(clippy::unwrap_used, reason = "what fails while a test is set up fails the test")]

mod reading;
mod recordings;

use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use stepreel_core::{Span, Time};
use stepreel_media::{CancellationToken, Crf, Encoding, Measured, MediaError, Preset, Recording, Splice};

use reading::{Reading, beeps, hashes};
use recordings::Clock;

/// In seconds: what the frames' own clock of whole milliseconds and a container's of the same may differ by.
const SAME: f64 = 0.0021;

/// In seconds: what lies between two clocks' ticks for the same time.
const ROUNDING: f64 = 5e-5;

/// In seconds.
const IN_SYNC: f64 = 0.02;

/// A recording with the times that its frames show.
struct Bench {
    folder: tempfile::TempDir,
    recording: Recording,
    /// All frames of the recording.
    all: Reading,
    /// What the container's clock and the frames' own clock show at zero of the timeline, in seconds.
    container_zero: f64,
    clock_zero: f64,
}

impl Bench {
    fn new(clock: &Clock) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = clock.record(folder.path());
        let recording = Recording::open(&path).unwrap();
        let container_zero = recording.info().container_start.seconds();
        let clock_zero = -recording.info().video.as_ref().unwrap().start.seconds();
        Self { folder, recording, all: Reading::of(&path), container_zero, clock_zero }
    }

    /// Cuts and checks every frame and every beep of the clip.
    fn check(&self, from: f64, to: f64) {
        let asked = Span::from_seconds(from, to).unwrap();
        let clip = self.folder.path().join("clip.mp4");
        let wanted = self.recording.cut(asked, Encoding::default(), &clip).unwrap();
        self.holds(asked, wanted, &clip);
    }

    fn splice(&self, from: f64, to: f64) -> Splice {
        let clip = self.folder.path().join("clip.mp4");
        self.recording.splice(Span::from_seconds(from, to).unwrap(), Encoding::default(), &clip).unwrap()
    }

    /// Copies groups of pictures and checks every frame and every beep of the clip; gives how many frames were copied, of how many.
    fn check_splice(&self, from: f64, to: f64) -> (u64, u64) {
        let asked = Span::from_seconds(from, to).unwrap();
        let clip = self.folder.path().join("clip.mp4");
        let splice = self.splice(from, to);
        let measured = self.recording.measure_splice(&splice, &clip).unwrap();
        assert_eq!(measured, self.holds(asked, splice.span, &clip), "all of it decodes as it was measured");
        (splice.copied(), measured.frames)
    }

    fn holds(&self, asked: Span, wanted: Span, clip: &Path) -> Measured {
        let measured = self.recording.measure(clip).unwrap();
        let reading = Reading::of(clip);
        self.frames_are_those_of(asked, &reading);
        self.frames_keep_their_times(wanted, &reading);
        assert_eq!(measured.frames as usize, reading.shown.len());
        near(measured.pictures.start().seconds(), 0.0, SAME, "the first frame");
        near(measured.pictures.end().seconds(), wanted.seconds(), SAME, "the end of the last frame");
        self.sound_is_in_sync(clip, wanted, &measured);
        measured
    }

    /// A frame that stood still when the span began may come before those that start inside.
    fn frames_are_those_of(&self, asked: Span, reading: &Reading) {
        let starts_inside = |played: f64| asked.contains(Time::from_seconds(played - self.container_zero + ROUNDING));
        let all = self.all.played.iter().zip(&self.all.shown);
        let expected: Vec<f64> = all.filter(|(played, _)| starts_inside(**played)).map(|(_, shown)| *shown).collect();
        let held = reading.shown.len().saturating_sub(expected.len());
        assert!(held <= 1, "{asked}: {} frames, not {}", reading.shown.len(), expected.len());
        assert_eq!(reading.shown[held..], expected, "frames of {asked}");
    }

    fn frames_keep_their_times(&self, wanted: Span, reading: &Reading) {
        for (played, shown) in reading.played.iter().zip(&reading.shown).skip(1) {
            near(wanted.start().seconds() + played, shown - self.clock_zero, SAME, "when a frame is played");
        }
        near(reading.played[0], 0.0, 1e-6, "when the first frame is played");
    }

    fn sound_is_in_sync(&self, clip: &Path, wanted: Span, measured: &Measured) {
        let expected = self.beeps_within(wanted);
        let Some(sound) = measured.sound else { return assert!(expected.is_empty(), "{wanted} has no sound") };
        near(sound.start().seconds(), 0.0, IN_SYNC, "the start of the sound");
        near(sound.end().seconds(), wanted.seconds(), IN_SYNC, "the end of the sound");
        let zero = wanted.start().seconds() + sound.start().seconds() + self.clock_zero;
        let heard: Vec<f64> = beeps(clip).iter().map(|beep| zero + beep).collect();
        assert_eq!(heard.len(), expected.len(), "{wanted}: {heard:?} are heard, and {expected:?} are there");
        heard
            .iter()
            .zip(&expected)
            .for_each(|(heard, expected)| near(*heard, *expected, IN_SYNC, &format!("a beep of {wanted}")));
    }

    /// Whole seconds of the frames' clock that are recorded and, with a margin for the fades, in the clip.
    fn beeps_within(&self, wanted: Span) -> Vec<f64> {
        let Some(audio) = &self.recording.info().audio else { return Vec::new() };
        let from = wanted.start().max(audio.start + Duration::from_millis(1)).seconds() + self.clock_zero;
        let to = wanted.end().min(audio.end).seconds() + self.clock_zero;
        (0..60).map(f64::from).filter(|beep| from <= *beep && *beep < to - 0.02).collect()
    }
}

/// A recording whose frames need not be read one by one.
struct Plain {
    folder: tempfile::TempDir,
    recording: Recording,
}

impl Plain {
    fn new(clock: &Clock) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let recording = Recording::open(&clock.record(folder.path())).unwrap();
        Self { folder, recording }
    }

    fn splice(&self, from: f64, to: f64) -> (PathBuf, Splice) {
        let clip = self.folder.path().join("clip.mp4");
        let splice = self.recording.splice(Span::from_seconds(from, to).unwrap(), Encoding::default(), &clip);
        (clip, splice.unwrap())
    }

    /// Cuts, and gives the clip and what it is to hold.
    fn cut(&self, from: f64, to: f64) -> (PathBuf, Result<Span, MediaError>) {
        let clip = self.folder.path().join("clip.mp4");
        let held = self.recording.cut(Span::from_seconds(from, to).unwrap(), Encoding::default(), &clip);
        (clip, held)
    }
}

fn near(value: f64, expected: f64, tolerance: f64, what: &str) {
    assert!((value - expected).abs() <= tolerance, "{what}: {value}, not {expected}");
}

/// Spans of 1 to 5 seconds within the first 25, the same ones every time (a linear congruential generator), kept off whole
/// seconds so that no beep is cut in two, and off whole hundredths, where frames begin.
fn random_spans(seed: u64) -> impl Iterator<Item = (f64, f64)> {
    let mut state = seed;
    let mut random = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as f64 / f64::from(1_u32 << 31)
    };
    let off_beep = |time: f64| ((time.floor() + 0.1 + 0.8 * time.fract()) * 100.0).floor() / 100.0 + 0.005;
    std::iter::repeat_with(move || {
        let from = random() * 20.0;
        (off_beep(from), off_beep(from + 1.2 + random() * 4.0))
    })
}

fn check(clock: &Clock, seed: u64) {
    let bench = Bench::new(clock);
    random_spans(seed).take(2).for_each(|(from, to)| bench.check(from, to));
}

/// Cuts 100 spans by copying groups; gives the share of frames that were copied.
fn check_splices(pictures: &'static [&'static str], file: &'static str, seed: u64) -> f64 {
    let bench = Bench::new(&Clock { pictures, file, ..Clock::default() });
    let cut = |(from, to)| bench.check_splice(from, to);
    let (copied, all) = random_spans(seed).take(100).map(cut).fold((0, 0), |sum, cut| (sum.0 + cut.0, sum.1 + cut.1));
    copied as f64 / all as f64
}

#[test]
fn groups_of_h264_are_copied() {
    const PICTURES: &[&str] = &["-c:v", "libx264", "-preset", "veryfast", "-bf", "0", "-g", "30"];
    let copied = check_splices(PICTURES, "recording.mp4", 11);
    assert!(copied > 0.7, "only {copied} of all frames were copied");
}

#[test]
fn groups_of_h264_with_reordered_frames_are_copied() {
    const PICTURES: &[&str] = &["-c:v", "libx264", "-preset", "medium", "-g", "30", "-bf", "4"];
    let copied = check_splices(PICTURES, "recording.ts", 12);
    assert!(copied > 0.7, "only {copied} of all frames were copied");
}

#[test]
fn groups_of_hevc_are_copied() {
    const PICTURES: &[&str] = &[
        "-c:v",
        "libx265",
        "-preset",
        "ultrafast",
        "-x265-params",
        "keyint=30:bframes=0:open-gop=0:ctu=16:log-level=error",
    ];
    let copied = check_splices(PICTURES, "recording.mp4", 13);
    assert!(copied > 0.7, "only {copied} of all frames were copied");
}

#[test]
fn open_groups_of_hevc_with_reordered_frames_are_copied() {
    const PICTURES: &[&str] = &[
        "-c:v",
        "libx265",
        "-preset",
        "ultrafast",
        "-x265-params",
        "keyint=30:bframes=4:open-gop=1:ctu=16:log-level=error",
    ];
    let copied = check_splices(PICTURES, "recording.mkv", 14);
    assert!(copied > 0.7, "only {copied} of all frames were copied");
}

#[test]
fn open_groups_of_h264_are_not_copied() {
    const PICTURES: &[&str] =
        &["-c:v", "libx264", "-preset", "medium", "-g", "48", "-bf", "4", "-x264-params", "open-gop=1"];
    let plain = Plain::new(&Clock { pictures: PICTURES, ..Clock::default() });
    let clip = plain.folder.path().join("clip.mp4");
    let cut = plain.recording.splice(Span::from_seconds(3.0, 9.0).unwrap(), Encoding::default(), &clip);
    assert!(matches!(cut, Err(MediaError::CannotCopy { .. })), "{:?}", cut.map(|splice| splice.copied()));
}

#[test]
fn a_constant_rate() {
    let bench = Bench::new(&Clock::default());
    random_spans(1).take(12).for_each(|(from, to)| bench.check(from, to));
}

#[test]
fn a_variable_rate() {
    let bench = Bench::new(&Clock::variable());
    random_spans(3).take(2).for_each(|(from, to)| bench.check(from, to));
    bench.check(4.9, 5.3);
}

#[test]
fn a_picture_that_stands_still() {
    let bench = Bench::new(&Clock::variable());
    for (from, to) in [(13.2, 15.5), (11.5, 13.3), (12.6, 13.4)] {
        bench.check(from, to);
    }
}

#[test]
fn sound_that_starts_late_and_ends_early() {
    let bench = Bench::new(&Clock::partly_heard());
    for (from, to) in [(5.3, 9.4), (13.2, 17.7), (8.2, 10.6)] {
        bench.check(from, to);
    }
    let clip = bench.folder.path().join("silent.mp4");
    bench.recording.cut(Span::from_seconds(1.0, 4.0).unwrap(), Encoding::default(), &clip).unwrap();
    assert_eq!(bench.recording.measure(&clip).unwrap().sound, None);
}

#[test]
fn odd_sizes_of_ten_bits() {
    const PICTURES: &[&str] =
        &["-vf", "pad=129:33", "-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv444p10le"];
    check(&Clock { pictures: PICTURES, ..Clock::default() }, 10);
}

#[test]
fn a_span_past_the_end_is_cut_to_the_recording() {
    let plain = Plain::new(&Clock::default());
    let (clip, held) = plain.cut(27.0, 90.0);
    assert_eq!(held.unwrap(), Span::from_seconds(27.0, 30.0).unwrap());
    assert_eq!(plain.recording.measure(&clip).unwrap().frames, 90);
}

#[test]
fn a_span_without_a_picture_is_an_error() {
    let (_, held) = Plain::new(&Clock::default()).cut(31.0, 32.0);
    assert!(matches!(held, Err(MediaError::NothingToCut { .. })), "{held:?}");
}

#[test]
fn what_is_cancelled_is_neither_cut_nor_measured() {
    let plain = Plain::new(&Clock::default());
    let clip = plain.cut(3.0, 5.0).0;
    let token = CancellationToken::default();
    let recording = plain.recording.cancelled_by(&token);
    assert!(recording.measure(&clip).is_ok());
    token.cancel();
    let cut = recording.cut(Span::from_seconds(3.0, 5.0).unwrap(), Encoding::default(), &clip);
    assert!(matches!(cut, Err(MediaError::Cancelled)), "{cut:?}");
    let measured = recording.measure(&clip);
    assert!(matches!(measured, Err(MediaError::Cancelled)), "{measured:?}");
}

#[test]
fn a_cut_that_is_cancelled_half_way_does_not_go_on() {
    // Noise, large and almost without loss: work for a minute.
    const PICTURES: &[&str] =
        &["-vf", "scale=1280:320,noise=alls=40:allf=t", "-c:v", "libx264", "-preset", "ultrafast", "-crf", "30"];
    let slow = Encoding { preset: Preset::Slow, crf: Crf::new(1).unwrap() };
    let Plain { folder, recording } = Plain::new(&Clock { pictures: PICTURES, ..Clock::default() });
    let (clip, token) = (folder.path().join("clip.mp4"), CancellationToken::default());
    let recording = recording.cancelled_by(&token);
    let held = thread::scope(|scope| {
        let cut = scope.spawn(|| recording.cut(Span::from_seconds(0.0, 30.0).unwrap(), slow, &clip));
        while !clip.exists() && !cut.is_finished() {
            thread::sleep(Duration::from_millis(5));
        }
        token.cancel();
        cut.join().unwrap()
    });
    assert!(matches!(held, Err(MediaError::Cancelled)), "{held:?}");
}

#[test]
fn a_clip_holds_pictures_and_sound_and_nothing_else() {
    let plain = Plain::new(&Clock { output: &recordings::PRIVATE, ..Clock::default() });
    let clip = plain.cut(3.0, 5.0).0;
    let bytes = std::fs::read(&clip).unwrap();
    let holds = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(!holds("PRIVATE"), "metadata of the recording came along");
    assert_eq!(reading::streams(&clip), ["audio", "video"]);
}

#[test]
fn sound_does_not_pop_at_the_edges() {
    let hum = Plain::new(&Clock { tone: "0.4*cos(2*PI*50*t)", ..Clock::default() });
    for start in [3.0, 3.005, 3.011, 3.018] {
        for clip in [hum.cut(start, 5.0).0, hum.splice(start, 5.0).0] {
            let samples = reading::sound(&clip);
            let (first, middle, last) = (samples[0], loudest(&samples[48_000..50_000]), samples[samples.len() - 1]);
            assert!(middle > 0.35 && first.abs() < 0.03 && last.abs() < 0.03, "{first}, {middle}, {last}");
        }
    }
}

fn loudest(samples: &[f32]) -> f32 {
    samples.iter().fold(0.0, |loudest, sample| sample.abs().max(loudest))
}

#[test]
fn copied_sound_is_that_of_the_recording() {
    /// Samples that a packet swells in, and fades in.
    const EDGE: usize = 1024;
    /// Without noise that each decoder makes up for itself.
    const SURE: &[&str] = &["-c:a", "aac", "-aac_pns", "0"];
    for file in ["recording.mp4", "recording.ts", "recording.mkv"] {
        let sweep = Plain::new(&Clock { tone: "0.4*sin(2*PI*(300+20*t)*t)", sound: SURE, file, ..Clock::default() });
        let whole = reading::sound(sweep.recording.path());
        let (clip, splice) = sweep.splice(3.01, 7.77);
        assert!(splice.sound_copied(), "{file}");
        let samples = reading::sound(&clip);
        let inner = &samples[EDGE..samples.len() - 2 * EDGE];
        let found = whole.windows(inner.len()).filter(|window| *window == inner).count();
        assert_eq!(found, 1, "{file}: {} samples lie in the recording as they do in the clip", inner.len());
    }
}

#[test]
fn sound_that_cannot_be_copied_is_encoded_beside_copied_pictures() {
    let sounds: [&[&str]; 4] = [
        &["-c:a", "aac", "-ar", "16000"],
        &["-c:a", "libmp3lame"],
        &["-c:a", "aac", "-ac", "6"],
        &["-c:a", "pcm_s16le"],
    ];
    for sound in sounds {
        let bench = Bench::new(&Clock { sound, file: "recording.mkv", ..Clock::default() });
        let (copied, frames) = bench.check_splice(3.3, 9.1);
        assert!(copied > frames / 2, "{sound:?}");
        assert!(!bench.splice(3.3, 9.1).sound_copied(), "{sound:?}");
    }
}

/// A recording of which some bytes in the middle of its largest picture between 10 and 20 s are others; also the hashes of its
/// frames before that.
fn damaged(folder: &Path, at: impl Fn(usize) -> usize) -> (PathBuf, Vec<String>) {
    let sound = Clock { pictures: &["-c:v", "libx264", "-g", "60", "-bf", "0"], ..Clock::default() };
    let path = sound.record(folder);
    let hashes = hashes(&path);
    let places = reading::places(&path).into_iter().filter(|(shown, ..)| (10.0..20.0).contains(shown));
    let (_, place, size) = places.max_by_key(|&(_, _, size)| size).unwrap();
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[place + at(size)..][..4].fill(0xa5);
    std::fs::write(&path, bytes).unwrap();
    (path, hashes)
}

#[test]
fn damage_in_a_copied_picture_stays_what_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let (path, before) = damaged(folder.path(), |size| size / 2);
    let whole = hashes(&path);
    assert_ne!(whole, before, "the damage shows");
    let recording = Recording::open(&path).unwrap();
    let clip = folder.path().join("clip.mp4");
    let splice = recording.splice(Span::from_seconds(5.0, 28.0).unwrap(), Encoding::default(), &clip).unwrap();
    recording.measure_splice(&splice, &clip).unwrap();
    let shown = hashes(&clip);
    let copied = &shown[shown.len() - splice.copied() as usize..];
    assert!(whole.windows(copied.len()).any(|frames| frames == copied), "the clip shows what the recording does");
}

#[test]
fn a_packet_that_is_torn_is_not_copied() {
    let folder = tempfile::tempdir().unwrap();
    // The length of the first unit.
    let (path, _) = damaged(folder.path(), |_| 0);
    let recording = Recording::open(&path).unwrap();
    let clip = folder.path().join("clip.mp4");
    let refused = recording.splice(Span::from_seconds(5.0, 28.0).unwrap(), Encoding::default(), &clip).map(drop);
    assert!(matches!(refused, Err(MediaError::CannotCopy { .. })), "{refused:?}");
}

#[test]
fn a_damaged_clip_is_found_out() {
    let plain = Plain::new(&Clock::default());
    let clip = plain.cut(3.0, 8.0).0;
    let whole = std::fs::read(&clip).unwrap();
    let mut hurt = whole.clone();
    let middle = whole.len() / 2;
    hurt[middle..middle + 2000].fill(0x5a);
    for damaged in [hurt, whole[..middle].to_vec()] {
        std::fs::write(&clip, damaged).unwrap();
        let result = plain.recording.measure(&clip);
        assert!(matches!(result, Err(MediaError::BadClip { .. })), "{result:?}");
    }
}
