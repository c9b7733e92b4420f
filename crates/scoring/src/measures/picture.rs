use stepreel_core::{FindingCode, PictureReading, SpanSet};

use crate::cells::Cells;
use crate::measurement::{Measurement, percent};
use crate::worked::Worked;
use crate::{Measure, Profile};

/// What leaves nothing to see.
pub(crate) const UNSEEN: [FindingCode; 4] =
    [FindingCode::CameraOccluded, FindingCode::VideoBlack, FindingCode::VideoFrozen, FindingCode::TimestampGap];
/// A frame with fewer points is told of in the reason.
const FAIR: f64 = 60.0;

/// Everything about the pictures. A covered lens tells nothing of focus, light and noise, so its frames are left out.
pub(super) fn measurements(worked: &Worked<'_>, profile: &Profile) -> Vec<Measurement> {
    let covered = worked.found(&[FindingCode::CameraOccluded]);
    let frames = Frames { worked, readings: worked.pictures(&covered) };
    let measured = [
        frames.sharpness(profile),
        frames.exposure(profile),
        frames.noise(profile),
        frames.stability(profile),
        visibility(worked, profile),
    ];
    measured.into_iter().flatten().collect()
}

fn visibility(worked: &Worked<'_>, profile: &Profile) -> Option<Measurement> {
    worked.subject.evidence.recording.video.as_ref()?;
    let unseen = worked.found(&UNSEEN);
    let share = worked.share(&unseen);
    let complaint = format!(
        "Nothing to see for {} of the procedure: lens covered, or picture black, frozen or missing",
        percent(share)
    );
    Some(Measurement::new(Measure::Visibility, share, profile.visibility.points(share)).because(complaint).at(unseen))
}

/// The frames of a procedure, each with its index in the evidence.
struct Frames<'a> {
    worked: &'a Worked<'a>,
    readings: Vec<(usize, &'a PictureReading)>,
}

impl Frames<'_> {
    fn sharpness(&self, profile: &Profile) -> Option<Measurement> {
        let points = |width: f64| profile.sharpness.points(width);
        let series = self.series(|reading| reading.edge_width.map(f64::from))?;
        let (width, good) = (series.median(), profile.sharpness.good());
        let complaint = format!("edge width {width:.0} px, good at most {good:.0} px");
        Some(self.judged(Measure::Sharpness, &series, points, ("Picture blurred", complaint)))
    }

    fn noise(&self, profile: &Profile) -> Option<Measurement> {
        let points = |noise: f64| profile.noise.points(noise);
        let series = self.series(|reading| Some(f64::from(reading.noise)))?;
        let (noise, good) = (series.median(), profile.noise.good());
        let complaint = format!("noise {noise:.0} of 255, good at most {good:.0}");
        Some(self.judged(Measure::Noise, &series, points, ("Picture noisy", complaint)))
    }

    fn stability(&self, profile: &Profile) -> Option<Measurement> {
        let points = |shift: f64| profile.stability.points(shift);
        let series = self.series(|reading| reading.shift.map(|share| 100.0 * f64::from(share)))?;
        let (shift, good) = (series.median(), profile.stability.good());
        let complaint = format!("it moves {shift:.1} % of its width in 1/30 s, good at most {good:.1} %");
        Some(self.judged(Measure::Stability, &series, points, ("Picture shaky", complaint)))
    }

    /// The worst of too many dark pixels, too many cut off, and too little or too much light in all, frame by frame.
    fn exposure(&self, profile: &Profile) -> Option<Measurement> {
        let dark = |reading: &PictureReading| {
            profile.dark.points(reading.dark_share.into()).min(profile.dim.points(reading.mean_luma.into()))
        };
        let bright = |reading: &PictureReading| {
            profile.bright.points(reading.bright_share.into()).min(profile.glaring.points(reading.mean_luma.into()))
        };
        let luma = self.series(|reading| Some(f64::from(reading.mean_luma)))?.median();
        let points = self.series(|reading| Some(dark(reading).min(bright(reading))))?;
        let too_dark = self.readings.iter().filter(|(_, reading)| dark(reading) < bright(reading)).count();
        let what = if 2 * too_dark >= self.readings.len() { "Picture too dark" } else { "Picture too bright" };
        let judged =
            self.judged(Measure::Exposure, &points, |points| points, (what, format!("mean luma {luma:.0} of 255")));
        Some(Measurement { value: luma, ..judged })
    }

    /// What frames tell, where they do.
    fn series(&self, value: impl Fn(&PictureReading) -> Option<f64>) -> Option<Series> {
        let told = self.readings.iter().filter_map(|&(index, reading)| Some((index, value(reading)?)));
        let values: Vec<_> = told.collect();
        (!values.is_empty()).then_some(Series(values))
    }

    /// Half of the points for the typical frame, half for the mean of all: a picture that is blurred for a third of the time is
    /// not as good as its median, and not as bad as its worst.
    fn judged(
        &self,
        measure: Measure,
        series: &Series,
        points: impl Fn(f64) -> f64,
        (what, figures): (&str, String),
    ) -> Measurement {
        let earned = 0.5 * points(series.median()) + 0.5 * series.mean(&points);
        let poor: Vec<usize> =
            series.0.iter().filter(|(_, value)| points(*value) < FAIR).map(|(index, _)| *index).collect();
        let share = poor.len() as f64 / series.0.len() as f64;
        let extent =
            if poor.is_empty() { "a little".to_owned() } else { format!("for {} of the procedure", percent(share)) };
        Measurement::new(measure, series.median(), earned)
            .because(format!("{what} {extent} ({figures})"))
            .at(self.ranges(&poor))
    }

    fn ranges(&self, frames: &[usize]) -> SpanSet {
        let cells = Cells::new(&self.worked.subject.evidence.pictures, self.worked.subject.segment.span);
        cells.holding(|index| frames.binary_search(&index).is_ok()).intersection(&self.worked.parts)
    }
}

/// Values of frames, each with the frame's index in the evidence; not empty.
struct Series(Vec<(usize, f64)>);

impl Series {
    fn median(&self) -> f64 {
        let mut values: Vec<f64> = self.0.iter().map(|(_, value)| *value).collect();
        let middle = values.len() / 2;
        *values.select_nth_unstable_by(middle, f64::total_cmp).1
    }
    fn mean(&self, points: impl Fn(f64) -> f64) -> f64 {
        self.0.iter().map(|(_, value)| points(*value)).sum::<f64>() / self.0.len() as f64
    }
}
