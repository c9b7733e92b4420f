//! Clips, thumbnails and captions of the stretches of work.

use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use stepreel_clipping::{Storyboard, best_frame, captions, write_thumbnail};
use stepreel_core::{Clip, Evidence, Segment, Thumbnail};
use stepreel_media::{Progress, Recording};
use stepreel_storage::{BlobKey, Extension};

use crate::cache::Key;
use crate::observe::Observed;
use crate::pipeline::Run;
use crate::side_by_side::side_by_side;
use crate::{ProcessError, Stage};

/// What was cut out of the recording for one stretch of work.
pub(crate) struct Cut {
    pub(crate) clip: Clip,
    pub(crate) clip_key: BlobKey,
    pub(crate) thumbnail: Option<(Thumbnail, BlobKey)>,
    pub(crate) captions_key: Option<BlobKey>,
    pub(crate) storyboard: Option<BoardKeys>,
}

impl Cut {
    /// Everything that was made.
    pub(crate) fn blobs(&self) -> Vec<BlobKey> {
        let thumbnail = self.thumbnail.iter().map(|(_, key)| key);
        let board = self.storyboard.iter().flat_map(|board| [&board.cues, &board.sheet]);
        [&self.clip_key].into_iter().chain(thumbnail).chain(&self.captions_key).chain(board).cloned().collect()
    }
}

/// All results, or the error that explains: one clip's failure cancels the others, which is then no news.
fn all<T>(results: Vec<Result<T, ProcessError>>) -> Result<Vec<T>, ProcessError> {
    let (made, failed): (Vec<_>, Vec<_>) = results.into_iter().partition(Result::is_ok);
    let mut errors: Vec<ProcessError> = failed.into_iter().filter_map(Result::err).collect();
    let explains = errors.iter().position(|error| !matches!(error, ProcessError::Cancelled)).unwrap_or(0);
    if errors.is_empty() { Ok(made.into_iter().flatten().collect()) } else { Err(errors.swap_remove(explains)) }
}

/// Where a storyboard lies.
pub(crate) struct BoardKeys {
    /// Which piece of the sheet is shown when.
    pub(crate) cues: BlobKey,
    pub(crate) sheet: BlobKey,
}

/// A file on the shelf and what is known of it, kept so that the next run needn't make it again.
#[derive(Serialize, Deserialize)]
struct Shelved<T> {
    about: T,
    key: String,
}

impl Run {
    /// Cuts and measures a clip for each segment.
    pub(crate) fn cut(&self, observed: &Observed, segments: &[Segment]) -> Result<Vec<Cut>, ProcessError> {
        self.watch.stage(Stage::Clips, || {
            let recordings = self.telling(segments);
            let cuts = side_by_side(segments.len(), |at| {
                self.watch.guard(self.cut_one(&recordings[at], observed, &segments[at]))
            });
            let cuts = all(cuts)?;
            let all_reused = cuts.iter().all(|(_, reused)| *reused);
            Ok((cuts.into_iter().map(|(cut, _)| cut).collect(), all_reused))
        })
    }

    /// The recording for each segment, whose cut tells how far all cuts are: a clip takes time by its length.
    fn telling(&self, segments: &[Segment]) -> Vec<Recording> {
        let work: Duration = segments.iter().map(|segment| segment.span.duration()).sum();
        let shares = Arc::new(Mutex::new(vec![0.0; segments.len()]));
        let telling = |(at, segment): (usize, &Segment)| {
            let (watch, shares) = (self.watch.clone(), Arc::clone(&shares));
            let length = segment.span.duration().div_duration_f64(work);
            self.recording.clone().reporting_to(Progress::to(move |share| {
                let mut shares = shares.lock().unwrap_or_else(PoisonError::into_inner);
                shares[at] = share * length;
                watch.advance(Stage::Clips, shares.iter().sum());
            }))
        };
        segments.iter().enumerate().map(telling).collect()
    }

    fn cut_one(
        &self,
        recording: &Recording,
        observed: &Observed,
        segment: &Segment,
    ) -> Result<(Cut, bool), ProcessError> {
        self.watch.check()?;
        let evidence = &observed.evidence;
        let ((clip, clip_key), reused) = self.clip(recording, segment)?;
        let thumbnail = self.thumbnail(evidence, segment)?;
        let captions_key = captions(&evidence.transcript, &clip)
            .map(|text| self.shelve(text.as_bytes(), Extension::Vtt))
            .transpose()?;
        let storyboard = observed.small_pictures.storyboard(clip.real).map(|board| self.board(&board)).transpose()?;
        Ok((Cut { clip, clip_key, thumbnail, captions_key, storyboard }, reused))
    }

    fn board(&self, board: &Storyboard) -> Result<BoardKeys, ProcessError> {
        let sheet = self.shelve(&board.sheet, Extension::Jpg)?;
        let cues = self.shelve(board.web_vtt(&sheet.file_name()).as_bytes(), Extension::Vtt)?;
        Ok(BoardKeys { cues, sheet })
    }

    fn clip(&self, recording: &Recording, segment: &Segment) -> Result<((Clip, BlobKey), bool), ProcessError> {
        let clipper = &self.stages().clipper;
        let key = Key::new("clip", &(segment.span, clipper.provenance(), &self.tools));
        self.shelved(&key, Extension::Mp4, |path| Ok(Some(clipper.cut(recording, segment.span, path)?)))
            .map(|(made, reused)| (made.expect("a clipper gives a clip or an error"), reused))
    }

    fn thumbnail(&self, evidence: &Evidence, segment: &Segment) -> Result<Option<(Thumbnail, BlobKey)>, ProcessError> {
        let Some(time) = best_frame(&evidence.pictures, segment) else { return Ok(None) };
        let key = Key::new("thumbnail", &(time, &self.tools));
        let make = |path: &Path| Ok(write_thumbnail(&self.recording, time, path)?);
        Ok(self.shelved(&key, Extension::Jpg, make)?.0)
    }

    /// What is on the shelf under that key of an earlier run (and then `true`), or what `make` writes now; nothing when it has nothing to write.
    fn shelved<T: Serialize + for<'a> Deserialize<'a>>(
        &self,
        key: &Key,
        kind: Extension,
        make: impl FnOnce(&Path) -> Result<Option<T>, ProcessError>,
    ) -> Result<(Option<(T, BlobKey)>, bool), ProcessError> {
        if let Some(kept) = self.cache.kept::<Shelved<T>>(key)
            && let Ok(blob) = kept.key.parse()
            && self.shelf.has(&blob)?
        {
            return Ok((Some((kept.about, blob)), true));
        }
        let file = self.cache.unfinished_file(kind.as_str());
        let Some(about) = make(&file)? else { return Ok((None, false)) };
        let blob = self.shelf.take(&file, kind)?;
        let kept = Shelved { about, key: blob.to_string() };
        self.cache.keep(key, &kept)?;
        Ok((Some((kept.about, blob)), false))
    }

    /// Puts small content onto the shelf.
    fn shelve(&self, content: &[u8], kind: Extension) -> Result<BlobKey, ProcessError> {
        let file = self.cache.unfinished_file(kind.as_str());
        fs::write(&file, content).map_err(|cause| self.cache.failed(cause))?;
        self.shelf.take(&file, kind)
    }

    pub(crate) fn shelve_filmstrip(&self, jpeg: &[u8]) -> Result<BlobKey, ProcessError> {
        self.shelve(jpeg, Extension::Jpg)
    }
}
