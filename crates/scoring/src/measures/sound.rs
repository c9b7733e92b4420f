use stepreel_core::{FindingCode, SoundTrack, SpanSet};

use crate::measurement::{Measurement, percent};
use crate::worked::Worked;
use crate::{Measure, Profile};

/// What leaves nothing to hear.
pub(crate) const UNHEARD: [FindingCode; 2] = [FindingCode::AudioDropout, FindingCode::AudioTrackShort];
/// Below this a hop is digital silence, in dB below full scale.
const SILENCE: f32 = -90.0;
/// Fewer hops than a second tell no level.
const LEAST_HOPS: usize = 40;

/// Everything about the sound; nothing without.
pub(super) fn measurements(worked: &Worked<'_>, profile: &Profile) -> Vec<Measurement> {
    let Some(track) = &worked.subject.evidence.sound else { return Vec::new() };
    let unheard = worked.found(&UNHEARD);
    let sound = Sound { worked, track, heard: without(&worked.parts, &unheard) };
    let measured = [
        Some(sound.speech(profile)),
        sound.snr(profile),
        Some(dropout(worked, profile, unheard)),
        sound.clipping(profile),
    ];
    measured.into_iter().flatten().collect()
}

fn dropout(worked: &Worked<'_>, profile: &Profile, unheard: SpanSet) -> Measurement {
    let share = worked.share(&unheard);
    let complaint = format!("Sound missing for {} of the procedure", percent(share));
    Measurement::new(Measure::Dropout, share, profile.dropout.points(share)).because(complaint).at(unheard)
}

/// The sound of a procedure.
struct Sound<'a> {
    worked: &'a Worked<'a>,
    track: &'a SoundTrack,
    /// Where there is some.
    heard: SpanSet,
}

impl Sound<'_> {
    fn speech(&self, profile: &Profile) -> Measurement {
        let share = self.worked.share(&self.worked.subject.evidence.speech);
        let good = percent(profile.speech.good());
        let complaint = format!("Somebody speaks for {} of the procedure, good from {good}", percent(share));
        Measurement::new(Measure::Speech, share, profile.speech.points(share)).because(complaint)
    }

    /// The level that speech reaches for a twentieth of its time over the level that a tenth of all hops stays below. Taking speech
    /// where voice activity is keeps long quiet work from looking noisy.
    fn snr(&self, profile: &Profile) -> Option<Measurement> {
        let speech = self.levels(&self.worked.subject.evidence.speech);
        let all = self.levels(&self.heard);
        let ratio = f64::from(quantile(speech, 0.95)? - quantile(all, 0.1)?).max(0.0);
        let complaint =
            format!("Speech stands only {ratio:.0} dB out of the noise, good from {:.0} dB", profile.snr.good());
        Some(Measurement::new(Measure::Snr, ratio, profile.snr.points(ratio)).because(complaint))
    }

    /// Taken where somebody speaks, as a blow of a hammer takes no word away.
    fn clipping(&self, profile: &Profile) -> Option<Measurement> {
        let hops = self.worked.hops(self.track, &self.worked.subject.evidence.speech.intersection(&self.heard));
        let clipped = |hop: &usize| self.track.clipped.get(*hop).copied().map_or(0.0, f64::from);
        let share = hops.iter().map(clipped).sum::<f64>() / hops.len() as f64;
        let complaint = format!("{} of the speech is clipped", percent(share));
        let measured = || Measurement::new(Measure::Clipping, share, profile.clipping.points(share));
        (hops.len() >= LEAST_HOPS).then(|| measured().because(complaint))
    }

    /// The levels in `spans`, without digital silence.
    fn levels(&self, spans: &SpanSet) -> Vec<f32> {
        let hops = self.worked.hops(self.track, &spans.intersection(&self.heard));
        hops.into_iter().map(|hop| self.track.level_db[hop]).filter(|&level| level > SILENCE).collect()
    }
}

/// `parts` without `taken`.
fn without(parts: &SpanSet, taken: &SpanSet) -> SpanSet {
    parts.spans().iter().flat_map(|&part| taken.gaps(part).spans().to_vec()).collect()
}

/// The level that a share of the levels stays below; nothing when there are too few.
fn quantile(mut levels: Vec<f32>, share: f64) -> Option<f32> {
    let rank = (levels.len() as f64 * share) as usize;
    (levels.len() >= LEAST_HOPS).then(|| *levels.select_nth_unstable_by(rank, f32::total_cmp).1)
}
