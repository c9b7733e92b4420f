//! Pictures and sound for the session of `report`'s tests.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use stepreel_core::SessionRecord;

/// Files by the keys that the session's record has for them, and the recording as `recording.mp4`.
pub(crate) fn film() -> &'static BTreeMap<String, Vec<u8>> {
    static FILM: OnceLock<BTreeMap<String, Vec<u8>>> = OnceLock::new();
    FILM.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        shoot(folder.path(), &crate::session::completed());
        let files = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap());
        files.map(|file| (file.file_name().into_string().unwrap(), std::fs::read(file.path()).unwrap())).collect()
    })
}

fn shoot(folder: &Path, record: &SessionRecord) {
    let seconds = record.session.duration_seconds;
    let scene = format!("testsrc2=size=480x270:rate=2:duration={seconds},hue=h=t/4:s=0.5");
    let tone = format!("sine=frequency=220:sample_rate=16000:duration={seconds}");
    let fast =
        ["-preset", "ultrafast", "-g", "4", "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "16k", "recording.mp4"];
    ffmpeg(folder, &[&["-f", "lavfi", "-i", &scene, "-f", "lavfi", "-i", &tone][..], &fast].concat());
    let strip = format!("fps=40/{seconds},scale=170:96,tile=40x1");
    ffmpeg(folder, &["-i", "recording.mp4", "-vf", &strip, "-frames:v", "1", "-update", "1", "filmstrip.jpg"]);
    for procedure in &record.procedures {
        let (ordinal, real) = (procedure.ordinal, procedure.clip.real);
        let (from, length) = (real.start().seconds().to_string(), real.seconds().to_string());
        let clip = format!("{ordinal}.mp4");
        ffmpeg(folder, &["-ss", &from, "-t", &length, "-i", "recording.mp4", "-c", "copy", &clip]);
        let still = format!("{ordinal}.jpg");
        ffmpeg(folder, &["-ss", "5", "-i", &clip, "-frames:v", "1", "-update", "1", &still]);
        std::fs::write(folder.join(format!("{ordinal}.vtt")), captions()).unwrap();
    }
}

fn captions() -> String {
    let mut text = "WEBVTT\n".to_owned();
    for second in (0..40).step_by(5) {
        write!(text, "\n00:{second:02}.000 --> 00:{:02}.000\nNow we do this.\n", second + 4).unwrap();
    }
    text
}

fn ffmpeg(folder: &Path, arguments: &[&str]) {
    let mut ffmpeg = Command::new("ffmpeg");
    let status = ffmpeg.current_dir(folder).args(["-v", "error", "-nostdin", "-y"]).args(arguments).status();
    assert!(status.unwrap().success(), "{arguments:?}");
}
