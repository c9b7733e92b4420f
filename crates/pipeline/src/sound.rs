//! The branch of the sound: one decode, then measured, searched for speech, and recognised.

use stepreel_core::{SAMPLE_RATE, SoundSource, SoundTrack, SpanSet, StageProvenance, Transcript};
use stepreel_media::{SoundDecoder, SpooledSound};
use stepreel_scoring::measure_sound;

use crate::cache::{Key, used};
use crate::observe::Observer;
use crate::{ProcessError, Stage};

/// What is heard.
pub(crate) struct Heard {
    pub(crate) track: Option<SoundTrack>,
    pub(crate) speech: SpanSet,
    pub(crate) transcript: Transcript,
    pub(crate) provenance: Vec<StageProvenance>,
    pub(crate) warnings: Vec<String>,
}

/// The sound of a recording, before anybody tries to understand it.
#[derive(Default)]
pub(crate) struct Listened {
    sound: Option<(Spool, SoundTrack)>,
    speech: SpanSet,
}

/// The sound, decoded once into a file that the meter, the voice activity and the recogniser read.
pub(crate) struct Spool {
    pub(crate) sound: SpooledSound,
    /// How it was decoded: whatever is made of it depends on that.
    pub(crate) provenance: StageProvenance,
}

impl Observer<'_> {
    /// Decodes the sound once and finds where somebody speaks; nothing of a recording without.
    pub(crate) fn listen(&self) -> Result<Listened, ProcessError> {
        let Some((sound, decoder)) = self.recording.sound_and_decoder()? else { return Ok(Listened::default()) };
        let (spool, track) = self.take_down(sound, &decoder)?;
        let speech = self.speech(&spool)?;
        Ok(Listened { sound: Some((spool, track)), speech })
    }

    /// What was said in it; of a recording without sound, only captions can tell.
    pub(crate) fn recognise_words(&self, listened: Listened) -> Result<Heard, ProcessError> {
        let Listened { sound, speech } = listened;
        let (spool, track) = sound.unzip();
        let words = self.words(spool.as_ref(), &speech)?;
        let decoded = spool.map(|spool| spool.provenance);
        Ok(Heard {
            track,
            speech,
            transcript: words.transcript,
            provenance: decoded
                .into_iter()
                .chain([self.stages.voice_activity.provenance(), words.provenance])
                .collect(),
            warnings: words.warnings,
        })
    }

    fn take_down(&self, sound: SoundSource<'_>, decoder: &SoundDecoder) -> Result<(Spool, SoundTrack), ProcessError> {
        self.watch.stage(Stage::Sound, || {
            let (spool, reused) = self.spool(sound, decoder)?;
            let track = self.measure(&spool)?;
            Ok(((spool, track), reused))
        })
    }

    /// Kept from before (and then `true`), or decoded now. Who decoded it is kept first, so that it is known of whatever sound is there.
    fn spool(&self, sound: SoundSource<'_>, decoder: &SoundDecoder) -> Result<(Spool, bool), ProcessError> {
        let (path, about) = (self.cache.path(&Key::new("sound", self.tools)), Key::new("decoder", self.tools));
        if let (Ok(sound), Some(provenance)) = (SpooledSound::open(&path), self.cache.kept(&about)) {
            used(&path);
            return Ok((Spool { sound, provenance }, true));
        }
        let unfinished = self.cache.unfinished("sound");
        let sound = self.watch.sound(sound, Stage::Sound, self.recording.info().duration);
        SpooledSound::write(sound, &unfinished)?;
        let provenance = sound_provenance(decoder);
        self.cache.keep(&about, &provenance)?;
        std::fs::rename(&unfinished, &path).map_err(|cause| self.cache.failed(cause))?;
        Ok((Spool { sound: SpooledSound::open(&path)?, provenance }, false))
    }

    fn measure(&self, spool: &Spool) -> Result<SoundTrack, ProcessError> {
        let key = Key::new("levels", &(&spool.provenance, self.tools));
        let (track, _) = self.cache.result(&key, || {
            let sound = self.watch.sound(spool.sound.source()?, Stage::Sound, spool.sound.duration());
            Ok(measure_sound(sound)?)
        })?;
        Ok(track)
    }

    fn speech(&self, spool: &Spool) -> Result<SpanSet, ProcessError> {
        let detector = &self.stages.voice_activity;
        let key = Key::new("speech", &(&spool.provenance, self.tools, detector.provenance()));
        self.watch.stage(Stage::Speech, || {
            self.cache.result(&key, || {
                let sound = self.watch.sound(spool.sound.source()?, Stage::Speech, spool.sound.duration());
                Ok(detector.speech(sound)?)
            })
        })
    }
}

fn sound_provenance(decoder: &SoundDecoder) -> StageProvenance {
    StageProvenance {
        stage: "sound".to_owned(),
        kind: decoder.to_string(),
        model: None,
        model_sha256: None,
        device: None,
        settings: format!("mono, {SAMPLE_RATE} samples a second"),
    }
}
