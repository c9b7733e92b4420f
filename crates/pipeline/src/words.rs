//! What was said: by Whisper, by captions, or by nobody.

use std::fs;
use std::path::{Path, PathBuf};

use stepreel_core::{Device, Digest, SpanSet, StageProvenance, Transcript, TranscriptSource};
use stepreel_models::{Library, Role};
use stepreel_transcription::{
    Transcriber, TranscriberConfig, Whisper, WhisperSettings, beside, caption_text, captions,
};

use crate::cache::Key;
use crate::observe::Observer;
use crate::sound::Spool;
use crate::{BuildError, ProcessError, Stage};

/// Where words come from, as far as it is known before there is a recording.
pub(crate) enum Listener {
    /// This recogniser.
    Recogniser(Box<dyn Transcriber>),
    /// Captions, which must be there.
    Captions,
    /// Captions if there are any; else, if it is at hand, a model that only demonstrates.
    CaptionsElse(Option<Box<dyn Transcriber>>),
    /// Nowhere.
    Nobody,
}

/// What was said, and how that is known.
pub(crate) struct Words {
    pub(crate) transcript: Transcript,
    pub(crate) provenance: StageProvenance,
    pub(crate) warnings: Vec<String>,
}

/// Captions found for a recording.
struct Found {
    text: String,
    /// The file, or the track.
    origin: String,
    path: PathBuf,
}

impl Listener {
    /// What the configuration asks for, with a model out of `library` on that device.
    pub(crate) fn build(config: &TranscriberConfig, library: &Library, device: Device) -> Result<Self, BuildError> {
        let whisper = |model: &str, settings: &WhisperSettings| -> Result<Box<dyn Transcriber>, BuildError> {
            let located = library.locate(Role::Speech, model)?;
            let whisper = Whisper::load_on(device, &located.path, settings.clone())?;
            Ok(Box::new(whisper.named(&located.name, located.sha256)))
        };
        Ok(match config {
            TranscriberConfig::Whisper { model, settings }
            | TranscriberConfig::Auto { model: Some(model), settings } => Self::Recogniser(whisper(model, settings)?),
            TranscriberConfig::Auto { model: None, settings } => {
                if let Some(model) = library.speech_models().first() {
                    return Ok(Self::Recogniser(whisper(model, settings)?));
                }
                let demonstration = library.demonstration_of_speech();
                Self::CaptionsElse(demonstration.map(|model| whisper(&model, settings)).transpose()?)
            }
            TranscriberConfig::Captions => Self::Captions,
            TranscriberConfig::None => Self::Nobody,
        })
    }

    /// What recognises words, if anything does.
    pub(crate) fn provenance(&self) -> Option<StageProvenance> {
        match self {
            Self::Recogniser(recogniser) | Self::CaptionsElse(Some(recogniser)) => Some(recogniser.provenance()),
            _ => None,
        }
    }
}

