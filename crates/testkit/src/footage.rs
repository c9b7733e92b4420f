use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::TestkitError;
use crate::dice::Dice;
use crate::film::Scenery;
use crate::plan::{Shot, View};
use crate::scenario::{Format, Scenario};
use crate::tool::{FFMPEG, arguments};
use crate::view::Raster;

/// Real first-person clips in place of drawn workplaces: one or two a workplace, others between procedures, played to and fro.
pub(crate) struct Footage {
    format: Format,
    work: Vec<Clip>,
    idle: Vec<Clip>,
    /// The clips shown last, decoded: a few, because each takes some 70 MB.
    decoded: VecDeque<(Clip, Rc<Vec<Vec<u8>>>)>,
}

/// One cell of a file that shows several clips at once.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Clip {
    file: PathBuf,
    column: u32,
    row: u32,
    size: (u32, u32),
}

/// The cells of the wall of clips, column and row from 0, that show somebody on the way rather than at work.
const IDLE_CELLS: [(u32, u32); 4] = [(0, 2), (1, 2), (0, 3), (1, 3)];
/// Cells with cuts or jumps in them.
const CUT_CELLS: [(u32, u32); 2] = [(2, 2), (3, 3)];
const STRIPS: [&str; 5] =
    ["measurement_error", "order_error", "preparation_error", "technique_error_1", "technique_error_2"];
/// Work goes over to a place's second clip and back after so many seconds.
const TAKES: f64 = 25.0;

impl Footage {
    pub(crate) fn open(folder: &Path, scenario: &Scenario) -> Result<Self, TestkitError> {
        let cell = |column, row| Clip { file: folder.join("epic_wall_4x4.mp4"), column, row, size: (320, 180) };
        let cells = (0..16).map(|index| (index % 4, index / 4));
        let at_work = cells.filter(|cell| !IDLE_CELLS.contains(cell) && !CUT_CELLS.contains(cell));
        let strip = |name: &str| folder.join(format!("{name}.mp4"));
        let strips = STRIPS
            .iter()
            .flat_map(|name| (0..5).map(move |column| Clip { file: strip(name), column, row: 0, size: (640, 360) }));
        let mut work: Vec<Clip> = at_work.map(|(column, row)| cell(column, row)).chain(strips).collect();
        if let Some(missing) = work.iter().find(|clip| !clip.file.exists()) {
            return Err(TestkitError::Unplayable { reason: format!("{} is not there", missing.file.display()) });
        }
        shuffle(&mut work, &mut Dice::new(scenario.seed, "footage"));
        let idle = IDLE_CELLS.iter().map(|&(column, row)| cell(column, row)).collect();
        Ok(Self { format: scenario.format, work, idle, decoded: VecDeque::new() })
    }

    /// The clip that a shot shows at a time, and how fast it is played.
    fn clip(&self, shot: &Shot, time: f64) -> (Clip, f64) {
        let other = |index: usize, speed| (self.idle[index % self.idle.len()].clone(), speed);
        match shot.view {
            View::Work { place, .. } => {
                let second = place % 2 == 1 && (time / TAKES) as usize % 2 == 1;
                let index = (place * 2 + usize::from(second)) % self.work.len();
                (self.work[index].clone(), 1.0)
            }
            View::Rest { place, .. } => other(place, 0.7),
            View::Away { place } => other(place + 1, 1.0),
            View::Walk { corridor } => other(corridor, 1.6),
        }
    }

    fn frames(&mut self, clip: &Clip) -> Result<Rc<Vec<Vec<u8>>>, TestkitError> {
        if let Some((_, frames)) = self.decoded.iter().find(|(known, _)| known == clip) {
            return Ok(Rc::clone(frames));
        }
        let frames = Rc::new(clip.decode(&self.format)?);
        self.decoded.truncate(2);
        self.decoded.push_front((clip.clone(), Rc::clone(&frames)));
        Ok(frames)
    }
}

impl Scenery for Footage {
    fn show(&mut self, raster: &mut Raster, shot: &Shot, time: f64) -> Result<(), TestkitError> {
        let (clip, speed) = self.clip(shot, time);
        let frames = self.frames(&clip)?;
        let played = (time * speed * f64::from(self.format.rate.most())) as usize;
        unpack(raster, &frames[to_and_fro(played, frames.len())]);
        Ok(())
    }

    /// The middle of a clip's frame, so far out of focus and so bright that it passes for a wall.
    fn show_wall(&mut self, raster: &mut Raster, shot: &Shot, time: f64) -> Result<(), TestkitError> {
        self.show(raster, shot, time)?;
        raster.defocus(raster.width / 24);
        Ok(())
    }

    fn noise(&self) -> f64 {
        0.0
    }
}

impl Clip {
    /// Its frames in planes of YUV 4:2:0, full range; without its first moments, which fade in.
    fn decode(&self, format: &Format) -> Result<Vec<Vec<u8>>, TestkitError> {
        let ((width, height), (column, row)) = (self.size, (self.column, self.row));
        let crop = format!("crop={width}:{height}:{}:{}", column * width, row * height);
        let scale = format!("scale={}:{}:flags=bicubic:out_range=full", format.width, format.height);
        let filter = format!("{crop},fps={},{scale}", format.rate.most());
        let file = self.file.display().to_string();
        let planes = FFMPEG.run(&arguments([
            "-v", "error", "-ss", "0.2", "-i", &file, "-an", "-vf", &filter, "-pix_fmt", "yuv420p", "-f", "rawvideo",
            "-",
        ]))?;
        let frames: Vec<Vec<u8>> =
            planes.chunks_exact((format.width * format.height * 3 / 2) as usize).map(<[u8]>::to_vec).collect();
        if frames.is_empty() {
            return Err(TestkitError::Unplayable { reason: format!("{file} shows nothing") });
        }
        Ok(frames)
    }
}

/// Forwards to the last of so many frames, then backwards to the first, and so on.
fn to_and_fro(played: usize, frames: usize) -> usize {
    let turn = (2 * frames).saturating_sub(2).max(1);
    let at = played % turn;
    at.min(turn - at).min(frames - 1)
}

fn unpack(raster: &mut Raster, planes: &[u8]) {
    let (width, luma) = (raster.width, raster.width * raster.height);
    for (index, pixel) in raster.pixels.iter_mut().enumerate() {
        let chroma = luma + index / width / 2 * (width / 2) + index % width / 2;
        *pixel = u32::from(planes[index]) | u32::from(planes[chroma]) << 8 | u32::from(planes[chroma + luma / 4]) << 16;
    }
}

fn shuffle<T>(items: &mut [T], dice: &mut Dice) {
    (1..items.len()).for_each(|last| items.swap(last, dice.below(last + 1)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clip_plays_to_and_fro() {
        let shown: Vec<usize> = (0..9).map(|played| to_and_fro(played, 4)).collect();
        assert_eq!(shown, [0, 1, 2, 3, 2, 1, 0, 1, 2]);
        assert_eq!(to_and_fro(7, 1), 0);
    }
}
