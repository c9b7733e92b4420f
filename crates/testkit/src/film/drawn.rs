use super::Scenery;
use crate::fault::Fault;
use crate::plan::{Plan, Shot, View};
use crate::view::{Gaze, Hands, Place, Pose, Raster, Setting, World, corridor};
use crate::{Scenario, TestkitError};

/// Procedural workplaces and corridors.
pub(crate) struct Drawn {
    setting: Setting,
    gaze: Gaze,
    hands: Hands,
    /// A script's word for each workplace, where it has one.
    words: Vec<Option<String>>,
    /// The last workplace and the last world: they stay the same for many frames.
    place: Option<(usize, Place)>,
    world: Option<(Seen, World)>,
    spare: Raster,
}

/// What a world shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Seen {
    Place { number: usize, stage: usize },
    Corridor { number: usize },
}

/// For so long the shutter is open, in seconds.
const SHUTTER: f64 = 1.0 / 60.0;
/// A picture that moves further than this share of its width while the shutter is open is blurred.
const BLURS: f32 = 0.003;

impl Drawn {
    pub(crate) fn new(scenario: &Scenario, plan: &Plan) -> Self {
        let unrest = if scenario.faults.contains(&Fault::Shaky) { 14.0 } else { 1.0 };
        let word = |place: usize| {
            let procedure = plan.places.iter().position(|&p| p == place)?;
            scenario.script.procedures[procedure].place.clone()
        };
        Self {
            setting: Setting::new(scenario.seed, scenario.format.width),
            gaze: Gaze::new(scenario.seed, unrest),
            hands: Hands::new(scenario.seed),
            words: (0..=plan.places.iter().copied().max().unwrap_or(0)).map(word).collect(),
            place: None,
            world: None,
            spare: Raster::new(scenario.format.width as usize, scenario.format.height as usize),
        }
    }

    fn place(&mut self, number: usize) -> &Place {
        if self.place.as_ref().is_none_or(|(known, _)| *known != number) {
            let word = self.words.get(number).and_then(Option::as_deref);
            self.place = Some((number, Place::new(number, word, self.setting)));
        }
        &self.place.as_ref().expect("it was just made").1
    }

    fn world(&mut self, seen: Seen) -> &World {
        if self.world.as_ref().is_none_or(|(known, _)| *known != seen) {
            let world = match seen {
                Seen::Place { number, stage } => self.place(number).world(stage),
                Seen::Corridor { number } => corridor(number, self.setting),
            };
            self.world = Some((seen, world));
        }
        &self.world.as_ref().expect("it was just made").1
    }

    /// Draws what is seen from a pose, blurred by the way to another while the shutter is open.
    fn expose(&mut self, raster: &mut Raster, seen: Seen, (from, to): (Pose, Pose)) {
        self.world(seen);
        let Some((_, world)) = &self.world else { return };
        world.draw(from, raster);
        if moved(from, to) > BLURS {
            world.draw(to, &mut self.spare);
            raster.average(&self.spare);
        }
    }
}

impl Scenery for Drawn {
    fn show(&mut self, raster: &mut Raster, shot: &Shot, time: f64) -> Result<(), TestkitError> {
        let (seen, place) = seen(shot, time);
        let place = self.place(place);
        let (eyes, work) = (place.eyes(), place.work());
        let poses = [time, time + SHUTTER].map(|time| self.gaze.pose(shot, time, (eyes, work)));
        self.expose(raster, seen, (poses[0], poses[1]));
        if matches!(shot.view, View::Work { .. }) {
            self.hands.draw(raster, (shot, time), (poses[0], work));
        }
        Ok(())
    }

    fn show_wall(&mut self, raster: &mut Raster, shot: &Shot, time: f64) -> Result<(), TestkitError> {
        let (_, number) = seen(shot, time);
        let eyes = self.place(number).eyes();
        let poses = [time, time + SHUTTER].map(|time| self.gaze.at_the_wall(time, eyes));
        self.expose(raster, Seen::Place { number, stage: 0 }, (poses[0], poses[1]));
        Ok(())
    }

    fn noise(&self) -> f64 {
        1.0
    }
}

/// What is seen at a time of a shot, and the workplace at hand.
fn seen(shot: &Shot, time: f64) -> (Seen, usize) {
    match &shot.view {
        View::Work { place, stage, progress } => {
            let done = progress.iter().filter(|&&at| at <= time).count();
            (Seen::Place { number: *place, stage: stage + done }, *place)
        }
        View::Rest { place, stage } => (Seen::Place { number: *place, stage: *stage }, *place),
        View::Away { place } => (Seen::Place { number: *place, stage: 0 }, *place),
        View::Walk { corridor } => (Seen::Corridor { number: *corridor }, 0),
    }
}

/// How far the picture moves between two poses, as a share of its width.
fn moved(from: Pose, to: Pose) -> f32 {
    0.62 * (to.yaw - from.yaw).hypot(to.pitch - from.pitch)
}
