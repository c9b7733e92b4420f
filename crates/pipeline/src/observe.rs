//! Both branches of the flow at once: what is seen and what is heard become the evidence.

use std::path::Path;
use std::thread;

use stepreel_clipping::SmallPictures;
use stepreel_core::{Evidence, StageProvenance};
use stepreel_media::{Recording, ToolVersions};
use tracing::Span;

use crate::cache::Cache;
use crate::pictures::Seen;
use crate::sound::Heard;
use crate::{ProcessError, Stages, Watch};

/// With fewer processors than this, pictures and words come one after the other: decoding pictures takes two.
const ROOM_FOR_BOTH: usize = 4;

/// All evidence, and what it was made with.
pub(crate) struct Observed {
    pub(crate) evidence: Evidence,
    pub(crate) filmstrip: Option<Vec<u8>>,
    pub(crate) small_pictures: SmallPictures,
    pub(crate) provenance: Vec<StageProvenance>,
    pub(crate) warnings: Vec<String>,
}

/// Looks at and listens to one recording.
#[derive(Clone, Copy)]
pub(crate) struct Observer<'a> {
    pub(crate) stages: &'a Stages,
    pub(crate) recording: &'a Recording,
    pub(crate) tools: &'a ToolVersions,
    /// A caption file to be used instead of recognising words.
    pub(crate) captions: Option<&'a Path>,
    pub(crate) cache: &'a Cache,
    pub(crate) watch: &'a Watch,
}

impl Observer<'_> {
    /// Decodes each stream once, pictures and sound side by side. On few processors words wait for the pictures: threads of a
    /// recogniser wait for each other without rest, and one that has to share its processor holds up all.
    pub(crate) fn observe(&self) -> Result<Observed, ProcessError> {
        let is_crowded = thread::available_parallelism().map_or(1, usize::from) < ROOM_FOR_BOTH;
        let (seen, heard) = thread::scope(|scope| {
            let span = Span::current();
            let pictures = scope.spawn(move || span.in_scope(|| self.watch.guard(self.see())));
            let seen = || pictures.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            let listened = self.watch.guard(self.listen());
            let recognise = |listened| self.watch.guard(self.recognise_words(listened));
            if is_crowded {
                (seen(), listened.and_then(recognise))
            } else {
                let heard = listened.and_then(recognise);
                (seen(), heard)
            }
        });
        let (seen, heard) = both(seen, heard)?;
        Ok(self.combine(seen, heard))
    }

    fn combine(&self, seen: Seen, heard: Heard) -> Observed {
        let evidence = Evidence {
            recording: self.recording.info().clone(),
            embeddings: seen.embeddings,
            pictures: seen.readings,
            sound: heard.track,
            speech: heard.speech,
            transcript: heard.transcript,
        };
        let provenance = [self.probe_provenance()].into_iter().chain(seen.provenance).chain(heard.provenance).collect();
        Observed {
            evidence,
            filmstrip: seen.filmstrip,
            small_pictures: seen.small_pictures,
            provenance,
            warnings: heard.warnings,
        }
    }
}

impl Observer<'_> {
    /// What the recording was read with; clips are made by the same.
    pub(crate) fn probe_provenance(&self) -> StageProvenance {
        StageProvenance {
            stage: "probe".to_owned(),
            kind: "ffmpeg".to_owned(),
            model: None,
            model_sha256: None,
            device: None,
            settings: self.tools.to_string(),
        }
    }
}

/// Both results, or the error that explains: one branch's failure cancels the other, which is then no news.
fn both<A, B>(a: Result<A, ProcessError>, b: Result<B, ProcessError>) -> Result<(A, B), ProcessError> {
    match (a, b) {
        (Ok(a), Ok(b)) => Ok((a, b)),
        (Err(ProcessError::Cancelled) | Ok(_), Err(error)) | (Err(error), _) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_that_explains_is_told() {
        let broken = || ProcessError::Source(stepreel_core::SourceError::failed("it is broken"));
        let told = |a: Result<(), ProcessError>, b: Result<(), ProcessError>| both(a, b).unwrap_err().to_string();
        for (a, b) in [
            (Err(broken()), Err(ProcessError::Cancelled)),
            (Err(ProcessError::Cancelled), Err(broken())),
            (Err(broken()), Ok(())),
            (Ok(()), Err(broken())),
        ] {
            assert_eq!(told(a, b), broken().to_string());
        }
        assert!(matches!(both(Err::<(), _>(ProcessError::Cancelled), Ok(())), Err(ProcessError::Cancelled)));
    }
}