impl Observer<'_> {
    /// What is said in those spans of that sound, by whatever the configuration and the recording offer.
    pub(crate) fn words(&self, spool: Option<&Spool>, speech: &SpanSet) -> Result<Words, ProcessError> {
        self.watch.stage(Stage::Words, || {
            if let Some(path) = self.captions {
                return Ok((from_captions(read_captions(path)?)?, false));
            }
            match &self.stages.listener {
                Listener::Recogniser(recogniser) => self.recognise(recogniser.as_ref(), spool, speech),
                Listener::Captions => match self.find_captions()? {
                    Some(found) => Ok((from_captions(found)?, false)),
                    None => Err(ProcessError::NoCaptions { path: self.recording.path().to_owned() }),
                },
                Listener::CaptionsElse(recogniser) => match (self.find_captions()?, recogniser) {
                    (Some(found), _) => Ok((from_captions(found)?, false)),
                    (None, Some(recogniser)) => self.recognise(recogniser.as_ref(), spool, speech),
                    (None, None) => Ok((nobody(Some(NOBODY_LISTENED)), false)),
                },
                Listener::Nobody => Ok((nobody(None), false)),
            }
        })
    }

    fn recognise(
        &self,
        recogniser: &dyn Transcriber,
        spool: Option<&Spool>,
        speech: &SpanSet,
    ) -> Result<(Words, bool), ProcessError> {
        let provenance = recogniser.provenance();
        let Some(spool) = spool else { return Ok((nobody(None), false)) };
        let key = Key::new("words", &(&spool.provenance, self.tools, &provenance, speech));
        let (transcript, reused) = self.cache.result(&key, || {
            let sound = self.watch.sound(spool.sound.source()?, Stage::Words, spool.sound.duration());
            Ok(recogniser.transcribe(sound, speech)?)
        })?;
        let warnings = misheard(&transcript, &provenance).into_iter().collect();
        Ok((Words { transcript, provenance, warnings }, reused))
    }

    /// A caption file beside the recording, or a text track inside it.
    fn find_captions(&self) -> Result<Option<Found>, ProcessError> {
        if let Some(path) = beside(self.recording.path()) {
            return read_captions(&path).map(Some);
        }
        let Some(track) = self.recording.info().subtitles.first() else { return Ok(None) };
        let text = self.recording.subtitles(track)?;
        Ok(Some(Found { text, origin: format!("track {}", track.index), path: self.recording.path().to_owned() }))
    }
}

const NOBODY_LISTENED: &str = "no speech model is at hand and the recording has no captions: nothing that was said is known, \
     so segments rest on pictures and sound alone and names are generic";

/// A recogniser that is less sure of its words than this did not understand the speaker, 0-1.
const LEAST_CERTAINTY: f64 = 0.6;
/// So few words tell nothing of a recogniser.
const FEWEST_WORDS: f64 = 10.0;

/// What the user should know when the recogniser understood little, by its own word.
fn misheard(transcript: &Transcript, provenance: &StageProvenance) -> Option<String> {
    let weighted = transcript.utterances.iter().filter_map(|utterance| {
        Some((f64::from(utterance.log_probability?), utterance.text.split_whitespace().count() as f64))
    });
    let (sum, words) = weighted.fold((0.0, 0.0), |(sum, words), (log, weight)| (sum + log * weight, words + weight));
    let certainty = (sum / words).exp();
    let model = provenance.model.as_deref().unwrap_or("without a name");
    (words >= FEWEST_WORDS && certainty < LEAST_CERTAINTY).then(|| {
        format!(
            "the speech model {model} understood little of what was said ({:.0} % sure of its words): don't rely on names, nor on where \
             procedures begin and end; another one may do better, such as base.en (stepreel models pull base.en)",
            100.0 * certainty
        )
    })
}

fn read_captions(path: &Path) -> Result<Found, ProcessError> {
    let bytes = fs::read(path).map_err(|cause| ProcessError::CaptionFile { path: path.to_owned(), cause })?;
    let text = caption_text(&bytes).into_owned();
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(Found { text, origin: name, path: path.to_owned() })
}

fn from_captions(found: Found) -> Result<Words, ProcessError> {
    let transcript =
        captions(&found.text).map_err(|cause| ProcessError::Captions { path: found.path.clone(), cause })?;
    let provenance = provenance("captions", found.origin, None);
    Ok(Words { transcript, provenance, warnings: Vec::new() })
}

fn nobody(warning: Option<&str>) -> Words {
    Words {
        transcript: Transcript { source: TranscriptSource::None, ..Transcript::default() },
        provenance: provenance("none", "nobody listened".to_owned(), None),
        warnings: warning.map(str::to_owned).into_iter().collect(),
    }
}

fn provenance(kind: &str, settings: String, model_sha256: Option<Digest>) -> StageProvenance {
    StageProvenance {
        stage: "transcriber".to_owned(),
        kind: kind.to_owned(),
        model: None,
        model_sha256,
        device: None,
        settings,
    }
}
