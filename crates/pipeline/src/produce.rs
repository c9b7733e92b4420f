//! Clips, thumbnails and captions of the stretches of work.

use std::fs;
use std::path::Path;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use stepreel_clipping::{Storyboard, best_frame, captions, write_thumbnail};
use stepreel_core::{Clip, Evidence, Segment, Thumbnail};
use stepreel_media::{Progress, Recording};
use stepreel_storage::{BlobKey, Extension};

use crate::cache::Key;
use crate::observe::Observed;
use crate::pipeline::Run;
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
            let mut cuts = Vec::with_capacity(segments.len());
            let (mut done, mut all_reused) = (Duration::ZERO, true);
            let work: Duration = segments.iter().map(|segment| segment.span.duration()).sum();
            for segment in segments {
                self.watch.check()?;
                let recording = self.telling(done, segment.span.duration(), work);
                recording.progress().tell(0.0);
                let (cut, reused) = self.cut_one(&recording, observed, segment)?;
                done += segment.span.duration();
                all_reused &= reused;
                cuts.push(cut);
            }
            Ok((cuts, all_reused))
        })
    }

    /// The recording, whose next cut, of that `length`, tells how far all cuts are: a clip takes time by its length.
    fn telling(&self, done: Duration, length: Duration, work: Duration) -> Recording {
        let watch = self.watch.clone();
        let all = Progress::to(move |share| watch.advance(Stage::Clips, share));
        let share = |time: Duration| time.div_duration_f64(work);
        self.recording.clone().reporting_to(all.part(share(done)..share(done + length)))
    }

    fn cut_one(
        &self,
        recording: &Recording,
        observed: &Observed,
        segment: &Segment,
    ) -> Result<(Cut, bool), ProcessError> {
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
        let file = self.cache.unfinished(kind.as_str());
        let Some(about) = make(&file)? else { return Ok((None, false)) };
        let blob = self.shelf.take(&file, kind)?;
        let kept = Shelved { about, key: blob.to_string() };
        self.cache.keep(key, &kept)?;
        Ok((Some((kept.about, blob)), false))
    }

    /// Puts small content onto the shelf.
    fn shelve(&self, content: &[u8], kind: Extension) -> Result<BlobKey, ProcessError> {
        let file = self.cache.unfinished(kind.as_str());
        fs::write(&file, content).map_err(|cause| self.cache.failed(cause))?;
        self.shelf.take(&file, kind)
    }

    pub(crate) fn shelve_filmstrip(&self, jpeg: &[u8]) -> Result<BlobKey, ProcessError> {
        self.shelve(jpeg, Extension::Jpg)
    }
}
