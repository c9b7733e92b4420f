//! What is planted is found where it is, and nothing else.

mod support;

use std::sync::OnceLock;
use std::time::Duration;

use stepreel_core::{Evidence, FindingCode, PictureReading, Severity, SpanSet, Time};
use stepreel_scoring::no_procedures;
use support::damage;
use support::dice::Dice;
use support::picture::{Image, sources};
use support::real::clips;
use support::session::{Heard, evidence, found, heard, span, spans, watched};
use support::sound::{Speech, voices};

/// Length of the sessions.
const SECONDS: f64 = 120.0;

/// A scene as a worn camera sees it at a time: it wanders, and its sensor is noisy.
fn view(time: f64) -> Image {
    static SCENE: OnceLock<Image> = OnceLock::new();
    let scene = SCENE.get_or_init(|| sources(1).swap_remove(3));
    let wander = |period: f64| (30.0 * (time / period).sin()) as isize;
    damage::grain(&scene.moved(wander(7.0), wander(11.0)), 1.5, &mut Dice::new(time.to_bits()))
}

fn cover(time: f64) -> Image {
    damage::cover(80.0, &mut Dice::new(time.to_bits()))
}

/// A painted wall: rough, with a shadow, a socket, and light that falls off.
fn wall(time: f64) -> Image {
    let shade = |x: usize, y: usize| 175.0 - 0.2 * x as f32 - 0.1 * y as f32 + 20.0 * (time as f32 / 9.0).sin();
    let socket = |x: usize, y: usize| (200..222).contains(&x) && (90..112).contains(&y);
    let image = Image::new(320, 180, |x, y| if socket(x, y) { 225.0 } else { shade(x, y) });
    damage::grain(&image, 1.5, &mut Dice::new(time.to_bits()))
}

fn black(_: f64) -> Image {
    Image::new(320, 180, |_, _| 1.0)
}

fn defocused(time: f64) -> Image {
    damage::blur(&view(time), 4.5)
}

fn frozen(_: f64) -> Image {
    view(0.0)
}

fn open() -> Vec<PictureReading> {
    static OPEN: OnceLock<Vec<PictureReading>> = OnceLock::new();
    OPEN.get_or_init(|| watched(SECONDS, 1.0, view)).clone()
}

/// Speech for a third of the time in a quiet room.
fn speech() -> Speech {
    static SPEECH: OnceLock<Speech> = OnceLock::new();
    SPEECH.get_or_init(|| voices(SECONDS as f32, 0.35).swap_remove(0)).clone()
}

fn sound() -> Heard {
    static SOUND: OnceLock<Heard> = OnceLock::new();
    SOUND.get_or_init(|| heard(&speech())).clone()
}

fn healthy() -> Evidence {
    evidence(SECONDS, open(), sound())
}

/// A session whose pictures show something else in a range, sampled every `step` seconds.
fn showing(shown: fn(f64) -> Image, range: (f64, f64), step: f64) -> Evidence {
    let at = |time: f64| if range.0 <= time && time < range.1 { shown(time) } else { view(time) };
    evidence(SECONDS, watched(SECONDS, step, at), sound())
}

fn hearing(speech: &Speech) -> Evidence {
    evidence(SECONDS, open(), heard(speech))
}

fn codes(evidence: &Evidence) -> Vec<(FindingCode, Severity)> {
    found(evidence).all().iter().map(|finding| (finding.code, finding.severity)).collect()
}

/// Exactly that one thing is found, at those ranges to `tolerance` seconds.
fn check(evidence: &Evidence, expected: (FindingCode, Severity), (planted, tolerance): (&SpanSet, f64)) {
    assert_eq!(codes(evidence), [expected], "{:?}", found(evidence));
    let ranges = found(evidence).ranges(expected.0);
    assert!(ranges.iou(planted) >= 0.8, "{ranges:?}");
    let off = |a: Time, b: Time| a.distance(b).as_secs_f64() > tolerance;
    let ends = ranges.spans().iter().zip(planted.spans());
    assert!(ends.clone().all(|(a, b)| !off(a.start(), b.start()) && !off(a.end(), b.end())), "{ranges:?}");
}

fn check_pictures(shown: fn(f64) -> Image, code: FindingCode) {
    for step in [1.0, 2.0] {
        for range in [(40.3, 54.6), (0.0, 20.0), (99.1, 120.0)] {
            let planted = spans(&[range]);
            check(&showing(shown, range, step), (code, Severity::Warning), (&planted, step));
        }
        let most = (20.0, 100.0);
        let verdict = if code == FindingCode::VideoDefocused { Severity::Warning } else { Severity::Failure };
        check(&showing(shown, most, step), (code, verdict), (&spans(&[most]), step));
    }
}

