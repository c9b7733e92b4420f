//! Recordings are what their truth says: measured on the decoded files.
#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use stepreel_core::{FindingCode, Rotation, Span};
use stepreel_testkit::{
    AudioCodec, Container, Extent, Fault, Format, Length, Rate, Scenario, Take, TrueVerdict, Truth, VideoCodec,
    own_scripts, planted,
};

/// Small pictures of a short session: fast to make, and all that these facts need.
const SMALL: Format = Format {
    width: 160,
    height: 90,
    rate: Rate::Constant(10),
    rotation: Rotation::None,
    start: Duration::ZERO,
    key_frame_distance: Duration::from_secs(2),
    video: VideoCodec::H264,
    audio: AudioCodec::Aac,
    container: Container::Mp4,
};

/// A seed whose voice is synthesised quickly.
const QUICK: u64 = 8;

/// Decoded frames are so large.
const FRAME: usize = 160 * 90;

fn job() -> Scenario {
    let script = own_scripts().into_iter().find(|script| script.id == "short-job").unwrap();
    Scenario::new(script, QUICK).format(SMALL).lasting(Length::StopsAt(Duration::from_secs(24)))
}

fn record(scenario: &Scenario) -> (tempfile::TempDir, Take) {
    let folder = tempfile::tempdir().unwrap();
    let take = scenario.record(folder.path()).unwrap();
    (folder, take)
}

fn output(program: &str, arguments: &[&str]) -> Vec<u8> {
    let output = Command::new(program).args(arguments).output().unwrap();
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// Samples at 16 kHz.
fn sound(recording: &Path) -> Vec<i16> {
    let path = recording.to_str().unwrap();
    let bytes = output("ffmpeg", &["-v", "error", "-i", path, "-vn", "-ac", "1", "-ar", "16000", "-f", "s16le", "-"]);
    bytes.chunks_exact(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]])).collect()
}

/// Luma at 160x90, frame by frame.
fn pictures(recording: &Path) -> Vec<Vec<u8>> {
    let path = recording.to_str().unwrap();
    let bytes = output(
        "ffmpeg",
        &["-v", "error", "-i", path, "-an", "-vf", "scale=160:90", "-pix_fmt", "gray", "-f", "rawvideo", "-"],
    );
    bytes.chunks_exact(FRAME).map(<[u8]>::to_vec).collect()
}

/// One value of the first video stream or its container, as ffprobe prints it.
fn probe(recording: &Path, entries: &str) -> String {
    let path = recording.to_str().unwrap();
    let printed = output(
        "ffprobe",
        &["-v", "error", "-select_streams", "v", "-show_entries", entries, "-of", "csv=p=0:e=none", path],
    );
    String::from_utf8(printed).unwrap().trim().trim_end_matches(',').to_owned()
}

fn decibels(samples: &[i16]) -> f64 {
    let power = samples.iter().map(|&sample| (f64::from(sample) / 32768.0).powi(2)).sum::<f64>();
    10.0 * (power / samples.len().max(1) as f64).max(1e-10).log10()
}

fn within(samples: &[i16], start: f64, end: f64) -> &[i16] {
    &samples[(start.max(0.0) * 16_000.0) as usize..((end * 16_000.0) as usize).min(samples.len())]
}

fn difference(a: &[u8], b: &[u8]) -> f64 {
    a.iter().zip(b).map(|(a, b)| f64::from(a.abs_diff(*b))).sum::<f64>() / a.len() as f64
}

fn spread(picture: &[u8]) -> f64 {
    let mean = picture.iter().map(|&luma| f64::from(luma)).sum::<f64>() / picture.len() as f64;
    (picture.iter().map(|&luma| (f64::from(luma) - mean).powi(2)).sum::<f64>() / picture.len() as f64).sqrt()
}

