//! Writes the page of a session: `cargo run -p stepreel-report --example report -- page.html`. Needs ffmpeg for something to show.
#![allow(clippy::print_stdout, reason = "an example talks to the person who runs it")]

use std::error::Error;
use std::io::{BufWriter, Read};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{fs, io};

use stepreel_report::BlobSource;

#[path = "../tests/session/mod.rs"]
mod session;

/// The files of a folder, by name.
struct Folder(PathBuf);

impl BlobSource for Folder {
    fn length(&self, key: &str) -> io::Result<u64> {
        Ok(self.0.join(key).metadata()?.len())
    }

    fn open(&self, key: &str) -> io::Result<Box<dyn Read + '_>> {
        Ok(Box::new(fs::File::open(self.0.join(key))?))
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let page = PathBuf::from(std::env::args_os().nth(1).ok_or("give the page to write")?);
    let folder = tempfile::tempdir()?;
    film(folder.path())?;
    let record = if std::env::args().any(|word| word == "--failed") { session::failed() } else { session::completed() };
    let source = Folder(folder.path().to_owned());
    let html = stepreel_report::html(&record, &source)?;
    html.write_to(&mut BufWriter::new(fs::File::create(&page)?))?;
    for (path, key) in html.files() {
        let path = page.with_file_name(path);
        fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
        fs::copy(folder.path().join(key), path)?;
    }
    println!("{}", stepreel_report::chapters_youtube(&record));
    println!("wrote {}", page.display());
    Ok(())
}

/// Clips, stills and captions for the six procedures, and a filmstrip.
fn film(folder: &Path) -> Result<(), Box<dyn Error>> {
    for ordinal in 1..=6 {
        let scene = format!("testsrc2=size=640x360:rate=25:duration=6,hue=h={}", 60 * ordinal);
        let tone = format!("sine=frequency={}:duration=6", 220 + 40 * ordinal);
        let clip = format!("{ordinal}.mp4");
        ffmpeg(folder, &["-f", "lavfi", "-i", &scene, "-f", "lavfi", "-i", &tone, "-pix_fmt", "yuv420p", &clip])?;
        ffmpeg(folder, &["-i", &clip, "-frames:v", "1", &format!("{ordinal}.jpg")])?;
        fs::write(folder.join(format!("{ordinal}.vtt")), "WEBVTT\n\n00:00.500 --> 00:05.000\nNow we do this.\n")?;
    }
    let strip = "testsrc2=size=170x96:rate=1:duration=40,hue=h=9*n,tile=40x1";
    ffmpeg(folder, &["-f", "lavfi", "-i", strip, "-frames:v", "1", "filmstrip.jpg"])
}

fn ffmpeg(folder: &Path, arguments: &[&str]) -> Result<(), Box<dyn Error>> {
    let status = Command::new("ffmpeg").current_dir(folder).args(["-v", "error", "-y"]).args(arguments).status()?;
    if status.success() { Ok(()) } else { Err("ffmpeg failed".into()) }
}
