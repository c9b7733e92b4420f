//! The contract of [`Clipper`] as code, for every implementation and wrapper.

use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use stepreel_core::{Clip, Picture, Span, Time};
use stepreel_media::{CancellationToken, Progress, Recording};

use crate::Clipper;

/// Longest distance of two frames in recordings that this suite is run on.
const FRAME: Duration = Duration::from_millis(130);

/// In seconds.
const IN_SYNC: f64 = 0.02;

/// Mean difference of luma, 0-255, up to which two pictures are the same but for compression.
const SAME_PICTURE: f64 = 6.0;

/// Runs every sentence of the contract on `recording`: at least ten seconds long, at eight frames a second or more, and moving
/// all the time, because a still picture shows no wrong time.
///
/// # Panics
/// When the clipper breaks its contract; the message says which sentence.
pub fn check(clipper: &dyn Clipper, recording: &Recording) {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let whole = recording.info().span().expect("the recording has a length");
    let bench = Bench { clipper, recording, folder: folder.path(), whole };
    bench.a_clip_holds_what_its_answer_says();
    bench.boundaries_are_off_by_a_frame_at_most();
    bench.sound_goes_with_the_pictures();
    bench.a_clip_shows_what_the_recording_shows();
    bench.a_clip_starts_playing_before_it_is_loaded();
    bench.a_span_that_leaves_the_recording_is_cut_to_it();
    bench.the_same_span_gives_the_same_bytes();
    bench.a_failed_cut_leaves_nothing();
    bench.a_cancelled_cut_leaves_nothing();
    bench.a_cut_tells_how_far_it_is();
}

struct Bench<'a> {
    clipper: &'a dyn Clipper,
    recording: &'a Recording,
    folder: &'a Path,
    whole: Span,
}

