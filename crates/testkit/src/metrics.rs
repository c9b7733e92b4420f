//! How well predicted procedures fit the true ones. All figures are 0-1 unless they say otherwise; each names its source.
//!
//! [`Found`] and [`Figures`] judge one session. Below them lie the measures of the literature: those of a [`Labelling`], which says what is
//! done at every moment, and those of a text that is cut into segments. [`bootstrap`] says how far a figure over sessions can be
//! trusted, [`uniform`] and [`random`] what is reached without looking.

mod found;

mod figures;

mod labelling;

mod edit_score;
mod frame_accuracy;
mod mean_iou;
mod segment_f1;

mod assignment;

mod text_segments;

mod baselines;
mod bootstrap;

pub use baselines::{random, uniform};
pub use bootstrap::{Interval, bootstrap};
pub use edit_score::edit_score;
pub use figures::{Figures, Marked};
pub use found::{Found, matches, mean};
pub use frame_accuracy::frame_accuracy;
pub use labelling::{BACKGROUND, Labelling};
pub use mean_iou::mean_iou;
pub use segment_f1::segment_f1;
pub use text_segments::{pk, segment_numbers, window_diff};
