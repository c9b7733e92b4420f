//! Measures the voice activity detectors on speech, on noise and on both at once; prints the tables of
//! `docs/decisions/0002-voice-activity.md`.
//!
//! ```text
//! cargo run --release -p stepreel-transcription --example measure_voice
//! ```
#![allow(clippy::print_stdout, reason = "printing is what this program is for")]

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use stepreel_core::{SAMPLE_RATE, SpanSet, Time};
use stepreel_media::Recording;
use stepreel_transcription::conformance::{noise, silence, sound};
use stepreel_transcription::{Earshot, EnergyGate, Silero, VoiceActivity};

const SECOND: usize = SAMPLE_RATE as usize;
/// Speech is judged in steps of 10 ms.
const STEP: usize = SECOND / 100;
/// What is found so many steps beside speech is not false: the detectors pad.
const TOLERANCE: usize = 40;
const LEVELS: [f32; 5] = [-50.0, -40.0, -30.0, -20.0, -10.0];
const RATIOS: [f32; 4] = [20.0, 10.0, 5.0, 0.0];

struct Clip {
    name: String,
    samples: Vec<f32>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let data =
        std::env::var_os("STEPREEL_DATA").map_or_else(|| PathBuf::from("../shared/data"), PathBuf::from).join("speech");
    let (speech, noises) = (speech(&data)?, noises(&data)?);
    let detectors: [Box<dyn VoiceActivity>; 3] =
        [Box::<Silero>::default(), Box::<Earshot>::default(), Box::<EnergyGate>::default()];
    println!("| false speech, seconds a minute | {} |", LEVELS.map(|level| format!("{level} dB")).join(" | "));
    for detector in &detectors {
        for noise in &noises {
            let cells = LEVELS.map(|level| format!("{:.1}", false_seconds(detector.as_ref(), noise, level)));
            println!("| {} {} | {} |", detector.provenance().kind, noise.name, cells.join(" | "));
        }
    }
    println!(
        "\n| found % / false, seconds a minute | clean | {} |",
        RATIOS.map(|ratio| format!("{ratio} dB")).join(" | ")
    );
    for detector in &detectors {
        let clean = mean(speech.iter().map(|clip| judged(detector.as_ref(), clip, &clip.samples)));
        let pairs = || noises.iter().flat_map(|noise| speech.iter().map(move |clip| (clip, noise)));
        let under =
            |ratio| pairs().map(move |(clip, noise)| judged(detector.as_ref(), clip, &mixed(clip, noise, ratio)));
        let cells = RATIOS.map(|ratio| mean(under(ratio)));
        println!("| {} | {clean} | {} |", detector.provenance().kind, cells.join(" | "));
    }
    println!("\n| detector | seconds for a minute of sound |");
    for detector in &detectors {
        let minute = looped(&speech[0].samples, 60 * SECOND);
        let start = Instant::now();
        found(detector.as_ref(), &minute);
        println!("| {} | {:.3} |", detector.provenance().kind, start.elapsed().as_secs_f64());
    }
    Ok(())
}

/// Read sentences with a second and a half of silence around each.
fn speech(data: &Path) -> Result<Vec<Clip>, Box<dyn Error>> {
    let mut sentences = Vec::new();
    for sentence in sorted(&data.join("ljspeech32/flac"))?.iter().take(16) {
        sentences.extend([silence(SECOND * 3 / 2), read(sentence)?].concat());
    }
    let clip = |name: &str, samples: Vec<f32>| Clip {
        name: name.to_owned(),
        samples: [samples, silence(SECOND * 3 / 2)].concat(),
    };
    let padded = |path: &str| read(&data.join(path)).map(|samples| [silence(SECOND * 3 / 2), samples].concat());
    Ok(vec![
        clip("ljspeech", sentences),
        clip("jfk", padded("jfk/jfk.flac")?),
        clip("leopard", padded("leopard/test.wav")?),
    ])
}

fn noises(data: &Path) -> Result<Vec<Clip>, Box<dyn Error>> {
    let mut noises = Vec::new();
    for path in sorted(&data.join("noise"))?.iter().filter(|path| path.extension().is_some_and(|e| e == "wav")) {
        noises.push(Clip { name: path.file_stem().unwrap_or_default().to_string_lossy().into(), samples: read(path)? });
    }
    noises.push(Clip { name: "white".to_owned(), samples: noise(60 * SECOND) });
    noises.push(Clip { name: "hum".to_owned(), samples: (0..60 * SECOND).map(hum).collect() });
    Ok(noises)
}

