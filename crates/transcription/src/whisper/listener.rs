//! whisper.cpp at work.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use stepreel_core::{SAMPLE_RATE, SoundBlock};
use whisper_rs::{FullParams, SamplingStrategy, WhisperError, WhisperState};

use super::phrase::{Phrase, Sign, Token, jump, phrases, rest};
use super::windows::Window;
use super::{Whisper, WhisperSettings};
use crate::TranscribeError;

/// What whisper.cpp makes of one look at a window.
#[derive(Clone, Debug)]
pub(super) struct Heard {
    pub(super) phrases: Vec<Phrase>,
    /// The model's probability that nobody speaks.
    pub(super) no_speech: f32,
}

/// A window is looked at again from where the model says that more is to come, but no more often than this,
const MOST_LOOKS: usize = 6;
/// and only when so much is left.
const LEAST_REST: usize = SAMPLE_RATE as usize;

/// A state of whisper.cpp.
pub(super) struct Listener<'a> {
    state: WhisperState,
    model: &'a Path,
    /// Tokens below are text.
    first_control: i32,
    /// Tokens from here on are times, in steps of [`TIME_STEP`].
    first_time: i32,
    threads: usize,
    parameters: FullParams<'a, 'a>,
    language: Option<&'a str>,
}

impl<'a> Listener<'a> {
    /// One that works with so many threads, until `abort` is set.
    pub(super) fn new(whisper: &'a Whisper, threads: usize, abort: Arc<AtomicBool>) -> Result<Self, WhisperError> {
        let Whisper { context, settings, glossary, path: model, .. } = whisper;
        let state = context.create_state()?;
        let (first_control, first_time) = (context.token_eot(), context.token_beg());
        let mut parameters = parameters(settings);
        parameters.set_n_threads(threads as i32);
        parameters.set_tokens(glossary);
        // The closure has to be boxed here already: whisper-rs takes it for one of the type that it is given. It is never freed,
        // nor is the language: a few bytes for each recording.
        let aborts: Box<dyn FnMut() -> bool> = Box::new(move || abort.load(Ordering::Relaxed));
        parameters.set_abort_callback_safe::<_, Box<dyn FnMut() -> bool>>(aborts);
        Ok(Self { state, model, first_control, first_time, threads, parameters, language: None })
    }

    /// What is said in a window, in a language that is found out when none is told, and the language.
    pub(super) fn hear(
        &mut self,
        window: &Window,
        language: Option<&'a str>,
    ) -> (Result<Vec<Heard>, TranscribeError>, Option<&'a str>) {
        let heard = self.take_up(language, &window.samples).map_err(TranscribeError::model(self.model));
        (heard.and_then(|()| self.listen(window)), self.language)
    }

    fn listen(&mut self, window: &Window) -> Result<Vec<Heard>, TranscribeError> {
        let mut heard = Vec::new();
        let mut from = 0;
        for _ in 0..MOST_LOOKS {
            let (mut signs, no_speech) = self.look(window, from)?;
            if let Some(jump) = jump(&signs) {
                // The phrase ends, and what follows begins, where it is listened to again.
                let resumed = window.resumed(jump.over);
                signs.truncate(jump.at);
                signs.extend([Sign::Time(resumed), Sign::Time(resumed)]);
            }
            heard.push(Heard { phrases: phrases(&signs, &(SoundBlock::length(from)..window.end())), no_speech });
            let next = rest(&signs).map_or(window.samples.len(), samples);
            if next < from + LEAST_REST || window.samples.len() < next + LEAST_REST {
                break;
            }
            from = next;
        }
        Ok(heard)
    }

    /// What is decoded from that sample of a window on.
    fn look(&mut self, window: &Window, from: usize) -> Result<(Vec<Sign>, f32), TranscribeError> {
        let failed = TranscribeError::model(self.model);
        self.state.full(self.parameters.clone(), &window.samples[from..]).map_err(&failed)?;
        let looked = self.signs(SoundBlock::length(from)).map_err(&failed)?;
        looked.ok_or_else(|| TranscribeError::Nonsense { path: self.model.to_owned() })
    }

