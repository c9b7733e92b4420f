#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]

use std::time::Duration;

use stepreel_core::{Sample, Time};
use stepreel_media::{Decode, FramePlan, Recording, Sampling};

use crate::make::{Folder, number, open, pictures, written};

const SPARSE: [&str; 4] = ["-g", "300", "-c:a", "aac"];
const DENSE: [&str; 4] = ["-g", "20", "-c:a", "aac"];

fn sampled(recording: &Recording, sampling: &Sampling) -> (FramePlan, Vec<Sample>) {
    let plan = recording.plan(sampling).unwrap();
    let samples: Vec<Sample> = recording.frames(&plan).unwrap().map(Result::unwrap).collect();
    assert!(samples.windows(2).all(|pair| pair[0].frame.time < pair[1].frame.time));
    let size = (plan.width as usize, plan.height as usize);
    assert!(samples.iter().all(|sample| (sample.frame.picture.width(), sample.frame.picture.height()) == size));
    (plan, samples)
}

/// Every frame is shown at the time written in it, plus `offset` seconds.
fn check_times(samples: &[Sample], rate: u32, offset: f64) {
    for frame in samples.iter().flat_map(|sample| [Some(&sample.frame), sample.next.as_ref()]).flatten() {
        let error = frame.time.seconds() - offset - written(frame, rate);
        assert!(error.abs() <= 0.002, "{} shows {}, starts at {offset}", frame.time, written(frame, rate));
    }
}

#[test]
fn every_second_gives_a_frame_and_the_one_after_it() {
    let folder = Folder::new();
    let recording = open(&folder.film("a.mp4", (25, 6), &SPARSE));
    let (plan, samples) = sampled(&recording, &Sampling::default());
    assert_eq!((plan.decode, plan.width, plan.height), (Decode::EveryFrame, 96, 64));
    let numbers: Vec<_> = samples.iter().map(|sample| number(&sample.frame.picture)).collect();
    assert_eq!(numbers, [0, 25, 50, 75, 100, 125]);
    let nexts: Vec<_> = samples.iter().map(|sample| number(&sample.next.as_ref().unwrap().picture)).collect();
    assert_eq!(nexts, [1, 26, 51, 76, 101, 126]);
    check_times(&samples, 25, 0.0);
}

#[test]
fn key_frames_are_enough_where_they_are_dense() {
    let folder = Folder::new();
    for bframes in ["0", "3"] {
        let recording = open(&folder.film("a.mp4", (10, 25), &[&DENSE[..], &["-bf", bframes]].concat()));
        let (plan, samples) = sampled(&recording, &Sampling::default());
        assert_eq!(plan.decode, Decode::KeyFrames, "{}", plan.reason);
        let times: Vec<_> = samples.iter().map(|sample| sample.frame.time.seconds().round() as u32).collect();
        assert_eq!(times, (0..13).map(|n| n * 2).collect::<Vec<_>>());
        check_times(&samples, 10, 0.0);
        let with_next: Vec<_> = samples.iter().filter(|sample| sample.next.is_some()).collect();
        let numbers: Vec<_> = with_next.iter().map(|sample| number(&sample.next.as_ref().unwrap().picture)).collect();
        assert_eq!(numbers, [1, 161]);
    }
}

#[test]
fn forty_minutes_have_as_many_next_frames_as_they_should() {
    let folder = Folder::new();
    // Four frames, a tenth of a second apart, in every two seconds; each first one is a key frame.
    let source = pictures(10, 480) + ",setpts=20*floor(N/4)+mod(N\\,4)";
    let arguments =
        ["-f", "lavfi", "-i", &source, "-vsync", "passthrough", "-preset", "ultrafast", "-crf", "10", "-g", "4"];
    let (plan, samples) = sampled(&open(&folder.make("a.mp4", &arguments)), &Sampling::default());
    assert_eq!(plan.decode, Decode::KeyFrames, "{}", plan.reason);
    let nexts: Vec<_> =
        samples.iter().filter_map(|sample| sample.next.as_ref()).map(|frame| number(&frame.picture)).collect();
    // The key frame at or after each quarter of a minute; numbers are written modulo 256.
    let every_quarter_minute: Vec<_> =
        (0..160_u32).map(|quarter| ((quarter * 15).next_multiple_of(2) * 2 + 1) % 256).collect();
    assert_eq!(nexts, every_quarter_minute);
}

