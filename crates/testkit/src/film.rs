//! Frame by frame what the glasses record: what is seen, through a lens and a sensor, with the planted faults.

mod drawn;
mod sensor;

use stepreel_core::{Span, Time};

use crate::fault::Fault;
use crate::plan::{Plan, Shot};
use crate::view::{Raster, drift};
use crate::{Scenario, TestkitError};

pub(crate) use drawn::Drawn;
use sensor::{Light, Sensor};

/// Where pictures come from.
pub(crate) trait Scenery {
    /// Fills a raster with what is seen at a time of a shot.
    fn show(&mut self, raster: &mut Raster, shot: &Shot, time: f64) -> Result<(), TestkitError>;

    /// Fills a raster with a plain wall.
    fn show_wall(&mut self, raster: &mut Raster, shot: &Shot, time: f64) -> Result<(), TestkitError>;

    /// How noisy a sensor sees it: 1 for what is drawn, 0 for what a real sensor has already seen.
    fn noise(&self) -> f64;
}

/// A session being filmed.
pub(crate) struct Film<'a> {
    plan: &'a Plan,
    scenery: Box<dyn Scenery>,
    /// What is done to the picture, and when.
    faults: Vec<(Fault, Span)>,
    dark: bool,
    seed: u64,
    rate: u32,
    raster: Raster,
    sensor: Sensor,
}

impl<'a> Film<'a> {
    pub(crate) fn new(scenario: &Scenario, plan: &'a Plan, scenery: Box<dyn Scenery>) -> Self {
        let format = &scenario.format;
        let (width, height, rate) = (format.width as usize, format.height as usize, format.rate.most());
        let when = |fault: &Fault| fault.extent()?.span(plan.span()?, rate).map(|span| (*fault, span));
        Self {
            plan,
            sensor: Sensor::new(width, height, scenery.noise()),
            scenery,
            faults: scenario.faults.iter().filter_map(when).collect(),
            dark: scenario.faults.contains(&Fault::Dark),
            seed: scenario.seed,
            rate,
            raster: Raster::new(width, height),
        }
    }

    /// How many frames the session has.
    pub(crate) fn frames(&self) -> usize {
        (self.plan.duration * f64::from(self.rate)).round() as usize
    }

    /// The frame of that index in planes of YUV 4:2:0, limited range; they are asked for in order.
    pub(crate) fn frame(&mut self, index: usize) -> Result<&[u8], TestkitError> {
        let time = index as f64 / f64::from(self.rate);
        let has = |wanted: fn(&Fault) -> bool| self.planted(time, wanted).is_some();
        if index > 0 && has(|fault| matches!(fault, Fault::Frozen(_))) {
            return Ok(self.sensor.picture());
        }
        if has(|fault| matches!(fault, Fault::Black(_))) {
            return Ok(self.sensor.black());
        }
        let light = self.light(time);
        self.see(time)?;
        Ok(self.sensor.expose(&self.raster, light, index))
    }

    fn see(&mut self, time: f64) -> Result<(), TestkitError> {
        if let Some(span) = self.planted(time, |fault| matches!(fault, Fault::Covered(_))) {
            cover(&mut self.raster, time, self.seed ^ span.start().micros() as u64);
            return Ok(());
        }
        let shot = self.plan.shot(time);
        if self.planted(time, |fault| matches!(fault, Fault::WallInView(_))).is_some() {
            return self.scenery.show_wall(&mut self.raster, shot, time);
        }
        self.scenery.show(&mut self.raster, shot, time)?;
        if self.planted(time, |fault| matches!(fault, Fault::Defocused(_))).is_some() {
            self.raster.defocus(self.raster.width / 72);
        }
        Ok(())
    }

    /// When something is done to the picture, and `time` lies in it.
    fn planted(&self, time: f64, wanted: fn(&Fault) -> bool) -> Option<Span> {
        let now = Time::from_seconds(time + 1e-4);
        self.faults.iter().find(|(fault, span)| wanted(fault) && span.contains(now)).map(|(_, span)| *span)
    }

    /// The exposure drifts, as automatic exposure does.
    fn light(&self, time: f64) -> Light {
        let auto = 1.0 + 0.07 * drift(time * 0.2, self.seed) + 0.03 * drift(time * 1.1, self.seed + 1);
        let warmth = 2.5 * drift(time * 0.05, self.seed + 2);
        Light { gain: if self.dark { 0.3 * auto } else { auto }, warmth, noise: if self.dark { 1.8 } else { 1.0 } }
    }
}

/// Something over the lens: skin or cloth, out of focus, a little light at one corner.
fn cover(raster: &mut Raster, time: f64, seed: u64) {
    let tones = [0x0092_7054_u32, 0x007f_8020, 0x008a_7a36, 0x0098_6c68];
    let tone = tones[(seed / 1000 % 4) as usize];
    let (leak_x, leak_y) = (drift(time * 0.3, seed + 1), drift(time * 0.3, seed + 2));
    let (width, height) = (raster.width as f64, raster.height as f64);
    let corner = [if seed.is_multiple_of(2) { 0.0 } else { 1.0 }, (seed >> 3 & 1) as f64];
    for (index, pixel) in raster.pixels.iter_mut().enumerate() {
        let (x, y) = ((index % raster.width) as f64 / width, (index / raster.width) as f64 / height);
        let near = ((x - corner[0] - 0.03 * leak_x).powi(2) + (y - corner[1] - 0.03 * leak_y).powi(2)).sqrt();
        let light = f64::from(tone & 255) * (0.85 + 0.3 * (1.0 - near)) + 50.0 * (1.0 - near / 0.22).max(0.0).powi(2);
        *pixel = (tone & 0x00ff_ff00) | light.clamp(0.0, 255.0) as u32;
    }
}
