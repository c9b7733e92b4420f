//! Claims jobs from the queue and runs each session in a child process.
//!
//! A [`Worker`] holds the lease and watches; the child computes. An abort in a model's or a decoder's code takes one child with it, and a
//! child that hangs, or whose job was cancelled or lost, is killed with its process group. What the child is to do comes on its
//! standard input ([`Errand`]); how far it is, and why it failed, it tells in lines on its standard output. It knows the pipeline,
//! and nothing of uploads, pages or HTTP.

mod place;
mod worker;

mod leavings;
mod slot;
mod supervision;
mod verdict;

mod child;
mod line;

mod errand;

mod claimed;
mod pace;
mod telling;

pub use child::Program;
pub use errand::{Errand, ErrandError};
pub use place::Place;
pub use worker::{Settings, Worker};
