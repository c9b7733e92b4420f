//! What a recording is made of: ffprobe's report on its streams, and the listing of its packets.

mod distances;
mod listing;
mod report;
mod track;

use std::fs;
use std::io::{BufReader, Read};
use std::path::Path;
use std::time::Duration;

use stepreel_core::{AudioStream, RecordingInfo, Time, VideoStream};
use stepreel_prescan::Limits;

use crate::child::{Call, ChildError, Tool};
use crate::prescan::prescan;
use crate::sniff;
use crate::{Confinement, Layer, MediaError};

use listing::Listing;
use report::{Report, Stream};
use track::Summary;

/// Bytes of ffprobe's report; that of a recording has some thousand.
const REPORT_CAP: usize = 4 * 1024 * 1024;

/// How far into a recording ffprobe looks for what its streams are, in microseconds and bytes: where only packets tell, as in a
/// transport stream, sound that starts after its usual five seconds would be none. It stops when it knows all streams.
const LOOKS_FOR: [(&str, u32); 2] = [("-analyzeduration", 600_000_000), ("-probesize", 100_000_000)];

/// What the probe found out.
#[derive(Clone, Debug)]
pub(crate) struct Probed {
    pub(crate) info: RecordingInfo,
    pub(crate) pictures: Option<PictureLayout>,
    pub(crate) sound: Option<SoundLayout>,
    pub(crate) packets: Packets,
}

/// The packets of the pictures and of the sound, on the recording's timeline; not those that an edit list hides.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Packets {
    /// In order of decoding.
    pub(crate) pictures: Vec<Packet>,
    /// When each packet of sound is heard.
    pub(crate) sound: Vec<Time>,
}

/// A packet of the pictures.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Packet {
    pub(crate) time: Time,
    pub(crate) key: bool,
}

/// How pictures are stored, beyond what the [`VideoStream`] says about how they are shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PictureLayout {
    /// For each key frame the number of its packet among those of its stream.
    pub(crate) key_packets: Vec<u64>,
    /// Whether they are stored in the order in which they are shown, each equally long after its decoding.
    pub(crate) in_order: bool,
    /// The codec's profile, as ffmpeg calls it.
    pub(crate) profile: String,
    /// The kind of its pixels, as ffmpeg calls it.
    pub(crate) pixels: String,
    /// `progressive`, or how fields are ordered.
    pub(crate) fields: String,
    /// Width in pixels before it is turned.
    pub(crate) width: u32,
    /// Height in pixels before it is turned.
    pub(crate) height: u32,
}

/// What the sound decoder needs to know beyond the [`AudioStream`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SoundLayout {
    /// When the first stored packet would be heard, were none of it cut away by an edit list or as the encoder's delay.
    pub(crate) first_packet: Time,
    /// Whether it is plain AAC, not one of the extensions that double its sample rate or channels.
    pub(crate) plain_aac: bool,
}

/// Looks at the recording at `path`.
pub(crate) fn probe(path: &Path, confinement: Confinement) -> Result<Probed, MediaError> {
    let bytes = size(path)?;
    if confinement.wants(Layer::Formats) {
        prescan(path)?;
    }
    // Reading takes as long as the disk does; what takes longer is a header made to be expensive.
    let deadline = Duration::from_secs(30) + Duration::from_secs(bytes / 20_000_000);
    let call = || ffprobe(deadline).confined_by(confinement);
    let report = report(path, call())?;
    let listing = listing(path, &report, call())?;
    let probed = Probe { report: &report, listing: &listing, bytes }.conclude();
    if probed.info.video.is_none() && probed.info.audio.is_none() {
        return Err(nothing_to_see(path, &report));
    }
    // What the pre-scan was told may be less than what ffprobe finds.
    if probed.info.duration > Limits::default().duration {
        return Err(MediaError::TooLarge { path: path.to_owned(), what: "it lasts longer than 6 hours" });
    }
    Ok(probed)
}

fn size(path: &Path) -> Result<u64, MediaError> {
    let metadata = fs::metadata(path).map_err(|error| MediaError::from_io(path, error))?;
    if !metadata.is_file() {
        return Err(MediaError::NotAFile { path: path.to_owned() });
    }
    fs::File::open(path).map_err(|error| MediaError::from_io(path, error))?;
    match metadata.len() {
        0 => Err(MediaError::Empty { path: path.to_owned() }),
        bytes => Ok(bytes),
    }
}

fn report(path: &Path, call: Call) -> Result<Report, MediaError> {
    let call = call.option("-show_entries", report::ENTRIES).option("-of", "json");
    let said = call.input(path).collect(REPORT_CAP).map_err(|error| sniff::explain(path, error))?;
    serde_json::from_slice(&said).map_err(|error| MediaError::ToolFailed { path: path.to_owned(), cause: error.into() })
}

