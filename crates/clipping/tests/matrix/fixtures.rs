//! Recordings as cameras, phones and browsers write them, made by ffmpeg.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::pattern::{COLUMNS, LIGHT, ROWS};

/// A recording of 24 seconds: pictures that show their time, and a beep at each whole second of it.
///
/// Arguments are ffmpeg's, with spaces in between.
#[derive(Clone, Copy)]
pub(crate) struct Fixture {
    /// What is special about it.
    pub(crate) name: &'static str,
    /// The file's name, which says the container.
    pub(crate) file: &'static str,
    /// Pictures a second that are made.
    pub(crate) rate: &'static str,
    /// A filter that keeps some of the pictures, with their times.
    pub(crate) select: &'static str,
    /// What is done with the pictures.
    pub(crate) pictures: &'static str,
    /// What is done with the sound.
    pub(crate) sound: &'static str,
    /// What is said about the file.
    pub(crate) output: &'static str,
    /// What happens to the file afterwards.
    pub(crate) then: Then,
    /// How long it lasts in seconds; nothing where that is as far as it can be decoded.
    pub(crate) lasts: Option<f64>,
    /// How many beeps are left in it at least.
    pub(crate) beeps: usize,
}

/// What happens to a file after it was written.
#[derive(Clone, Copy)]
pub(crate) enum Then {
    /// Nothing.
    Kept,
    /// Its packets go into another file of that kind; arguments stand before and after the input, whose name is `made.` and
    /// the extension.
    Copied(&'static str, &'static str),
    /// Only so many of a hundred bytes are left.
    CutOff(usize),
}

impl Fixture {
    /// Its container, as the file's name says it.
    pub(crate) fn container(&self) -> String {
        self.file.rsplit('.').next().unwrap().to_owned()
    }

    /// Makes it in that folder.
    pub(crate) fn record(&self, folder: &Path) -> PathBuf {
        let made = format!("made.{}", self.container());
        self.make(folder, &made);
        match self.then {
            Then::Kept => fs::rename(folder.join(&made), folder.join(self.file)).unwrap(),
            Then::Copied(before, after) => {
                let arguments = before.split_whitespace().chain(["-i", &made]).chain(after.split_whitespace());
                ffmpeg(folder, arguments.chain([self.file]));
            }
            Then::CutOff(hundredths) => {
                let bytes = fs::read(folder.join(&made)).unwrap();
                fs::write(folder.join(self.file), &bytes[..bytes.len() * hundredths / 100]).unwrap();
            }
        }
        folder.join(self.file)
    }

    fn make(&self, folder: &Path, file: &str) {
        let pictures = format!(
            "color=c=gray:s={COLUMNS}x{ROWS}:r={}:d=24,select='{}',format=gray,geq=lum='{LIGHT}',\
             scale=160:96:flags=neighbor,format=yuv420p",
            self.rate, self.select
        );
        let sound = "aevalsrc='0.5*sin(2*PI*1000*t)*lt(mod(t,1),0.05)':s=48000:d=24";
        let sources = ["-f", "lavfi", "-i", &pictures, "-f", "lavfi", "-i", sound, "-map", "0:v", "-map", "1:a"];
        let said = [self.pictures, self.sound, self.output].into_iter().flat_map(str::split_whitespace);
        ffmpeg(folder, sources.into_iter().chain(["-fps_mode", "vfr"]).chain(said).chain([file]));
    }
}

