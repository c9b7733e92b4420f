//! Sound that goes on behind a damaged place.

use crate::MediaError;
use crate::recording::Recording;

use super::SoundDecoder;
use super::by_ffmpeg::ByFfmpeg;

/// Samples decoded in this process up to where the container is damaged, and by ffmpeg from there.
pub(super) struct Rescued<I> {
    samples: Option<I>,
    rest: Option<ByFfmpeg>,
    recording: Recording,
    stream: u32,
    decoder: SoundDecoder,
    given: usize,
}

impl<I> Rescued<I> {
    /// Samples at the common rate from the start of the timeline; `decoder` is told when ffmpeg takes over.
    pub(super) fn new(samples: I, recording: Recording, stream: u32, decoder: SoundDecoder) -> Self {
        Self { samples: Some(samples), rest: None, recording, stream, decoder, given: 0 }
    }

    fn rescue(&mut self, damage: &MediaError) -> Result<Option<Vec<f32>>, MediaError> {
        tracing::warn!(%damage, "the sound track is damaged, so ffmpeg decodes it from here");
        self.decoder.rescue();
        self.samples = None;
        let mut rest = ByFfmpeg::start(&self.recording, self.stream)?;
        let mut known = self.given;
        for samples in &mut rest {
            let samples = samples?;
            if samples.len() > known {
                self.rest = Some(rest);
                return Ok(Some(samples[known..].to_vec()));
            }
            known -= samples.len();
        }
        Ok(None)
    }
}

impl<I: Iterator<Item = Result<Vec<f32>, MediaError>>> Iterator for Rescued<I> {
    type Item = Result<Vec<f32>, MediaError>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(rest) = &mut self.rest {
            return rest.next();
        }
        match self.samples.as_mut()?.next() {
            Some(Ok(samples)) => {
                self.given += samples.len();
                Some(Ok(samples))
            }
            Some(Err(damage)) => self.rescue(&damage).transpose(),
            None => None,
        }
    }
}
