//! Sound at one rate on one timeline, whatever the recording stores.
//!
//! Symphonia decodes what it can, in this process; ffmpeg the rest. Both place each packet by its timestamp, keep gaps as
//! silence and end where the sound track ends. Where the container is damaged, ffmpeg takes over from Symphonia, because it finds its way back.

mod blocks;
mod by_ffmpeg;
mod decoder;
mod in_process;
mod placed;
mod resampled;
mod rescued;

use stepreel_core::{AudioStream, SoundBlock, SoundSource, SourceError, Time};

use crate::MediaError;
use crate::probe::SoundLayout;
use crate::recording::Recording;

use blocks::Blocks;
use by_ffmpeg::ByFfmpeg;
pub use decoder::SoundDecoder;
use in_process::InProcess;
use placed::Placed;
use resampled::Resampled;
use rescued::Rescued;

/// The sound of a recording and who decodes it; nothing without a sound track.
pub(crate) fn open(recording: &Recording) -> Result<Option<Decoding>, MediaError> {
    let Some((audio, layout)) = recording.info().audio.as_ref().zip(recording.sound_layout()) else { return Ok(None) };
    let source = match Route::of(audio, &recording.info().container, layout) {
        Route::InProcess => in_process(recording, audio, layout)?,
        Route::ByFfmpeg => None,
    };
    match source {
        Some(source) => Ok(Some(source)),
        None => by_ffmpeg(recording, audio).map(Some),
    }
}

/// Sound with who decodes it.
pub(crate) type Decoding = (SoundSource<'static>, SoundDecoder);

/// A stretch of mono sound at the rate of the recording, and when its first sample is heard.
pub(crate) struct Piece {
    start: Time,
    samples: Vec<f32>,
}

/// Which decoder is asked first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Route {
    InProcess,
    ByFfmpeg,
}

impl Route {
    fn of(audio: &AudioStream, container: &str, layout: SoundLayout) -> Self {
        let codec = match audio.codec.as_str() {
            "aac" => layout.plain_aac,
            "mp3" | "vorbis" | "flac" | "alac" => true,
            codec => codec.starts_with("pcm_"),
        };
        let known_container = ["mov", "matroska", "ogg", "flac", "mp3", "wav"]
            .iter()
            .any(|known| container.split(',').next() == Some(known));
        // Symphonia does not apply edit lists: a constant shift, the encoder's delay or a late start, is known from the probe;
        // gaps inside are not. More channels than two are mixed by their places in the room, which ffmpeg knows.
        let edited = container.starts_with("mov") && !audio.gaps.is_empty();
        let ordinary = (8_000..=192_000).contains(&audio.sample_rate) && audio.channels <= 2;
        if codec && known_container && ordinary && !edited { Self::InProcess } else { Self::ByFfmpeg }
    }
}

/// Nothing when Symphonia cannot read this container or codec after all.
fn in_process(recording: &Recording, audio: &AudioStream, layout: SoundLayout) -> Result<Option<Decoding>, MediaError> {
    let Some(pieces) = InProcess::open(recording.path(), audio, layout)? else {
        tracing::debug!(codec = audio.codec, "symphonia cannot decode this sound track, so ffmpeg does");
        return Ok(None);
    };
    let samples = Resampled::new(Placed::new(pieces, audio.sample_rate), audio.sample_rate);
    let decoder = SoundDecoder::symphonia();
    let rescued = Rescued::new(samples, recording.clone(), audio.index, decoder.clone());
    Ok(Some((until_end(rescued, audio), decoder)))
}

fn by_ffmpeg(recording: &Recording, audio: &AudioStream) -> Result<Decoding, MediaError> {
    Ok((until_end(ByFfmpeg::start(recording, audio.index)?, audio), SoundDecoder::ffmpeg()))
}

fn until_end(
    samples: impl Iterator<Item = Result<Vec<f32>, MediaError>> + Send + 'static,
    audio: &AudioStream,
) -> SoundSource<'static> {
    let blocks = Blocks::new(samples, audio.end);
    Box::new(blocks.map(|block: Result<SoundBlock, MediaError>| block.map_err(SourceError::failed)))
}