fn ffmpeg<'a>(folder: &Path, arguments: impl Iterator<Item = &'a str>) {
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-v", "error", "-nostdin"]).args(arguments).current_dir(folder).env("SVT_LOG", "1");
    let output = ffmpeg.output().unwrap();
    assert!(output.status.success(), "{ffmpeg:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// H.264 as fast as it goes with a key frame every two seconds, and AAC.
const MP4: Fixture = Fixture {
    name: "30 pictures a second",
    file: "recording.mp4",
    rate: "30",
    select: "1",
    pictures: "-c:v libx264 -preset ultrafast -g 60",
    sound: "-c:a aac -ac 2",
    output: "",
    then: Then::Kept,
    lasts: Some(24.0),
    beeps: 24,
};

const MKV: Fixture = Fixture { file: "recording.mkv", ..MP4 };

const WEBM: Fixture = Fixture { file: "recording.webm", sound: "-c:a libopus -ac 2", ..MP4 };

const MOV: Fixture = Fixture { file: "recording.mov", ..MP4 };

const TS: Fixture = Fixture { file: "recording.ts", ..MP4 };

const B_FRAMES: &str = "-c:v libx264 -preset ultrafast -g 60 -bf 3";

const OPEN_GROUPS: &str = "-c:v libx264 -preset veryfast -g 48 -bf 4 -x264-params open-gop=1";

const HEVC: &str = "-c:v libx265 -preset ultrafast -x265-params log-level=error -g 60";

const HEVC_10: &str = "-c:v libx265 -preset ultrafast -x265-params log-level=error -g 60 -pix_fmt yuv420p10le";

const VP9: &str = "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -g 60";

const AV1: &str = "-c:v libsvtav1 -preset 12 -crf 20 -g 60";

/// All of them. What has nothing to do with each other shares a recording, so that there are fewer.
pub(crate) fn all() -> Vec<Fixture> {
    [
        &rates()[..],
        &turns(),
        &groups(),
        &edits(),
        &clocks(),
        &sounds_beside_pictures(),
        &codecs(),
        &containers(),
        &cut_off(),
    ]
    .concat()
}

fn rates() -> [Fixture; 4] {
    let low_light =
        Fixture { name: "24, and 8 in low light", rate: "24", select: "if(lt(mod(t,10),5),1,not(mod(n,3)))", ..MP4 };
    [
        MP4,
        Fixture {
            name: "29.97 pictures a second",
            rate: "30000/1001",
            sound: "-c:a aac -ar 44100 -ac 2",
            lasts: Some(24.024),
            ..MP4
        },
        Fixture { sound: "-c:a libmp3lame -ar 44100 -ac 2", ..low_light },
        Fixture { file: "recording.mkv", sound: "-c:a pcm_s16le -ar 8000 -ac 1", ..low_light },
    ]
}

/// Stored lying on its side or head down, with a note that turns it.
fn turns() -> [Fixture; 3] {
    let turned = |name, pictures, note| Fixture { name, pictures, then: Then::Copied("", note), ..MP4 };
    [
        turned(
            "turned by 90 degrees",
            "-vf transpose=clock -c:v libx264 -preset ultrafast -g 60",
            "-c copy -metadata:s:v rotate=90",
        ),
        turned(
            "turned by 180 degrees",
            "-vf hflip,vflip -c:v libx264 -preset ultrafast -g 60",
            "-c copy -metadata:s:v rotate=180",
        ),
        turned(
            "turned by 270 degrees",
            "-vf transpose=cclock -c:v libx264 -preset ultrafast -g 60",
            "-c copy -metadata:s:v rotate=270",
        ),
    ]
}

fn groups() -> [Fixture; 6] {
    let grouped = |name, pictures| Fixture { name, pictures, ..MP4 };
    [
        Fixture { sound: "-c:a aac -ac 6", ..grouped("B-frames", B_FRAMES) },
        grouped("open groups", OPEN_GROUPS),
        Fixture { name: "open groups", pictures: OPEN_GROUPS, ..TS },
        Fixture { name: "open groups", pictures: OPEN_GROUPS, ..MKV },
        Fixture {
            sound: "-c:a aac -ar 16000 -ac 1",
            ..grouped("key frames 0.5 s apart", "-c:v libx264 -preset ultrafast -g 15")
        },
        grouped("key frames 20 s apart", "-c:v libx264 -preset ultrafast -g 600 -keyint_min 600 -bf 2"),
    ]
}

fn edits() -> [Fixture; 5] {
    let cut = Fixture { then: Then::Copied("-ss 2.3", "-c copy"), lasts: Some(21.7), beeps: 21, ..MP4 };
    [
        Fixture { name: "edit list from within a group", pictures: B_FRAMES, ..cut },
        Fixture { name: "edit list from within an open group", pictures: OPEN_GROUPS, ..cut },
        Fixture {
            name: "edit list hides the start",
            output: "-output_ts_offset -0.5 -avoid_negative_ts 0",
            lasts: Some(23.5),
            beeps: 23,
            ..MP4
        },
        Fixture { name: "edit list delays the pictures", select: "gte(t,1.5)", ..MP4 },
        Fixture { name: "edit list delays all", output: "-output_ts_offset 5.25", ..MP4 },
    ]
}

fn clocks() -> [Fixture; 4] {
    [
        Fixture {
            name: "clock from 7 s",
            sound: "-c:a libmp3lame -ar 44100 -ac 1",
            output: "-output_ts_offset 7",
            ..MKV
        },
        Fixture { name: "clock from 100 s", output: "-output_ts_offset 100", ..TS },
        Fixture { name: "clock from -10 s, wraps", output: "-output_ts_offset 95432", pictures: B_FRAMES, ..TS },
        // The encoder's delay comes before the pictures.
        Fixture {
            name: "16 kHz, pictures start late",
            sound: "-c:a libmp3lame -ar 16000 -ac 1",
            select: "gte(t,1.5)",
            lasts: Some(24.069),
            ..TS
        },
    ]
}

fn sounds_beside_pictures() -> [Fixture; 8] {
    const LATE: &str = "-af atrim=12.5 -c:a aac";
    [
        Fixture { name: "sound starts late", sound: LATE, beeps: 11, ..MP4 },
        Fixture { name: "sound starts late", sound: LATE, beeps: 11, ..MKV },
        Fixture { name: "sound starts late", sound: LATE, beeps: 11, ..TS },
        Fixture { name: "sound ends early", sound: "-af atrim=end=13.5 -c:a aac", beeps: 14, ..MP4 },
        Fixture { name: "sound's tail is missing", sound: "-c:a aac -bsf:a noise=drop='gt(n,600)'", beeps: 13, ..MKV },
        Fixture { name: "sound goes on longer", select: "lt(t,20)", ..MP4 },
        Fixture {
            name: "sound with a gap",
            sound: "-af aselect='not(between(t,11.7,13.6))' -c:a aac",
            beeps: 22,
            ..MP4
        },
        Fixture { name: "no sound", sound: "-an", beeps: 0, ..MP4 },
    ]
}

fn codecs() -> [Fixture; 7] {
    [
        Fixture { name: "HEVC, 8 bits", pictures: HEVC, sound: "-c:a libopus -ac 1", ..MP4 },
        Fixture { name: "HEVC, 10 bits", pictures: HEVC_10, ..MKV },
        Fixture { name: "HEVC, 10 bits", pictures: HEVC_10, ..TS },
        Fixture { name: "VP9", pictures: VP9, ..WEBM },
        Fixture { name: "VP9", pictures: VP9, sound: "-c:a libopus -ac 6", ..MKV },
        Fixture { name: "AV1", pictures: AV1, ..WEBM },
        Fixture { name: "AV1", pictures: AV1, ..MKV },
    ]
}

const FRAGMENTS: &str = "-movflags frag_keyframe+empty_moov+default_base_moof";

fn containers() -> [Fixture; 4] {
    const DATA: &str = "-f data -i made.mov -map 0 -map 1 -c copy -tag:d gpmd";
    [
        Fixture { name: "fragments", output: FRAGMENTS, ..MP4 },
        // Without an edit list, B-frames delay all.
        Fixture { name: "fragments, B-frames", output: FRAGMENTS, pictures: B_FRAMES, lasts: Some(24.067), ..MP4 },
        Fixture {
            name: "data tracks",
            sound: "-c:a pcm_s16le -ac 2",
            output: "-timecode 01:00:00:00",
            then: Then::Copied("", DATA),
            ..MOV
        },
        Fixture {
            name: "decoding times only",
            file: "recording.avi",
            pictures: "-c:v mjpeg -q:v 3",
            sound: "-c:a libmp3lame",
            ..MP4
        },
    ]
}

/// What is left when the battery falls out, or a disk is full.
fn cut_off() -> [Fixture; 4] {
    [
        Fixture { output: "-movflags faststart", ..MP4 },
        Fixture { output: FRAGMENTS, ..MP4 },
        Fixture { pictures: B_FRAMES, ..MKV },
        TS,
    ]
    .map(|whole| Fixture { name: "tail is cut off", then: Then::CutOff(70), lasts: None, beeps: 15, ..whole })
}