fn listing(path: &Path, report: &Report, call: Call) -> Result<Listing, MediaError> {
    let call = call.option("-show_entries", listing::ENTRIES).option("-of", "csv=p=0");
    // A packet that lost its end with the tail of the file can't be decoded; a transport stream's may only have lost its middle.
    let whole = report.format.name.starts_with("mov").then_some("+discardcorrupt");
    let call = whole.into_iter().fold(call, |call, flag| call.option("-fflags", flag));
    let mut child = call.input(path).stream().map_err(|error| MediaError::from_child(path, error))?;
    let listing = Listing::read(BufReader::new((&mut child).take(listing::CAP)), report)
        .map_err(|error| MediaError::from_child(path, ChildError::Read(error)))?;
    if listing.is_cut_short() {
        return Err(MediaError::TooLarge {
            path: path.to_owned(),
            what: "it has more packets than a day of recording",
        });
    }
    match child.finish() {
        // A recording that lost its tail ends its listing with an error, after all that can be read.
        Ok(()) | Err(ChildError::Failed { .. }) => Ok(listing),
        Err(error) => Err(MediaError::from_child(path, error)),
    }
}

fn ffprobe(deadline: Duration) -> Call {
    let call = Call::new(Tool::Ffprobe, deadline).within(deadline);
    LOOKS_FOR.into_iter().fold(call, |call, (name, most)| call.option(name, most))
}

/// What is made of ffprobe's two answers; nothing where they are none.
#[cfg(fuzzing)]
pub fn concluded(report: &[u8], listing: &[u8]) -> Option<RecordingInfo> {
    let report: Report = serde_json::from_slice(report).ok()?;
    let listing = Listing::read(listing, &report).ok()?;
    Some(Probe { report: &report, listing: &listing, bytes: 0 }.conclude().info)
}

fn nothing_to_see(path: &Path, report: &Report) -> MediaError {
    let path = path.to_owned();
    if report.streams.iter().any(Stream::is_video) || report.streams.iter().any(Stream::is_audio) {
        return MediaError::Damaged { path, damage: "no picture and no sound can be read".into(), truncated: false };
    }
    MediaError::Unsupported { path, looks_like: "a file without moving pictures and sound that can be decoded" }
}

/// Both answers of ffprobe side by side.
struct Probe<'a> {
    report: &'a Report,
    listing: &'a Listing,
    bytes: u64,
}

impl Probe<'_> {
    fn conclude(&self) -> Probed {
        let (video, pictures) = self.video().unzip();
        let (audio, sound) = self.audio().unzip();
        let end = video.as_ref().map(|video| video.end).max(audio.as_ref().map(|audio| audio.end));
        let info = RecordingInfo {
            container: self.report.format.name.clone(),
            duration: end.unwrap_or_default().since(Time::ZERO),
            declared_duration: self.report.format.duration(),
            container_start: self.zero(),
            bytes: self.bytes,
            video,
            audio,
            subtitles: self.report.streams.iter().filter_map(Stream::subtitle).collect(),
        };
        Probed { packets: self.packets(&info), info, pictures, sound }
    }

    fn packets(&self, info: &RecordingInfo) -> Packets {
        let track = |index| self.listing.track(index).map(|track| track.packets(self.zero()));
        let pictures = info.video.as_ref().and_then(|video| track(video.index)).unwrap_or_default();
        let sound = info.audio.as_ref().and_then(|audio| track(audio.index)).unwrap_or_default();
        Packets { pictures, sound: sound.into_iter().map(|packet| packet.time).collect() }
    }

    /// The largest moving picture that has frames, because a second one is a preview; and how it is stored.
    fn video(&self) -> Option<(VideoStream, PictureLayout)> {
        let streams = self.report.streams.iter().filter(|stream| stream.is_video());
        let with_frames = streams.filter_map(|stream| Some((stream, self.summary(stream)?)));
        let (stream, track) = with_frames.rev().max_by_key(|(stream, _)| stream.pixels())?;
        let (width, height, rotation) = stream.shown();
        let (key_frames, key_packets) = track.key_frames.into_iter().unzip();
        let video = VideoStream {
            index: stream.index,
            codec: stream.codec.clone(),
            width,
            height,
            rotation,
            rate: track.rate,
            variable_rate: track.variable_rate,
            start: track.start,
            end: track.end,
            gaps: track.gaps,
            key_frames,
        };
        Some((video, stream.layout(key_packets, track.in_order)))
    }

    /// The first sound track that has packets, and what decoding it takes.
    fn audio(&self) -> Option<(AudioStream, SoundLayout)> {
        let mut streams = self.report.streams.iter().filter(|stream| stream.is_audio());
        let (stream, track) = streams.find_map(|stream| Some((stream, self.summary(stream)?)))?;
        let first_packet = self.listing.track(stream.index)?.first_stored(self.zero())?;
        let audio = AudioStream {
            index: stream.index,
            codec: stream.codec.clone(),
            sample_rate: stream.sample_rate(),
            channels: stream.channels,
            start: track.start,
            end: track.end,
            gaps: track.gaps,
        };
        Some((audio, SoundLayout { first_packet, plain_aac: stream.profile == "LC" }))
    }

    fn summary(&self, stream: &Stream) -> Option<Summary> {
        self.listing.track(stream.index)?.summary(self.zero())
    }

    fn zero(&self) -> Time {
        self.report.format.start()
    }
}