/// Mains hum: 50 Hz and ten harmonics.
fn hum(sample: usize) -> f32 {
    let turn = std::f32::consts::TAU * 50.0 * (sample % SECOND) as f32 / SECOND as f32;
    (1..12u8).map(|harmonic| (turn * f32::from(harmonic)).sin() / f32::from(harmonic)).sum()
}

fn sorted(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut paths = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, std::io::Error>>()?;
    paths.sort();
    Ok(paths)
}

fn read(path: &Path) -> Result<Vec<f32>, Box<dyn Error>> {
    let blocks = Recording::open(path)?.sound()?.ok_or("no sound")?.collect::<Result<Vec<_>, _>>()?;
    Ok(blocks.into_iter().flat_map(|block| block.samples).collect())
}

fn found(detector: &dyn VoiceActivity, samples: &[f32]) -> SpanSet {
    detector.speech(sound(samples, 4096)).expect("samples can't fail")
}

fn false_seconds(detector: &dyn VoiceActivity, noise: &Clip, level_db: f32) -> f64 {
    let samples = at_level(&looped(&noise.samples, 60 * SECOND), level_db);
    found(detector, &samples).duration().as_secs_f64()
}

/// The clip under noise that is so many dB softer than its speech.
fn mixed(clip: &Clip, noise: &Clip, ratio_db: f32) -> Vec<f32> {
    let spoken: Vec<f32> = clip
        .samples
        .chunks(STEP)
        .zip(active(&clip.samples))
        .filter(|(_, active)| *active)
        .flat_map(|(step, _)| step.to_vec())
        .collect();
    let noise = at_level(&looped(&noise.samples, clip.samples.len()), decibels(rms(&spoken)) - ratio_db);
    clip.samples.iter().zip(noise).map(|(a, b)| a + b).collect()
}

/// The share of speech that was found, and the seconds a minute that were found beside it.
fn judged(detector: &dyn VoiceActivity, clip: &Clip, samples: &[f32]) -> (f64, f64) {
    let speech = found(detector, samples);
    let active = active(&clip.samples);
    let near =
        |step: usize| active[step.saturating_sub(TOLERANCE)..(step + TOLERANCE).min(active.len())].contains(&true);
    let covered = |step: &usize| {
        let time = Time::from_seconds((step * STEP) as f64 / SECOND as f64);
        speech.spans().iter().any(|span| span.contains(time))
    };
    let found: Vec<usize> = (0..active.len()).filter(covered).collect();
    let right = found.iter().filter(|&&step| active[step]).count();
    let wrong = found.iter().filter(|&&step| !near(step)).count();
    let all = active.iter().filter(|&&active| active).count();
    (right as f64 / all as f64, wrong as f64 / active.len() as f64 * 60.0)
}

/// Which steps of a clean clip hold speech: those less than 30 dB softer than its loud ones.
fn active(samples: &[f32]) -> Vec<bool> {
    let levels: Vec<f32> = samples.chunks(STEP).map(|step| decibels(rms(step))).collect();
    let mut sorted = levels.clone();
    sorted.sort_by(f32::total_cmp);
    let loud = sorted[sorted.len() * 19 / 20];
    levels.iter().map(|&level| level > loud - 30.0).collect()
}

fn mean(judged: impl Iterator<Item = (f64, f64)>) -> String {
    let judged: Vec<_> = judged.collect();
    let of = |value: fn(&(f64, f64)) -> f64| judged.iter().map(value).sum::<f64>() / judged.len() as f64;
    format!("{:.1} / {:.2}", 100.0 * of(|(found, _)| *found), of(|(_, wrong)| *wrong))
}

fn at_level(samples: &[f32], level_db: f32) -> Vec<f32> {
    let gain = 10f32.powf((level_db - decibels(rms(samples))) / 20.0);
    samples.iter().map(|sample| sample * gain).collect()
}

fn looped(samples: &[f32], length: usize) -> Vec<f32> {
    samples.iter().copied().cycle().take(length).collect()
}

fn rms(samples: &[f32]) -> f32 {
    (samples.iter().map(|sample| sample * sample).sum::<f32>() / samples.len().max(1) as f32).sqrt()
}

fn decibels(amplitude: f32) -> f32 {
    20.0 * amplitude.max(1e-6).log10()
}
