//! Recordings whose every frame shows its own time, made by ffmpeg.

use std::path::{Path, PathBuf};
use std::process::Command;

/// What a camera writes beside pictures and sound.
pub(crate) const PRIVATE: [&str; 8] = [
    "-metadata",
    "title=PRIVATE",
    "-metadata",
    "location=PRIVATE",
    "-metadata:s:v",
    "handler_name=PRIVATE",
    "-metadata:s:a",
    "language=PRIVATE",
];

/// Sixteen columns of 8 pixels: the bits of the frame's time in milliseconds, the lowest one left.
const TIME_AS_PICTURE: &str = "format=gray,geq=lum='16+200*mod(floor(round(T*1000)/pow(2,floor(X/8))),2)'";

/// A recording of half a minute: columns that show the time, and a beep at each whole second.
pub(crate) struct Clock {
    /// Frames a second that are made.
    pub(crate) rate: &'static str,
    /// Filters before the time is drawn, ending with a comma.
    pub(crate) select: &'static str,
    /// What ffmpeg is told about the pictures.
    pub(crate) pictures: &'static [&'static str],
    /// The sound, as an expression of the time.
    pub(crate) tone: &'static str,
    /// What ffmpeg is told about the sound.
    pub(crate) sound: &'static [&'static str],
    /// What ffmpeg is told about the file.
    pub(crate) output: &'static [&'static str],
    /// The file's name.
    pub(crate) file: &'static str,
}

impl Default for Clock {
    fn default() -> Self {
        Self {
            rate: "30",
            select: "",
            pictures: &["-c:v", "libx264", "-preset", "veryfast", "-g", "60"],
            tone: "0.5*sin(2*PI*1000*t)*lt(mod(t,1),0.05)",
            sound: &["-c:a", "aac"],
            output: &[],
            file: "recording.mp4",
        }
    }
}

impl Clock {
    /// 24 frames a second, in the second half of each ten seconds 8, and none at all from 12 to 15 s.
    pub(crate) fn variable() -> Self {
        let select = "select='if(lt(mod(t,10),5),1,not(mod(n,3)))*not(between(t,12.01,14.99))',";
        Self { rate: "24", select, ..Self::default() }
    }

    /// Sound from 6.5 to 16.5 s.
    pub(crate) fn partly_heard() -> Self {
        Self { sound: &["-af", "atrim=6.5:16.5", "-c:a", "aac"], file: "recording.mkv", ..Self::default() }
    }

    /// Makes the recording in that folder.
    pub(crate) fn record(&self, folder: &Path) -> PathBuf {
        let file = folder.join(self.file);
        let pictures = format!("color=c=gray:s=128x32:r={}:d=30,{}{TIME_AS_PICTURE}", self.rate, self.select);
        let sound = format!("aevalsrc='{}':s=48000:d=30", self.tone);
        let mut ffmpeg = Command::new("ffmpeg");
        ffmpeg.args(["-v", "error", "-nostdin", "-f", "lavfi", "-i", &pictures, "-f", "lavfi", "-i", &sound]);
        ffmpeg.args(["-map", "0:v", "-map", "1:a", "-fps_mode", "vfr", "-pix_fmt", "yuv420p"]);
        ffmpeg.args(self.pictures).args(self.sound).args(self.output);
        run(ffmpeg.arg(&file));
        file
    }
}

fn run(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}
