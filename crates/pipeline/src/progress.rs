//! What a run tells while it works, and how it is stopped.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use stepreel_core::{FrameSource, SoundSource, SourceError, TRACES, Time};
use stepreel_media::CancellationToken;
use tracing::field::Empty;
use tracing::{Instrument, Span, info_span};

use crate::ProcessError;

/// The parts of a run that take time, in the order of the flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Stage {
    /// Reading the recording's headers, packets and content hash.
    Probe,
    /// Decoding frames, measuring and embedding them.
    Pictures,
    /// Decoding the sound and measuring it.
    Sound,
    /// Finding where somebody speaks.
    Speech,
    /// Recognising words.
    Words,
    /// Finding the stretches of work.
    Segments,
    /// Naming them.
    Names,
    /// Cutting and measuring clips.
    Clips,
    /// Scoring.
    Scores,
    /// Storing.
    Store,
}

impl Stage {
    /// Where a trace tells of it.
    fn span(self) -> Span {
        info_span!(
            target: TRACES,
            "stage",
            otel.name = %self,
            otel.status_code = Empty,
            stepreel.reused = Empty,
            error.type = Empty
        )
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Probe => "probe",
            Self::Pictures => "pictures",
            Self::Sound => "sound",
            Self::Speech => "speech",
            Self::Words => "words",
            Self::Segments => "segments",
            Self::Names => "names",
            Self::Clips => "clips",
            Self::Scores => "scores",
            Self::Store => "store",
        })
    }
}

/// Something that happened in a run.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// A stage began.
    Began(Stage),
    /// A stage came so far, 0-1.
    Advanced(Stage, f64),
    /// A stage ended.
    Ended {
        /// The stage.
        stage: Stage,
        /// How long it took.
        took: Duration,
        /// Whether its result was there from an earlier run.
        reused: bool,
    },
    /// A stage failed, and was not only stopped; why is the run's error.
    Failed {
        /// The stage.
        stage: Stage,
        /// [`ProcessError::code`].
        code: &'static str,
        /// [`ProcessError::retry_can_help`].
        retry_can_help: bool,
    },
    /// Something that the user may want to know, one sentence.
    Noted(String),
    /// Something that the user should know, one sentence.
    Warned(String),
}

/// Hears what happens in a run; called from several threads.
pub trait Audience: Send + Sync {
    /// Something happened.
    fn hear(&self, event: Event);
}

/// Hears nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Quiet;

impl Audience for Quiet {
    fn hear(&self, _: Event) {}
}

/// A hand on a run: it reports, and it stops the run at the next frame or block, or in the middle of a clip.
#[derive(Clone)]
pub struct Watch {
    audience: Arc<dyn Audience>,
    token: CancellationToken,
}

impl Watch {
    /// A watch that reports to `audience`.
    pub fn new(audience: Arc<dyn Audience>) -> Self {
        Self { audience, token: CancellationToken::default() }
    }

    /// Stops soon whatever it watches.
    pub fn cancel(&self) {
        self.token.cancel();
    }

    /// A watch of one run of several: stopped with this one, but what stops it alone does not stop the others.
    pub(crate) fn of_one_run(&self) -> Self {
        Self { audience: Arc::clone(&self.audience), token: self.token.child() }
    }

    pub(crate) fn token(&self) -> &CancellationToken {
        &self.token
    }

    /// The same result; an error stops the rest of the run.
    pub(crate) fn guard<T>(&self, result: Result<T, ProcessError>) -> Result<T, ProcessError> {
        result.inspect_err(|_| self.cancel())
    }

    pub(crate) fn check(&self) -> Result<(), SourceError> {
        if self.token.is_cancelled() { Err(SourceError::Cancelled) } else { Ok(()) }
    }

    pub(crate) fn note(&self, sentence: String) {
        self.audience.hear(Event::Noted(sentence));
    }

    pub(crate) fn warn(&self, sentence: String) {
        self.audience.hear(Event::Warned(sentence));
    }

    pub(crate) fn advance(&self, stage: Stage, share: f64) {
        self.audience.hear(Event::Advanced(stage, share.clamp(0.0, 1.0)));
    }

    /// Runs a stage, whose result says whether it was there from an earlier run.
    pub(crate) fn stage<T>(
        &self,
        stage: Stage,
        work: impl FnOnce() -> Result<(T, bool), ProcessError>,
    ) -> Result<T, ProcessError> {
        self.check()?;
        self.audience.hear(Event::Began(stage));
        let (began, span) = (Instant::now(), stage.span());
        let (result, reused) = span.in_scope(work).inspect_err(|error| self.failed(stage, &span, error))?;
        span.record("stepreel.reused", reused);
        self.audience.hear(Event::Ended { stage, took: began.elapsed(), reused });
        Ok(result)
    }

    fn failed(&self, stage: Stage, span: &Span, error: &ProcessError) {
        let (code, retry_can_help) = (error.code(), error.retry_can_help());
        span.record("error.type", code);
        if code != ProcessError::Cancelled.code() {
            span.record("otel.status_code", "ERROR");
            self.audience.hear(Event::Failed { stage, code, retry_can_help });
        }
    }

    /// Waits for a stage.
    pub(crate) async fn waiting<T>(
        &self,
        stage: Stage,
        work: impl Future<Output = Result<T, ProcessError>>,
    ) -> Result<T, ProcessError> {
        self.check()?;
        self.audience.hear(Event::Began(stage));
        let (began, span) = (Instant::now(), stage.span());
        let result = work.instrument(span.clone()).await.inspect_err(|error| self.failed(stage, &span, error))?;
        self.audience.hear(Event::Ended { stage, took: began.elapsed(), reused: false });
        Ok(result)
    }

    /// The same frames; reported, and stopped when the run is.
    pub(crate) fn frames<'a>(&self, frames: FrameSource<'a>, stage: Stage, length: Duration) -> FrameSource<'a> {
        self.clone().watched(frames, stage, length, |sample| sample.frame.time)
    }

    /// The same sound; reported, and stopped when the run is.
    pub(crate) fn sound<'a>(&self, sound: SoundSource<'a>, stage: Stage, length: Duration) -> SoundSource<'a> {
        self.clone().watched(sound, stage, length, stepreel_core::SoundBlock::end)
    }

    fn watched<'a, T: 'a>(
        self,
        source: Box<dyn Iterator<Item = Result<T, SourceError>> + Send + 'a>,
        stage: Stage,
        length: Duration,
        reached: impl Fn(&T) -> Time + Send + 'a,
    ) -> Box<dyn Iterator<Item = Result<T, SourceError>> + Send + 'a> {
        Box::new(source.map(move |item| {
            self.check()?;
            let item = item?;
            self.advance(stage, reached(&item).seconds() / length.as_secs_f64().max(1e-6));
            Ok(item)
        }))
    }
}