#[test]
fn speech_is_heard_exactly_when_the_truth_says() {
    let (_folder, take) = record(&job());
    let samples = sound(&take.recording);
    assert!(take.truth.utterances.len() >= 3);
    for utterance in &take.truth.utterances {
        let (start, end) = (utterance.span.start().seconds(), utterance.span.end().seconds());
        let (before, at) =
            (decibels(within(&samples, start - 0.06, start - 0.01)), decibels(within(&samples, start, start + 0.1)));
        let after = decibels(within(&samples, end + 0.02, end + 0.1));
        assert!(at > before + 6.0, "{}: {at:.0} dB after {before:.0}", utterance.text);
        assert!(decibels(within(&samples, start, end)) > after + 10.0, "{}", utterance.text);
    }
}

#[test]
fn sound_is_neither_clipped_nor_faint() {
    let (_folder, take) = record(&job());
    let samples = sound(&take.recording);
    let loudest = samples.iter().map(|sample| sample.unsigned_abs()).max().unwrap();
    assert!((6_000..32_600).contains(&loudest), "{loudest}");
    assert!(samples.chunks_exact(8_000).all(|half_second| decibels(half_second) > -70.0));
}

#[test]
fn the_captions_say_what_the_truth_says() {
    let (_folder, take) = record(&job());
    let captions = std::fs::read_to_string(&take.captions).unwrap();
    assert!(captions.starts_with("WEBVTT\n"));
    assert_eq!(captions.matches("-->").count(), take.truth.utterances.len());
    assert!(take.truth.utterances.iter().all(|utterance| captions.contains(&utterance.text)));
}

#[test]
fn procedures_lie_in_order_inside_the_session() {
    let (_folder, take) = record(&job().lasting(Length::Natural));
    let truth = &take.truth;
    assert_eq!(truth.procedures.len(), 3);
    assert!(truth.procedures.windows(2).all(|pair| pair[0].span.end() <= pair[1].span.start()));
    assert!(truth.procedures.iter().all(|procedure| procedure.announced && procedure.closed));
    assert!(truth.procedures.iter().all(|procedure| procedure.span.end() < truth.duration));
    assert!((probe(&take.recording, "format=duration").parse::<f64>().unwrap() - truth.duration.seconds()).abs() < 0.1);
}

#[test]
fn the_same_scenario_gives_the_same_truth_and_the_same_bytes() {
    let ((_a, first), (_b, second)) = (record(&job()), record(&job()));
    assert_eq!(first.truth, second.truth);
    assert!(std::fs::read(&first.recording).unwrap() == std::fs::read(&second.recording).unwrap());
    let (_c, other) = record(&Scenario { seed: 9, ..job() });
    assert_ne!(first.truth.utterances, other.truth.utterances);
}

#[test]
fn a_finished_take_is_taken_as_it_is() {
    let (folder, take) = record(&job());
    let written = || std::fs::metadata(&take.recording).unwrap().modified().unwrap();
    let before = written();
    assert_eq!(job().record(folder.path()).unwrap(), take);
    assert_eq!(written(), before);
    assert_eq!(Truth::load(&folder.path().join("short-job.truth.json")).unwrap(), take.truth);
    assert_ne!(job().with(Fault::Dark).record(folder.path()).unwrap().truth.recipe, take.truth.recipe);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 3, "no scratch files stay behind");
}

#[test]
fn a_dropout_is_digital_silence_in_its_range_and_nowhere_else() {
    let (_folder, take) = record(&job().with(Fault::Dropout(Extent::Around(0.5, 6.0))));
    let range = fault(&take, FindingCode::AudioDropout);
    let samples = sound(&take.recording);
    let (start, end) = (range.start().seconds(), range.end().seconds());
    assert!(within(&samples, start + 0.05, end - 0.05).iter().all(|sample| sample.unsigned_abs() <= 1));
    for edge in [(start - 0.5, start - 0.05), (end + 0.05, end + 0.5)] {
        assert!(
            within(&samples, edge.0, edge.1).chunks_exact(800).all(|part| part.iter().any(|s| s.unsigned_abs() > 2))
        );
    }
    assert!(take.truth.utterances.iter().all(|utterance| utterance.span.intersection(range).is_none()));
}

