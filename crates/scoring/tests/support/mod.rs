//! Pictures and sound made by a seeded generator, what can be done to them, and the way from them to a score.
#![allow(dead_code, reason = "each test binary takes its part")]

pub(crate) mod damage;
pub(crate) mod dice;
pub(crate) mod picture;
pub(crate) mod real;
pub(crate) mod session;
pub(crate) mod sound;
pub(crate) mod statistics;