impl Bench<'_> {
    fn a_clip_holds_what_its_answer_says(&self) {
        let (clip, file) = self.cut(self.span(0.2, 0.6));
        let measured = self.recording.measure(&file).expect("a clip decodes from its first frame to its last");
        assert_eq!(measured.frames, clip.frames, "frames are those that decode");
        assert_eq!(measured.sound_offset(), clip.sound_offset, "the sound's offset is the measured one");
        let off = measured.pictures.duration().abs_diff(clip.real.duration());
        assert!(off < Duration::from_millis(2), "the real length is the measured one, and it is off by {off:?}");
    }

    fn boundaries_are_off_by_a_frame_at_most(&self) {
        for (from, to) in [(0.0, 0.3), (0.123, 0.456), (0.5, 0.55), (0.7, 1.0)] {
            let asked = self.span(from, to);
            let (clip, _) = self.cut(asked);
            assert_eq!(clip.asked, asked, "the answer repeats what was asked for");
            self.is_near(clip.real, asked);
        }
    }

    fn sound_goes_with_the_pictures(&self) {
        let (_, file) = self.cut(self.span(0.31, 0.62));
        let measured = self.recording.measure(&file).expect("a clip decodes");
        assert_eq!(measured.sound.is_some(), self.recording.info().audio.is_some(), "sound is kept, and not invented");
        let Some(sound) = measured.sound else { return };
        for (sound, pictures) in [(sound.start(), measured.pictures.start()), (sound.end(), measured.pictures.end())] {
            let off = sound.distance(pictures).as_secs_f64();
            assert!(off <= IN_SYNC, "sound starts and ends with the pictures, and it is off by {off} s");
        }
    }

    fn a_clip_shows_what_the_recording_shows(&self) {
        let (clip, file) = self.cut(self.span(0.37, 0.71));
        let cut = Recording::open(&file).expect("a clip is a recording");
        for place in [0.001, 0.5, 0.97] {
            let into = clip.real.duration().mul_f64(place);
            let shown = picture(&cut, Time::ZERO + into);
            let truth = picture(self.recording, clip.real.start() + into);
            let difference = difference(&shown, &truth);
            assert!(difference < SAME_PICTURE, "at {place} of the clip, pictures differ by {difference}");
        }
    }

    fn a_clip_starts_playing_before_it_is_loaded(&self) {
        let (_, file) = self.cut(self.span(0.4, 0.5));
        let bytes = fs::read(file).expect("the clip is there");
        let place = |name: &[u8]| bytes.windows(4).position(|window| window == name);
        assert!(place(b"moov") < place(b"mdat"), "the table of contents comes before the contents");
    }

    fn a_span_that_leaves_the_recording_is_cut_to_it(&self) {
        let beyond = Span::new(self.at(0.8), self.whole.end() + Duration::from_mins(1)).expect("it is not empty");
        let (clip, _) = self.cut(beyond);
        assert_eq!(clip.asked, beyond, "the answer repeats what was asked for");
        self.is_near(clip.real, self.span(0.8, 1.0));
    }

    fn the_same_span_gives_the_same_bytes(&self) {
        let bytes = || fs::read(self.cut(self.span(0.25, 0.4)).1).expect("the clip is there");
        assert!(bytes() == bytes(), "two cuts of one span differ");
    }

    fn a_failed_cut_leaves_nothing(&self) {
        let after = self.whole.end() + Duration::from_secs(10);
        let nowhere = Span::new(after, after + Duration::from_secs(5)).expect("it is not empty");
        self.fails(self.recording, nowhere, "a span without a picture is an error");
    }

    fn a_cancelled_cut_leaves_nothing(&self) {
        let token = CancellationToken::default();
        token.cancel();
        let cancelled = self.recording.clone().cancelled_by(&token);
        self.fails(&cancelled, self.span(0.2, 0.6), "a cancelled cut is an error");
    }

    fn a_cut_tells_how_far_it_is(&self) {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let told = Arc::clone(&heard);
        let hear = move |share| told.lock().expect("nobody panics with the lock").push(share);
        let told = self.recording.clone().reporting_to(Progress::to(hear));
        self.clipper.cut(&told, self.span(0.1, 0.9), &self.folder.join("clip.mp4")).expect("the span can be cut");
        let heard = heard.lock().expect("nobody panics with the lock");
        assert!(heard.is_sorted(), "progress never goes back: {heard:?}");
        assert!(heard.iter().any(|&share| share > 0.0 && share < 1.0), "a cut tells of its middle: {heard:?}");
        assert_eq!(heard.last(), Some(&1.0), "a cut ends with 1");
    }

    fn fails(&self, recording: &Recording, span: Span, sentence: &str) {
        let folder = tempfile::tempdir_in(self.folder).expect("a temporary folder can be made");
        let result = self.clipper.cut(recording, span, &folder.path().join("clip.mp4"));
        assert!(result.is_err(), "{sentence}");
        let left = fs::read_dir(folder.path()).expect("the folder is there").count();
        assert_eq!(left, 0, "a failed cut leaves files");
    }

    fn cut(&self, span: Span) -> (Clip, std::path::PathBuf) {
        let file = self.folder.join("clip.mp4");
        let clip = self.clipper.cut(self.recording, span, &file).expect("a span inside the recording can be cut");
        (clip, file)
    }

    fn is_near(&self, real: Span, asked: Span) {
        let video = self.recording.info().video.as_ref().expect("a recording that can be cut has pictures");
        let asked = Span::new(video.start, video.end).and_then(|shown| shown.intersection(asked));
        let asked = asked.expect("the span shows something");
        assert!(real.start().distance(asked.start()) <= FRAME, "{real} does not start where {asked} does");
        assert!(real.end().distance(asked.end()) <= FRAME, "{real} does not end where {asked} does");
    }

    fn span(&self, from: f64, to: f64) -> Span {
        Span::new(self.at(from), self.at(to)).expect("shares are in order")
    }

    fn at(&self, share: f64) -> Time {
        self.whole.start() + self.whole.duration().mul_f64(share)
    }
}

fn picture(recording: &Recording, time: Time) -> Picture {
    let frame = recording.frame_at(time, 320).expect("the recording decodes");
    frame.expect("a frame is shown").picture
}

fn difference(a: &Picture, b: &Picture) -> f64 {
    assert_eq!((a.width(), a.height()), (b.width(), b.height()), "a clip is as large as its recording, and upright");
    let sum: u64 = a.luma().iter().zip(b.luma()).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    sum as f64 / a.luma().len() as f64
}
