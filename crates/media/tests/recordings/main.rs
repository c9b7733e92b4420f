//! Recordings made by ffmpeg on the spot, and what the crate makes of them.

mod make;

mod frames;
mod probing;
mod refusals;
mod sound;