#[test]
fn hushed_and_gated_sound_is_quiet_and_not_digital_silence() {
    let lossless = Format { audio: AudioCodec::Flac, container: Container::Mkv, ..SMALL };
    for (scenario, quietest) in [(job().with(Fault::Hushed), -72.0), (job().with(Fault::Gated).format(lossless), -80.0)]
    {
        let (_folder, take) = record(&scenario);
        let samples = sound(&take.recording);
        let whole = &samples[1_600..samples.len() - 1_600];
        assert!(
            whole.chunks_exact(800).all(|part| part.iter().any(|sample| sample.unsigned_abs() > 1)),
            "{:?}",
            scenario.faults
        );
        assert!(whole.chunks_exact(8_000).map(decibels).fold(f64::MAX, f64::min) > quietest);
    }
}

#[test]
fn black_frozen_and_covered_pictures_fill_their_ranges() {
    let check = |fault_of: fn(Extent) -> Fault, code, shows: fn(&[u8], &[u8]) -> bool| {
        let (_folder, take) = record(&job().with(fault_of(Extent::Around(0.5, 5.0))));
        let (range, pictures) = (fault(&take, code), pictures(&take.recording));
        let (start, end) =
            ((range.start().seconds() * 10.0).round() as usize, (range.end().seconds() * 10.0).round() as usize);
        let shown = |frames: std::ops::Range<usize>| {
            let count = frames.len();
            // With the frame a second before, as the head may rest from one to the next; in the range with its first.
            let before = |index: usize| if (start..end).contains(&index) { start } else { index - 10 };
            frames.filter(|&index| shows(&pictures[index], &pictures[before(index)])).count() as f64 / count as f64
        };
        assert!(shown(start..end) == 1.0, "{code} inside {range}");
        assert!(shown(10..start) < 0.1 && shown(end + 10..pictures.len()) < 0.1, "{code} outside {range}");
    };
    check(Fault::Black, FindingCode::VideoBlack, |now, _| now.iter().all(|&luma| luma < 26));
    check(Fault::Frozen, FindingCode::VideoFrozen, |now, before| difference(now, before) < 4.0);
    check(Fault::Covered, FindingCode::CameraOccluded, |now, _| blocks(now) < 0.12);
}

/// Share of 10x10 blocks with texture.
fn blocks(picture: &[u8]) -> f64 {
    let block = |index: usize| -> Vec<u8> {
        let (x, y) = (index % 16 * 10, index / 16 * 10);
        (0..100).map(|i| picture[(y + i / 10) * 160 + x + i % 10]).collect()
    };
    (0..144).filter(|&index| spread(&block(index)) > 5.0).count() as f64 / 144.0
}

#[test]
fn pictures_that_stop_leave_a_gap_in_time() {
    let (_folder, take) = record(&job().with(Fault::PicturesStop(Extent::Around(0.5, 4.0))));
    let range = fault(&take, FindingCode::TimestampGap);
    let times: Vec<f64> = probe(&take.recording, "packet=pts_time")
        .lines()
        .filter_map(|line| line.trim_matches(',').parse().ok())
        .collect();
    let (from, to) =
        times.windows(2).map(|pair| (pair[0], pair[1])).max_by(|a, b| (a.1 - a.0).total_cmp(&(b.1 - b.0))).unwrap();
    assert!(
        (from + 0.1 - range.start().seconds()).abs() < 0.02 && (to - range.end().seconds()).abs() < 0.02,
        "{from}-{to}, {range}"
    );
}

#[test]
fn a_truncated_file_has_the_truth_of_what_is_left() {
    let whole = record(&job()).1;
    let (_folder, take) = record(&job().with(Fault::Truncated(0.6)));
    assert!(
        take.truth.duration < whole.truth.duration && take.truth.duration.seconds() > 5.0,
        "{}",
        take.truth.duration
    );
    assert!(take.truth.utterances.iter().all(|utterance| utterance.span.end() <= take.truth.duration));
    assert_eq!(take.truth.faults[0].code, FindingCode::FileTruncated);
}