#[test]
fn scratch_files_lie_where_they_are_told_to_and_go() {
    let folder = Folder::new();
    let scratch = folder.path("made/here");
    let recording = open(&folder.film("a.mp4", (10, 25), &DENSE)).scratch_in(&scratch);
    let frames = recording.frames(&recording.plan(&Sampling::default()).unwrap()).unwrap();
    let lying = || std::fs::read_dir(&scratch).unwrap().count();
    assert_eq!(lying(), 1);
    assert_eq!(frames.filter(|sample| sample.as_ref().unwrap().next.is_some()).count(), 2);
    assert_eq!(lying(), 0);
}

#[test]
fn a_denser_grid_than_the_frames_gives_every_frame_once() {
    let folder = Folder::new();
    let recording = open(&folder.film("a.mp4", (10, 3), &SPARSE));
    let sampling = Sampling { every: Duration::from_millis(50), ..Sampling::default() };
    let (_, samples) = sampled(&recording, &sampling);
    let numbers: Vec<_> = samples.iter().map(|sample| number(&sample.frame.picture)).collect();
    assert_eq!(numbers, (0..30).collect::<Vec<_>>());
    assert_eq!(samples[3].next.as_ref(), Some(&samples[4].frame));
    assert_eq!(samples[29].next, None);
}

#[test]
fn frames_are_timed_by_their_timestamps_whatever_the_container() {
    let folder = Folder::new();
    let dropped = "select='not(eq(mod(floor(n/7),3),1))',setpts=PTS";
    let vfr = ["-vf", dropped, "-fps_mode", "vfr", "-g", "300", "-c:a", "aac"];
    for (name, more) in [
        ("vfr.mp4", &vfr[..]),
        ("vfr.mkv", &vfr[..]),
        ("late.mp4", &["-output_ts_offset", "5.25", "-g", "300", "-c:a", "aac"]),
        ("late.mkv", &["-output_ts_offset", "7", "-g", "300", "-c:a", "aac"]),
        ("stream.ts", &["-g", "300", "-c:a", "aac"]),
        (
            "web.webm",
            &[
                "-c:v",
                "libvpx",
                "-deadline",
                "realtime",
                "-cpu-used",
                "8",
                "-b:v",
                "2M",
                "-g",
                "300",
                "-c:a",
                "libopus",
            ],
        ),
        ("old.avi", &["-c:v", "mjpeg", "-q:v", "2", "-c:a", "pcm_s16le"]),
    ] {
        let recording = open(&folder.film(name, (25, 5), more));
        let sampling = Sampling { decode: Decode::EveryFrame, ..Sampling::default() };
        let (_, samples) = sampled(&recording, &sampling);
        assert!((4..=6).contains(&samples.len()), "{name}: {}", samples.len());
        let offset = recording.info().video.as_ref().unwrap().start.seconds();
        assert!((0.0..0.1).contains(&offset), "{name}: {offset}");
        check_times(&samples, 25, offset);
    }
}

#[test]
fn turned_pictures_are_upright() {
    let folder = Folder::new();
    for (turn, filter) in [("90", "transpose=clock"), ("180", "hflip,vflip"), ("270", "transpose=cclock")] {
        folder.film("stored.mp4", (25, 3), &[&["-vf", filter, "-an"], &SPARSE[..2]].concat());
        let rotate = format!("rotate={turn}");
        let path = folder.make("shown.mp4", &["-i", "@stored.mp4", "-c", "copy", "-metadata:s:v:0", &rotate]);
        let recording = open(&path);
        let video = recording.info().video.as_ref().unwrap();
        assert_eq!((video.width, video.height), (96, 64), "{turn}");
        let (_, samples) = sampled(&recording, &Sampling::default());
        assert_eq!(samples.len(), 3, "{turn}");
        check_times(&samples, 25, 0.0);
    }
}

