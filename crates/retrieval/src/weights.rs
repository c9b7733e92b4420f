//! What counts how much.

use crate::terms::FIELDS;

/// What counts how much in a ranking. The default was chosen on one half of labelled questions and reported on the other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weights {
    /// A word in the title, in a step, in what was said.
    pub fields: [f32; FIELDS],
    /// How much a long title, long steps, a long narration thin a word out, 0-1.
    pub length: [f32; FIELDS],
    /// From where a word that stands there once more counts hardly more.
    pub saturation: f32,
    /// How much of the relevance hangs on having all that was asked for, 0-1.
    pub completeness: f32,
    /// A word of nearly the same meaning beside the word itself.
    pub near: f32,
    /// A slip of the pen beside the word itself.
    pub slip: f32,
    /// A word that only sounds like one that is known, too.
    pub sound: f32,
    /// How much a word that no document has counts among what was asked for.
    pub unknown: f32,
    /// How much surer an answer is for each word of the question that it has, up to four.
    pub per_word: f32,
    /// How much surer still for each that belongs to a trade, up to three: who asks about work names work.
    pub per_trade_word: f32,
    /// When one is less sure than that of every document, there is no answer.
    pub enough: f32,
}

impl Default for Weights {
    fn default() -> Self {
        Self {
            fields: [8.0, 1.0, 1.0],
            length: [0.8, 0.6, 0.5],
            saturation: 3.0,
            completeness: 0.4,
            near: 0.8,
            slip: 0.8,
            sound: 0.2,
            unknown: 1.0,
            per_word: 0.06,
            per_trade_word: 0.07,
            enough: 0.5,
        }
    }
}
