use std::time::Duration;

use stepreel_core::{AudioStream, Finding, FindingCode, Severity, SoundTrack, Span, SpanSet};

use super::session::{Complaint, Session, missing};
use super::words;

/// Digital silence as long at either end of the track is a microphone that starts, or an encoder's padding.
const START_UP: Duration = Duration::from_millis(500);
/// A track may be shorter than the pictures by so much.
const SHORTER: Duration = Duration::from_secs(2);
/// Dropouts of less are worth knowing, and cost next to nothing.
const SMALL_SHARE: f64 = 0.005;
/// As long as no single one lasts longer.
const SMALL: Duration = Duration::from_secs(1);
/// A hop below this is digital silence, in dB below full scale.
const SILENCE: f32 = -90.0;

/// What is wrong with the sound, and with what is said in it.
pub(super) fn findings(session: &Session<'_>) -> Vec<Finding> {
    let evidence = session.evidence;
    let (stream, track) = match (&evidence.recording.audio, &evidence.sound) {
        (Some(stream), Some(track)) => (stream, track),
        (None, _) => return vec![missing(FindingCode::AudioStreamMissing, "The recording has no sound")],
        (Some(_), None) => {
            return vec![missing(FindingCode::AudioStreamMissing, "The recording's sound can't be decoded")];
        }
    };
    let sound = Sound { session, stream, track };
    let lost: Vec<Finding> = [sound.short(), sound.dropouts()].into_iter().flatten().collect();
    let fails = lost.iter().any(|finding| finding.severity == Severity::Failure);
    let rest = if fails {
        Vec::new()
    } else {
        sound.silent().map_or_else(|| words::findings(session, &sound.heard()), |silent| vec![silent])
    };
    lost.into_iter().chain(rest).collect()
}

struct Sound<'a> {
    session: &'a Session<'a>,
    stream: &'a AudioStream,
    track: &'a SoundTrack,
}

impl Sound<'_> {
    /// The stretch that the track takes.
    fn present(&self) -> SpanSet {
        Span::new(self.stream.start, self.stream.end).into_iter().collect::<SpanSet>().within(self.session.span)
    }

    /// Where there is sound that is not digital silence.
    fn heard(&self) -> SpanSet {
        let dropouts = self.dropped();
        self.present().spans().iter().flat_map(|&span| dropouts.gaps(span).spans().to_vec()).collect()
    }

    fn dropped(&self) -> SpanSet {
        let silences = self.track.dropouts.spans().iter().chain(self.stream.gaps.spans()).copied().collect::<SpanSet>();
        silences.intersection(&self.present())
    }

    fn short(&self) -> Option<Finding> {
        let absent = self.present().gaps(self.session.span).at_least(SHORTER);
        let fails_from = self.session.limits.unheard_share;
        self.session.stretches(
            &absent,
            &Complaint { code: FindingCode::AudioTrackShort, fails_from, what: "The sound track is missing" },
        )
    }

    fn dropouts(&self) -> Option<Finding> {
        let ends: Vec<_> = self.present().spans().iter().flat_map(|span| [span.start(), span.end()]).collect();
        let start_up =
            |span: &Span| span.duration() < START_UP && (ends.contains(&span.start()) || ends.contains(&span.end()));
        let dropped: SpanSet = self.dropped().spans().iter().copied().filter(|span| !start_up(span)).collect();
        let fails_from = self.session.limits.unheard_share;
        let complaint = Complaint { code: FindingCode::AudioDropout, fails_from, what: "The sound drops out" };
        let finding = self.session.stretches(&dropped, &complaint)?;
        let small = finding.measured < SMALL_SHARE && finding.ranges.at_least(SMALL).is_empty();
        Some(if small { Finding { severity: Severity::Info, ..finding } } else { finding })
    }

    /// Nothing above the noise floor where the sound is present.
    fn silent(&self) -> Option<Finding> {
        let hops = self.heard().spans().iter().flat_map(|&span| self.track.hops(span)).collect::<Vec<_>>();
        let mut levels: Vec<f32> =
            hops.into_iter().map(|hop| self.track.level_db[hop]).filter(|&level| level > SILENCE).collect();
        if levels.is_empty() {
            return None;
        }
        let loud = levels.len() * 19 / 20;
        let level = f64::from(*levels.select_nth_unstable_by(loud, f32::total_cmp).1);
        let threshold = self.session.limits.quiet_db;
        (level < threshold).then(|| Finding {
            code: FindingCode::AudioSilent,
            severity: Severity::Failure,
            ranges: SpanSet::default(),
            measured: level,
            threshold,
            unit: "dBFS".to_owned(),
            message: format!("The sound is silent throughout: it stays below {level:.0} dBFS for 95 % of the time"),
        })
    }
}