#[test]
fn pictures_have_the_full_range_and_the_asked_width() {
    let folder = Folder::new();
    let path = folder.make(
        "wide.mp4",
        &[
            "-f",
            "lavfi",
            "-i",
            "color=c=white:s=640x360:r=10:d=1",
            "-f",
            "lavfi",
            "-i",
            "color=c=black:s=640x360:r=10:d=1",
            "-filter_complex",
            "[0][1]concat",
            "-pix_fmt",
            "yuv420p",
        ],
    );
    let recording = open(&path);
    let (plan, samples) = sampled(&recording, &Sampling { width: 101, ..Sampling::default() });
    assert_eq!((plan.width, plan.height), (100, 56));
    let mean = |sample: &Sample| {
        let luma = sample.frame.picture.luma();
        luma.iter().map(|&light| u32::from(light)).sum::<u32>() / luma.len() as u32
    };
    assert!(mean(&samples[0]) >= 254 && mean(&samples[1]) <= 1);
}

#[test]
fn the_frame_at_a_time_is_the_one_that_is_shown() {
    let folder = Folder::new();
    for name in ["a.mp4", "a.mkv", "a.ts"] {
        let recording = open(&folder.film(name, (25, 6), &["-g", "50", "-bf", "2", "-c:a", "aac"]));
        let start = recording.info().video.as_ref().unwrap().start;
        for (seconds, shown) in [(0.0, 0), (0.039, 0), (1.0, 25), (2.5, 62), (4.01, 100), (5.98, 149)] {
            let frame = recording.frame_at(start + Duration::from_secs_f64(seconds), 48).unwrap().unwrap();
            assert_eq!(number(&frame.picture), shown, "{name} at {seconds}");
            assert_eq!(frame.picture.width(), 48);
        }
        assert_eq!(recording.frame_at(Time::from_seconds(60.0), 48).unwrap(), None);
    }
}

#[test]
fn a_frame_of_a_hevc_stream_is_whole_wherever_the_reader_lands() {
    let folder = Folder::new();
    let hevc = ["-c:v", "libx265", "-x265-params", "log-level=error", "-g", "20", "-c:a", "aac"];
    let recording = open(&folder.film("a.ts", (10, 25), &hevc));
    let start = recording.info().video.as_ref().unwrap().start;
    for (seconds, shown) in [(0.0, 0), (5.31, 53), (11.31, 113), (15.9, 159), (20.4, 204)] {
        let frame = recording.frame_at(start + Duration::from_secs_f64(seconds), 48).unwrap().unwrap();
        assert_eq!(number(&frame.picture), shown, "at {seconds}");
    }
}

#[test]
fn dropping_a_source_half_way_ends_its_child() {
    let folder = Folder::new();
    let recording = open(&folder.film("a.mp4", (25, 6), &SPARSE));
    let mut frames = recording.frames(&recording.plan(&Sampling::default()).unwrap()).unwrap();
    frames.next().unwrap().unwrap();
    drop(frames);
    let mut sound = recording.sound().unwrap().unwrap();
    sound.next().unwrap().unwrap();
}

#[test]
fn a_source_may_be_read_on_another_thread_than_it_was_opened_on() {
    let folder = Folder::new();
    let path = folder.film("a.mp4", (25, 6), &SPARSE);
    let open_there = std::thread::spawn(move || {
        let recording = open(&path);
        recording.frames(&recording.plan(&Sampling::default()).unwrap()).unwrap()
    });
    assert_eq!(open_there.join().unwrap().count(), 6);
}
