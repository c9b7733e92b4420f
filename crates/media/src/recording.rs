//! A recording that was looked at once and is read many times.

use std::env;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use stepreel_core::{Frame, FrameSource, RecordingInfo, SoundSource, SubtitleStream, Time};

use crate::child::{Call, Tool};
use crate::probe::{Packets, PictureLayout, Probed, SoundLayout, probe};
use crate::sound::SoundDecoder;
use crate::{CancellationToken, Confinement, FramePlan, MediaError, Progress, Sampling, frames, sound, subtitles};

/// How long the next frame, or piece of sound, may take; more than a second of 8K takes on a slow machine.
const PATIENCE: Duration = Duration::from_secs(40);

/// A recording on disk and what the probe found out about it. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Recording {
    path: Arc<Path>,
    probed: Arc<Probed>,
    token: CancellationToken,
    progress: Progress,
    scratch: Arc<Path>,
    confinement: Confinement,
}

impl Recording {
    /// Probes the recording at `path`, with every decoder confined ([`Confinement::REQUIRED`]).
    ///
    /// # Errors
    /// When there is no recording that can be read; see [`MediaError`].
    pub fn open(path: &Path) -> Result<Self, MediaError> {
        Self::open_confined(path, Confinement::REQUIRED)
    }

    /// Probes the recording at `path`; this and all that is read of it later is decoded in that confinement.
    ///
    /// # Errors
    /// As [`Recording::open`].
    pub fn open_confined(path: &Path, confinement: Confinement) -> Result<Self, MediaError> {
        let probed = probe(path, confinement)?;
        Ok(Self {
            confinement,
            path: path.into(),
            probed: Arc::new(probed),
            token: CancellationToken::default(),
            progress: Progress::default(),
            scratch: env::temp_dir().into(),
        })
    }

    /// The same recording, whose cuts are given up when `token` is cancelled. Frames and sound need no token: they stop when
    /// nobody pulls them.
    #[must_use]
    pub fn cancelled_by(self, token: &CancellationToken) -> Self {
        Self { token: token.clone(), ..self }
    }

    /// The same recording, whose cuts tell `progress` how far they are. Of frames and sound, whoever pulls them knows.
    #[must_use]
    pub fn reporting_to(self, progress: Progress) -> Self {
        Self { progress, ..self }
    }

    /// The same recording, whose scratch files lie in `folder` instead of the system's folder for such: they go when they are
    /// done with, but not when the process is killed. The folder is made where it is missing.
    #[must_use]
    pub fn scratch_in(self, folder: &Path) -> Self {
        Self { scratch: folder.into(), ..self }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What it is made of.
    pub fn info(&self) -> &RecordingInfo {
        &self.probed.info
    }

    /// How its frames would be sampled; nothing without moving pictures.
    pub fn plan(&self, sampling: &Sampling) -> Option<FramePlan> {
        FramePlan::new(sampling, &self.probed.info)
    }

    /// Its frames by that plan.
    ///
    /// # Errors
    /// When ffmpeg cannot be started.
    pub fn frames(&self, plan: &FramePlan) -> Result<FrameSource<'static>, MediaError> {
        frames::sample(self, plan)
    }

    /// Its sound, from the start of the timeline to the end of the sound track; nothing without a sound track.
    ///
    /// # Errors
    /// When the file cannot be opened, or ffmpeg cannot be started.
    pub fn sound(&self) -> Result<Option<SoundSource<'static>>, MediaError> {
        Ok(self.sound_and_decoder()?.map(|(sound, _)| sound))
    }

    /// As [`Recording::sound`], with who decodes it.
    ///
    /// # Errors
    /// As [`Recording::sound`].
    pub fn sound_and_decoder(&self) -> Result<Option<(SoundSource<'static>, SoundDecoder)>, MediaError> {
        sound::open(self)
    }

    /// A text subtitle track as WebVTT, on the recording's timeline.
    ///
    /// # Errors
    /// When the track cannot be read.
    pub fn subtitles(&self, stream: &SubtitleStream) -> Result<String, MediaError> {
        subtitles::read(self, stream)
    }

    /// The frame that is shown at `time`, scaled to at most `width` pixels; nothing where none is shown.
    ///
    /// # Errors
    /// When ffmpeg cannot be started or fails.
    pub fn frame_at(&self, time: Time, width: u32) -> Result<Option<Frame>, MediaError> {
        frames::at(self, time, width)
    }

    /// Who hears how far its cuts are.
    pub fn progress(&self) -> &Progress {
        &self.progress
    }

    /// Who gives up its cuts.
    pub(crate) fn token(&self) -> &CancellationToken {
        &self.token
    }

    /// Where scratch files go.
    pub(crate) fn scratch(&self) -> &Path {
        &self.scratch
    }

    /// What the sound decoder needs to know beyond the stream.
    pub(crate) fn sound_layout(&self) -> Option<SoundLayout> {
        self.probed.sound
    }

    /// How its pictures are stored; nothing without moving pictures.
    pub(crate) fn picture_layout(&self) -> Option<&PictureLayout> {
        self.probed.pictures.as_ref()
    }

    /// Its packets of pictures and of sound.
    pub(crate) fn packets(&self) -> &Packets {
        &self.probed.packets
    }

    /// Times of the key frames, each with the number of its packet among those of its stream.
    pub(crate) fn key_packets(&self) -> impl Iterator<Item = (Time, u64)> + '_ {
        let times = self.info().video.iter().flat_map(|video| video.key_frames.iter().copied());
        times.zip(self.probed.pictures.iter().flat_map(|pictures| pictures.key_packets.iter().copied()))
    }

    /// A call on this recording, or on what was made of it.
    pub(crate) fn call(&self, tool: Tool, deadline: Duration) -> Call {
        Call::new(tool, deadline).confined_by(self.confinement)
    }

    /// A call that decodes streams of it, within their budget.
    pub(crate) fn reading(&self) -> Call {
        self.call(Tool::Ffmpeg, self.deadline()).within(self.cpu_budget()).answering_within(PATIENCE)
    }

    /// Processor time that decoding a stream of it may take. Eight times what is shown, which is more than 8K takes; and by its
    /// bytes, whatever it claims to show: packets may be named a hundred thousand times, and no camera that writes less than 40 kB
    /// a second needs a second of decoding for each of them.
    fn cpu_budget(&self) -> Duration {
        let by_time = self.info().duration * 8;
        let by_bytes = Duration::from_secs(self.info().bytes / 25_000);
        Duration::from_mins(1) + by_time.min(by_bytes)
    }

    /// How long a child may take to read all of it. Most of that is the reader's own time, since a child waits for it.
    pub(crate) fn deadline(&self) -> Duration {
        Duration::from_mins(10) + self.info().duration * 4
    }
}
