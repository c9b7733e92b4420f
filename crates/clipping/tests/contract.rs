//! The contract on real recordings, stills included.
#![allow(clippy::unwrap_used, reason = "what fails while a test is set up fails the test")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

use stepreel_clipping::{
    ClipError, Clipper, Hevc, Reencode, SmartCut, SmartCutSettings, best_frame, captions, conformance, write_thumbnail,
};
use stepreel_core::{
    BoundaryConfidence, Clip, CutMethod, Picture, PictureReading, Segment, Span, Time, Transcript, TranscriptSource,
    Utterance,
};
use stepreel_media::{CancellationToken, Crf, Encoding, MediaError, Preset, Recording};

const MOVING: &str = "testsrc2=s=320x180:r=25:d=12";

const BEEPS: &str = "sine=f=440:beep_factor=4:r=48000:d=12";

fn record(folder: &Path, name: &str, arguments: &[&str]) -> PathBuf {
    let file = folder.join(name);
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-v", "error", "-nostdin", "-f", "lavfi", "-i", MOVING, "-f", "lavfi", "-i", BEEPS]);
    ffmpeg.args(["-c:v", "libx264", "-preset", "veryfast", "-g", "50"]).args(arguments);
    assert!(ffmpeg.arg(&file).status().unwrap().success());
    file
}

fn check(clipper: &dyn Clipper, name: &str, arguments: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let recording = Recording::open(&record(folder.path(), name, arguments)).unwrap();
    conformance::check(clipper, &recording);
}

const TRANSPORT_STREAM: &[&str] = &["-bf", "0", "-g", "50", "-output_ts_offset", "20"];

#[test]
fn reencoding_keeps_the_contract() {
    check(&Reencode::default(), "recording.mp4", &[]);
}

#[test]
fn reencoding_keeps_the_contract_without_sound() {
    check(&Reencode::default(), "recording.mp4", &["-an"]);
}

#[test]
fn reencoding_keeps_the_contract_on_a_transport_stream() {
    check(&Reencode::default(), "recording.ts", TRANSPORT_STREAM);
}

#[test]
fn smart_cuts_keep_the_contract() {
    check(&SmartCut::default(), "recording.mp4", &["-g", "25"]);
}

#[test]
fn smart_cuts_keep_the_contract_without_sound() {
    check(&SmartCut::default(), "recording.mp4", &["-an", "-bf", "0"]);
}

#[test]
fn smart_cuts_keep_the_contract_on_a_transport_stream() {
    check(&SmartCut::default(), "recording.ts", TRANSPORT_STREAM);
}

/// Cuts five seconds that hold a whole group of pictures, if there are any.
fn smart_cut(settings: SmartCutSettings, arguments: &[&str]) -> Clip {
    let folder = tempfile::tempdir().unwrap();
    let recording = Recording::open(&record(folder.path(), "recording.mp4", arguments)).unwrap();
    let span = Span::from_seconds(3.1, 8.1).unwrap();
    SmartCut::new(settings).cut(&recording, span, &folder.path().join("clip.mp4")).unwrap()
}

#[test]
fn groups_are_copied_where_they_can_be() {
    let clip = smart_cut(SmartCutSettings::default(), &["-bf", "0"]);
    assert_eq!((clip.method, clip.frames, clip.copied), (CutMethod::SmartCut, 125, 103));
    assert_eq!(clip.why_encoded, None);
}

#[test]
fn what_cannot_be_copied_is_encoded_again_and_says_why() {
    const HEVC: &[&str] = &["-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=error"];
    for (arguments, why) in [
        (&["-g", "500"][..], "no group of pictures begins in it"),
        (&["-pix_fmt", "yuv422p"], "its pixels are of a kind that few players know"),
        (&["-flags", "+ilme+ildct", "-x264-params", "tff=1"], "its pictures are stored as fields"),
        (&["-c:v", "mpeg4"], "only H.264 and HEVC are copied"),
        (HEVC, "few browsers play HEVC"),
    ] {
        let clip = smart_cut(SmartCutSettings::default(), arguments);
        assert_eq!((clip.method, clip.copied), (CutMethod::Reencode, 0), "{arguments:?}");
        assert_eq!(clip.why_encoded.as_deref(), Some(why), "{arguments:?}");
    }
}

#[test]
fn hevc_is_copied_when_asked_for() {
    const HEVC: &[&str] = &["-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=error"];
    let settings = SmartCutSettings { hevc: Hevc::Copy, ..SmartCutSettings::default() };
    assert_eq!(smart_cut(settings, HEVC).method, CutMethod::SmartCut);
}

#[test]
fn a_cut_that_is_cancelled_half_way_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let token = CancellationToken::default();
    let long =
        record(folder.path(), "recording.mp4", &["-an", "-vf", "loop=-1:300,trim=end=120", "-preset", "ultrafast"]);
    let recording = Recording::open(&long).unwrap().cancelled_by(&token);
    let clips = folder.path().join("clips");
    std::fs::create_dir(&clips).unwrap();
    let slow = Reencode::new(Encoding { preset: Preset::Slow, crf: Crf::new(1).unwrap() });
    let result = thread::scope(|scope| {
        let cut = scope.spawn(|| slow.cut(&recording, recording.info().span().unwrap(), &clips.join("clip.mp4")));
        while bytes_in(&clips) == 0 && !cut.is_finished() {
            thread::sleep(Duration::from_millis(5));
        }
        token.cancel();
        cut.join().unwrap()
    });
    assert!(matches!(result, Err(ClipError::Cut { cause: MediaError::Cancelled, .. })), "{result:?}");
    assert_eq!(std::fs::read_dir(&clips).unwrap().count(), 0);
}

