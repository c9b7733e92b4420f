//! What the glasses see: workplaces and corridors as textured surfaces, from a moving head, with hands at work.

mod canvas;
mod clutter;
mod corridor;
mod gaze;
mod hands;
mod limb;
mod noise;
mod place;
mod raster;
mod subject;
mod surface;
mod texture;
mod world;

pub(crate) use corridor::corridor;
/// What all surfaces of a session have in common.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setting {
    pub(crate) seed: u64,
    /// How finely they are painted: 1 suits pictures of 640 pixels a row. A power of two.
    pub(crate) detail: f32,
}

impl Setting {
    pub(crate) fn new(seed: u64, width: u32) -> Self {
        let steps = (width as f32 / 640.0).log2().floor().clamp(-2.0, 1.0);
        Self { seed, detail: steps.exp2() }
    }
}

pub(crate) use gaze::{Gaze, STEPS_PER_SECOND};
pub(crate) use hands::Hands;
pub(crate) use noise::drift;
pub(crate) use place::Place;
pub(crate) use raster::Raster;
pub(crate) use world::{Pose, World};
