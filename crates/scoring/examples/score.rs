//! Scores a stretch of a recording and tells why: `cargo run -p stepreel-scoring --example score -- recording.mp4 12.5 75`.
#![allow(clippy::print_stdout, reason = "printing is what this program is for")]

use std::error::Error;
use std::path::Path;

use stepreel_core::{
    BoundaryConfidence, Evidence, Name, NameSource, Segment, SoundTrack, Span, SpanSet, Time, Transcript,
};
use stepreel_media::{Recording, Sampling};
use stepreel_scoring::{PictureMeter, Policy, Scorer, Subject, WeakestLink, measure_sound, session_findings};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [recording, start, end] = &arguments[..] else {
        return Err("give a recording, a start and an end in seconds".into());
    };
    let recording = Recording::open(Path::new(recording))?;
    let span = Span::from_seconds(start.parse()?, end.parse()?).ok_or("the end comes after the start")?;

    let (evidence, policy) = (measure(&recording)?, Policy::default());
    let findings = session_findings(&evidence, &policy);
    for finding in findings.all() {
        println!("{} {}", finding.code, finding.message);
        finding.ranges.spans().iter().for_each(|range| println!("    {range}"));
    }

    let (segment, name) = (Segment::new(span, BoundaryConfidence { start: 1.0, end: 1.0 }), unnamed());
    let card = WeakestLink::default().score(&Subject {
        evidence: &evidence,
        segment: &segment,
        name: &name,
        findings: &findings,
    });
    println!("{} of 100, {:?}", card.total, policy.status(&card));
    for reason in card.reasons.iter().filter(|reason| reason.points_lost >= 0.5) {
        println!("{:>4.0}  {}", -reason.points_lost, reason.message);
    }
    Ok(())
}

/// What the meters read off the pictures and the sound.
fn measure(recording: &Recording) -> Result<Evidence, Box<dyn Error>> {
    let mut pictures = Vec::new();
    if let Some(plan) = recording.plan(&Sampling::default()) {
        let mut meter = PictureMeter::new();
        for sample in recording.frames(&plan)? {
            pictures.push(meter.read(&sample?));
        }
    }
    let sound = recording.sound()?.map(measure_sound).transpose()?;
    let speech = sound.as_ref().map(loud).unwrap_or_default();
    let (embeddings, transcript) = (Vec::new(), Transcript::default());
    Ok(Evidence { recording: recording.info().clone(), embeddings, pictures, sound, speech, transcript })
}

/// Telling speech from noise is not this crate's business: here, what is 15 dB louder than the quietest tenth passes for it.
fn loud(track: &SoundTrack) -> SpanSet {
    let mut levels = track.level_db.clone();
    levels.sort_by(f32::total_cmp);
    let quiet = levels.get(levels.len() / 10).copied().unwrap_or_default();
    let hop = |index: usize| {
        let start = Time::ZERO + SoundTrack::HOP * index as u32;
        Span::new(start, start + SoundTrack::HOP)
    };
    (0..levels.len()).filter(|&index| track.level_db[index] > quiet + 15.0).filter_map(hop).collect()
}

fn unnamed() -> Name {
    Name::new("Unnamed procedure", NameSource::Generic, Vec::new())
}