fn bytes_in(folder: &Path) -> u64 {
    std::fs::read_dir(folder).unwrap().flatten().filter_map(|file| Some(file.metadata().ok()?.len())).sum()
}

/// Three seconds each of black, blurred and sharp pictures, then three seconds of black.
const BAD_AND_GOOD: &str = "drawbox=c=black:t=fill:enable='lt(t,3)+gte(t,9)',gblur=sigma=12:enable='between(t,3,5.99)'";

#[test]
fn a_thumbnail_is_neither_black_nor_blurred() {
    let folder = tempfile::tempdir().unwrap();
    let recording = Recording::open(&record(folder.path(), "recording.mp4", &["-vf", BAD_AND_GOOD])).unwrap();
    let readings: Vec<PictureReading> = (0..12).map(|second| read(&recording, f64::from(second))).collect();
    let segment = Segment::new(recording.info().span().unwrap(), BoundaryConfidence { start: 1.0, end: 1.0 });
    let time = best_frame(&readings, &segment).unwrap();
    assert!((6.0..9.0).contains(&time.seconds()), "{time} is no good frame");
    let file = folder.path().join("still.jpg");
    let still = write_thumbnail(&recording, time, &file).unwrap().unwrap();
    let picture = image::open(&file).unwrap().to_luma8();
    assert_eq!((still.width, still.height), picture.dimensions());
    assert_eq!((still.width, still.height), (320, 180));
    let mean = picture.iter().map(|luma| f64::from(*luma)).sum::<f64>() / picture.len() as f64;
    assert!(mean > 60.0, "the still has a mean luma of {mean}");
}

/// What a meter would read off the frame at that time, as far as this test needs it.
fn read(recording: &Recording, seconds: f64) -> PictureReading {
    let frame = recording.frame_at(Time::from_seconds(seconds), 320).unwrap().unwrap();
    let luma = frame.picture.luma();
    let dark = luma.iter().filter(|luma| **luma < 25).count() as f32 / luma.len() as f32;
    let mean_luma = luma.iter().map(|luma| f32::from(*luma)).sum::<f32>() / luma.len() as f32;
    PictureReading {
        time: frame.time,
        edge_width: edge_width(&frame.picture),
        dark_share: dark,
        mean_luma,
        ..PictureReading::default()
    }
}

/// Contrast over the steepest slope along the middle row: the width of its sharpest edge.
fn edge_width(picture: &Picture) -> Option<f32> {
    let row = &picture.luma()[picture.width() * (picture.height() / 2)..][..picture.width()];
    let contrast = row.iter().max()? - row.iter().min()?;
    let slope = row.windows(2).map(|pair| pair[0].abs_diff(pair[1])).max()?;
    (slope > 2).then(|| f32::from(contrast) / f32::from(slope) * 4.0)
}

#[test]
fn a_still_of_a_sideways_recording_is_upright() {
    let folder = tempfile::tempdir().unwrap();
    let stored = record(folder.path(), "stored.mp4", &["-an"]);
    let turned = folder.path().join("turned.mp4");
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-v", "error", "-i"]).arg(&stored).args(["-c", "copy", "-metadata:s:v", "rotate=90"]).arg(&turned);
    assert!(ffmpeg.status().unwrap().success());
    let recording = Recording::open(&turned).unwrap();
    let still =
        write_thumbnail(&recording, Time::from_seconds(2.0), &folder.path().join("still.jpg")).unwrap().unwrap();
    assert_eq!((still.width, still.height), (180, 320));
}

#[test]
fn no_frame_makes_no_thumbnail() {
    let folder = tempfile::tempdir().unwrap();
    let recording = Recording::open(&record(folder.path(), "recording.mp4", &["-an"])).unwrap();
    let file = folder.path().join("still.jpg");
    assert_eq!(write_thumbnail(&recording, Time::from_seconds(60.0), &file).unwrap(), None);
    assert!(!file.exists());
}

#[test]
fn captions_are_in_sync_with_the_clip() {
    let folder = tempfile::tempdir().unwrap();
    let recording = Recording::open(&record(folder.path(), "recording.mp4", &[])).unwrap();
    let asked = Span::from_seconds(2.01, 7.0).unwrap();
    let clip = Reencode::default().cut(&recording, asked, &folder.path().join("clip.mp4")).unwrap();
    let utterance = Utterance {
        span: Span::from_seconds(3.04, 5.04).unwrap(),
        text: "Close the valve.".to_owned(),
        words: Vec::new(),
        log_probability: None,
        no_speech: None,
        reliable: true,
    };
    let transcript = Transcript { source: TranscriptSource::Captions, language: None, utterances: vec![utterance] };
    // The first frame at or after 2.01 s is the one at 2.04 s.
    let expected = "WEBVTT\n\n00:00:01.000 --> 00:00:03.000\nClose the valve.\n";
    assert_eq!(captions(&transcript, &clip).as_deref(), Some(expected));
}

#[test]
fn a_clip_that_cannot_be_written_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let recording = Recording::open(&record(folder.path(), "recording.mp4", &["-an"])).unwrap();
    let nowhere = folder.path().join("no such folder").join("clip.mp4");
    let result = Reencode::default().cut(&recording, Span::from_seconds(1.0, 2.0).unwrap(), &nowhere);
    assert!(matches!(result, Err(ClipError::Write { .. })), "{result:?}");
}
