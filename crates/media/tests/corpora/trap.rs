//! A file that nobody is to read and a port that nobody is to call.

use std::fs;
use std::io::ErrorKind;
use std::net::{TcpListener, UdpSocket};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rustix::fs::inotify::{CreateFlags, Reader, WatchFlags, add_watch, init};
use tempfile::TempDir;

/// Where the hostile files of the corpora lead.
const PORT: u16 = 18_999;
const CANARY: &str = "/canary/secret.mp4";

/// A trap with its own canary, and those of the corpora where they may be set. There is one at a time.
pub(crate) struct Trap {
    _only: MutexGuard<'static, ()>,
    folder: TempDir,
    set: Option<&'static Path>,
    watch: OwnedFd,
    listener: Option<TcpListener>,
    datagrams: Option<UdpSocket>,
}

impl Trap {
    pub(crate) fn set() -> Self {
        static ONLY: Mutex<()> = Mutex::new(());
        let only = ONLY.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = tempfile::tempdir().unwrap();
        let watch = init(CreateFlags::NONBLOCK | CreateFlags::CLOEXEC).unwrap();
        let own = folder.path().join("canary.ts");
        film(&own);
        let canary = Path::new(CANARY);
        let set = (!canary.exists() && fs::create_dir_all(canary.parent().unwrap()).is_ok()).then_some(canary);
        set.into_iter().for_each(film);
        for path in [own.as_path(), canary].into_iter().filter(|path| path.exists()) {
            add_watch(&watch, path, WatchFlags::OPEN | WatchFlags::ACCESS).unwrap();
        }
        let listener = TcpListener::bind(("127.0.0.1", PORT)).ok();
        listener.iter().for_each(|listener| listener.set_nonblocking(true).unwrap());
        let datagrams = UdpSocket::bind(("127.0.0.1", PORT)).ok();
        datagrams.iter().for_each(|socket| socket.set_nonblocking(true).unwrap());
        Self { _only: only, folder, set, watch, listener, datagrams }
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Files that look like recordings and lead to the canary and the port.
    pub(crate) fn bait(&self) -> Vec<(&'static str, PathBuf)> {
        let canary = self.folder.path().join("canary.ts").display().to_string();
        let list = |entry: &str| format!("#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{entry}\n#EXT-X-ENDLIST\n");
        let bait = [
            ("playlist", list(&format!("file://{canary}"))),
            ("playlist of the network", list(&format!("http://127.0.0.1:{PORT}/x.ts"))),
            ("playlist of two", list(&format!("concat:{canary}|{canary}"))),
            ("script", format!("ffconcat version 1.0\nfile 'file://{canary}'\n")),
            ("picture", format!("<svg xmlns='http://www.w3.org/2000/svg'><image href='file://{canary}'/></svg>")),
            ("description", format!("v=0\nc=IN IP4 127.0.0.1\nm=video {PORT} RTP/AVP 96\na=rtpmap:96 H264/90000\n")),
        ];
        let write = |(name, content): (&'static str, String)| {
            let path = self.folder.path().join(format!("{name}.mp4"));
            fs::write(&path, content).unwrap();
            (name, path)
        };
        bait.into_iter().map(write).collect()
    }

    /// Nobody read a canary or called the port.
    pub(crate) fn was_not_touched(self) {
        let mut buffer = [std::mem::MaybeUninit::uninit(); 4096];
        let mut reader = Reader::new(&self.watch, &mut buffer);
        let is_touched = reader.next().is_ok();
        assert!(!is_touched, "a canary was opened or read");
        let called = self.listener.iter().any(|listener| !is_quiet(&listener.accept()));
        assert!(!called, "somebody called port {PORT}");
        let sent = self.datagrams.iter().any(|socket| !is_quiet(&socket.recv(&mut [0; 16])));
        assert!(!sent, "somebody sent to port {PORT}");
    }
}

impl Drop for Trap {
    fn drop(&mut self) {
        if let Some(canary) = self.set {
            let _ = fs::remove_file(canary);
            let _ = canary.parent().map(fs::remove_dir);
        }
    }
}

fn is_quiet<T>(answer: &std::io::Result<T>) -> bool {
    answer.as_ref().is_err_and(|error| error.kind() == ErrorKind::WouldBlock)
}

/// A recording that plays, so that whoever reads it has something to show.
fn film(path: &Path) {
    let made = Command::new("ffmpeg")
        .args(["-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i", "testsrc2=d=2:r=10:s=64x64", "-f", "mpegts"])
        .arg(path)
        .status();
    assert!(made.unwrap().success());
}
