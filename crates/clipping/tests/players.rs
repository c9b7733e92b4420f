//! Clips in players: in `chromium`, which `./x test` leaves out, and says so, where there is none, and in `ffplay`.
#![allow(clippy::unwrap_used, reason = "what fails while a test is set up fails the test")]

use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde::Deserialize;
use stepreel_clipping::{Clipper, Reencode, SmartCut};
use stepreel_core::{Clip, CutMethod, Span};
use stepreel_media::Recording;

/// Plays a second of the clip, then looks for places in it: in the middle, at the joint of encoded and copied frames, at both ends.
const PAGE: &str = "<!doctype html><video id=v muted src='CLIP'></video><script>
const told = text => fetch('http://127.0.0.1:PORT/', {method: 'POST', mode: 'no-cors', body: text});
const once = what => new Promise((heard, failed) => {
  v.addEventListener(what, heard, {once: true});
  v.addEventListener('error', () => failed(v.error.message), {once: true});
});
(async () => {
  if (v.readyState < 1) await once('loadedmetadata');
  await v.play();
  await once('timeupdate');
  while (v.currentTime < 1) await once('timeupdate');
  v.pause();
  const places = [];
  for (const place of [3, 0.8, 0.95, 0, v.duration - 0.02]) {
    v.currentTime = place;
    await once('seeked');
    places.push(v.currentTime - place);
  }
  told(JSON.stringify({seconds: v.duration, width: v.videoWidth, height: v.videoHeight, heard: v.webkitAudioDecodedByteCount,
    places, error: null}));
})().catch(error => told(JSON.stringify({seconds: 0, width: 0, height: 0, heard: 0, places: [], error: String(error)})));
</script>";

/// What the page tells.
#[derive(Debug, Deserialize)]
struct Seen {
    seconds: f64,
    width: u32,
    height: u32,
    /// Bytes of sound that were decoded.
    heard: u64,
    /// For each place that was looked for, how far from it the player is.
    places: Vec<f64>,
    error: Option<String>,
}

/// A browser that ends with the test.
struct Browser(Child);

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Shows a clip in a browser.
fn show(clip: &Path, folder: &Path) -> Seen {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let page = folder.join("page.html");
    std::fs::write(&page, PAGE.replace("CLIP", clip.to_str().unwrap()).replace("PORT", &port)).unwrap();
    let browser = Command::new("chromium")
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--autoplay-policy=no-user-gesture-required"])
        // Without a port of its own it prints the page and ends before the page is done.
        .args(["--remote-debugging-port=0", &format!("--user-data-dir={}", folder.join("profile").display())])
        .arg(format!("file://{}", page.display()))
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let _browser = Browser(browser);
    serde_json::from_str(&told(&listener)).unwrap()
}

/// The body of the first request; a page that says nothing for a minute has failed.
fn told(listener: &TcpListener) -> String {
    listener.set_nonblocking(true).unwrap();
    let began = Instant::now();
    let stream = loop {
        if let Ok((stream, _)) = listener.accept() {
            break stream;
        }
        assert!(began.elapsed() < Duration::from_mins(1), "the page says nothing");
        thread::sleep(Duration::from_millis(20));
    };
    stream.set_nonblocking(false).unwrap();
    let mut request = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        request.read_line(&mut line).unwrap();
        if line.trim().is_empty() {
            break;
        }
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    request.read_exact(&mut body).unwrap();
    String::from_utf8(body).unwrap()
}

/// A clip, and the file that it is in.
struct Made {
    folder: tempfile::TempDir,
    file: PathBuf,
    clip: Clip,
}

/// Cuts a clip out of a recording that lies on its side and has reordered frames.
fn cut(clipper: &dyn Clipper) -> Made {
    let folder = tempfile::tempdir().unwrap();
    let (stored, turned) = (folder.path().join("stored.mp4"), folder.path().join("turned.mp4"));
    let ffmpeg = |arguments: &[&str], to: &Path| {
        let status = Command::new("ffmpeg").args(["-v", "error", "-nostdin"]).args(arguments).arg(to).status();
        assert!(status.unwrap().success());
    };
    let (pictures, sound) = ("testsrc2=s=320x180:r=25:d=12", "sine=f=440:beep_factor=4:r=48000:d=12");
    let sources = ["-f", "lavfi", "-i", pictures, "-f", "lavfi", "-i", sound];
    ffmpeg(&[&sources[..], &["-c:v", "libx264", "-pix_fmt", "yuv420p", "-g", "50", "-bf", "3"]].concat(), &stored);
    ffmpeg(&["-i", stored.to_str().unwrap(), "-c", "copy", "-metadata:s:v", "rotate=90"], &turned);
    let recording = Recording::open(&turned).unwrap();
    let file = folder.path().join("clip.mp4");
    let clip = clipper.cut(&recording, Span::from_seconds(3.1, 9.5).unwrap(), &file).unwrap();
    Made { folder, file, clip }
}

fn plays_in_chromium(made: &Made) {
    let seen = show(&made.file, made.folder.path());
    assert_eq!(seen.error, None);
    assert_eq!((seen.width, seen.height), (180, 320), "it is upright");
    assert!(seen.heard > 0, "it has sound");
    assert!((seen.seconds - made.clip.real.seconds()).abs() < 0.04, "{seen:?} of {}", made.clip.real);
    assert_eq!(seen.places.len(), 5);
    assert!(seen.places.iter().all(|off| off.abs() < 1e-3), "{seen:?}");
}

/// Plays it to its end, without a screen and a loudspeaker.
fn plays_in_ffplay(made: &Made) {
    let mut ffplay = Command::new("ffplay");
    ffplay.envs([("SDL_VIDEODRIVER", "dummy"), ("SDL_AUDIODRIVER", "dummy")]);
    let output = ffplay.args(["-v", "error", "-nostats", "-autoexit"]).arg(&made.file).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    // Without a screen it has no renderer either.
    let complaints: Vec<&str> =
        said.lines().filter(|line| !line.trim().is_empty() && !line.contains("renderer")).collect();
    assert!(output.status.success() && complaints.is_empty(), "{}: {said}", output.status);
}

#[test]
fn a_smart_cut_plays_and_seeks_in_chromium() {
    let made = cut(&SmartCut::default());
    assert!((made.clip.method, made.clip.sound_copied) == (CutMethod::SmartCut, true));
    plays_in_chromium(&made);
}

#[test]
fn an_encoded_clip_plays_and_seeks_in_chromium() {
    plays_in_chromium(&cut(&Reencode::default()));
}

#[test]
fn clips_play_in_ffplay() {
    plays_in_ffplay(&cut(&SmartCut::default()));
    plays_in_ffplay(&cut(&Reencode::default()));
}