    /// What was decoded, with times from the start of the window; nothing when no token had any probability. A model that
    /// computes no numbers does not fail: whisper.cpp then takes the first token of all, "!", for certain, again and again.
    fn signs(&self, from: Duration) -> Result<Option<(Vec<Sign>, f32)>, WhisperError> {
        let mut signs = Vec::new();
        let mut no_speech: f32 = 0.0;
        let (mut tokens, mut likeliest) = (0, 0.0);
        for segment in self.state.as_iter() {
            no_speech = no_speech.max(segment.no_speech_probability());
            for index in 0..segment.n_tokens() {
                let token = segment.get_token(index).ok_or(WhisperError::NullPointer)?;
                let data = token.token_data();
                (tokens, likeliest) = (tokens + 1, data.p.max(likeliest));
                if let Some(steps) = data.id.checked_sub(self.first_time).and_then(|steps| u32::try_from(steps).ok()) {
                    signs.push(Sign::Time(from + steps * TIME_STEP));
                } else if data.id < self.first_control {
                    let bytes = token.to_bytes()?.to_vec();
                    signs.push(Sign::Text(Token { bytes, log_probability: data.plog }));
                }
            }
        }
        Ok((tokens == 0 || likeliest > 0.0).then_some((signs, no_speech)))
    }

    /// The language is the one thing that holds for the whole recording: an engineer does not change it with each sentence.
    fn take_up(&mut self, told: Option<&'a str>, samples: &[f32]) -> Result<(), WhisperError> {
        if self.language.is_none() {
            let language = told.map_or_else(|| self.find_language(samples), Ok)?;
            self.parameters.set_language(Some(language));
            self.language = Some(language);
        }
        Ok(())
    }

    fn find_language(&mut self, samples: &[f32]) -> Result<&'static str, WhisperError> {
        self.state.pcm_to_mel(samples, self.threads)?;
        let (id, _) = self.state.lang_detect(0, self.threads)?;
        Ok(whisper_rs::get_lang_str(id).unwrap_or("en"))
    }
}

fn parameters<'a>(settings: &WhisperSettings) -> FullParams<'a, 'a> {
    let beam_size = settings.beam_size.get() as i32;
    let mut parameters = FullParams::new(match beam_size {
        1 => SamplingStrategy::Greedy { best_of: HYPOTHESES },
        _ => SamplingStrategy::BeamSearch { beam_size: beam_size.min(MOST_HYPOTHESES), patience: -1.0 },
    });
    parameters.set_temperature_inc(settings.temperature_step.max(0.0));
    // A window is drawn again, at a higher temperature, when it went round in a loop, but not when the model is unsure of it: then it stays
    // unsure until whisper.cpp takes the last draw, which is the wildest. The guards say that such words are not to be trusted.
    parameters.set_logprob_thold(f32::NEG_INFINITY);
    // Nothing that was said in one window is shown to the next.
    parameters.set_no_context(true);
    // One look at a time: going on after a phrase is decided here, so that a model that babbles can't look a thousand times.
    parameters.set_single_segment(true);
    parameters.set_suppress_blank(true);
    parameters.set_suppress_nst(true);
    parameters.set_print_progress(false);
    parameters.set_print_realtime(false);
    parameters.set_print_special(false);
    parameters.set_print_timestamps(false);
    parameters
}

/// So many samples are drawn at a temperature above 0, as in `OpenAI`'s own tool.
const HYPOTHESES: i32 = 5;
/// whisper.cpp has no more decoders.
const MOST_HYPOTHESES: i32 = 8;
/// Whisper's timestamps go in steps of 20 ms.
const TIME_STEP: Duration = Duration::from_millis(20);

fn samples(time: Duration) -> usize {
    (time.as_secs_f64() * f64::from(SAMPLE_RATE)) as usize
}
