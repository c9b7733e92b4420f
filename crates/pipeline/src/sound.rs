//! The branch of the sound: one decode, then measured, searched for speech, and recognised.

use stepreel_core::{SoundSource, SoundTrack, SpanSet, StageProvenance, Transcript};
use stepreel_media::SpooledSound;
use stepreel_scoring::measure_sound;

use crate::cache::Key;
use crate::observe::Observer;
use crate::{ProcessError, Stage};

/// What is heard.
#[derive(Default)]
pub(crate) struct Heard {
    pub(crate) track: Option<SoundTrack>,
    pub(crate) speech: SpanSet,
    pub(crate) transcript: Transcript,
    pub(crate) provenance: Vec<StageProvenance>,
    pub(crate) warnings: Vec<String>,
}

impl Observer<'_> {
    /// Decodes the sound once; for a recording without, only captions can tell what was said.
    pub(crate) fn hear(&self) -> Result<Heard, ProcessError> {
        let sound = self.recording.sound()?;
        let (spool, track) = sound.map(|sound| self.take_down(sound)).transpose()?.unzip();
        let speech = spool.as_ref().map(|spool| self.speech(spool)).transpose()?.unwrap_or_default();
        let words = self.words(spool.as_ref(), &speech)?;
        Ok(Heard {
            track,
            speech,
            transcript: words.transcript,
            provenance: vec![self.stages.voice_activity.provenance(), words.provenance],
            warnings: words.warnings,
        })
    }

    /// The sound, decoded once into a file that the meter, the voice activity and the recogniser read, and its levels.
    fn take_down(&self, sound: SoundSource<'_>) -> Result<(SpooledSound, SoundTrack), ProcessError> {
        self.watch.stage(Stage::Sound, || {
            let (spool, reused) = self.spool(sound)?;
            let track = self.measure(&spool)?;
            Ok(((spool, track), reused))
        })
    }

    fn spool(&self, sound: SoundSource<'_>) -> Result<(SpooledSound, bool), ProcessError> {
        let path = self.cache.path(&Key::new("sound", &()));
        if let Ok(kept) = SpooledSound::open(&path) {
            return Ok((kept, true));
        }
        let unfinished = self.cache.unfinished("sound");
        let sound = self.watch.sound(sound, Stage::Sound, self.recording.info().duration);
        SpooledSound::write(sound, &unfinished)?;
        std::fs::rename(&unfinished, &path).map_err(|cause| self.cache.failed(cause))?;
        Ok((SpooledSound::open(&path)?, false))
    }

    fn measure(&self, spool: &SpooledSound) -> Result<SoundTrack, ProcessError> {
        let (track, _) = self.cache.result(&Key::new("levels", &()), || {
            let sound = self.watch.sound(spool.source()?, Stage::Sound, spool.duration());
            Ok(measure_sound(sound)?)
        })?;
        Ok(track)
    }

    fn speech(&self, spool: &SpooledSound) -> Result<SpanSet, ProcessError> {
        let detector = &self.stages.voice_activity;
        let key = Key::new("speech", &detector.provenance());
        self.watch.stage(Stage::Speech, || {
            self.cache.result(&key, || {
                let sound = self.watch.sound(spool.source()?, Stage::Speech, spool.duration());
                Ok(detector.speech(sound)?)
            })
        })
    }
}