fn check_clean(evidence: &Evidence) {
    assert_eq!(codes(evidence), [], "{:?}", found(evidence));
}

#[test]
fn a_healthy_session_has_no_finding() {
    check_clean(&healthy());
}

#[test]
fn a_covered_lens_is_found() {
    check_pictures(cover, FindingCode::CameraOccluded);
}

#[test]
fn a_black_picture_is_found() {
    check_pictures(black, FindingCode::VideoBlack);
}

#[test]
fn a_frozen_picture_is_found() {
    check_pictures(frozen, FindingCode::VideoFrozen);
}

#[test]
fn lost_focus_is_found() {
    check_pictures(defocused, FindingCode::VideoDefocused);
}

#[test]
fn a_third_of_a_session_covered_is_a_warning() {
    let third = (30.0, 70.0);
    check(&showing(cover, third, 1.0), (FindingCode::CameraOccluded, Severity::Warning), (&spans(&[third]), 1.0));
}

#[test]
fn covers_at_any_brightness_are_covers() {
    let covers: [fn(f64) -> Image; 3] = [
        |time| damage::cover(12.0, &mut Dice::new(time.to_bits())),
        |time| damage::cover(45.0, &mut Dice::new(time.to_bits())),
        |time| damage::cover(190.0, &mut Dice::new(time.to_bits())),
    ];
    for (cover, code) in
        covers.into_iter().zip([FindingCode::VideoBlack, FindingCode::CameraOccluded, FindingCode::CameraOccluded])
    {
        assert_eq!(codes(&showing(cover, (30.0, 50.0), 1.0)), [(code, Severity::Warning)]);
    }
}

#[test]
fn a_blink_is_no_finding() {
    for step in [1.0, 2.0] {
        check_clean(&showing(cover, (40.0, 41.0), step));
        check_clean(&showing(black, (40.0, 41.0), step));
    }
    check_clean(&showing(frozen, (40.0, 43.0), 1.0));
    check_clean(&showing(defocused, (40.0, 47.0), 1.0));
}

#[test]
fn a_wall_in_view_does_not_fail() {
    assert!(!found(&showing(wall, (40.0, 60.0), 1.0)).reject());
}

#[test]
fn a_dim_workshop_is_open() {
    for light in [0.3, 0.2] {
        let dim = |time: f64| damage::grain(&damage::gain(&view(time), light), 1.8, &mut Dice::new(time.to_bits()));
        check_clean(&evidence(SECONDS, watched(SECONDS, 1.0, dim), sound()));
    }
}

#[test]
fn a_still_worker_is_not_frozen() {
    let still = |time: f64| damage::grain(&view(0.0), 1.5, &mut Dice::new(time.to_bits()));
    check_clean(&evidence(SECONDS, watched(SECONDS, 1.0, still), sound()));
}

#[test]
#[ignore = "needs STEPREEL_DATA"]
fn no_real_worn_camera_is_frozen() {
    let clips = clips();
    assert_eq!(clips.len(), 41);
    for clip in clips {
        let turn = 2 * clip.len() - 2;
        let to_and_fro = |time: f64| clip[(time as usize % turn).min(turn - time as usize % turn)].clone();
        let findings = found(&evidence(SECONDS, watched(SECONDS, 1.0, to_and_fro), sound()));
        assert!(findings.ranges(FindingCode::VideoFrozen).is_empty(), "{findings:?}");
    }
}

#[test]
fn dropouts_are_found() {
    let mut damaged = speech();
    for (start, end) in [(20, 34), (60, 63), (100, 101)] {
        damaged.samples[start * 16_000..end * 16_000].fill(0.0);
    }
    let planted = spans(&[(20.0, 34.0), (60.0, 63.0), (100.0, 101.0)]);
    check(&hearing(&damaged), (FindingCode::AudioDropout, Severity::Warning), (&planted, 0.25));
}

#[test]
fn a_third_of_the_sound_lost_is_a_warning_and_half_of_it_fails() {
    for (end, severity) in [(64.0, Severity::Warning), (84.0, Severity::Failure)] {
        let mut damaged = speech();
        damaged.samples[24 * 16_000..end as usize * 16_000].fill(0.0);
        check(&hearing(&damaged), (FindingCode::AudioDropout, severity), (&spans(&[(24.0, end)]), 0.25));
    }
}

#[test]
fn a_muted_session_is_a_dropout_and_nothing_else() {
    let muted = Speech { spoken: SpanSet::default(), ..speech().map(|_| 0.0) };
    assert_eq!(codes(&hearing(&muted)), [(FindingCode::AudioDropout, Severity::Failure)]);
}

#[test]
fn crackle_of_the_link_is_worth_knowing() {
    let mut damaged = speech();
    damaged.samples[500_000..501_600].fill(0.0);
    assert_eq!(codes(&hearing(&damaged)), [(FindingCode::AudioDropout, Severity::Info)]);
}

