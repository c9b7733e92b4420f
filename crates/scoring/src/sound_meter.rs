mod background;
mod clipping;
mod dropouts;
mod levels;

use stepreel_core::{SAMPLE_RATE, SoundSource, SoundTrack, SourceError};

use background::Background;
use clipping::Clipping;
use dropouts::Dropouts;
use levels::Levels;

/// Samples in a hop of [`SoundTrack::HOP`].
const HOP: usize = SAMPLE_RATE as usize / 40;

/// Measures the sound in one pass, holding no more of it than a second.
///
/// # Errors
/// What the source gives.
pub fn measure_sound(sound: SoundSource<'_>) -> Result<SoundTrack, SourceError> {
    let mut levels = Levels::default();
    let mut clipping = Clipping::default();
    let mut background = Background::new();
    let mut dropouts = Dropouts::default();
    for block in sound {
        let samples = block?.samples;
        levels.hear(&samples);
        clipping.hear(&samples);
        background.hear(&samples);
        dropouts.hear(&samples);
    }
    Ok(SoundTrack {
        level_db: levels.finish(),
        clipped: clipping.finish(),
        background: background.finish(),
        dropouts: dropouts.finish(),
    })
}

/// Decibels of a mean square, -100 for silence.
fn decibels(mean_square: f64) -> f32 {
    (10.0 * mean_square.max(1e-10).log10()) as f32
}
