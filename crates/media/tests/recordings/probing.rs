use std::time::Duration;

use stepreel_core::{Rotation, Span};
use stepreel_media::{Sampling, tool_versions};

use crate::make::{Folder, beeps, onsets, open, pictures, samples, written};

#[test]
fn a_recording_is_described() {
    let folder = Folder::new();
    let recording = open(&folder.film("a.mp4", (25, 4), &["-g", "50", "-bf", "2", "-c:a", "aac"]));
    let info = recording.info();
    let (video, audio) = (info.video.as_ref().unwrap(), info.audio.as_ref().unwrap());
    assert!(info.container.starts_with("mov,mp4"));
    assert!(info.duration.abs_diff(Duration::from_secs(4)) < Duration::from_millis(30), "{:?}", info.duration);
    assert_eq!((video.codec.as_str(), video.width, video.height, video.rotation), ("h264", 96, 64, Rotation::None));
    assert!((video.rate.unwrap() - 25.0).abs() < 0.01 && !video.variable_rate && video.gaps.is_empty());
    let keys: Vec<_> = video.key_frames.iter().map(|key| key.micros()).collect();
    assert_eq!(keys, [0, 2_000_000]);
    assert_eq!((audio.codec.as_str(), audio.sample_rate, audio.channels), ("aac", 44_100, 1));
    assert_eq!(info.bytes, std::fs::metadata(recording.path()).unwrap().len());
}

#[test]
fn changing_distances_and_gaps_of_pictures_are_seen() {
    let folder = Folder::new();
    let drop = "select='not(between(t,2,4.99))*not(eq(mod(n,5),1))'";
    let recording = open(&folder.film("a.mkv", (25, 7), &["-vf", drop, "-fps_mode", "vfr", "-c:a", "aac"]));
    let video = recording.info().video.as_ref().unwrap();
    assert!(video.variable_rate);
    let gap = video.gaps.longest().unwrap();
    assert!(gap.iou(Span::from_seconds(2.0, 5.0).unwrap()) > 0.95, "{gap}");
}

#[test]
fn one_kind_of_stream_is_enough() {
    let folder = Folder::new();
    let silent = open(&folder.make("silent.mp4", &["-f", "lavfi", "-i", &pictures(25, 2), "-preset", "ultrafast"]));
    assert!(silent.info().audio.is_none() && silent.sound().unwrap().is_none());
    let dark = open(&folder.make("dark.m4a", &["-f", "lavfi", "-i", &beeps(2)]));
    assert!(dark.info().video.is_none() && dark.plan(&Sampling::default()).is_none());
    assert_eq!(dark.frame_at(stepreel_core::Time::ZERO, 100).unwrap(), None);
}

#[test]
fn a_cover_is_no_moving_picture() {
    let folder = Folder::new();
    folder.make("cover.png", &["-f", "lavfi", "-i", "color=red:s=64x64", "-frames:v", "1"]);
    let source = beeps(2);
    let attach = ["-i", "@cover.png", "-map", "0", "-map", "1", "-c:v", "copy", "-disposition:v:0", "attached_pic"];
    let path = folder.make("a.m4a", &[&["-f", "lavfi", "-i", &source][..], &attach].concat());
    assert!(open(&path).info().video.is_none());
}

#[test]
fn a_file_without_its_tail_has_the_length_that_can_be_read() {
    let folder = Folder::new();
    for (name, more) in [("a.mp4", &["-movflags", "faststart"][..]), ("a.mkv", &[])] {
        let path = folder.film(name, (25, 8), &[&["-g", "25", "-c:a", "aac"], more].concat());
        let bytes = std::fs::read(&path).unwrap();
        std::fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
        let recording = open(&path);
        let start = recording.info().video.as_ref().unwrap().start.seconds();
        let length = recording.info().duration.as_secs_f64();
        assert!((1.0..7.0).contains(&length), "{name}: {length}");
        assert!(
            recording.info().declared_duration.is_some_and(|declared| declared.as_secs_f64() > 7.5),
            "{name}: {:?}",
            recording.info()
        );
        let frames = recording.frames(&recording.plan(&Sampling::default()).unwrap()).unwrap();
        let last = frames.map(Result::unwrap).last().unwrap().frame;
        assert!(
            (last.time.seconds() - start - written(&last, 25)).abs() < 0.002,
            "{name}: {} {}",
            last.time,
            written(&last, 25)
        );
        assert!(length - last.time.seconds() < 1.5, "{name}: {length} {}", last.time);
        let heard = onsets(&samples(recording.sound().unwrap().unwrap()));
        assert_eq!(heard.len(), length.ceil() as usize, "{name}: {heard:?}");
    }
}

#[test]
fn a_frame_that_lost_its_end_is_none() {
    let folder = Folder::new();
    let path = folder.film("a.mp4", (25, 8), &["-g", "25", "-an", "-movflags", "faststart"]);
    let bytes = std::fs::read(&path).unwrap();
    std::fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    let recording = open(&path);
    let every = Sampling { every: Duration::from_millis(1), ..Sampling::default() };
    let frames = recording.frames(&recording.plan(&every).unwrap()).unwrap();
    let last = frames.map(Result::unwrap).last().unwrap().frame.time;
    let end = recording.info().video.as_ref().unwrap().end;
    assert!(
        end.distance(last + Duration::from_millis(40)) < Duration::from_millis(1),
        "{last} is not just before {end}"
    );
}

#[test]
fn text_tracks_are_listed_and_read() {
    let folder = Folder::new();
    std::fs::write(folder.path("words.srt"), "1\n00:00:01,000 --> 00:00:02,500\nOpen the valve\n").unwrap();
    let pictures = pictures(25, 4);
    for (name, codec) in [("a.mp4", "mov_text"), ("a.mkv", "srt")] {
        let sources = ["-f", "lavfi", "-i", &pictures, "-i", "@words.srt", "-preset", "ultrafast", "-c:s", codec];
        let path = folder.make(name, &[&sources[..], &["-metadata:s:s:0", "language=eng"]].concat());
        let recording = open(&path);
        let [track] = recording.info().subtitles.as_slice() else { panic!("{:?}", recording.info().subtitles) };
        assert_eq!(track.language.as_deref(), Some("eng"));
        let text = recording.subtitles(track).unwrap();
        assert!(text.starts_with("WEBVTT") && text.contains("00:01.000 --> 00:02.500\nOpen the valve"), "{text}");
    }
}

#[test]
fn any_name_will_do() {
    let folder = Folder::new();
    let made = std::fs::read(folder.film("a.mp4", (25, 2), &["-c:a", "aac"])).unwrap();
    for name in
        ["-i.mp4", "a b'.mp4", "a:b|c.mp4", "frame%03d.mp4", "file:x", "line\nbreak.mp4", "größe 🎥", "$(id).mp4"]
    {
        std::fs::write(folder.path(name), &made).unwrap();
        let recording = open(&folder.path(name));
        let frames = recording.frames(&recording.plan(&Sampling::default()).unwrap()).unwrap();
        assert!(frames.map(Result::unwrap).count() > 0, "{name}");
        assert!(samples(recording.sound().unwrap().unwrap()).len() > 31_000, "{name}");
    }
}

#[test]
fn the_tools_say_their_versions() {
    let versions = tool_versions().unwrap();
    assert!(versions.ffmpeg.starts_with(|c: char| c.is_ascii_alphanumeric()));
    assert_eq!(versions.ffmpeg, versions.ffprobe);
}