#[test]
fn a_microphone_may_take_a_moment_to_start() {
    let mut late = speech();
    late.samples[..6000].fill(0.0);
    check_clean(&hearing(&late));
}

#[test]
fn a_noise_gate_is_no_dropout() {
    let open = speech();
    let mut dice = Dice::new(9);
    let inside =
        |at: usize| open.spoken.spans().iter().any(|span| span.contains(Time::from_seconds(at as f64 / 16_000.0)));
    let gated =
        (0..open.samples.len()).map(|at| if inside(at) { open.samples[at] } else { 5.0 / 32_768.0 * dice.bell() });
    let samples: Vec<f32> = gated.map(|sample| (sample * 32_768.0).round() / 32_768.0).collect();
    check_clean(&hearing(&Speech { samples, ..open.clone() }));
}

#[test]
fn real_quiet_is_silence() {
    let mut dice = Dice::new(4);
    let quiet = Speech { spoken: SpanSet::default(), ..speech().map(|_| 0.0004 * dice.bell()) };
    assert_eq!(codes(&hearing(&quiet)), [(FindingCode::AudioSilent, Severity::Failure)]);
}

#[test]
fn long_quiet_work_is_fine() {
    check_clean(&hearing(&voices(SECONDS as f32, 0.1)[1]));
}

#[test]
fn nobody_speaking_fails() {
    let wordless = Evidence { speech: spans(&[(50.0, 52.0)]), ..healthy() };
    assert_eq!(codes(&wordless), [(FindingCode::NoSpeech, Severity::Failure)]);
}

#[test]
fn missing_streams_fail() {
    let mut mute = healthy();
    (mute.recording.audio, mute.sound, mute.speech) = (None, None, SpanSet::default());
    assert_eq!(codes(&mute), [(FindingCode::AudioStreamMissing, Severity::Failure)]);
    let mut blind = healthy();
    (blind.recording.video, blind.pictures) = (None, Vec::new());
    assert_eq!(codes(&blind), [(FindingCode::VideoStreamMissing, Severity::Failure)]);
    let undecoded = Evidence { pictures: Vec::new(), ..healthy() };
    assert_eq!(codes(&undecoded), [(FindingCode::VideoStreamMissing, Severity::Failure)]);
}

#[test]
fn a_short_track_is_found() {
    for (end, severity) in [(100.0, Severity::Warning), (60.0, Severity::Failure)] {
        let mut short = healthy();
        short.recording.audio.as_mut().unwrap().end = Time::from_seconds(end);
        check(&short, (FindingCode::AudioTrackShort, severity), (&spans(&[(end, 120.0)]), 0.25));
    }
}

#[test]
fn missing_pictures_are_found() {
    let mut holed = healthy();
    holed.pictures.retain(|reading| !span(70.0, 76.0).contains(reading.time));
    holed.recording.video.as_mut().unwrap().gaps = spans(&[(70.0, 76.0)]);
    check(&holed, (FindingCode::TimestampGap, Severity::Warning), (&spans(&[(70.0, 76.0)]), 0.01));
}

#[test]
fn a_file_that_lost_its_end_is_found() {
    let mut cut = healthy();
    cut.recording.declared_duration = Some(Duration::from_secs(170));
    assert_eq!(codes(&cut), [(FindingCode::FileTruncated, Severity::Warning)]);
    cut.recording.declared_duration = Some(Duration::from_secs(121));
    check_clean(&cut);
}

#[test]
fn a_short_session_is_only_that() {
    let mut short = healthy();
    short.recording.duration = Duration::from_secs(6);
    (short.speech, short.pictures) = (SpanSet::default(), watched(6.0, 1.0, black));
    assert_eq!(codes(&short), [(FindingCode::SessionTooShort, Severity::Failure)]);
    short.recording.duration = Duration::ZERO;
    assert_eq!(codes(&short), [(FindingCode::SessionTooShort, Severity::Failure)]);
}

#[test]
fn invented_words_are_found() {
    for (reliable, expected) in [
        (5, vec![(FindingCode::TranscriptUnreliable, Severity::Warning)]),
        (1, vec![(FindingCode::TranscriptUnreliable, Severity::Failure)]),
        (9, vec![]),
    ] {
        let mut doubtful = healthy();
        doubtful.transcript.utterances.iter_mut().skip(reliable).for_each(|utterance| utterance.reliable = false);
        assert_eq!(codes(&doubtful), expected);
    }
}

#[test]
fn no_procedures_says_what_was_found() {
    let finding = no_procedures(&healthy());
    assert_eq!((finding.code, finding.severity), (FindingCode::NoProcedures, Severity::Failure));
    assert!(finding.message.contains("12 sentences"), "{}", finding.message);
}