#[test]
fn files_are_as_their_format_says() {
    let check = |format: Format, entries: &str, expected: &str| {
        let (_folder, take) = record(&job().format(format).lasting(Length::StopsAt(Duration::from_secs(4))));
        assert_eq!(probe(&take.recording, entries), expected, "{format:?}");
    };
    check(SMALL, "stream=codec_name,width,height", "h264,160,90");
    check(Format { rotation: Rotation::Quarter, ..SMALL }, "stream=width,height", "90,160");
    check(Format { rotation: Rotation::Quarter, ..SMALL }, "stream_side_data=rotation", "-90");
    check(Format { rotation: Rotation::ThreeQuarters, ..SMALL }, "stream_side_data=rotation", "90");
    check(Format { start: Duration::from_millis(2500), ..SMALL }, "stream=start_time", "2.500000");
    check(
        Format { container: Container::Mkv, audio: AudioCodec::Opus, ..SMALL },
        "format=format_name",
        "matroska,webm",
    );
    check(Format { video: VideoCodec::Mpeg4, ..SMALL }, "stream=codec_name", "mpeg4");
}

#[test]
fn key_frames_lie_as_far_apart_as_the_format_says() {
    let check = |seconds: u64, expected: &[usize]| {
        let format = Format { key_frame_distance: Duration::from_secs(seconds), ..SMALL };
        let (_folder, take) = record(&job().format(format).lasting(Length::StopsAt(Duration::from_secs(4))));
        let flags = probe(&take.recording, "packet=flags");
        let keys: Vec<usize> =
            (0..).zip(flags.lines()).filter(|(_, flags)| flags.starts_with('K')).map(|(index, _)| index).collect();
        assert_eq!(keys, expected, "{seconds} s");
    };
    check(2, &[0, 20]);
    check(60, &[0]);
}

#[test]
fn rotated_pictures_are_shown_upright() {
    let upright = pictures(&record(&job()).1.recording);
    for rotation in [Rotation::Quarter, Rotation::Half, Rotation::ThreeQuarters] {
        let turned = pictures(&record(&job().format(Format { rotation, ..SMALL })).1.recording);
        assert!(difference(&turned[20], &upright[20]) < 4.0, "{rotation:?}");
    }
}

#[test]
fn a_variable_rate_has_frames_at_uneven_distances() {
    let (_folder, take) = record(&job().format(Format { rate: Rate::Variable(20), ..SMALL }));
    let times: Vec<f64> = probe(&take.recording, "packet=pts_time")
        .lines()
        .filter_map(|line| line.trim_matches(',').parse().ok())
        .collect();
    let distances: std::collections::BTreeSet<i64> =
        times.windows(2).map(|pair| ((pair[1] - pair[0]) * 1000.0).round() as i64).collect();
    assert!(distances.len() >= 3, "{distances:?}");
    assert!((times.last().unwrap() + 0.3 - take.truth.duration.seconds()).abs() < 0.35);
}

#[test]
fn every_planted_scenario_can_be_recorded() {
    let folder = tempfile::tempdir().unwrap();
    for scenario in planted() {
        let short = scenario.lasting(Length::StopsAt(Duration::from_secs(6)));
        let format = Format { width: 160, height: 90, ..short.format };
        let take = Scenario { seed: QUICK, ..short.format(format) }.record(folder.path()).unwrap();
        assert!(std::fs::metadata(&take.recording).unwrap().len() > 10_000, "{}", take.truth.name);
    }
}

#[test]
fn what_fails_has_its_reason_planted() {
    for scenario in planted() {
        let planted_reason = |code: FindingCode| match code {
            FindingCode::NoProcedures => scenario.script.procedures.is_empty(),
            FindingCode::NoSpeech | FindingCode::SessionTooShort => true,
            _ => !scenario.faults.is_empty(),
        };
        assert!(
            match scenario.verdict {
                TrueVerdict::Completed => !scenario.script.procedures.is_empty(),
                TrueVerdict::Failed(code) => planted_reason(code),
            },
            "{}",
            scenario.name
        );
    }
}

#[test]
fn names_are_unique_among_the_planted() {
    let mut names: Vec<String> = planted().into_iter().map(|scenario| scenario.name).collect();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), planted().len());
}

fn fault(take: &Take, code: FindingCode) -> Span {
    let ranges = take.truth.ranges(code);
    assert_eq!(ranges.spans().len(), 1, "{ranges:?}");
    ranges.spans()[0]
}
