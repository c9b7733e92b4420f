//! The branch of the sound: one decode, then measured, searched for speech, and recognised.

use stepreel_core::{SoundTrack, SpanSet, StageProvenance, Transcript};
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
        let spool = self.spool()?;
        let (track, speech) = match &spool {
            Some(spool) => (Some(self.measure(spool)?), self.speech(spool)?),
            None => (None, SpanSet::default()),
        };
        let words = self.words(spool.as_ref(), &speech)?;
        Ok(Heard {
            track,
            speech,
            transcript: words.transcript,
            provenance: vec![self.stages.voice_activity.provenance(), words.provenance],
            warnings: words.warnings,
        })
    }

    /// The decoded sound as a file: decoded once, read by the meter, the voice activity and the recogniser.
    fn spool(&self) -> Result<Option<SpooledSound>, ProcessError> {
        let Some(sound) = self.recording.sound()? else { return Ok(None) };
        let path = self.cache.path(&Key::new("sound", &()));
        self.watch.stage(Stage::Sound, || {
            if let Ok(kept) = SpooledSound::open(&path) {
                return Ok((Some(kept), true));
            }
            let unfinished = self.cache.unfinished("sound");
            let sound = self.watch.sound(sound, Stage::Sound, self.recording.info().duration);
            SpooledSound::write(sound, &unfinished)?;
            std::fs::rename(&unfinished, &path).map_err(|cause| self.cache.failed(cause))?;
            Ok((Some(SpooledSound::open(&path)?), false))
        })
    }

    fn measure(&self, spool: &SpooledSound) -> Result<SoundTrack, ProcessError> {
        let key = Key::new("levels", &());
        let (track, _) = self.cache.result(&key, || {
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
