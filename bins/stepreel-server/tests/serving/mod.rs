//! The service as a program that is started, and a client of it.
#![allow(dead_code, reason = "each test file uses its own part of this")]

use std::ffi::OsString;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::installation;

/// Nothing that needs ONNX Runtime; words are recognised by the model that ships.
const CONFIG: &str = "[encoder]\nkind = \"histogram\"\n";

pub(crate) fn program(folder: &Path) -> Command {
    let mut command = Command::new(installation::server());
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models");
    command.env("STEPREEL_SERVER_DATA", folder.join("data")).env("STEPREEL_MODELS", models);
    command
}

/// What a command prints, which has to end well.
pub(crate) fn said(folder: &Path, arguments: &[&str], input: &str) -> String {
    let mut command = program(folder);
    let mut child = command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// A server that listens; killed when it is dropped.
pub(crate) struct Server {
    pub(crate) process: Child,
    pub(crate) url: String,
    log: Arc<Mutex<Vec<String>>>,
    listener: Option<JoinHandle<()>>,
}

impl Server {
    pub(crate) fn start(folder: &Path) -> Self {
        Self::start_with(folder, &[])
    }

    pub(crate) fn start_with(folder: &Path, more: &[&str]) -> Self {
        Self::start_in(folder, more, &[])
    }

    pub(crate) fn start_in(folder: &Path, more: &[&str], environment: &[(&str, &str)]) -> Self {
        let environment = environment.iter().map(|&(name, value)| (name, value.into()));
        Self::try_start_in(folder, more, environment).unwrap()
    }

    /// Nothing if it ended before it listened.
    pub(crate) fn try_start_in<'a>(
        folder: &Path,
        more: &[&str],
        environment: impl IntoIterator<Item = (&'a str, OsString)>,
    ) -> Option<Self> {
        fs::write(folder.join("config.toml"), CONFIG).unwrap();
        let mut command = program(folder);
        let command = command.args(["serve", "--listen", "127.0.0.1:0"]).args(more).envs(environment);
        let command = command.arg("--config").arg(folder.join("config.toml"));
        let mut process = command.stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(process.stderr.take().unwrap()).lines();
        let mut begun = Vec::new();
        let url = lines.find_map(|line| {
            begun.push(line.unwrap());
            Some(format!("http://{}", begun.last()?.split_once("listening on http://")?.1))
        });
        let log = Arc::new(Mutex::new(begun));
        let kept = Arc::clone(&log);
        // The rest of the log is read, so that the server never waits for a reader.
        let listener = thread::spawn(move || lines.for_each(|line| kept.lock().unwrap().push(line.unwrap())));
        if url.is_none() {
            process.wait().unwrap();
        }
        Some(Self { process, url: url?, log, listener: Some(listener) })
    }

    /// How many lines of its log have that in them.
    pub(crate) fn logged(&self, what: &str) -> usize {
        self.log.lock().unwrap().iter().filter(|line| line.contains(what)).count()
    }

    /// Asks it to stop, and waits until it has told all.
    pub(crate) fn stopped(&mut self) -> Option<i32> {
        installation::send(self.process.id(), rustix::process::Signal::TERM);
        let code = self.process.wait().unwrap().code();
        self.listener.take().unwrap().join().unwrap();
        code
    }

    pub(crate) fn stop(mut self) -> Option<i32> {
        self.stopped()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Asks the server as the program with that token.
pub(crate) struct Client<'a> {
    pub(crate) server: &'a Server,
    pub(crate) token: String,
}

impl Client<'_> {
    pub(crate) fn get(&self, path: &str) -> Value {
        let request = ureq::get(format!("{}{path}", self.server.url)).header("Authorization", &self.token);
        serde_json::from_reader(request.call().unwrap().into_body().into_reader()).unwrap()
    }

    /// Uploads in two pieces.
    pub(crate) fn upload(&self, content: &[u8]) {
        let created = ureq::post(format!("{}/api/v1/uploads", self.server.url))
            .header("Authorization", &self.token)
            .header("Tus-Resumable", "1.0.0")
            .header("Upload-Length", content.len().to_string())
            // "A short job"
            .header("Upload-Metadata", "title QSBzaG9ydCBqb2I=")
            .send_empty()
            .unwrap();
        let place = created.headers()["location"].to_str().unwrap().to_owned();
        let (head, tail) = content.split_at(content.len() / 2);
        self.piece(&place, 0, head);
        self.piece(&place, head.len(), tail);
    }

    fn piece(&self, place: &str, offset: usize, piece: &[u8]) {
        let added = ureq::patch(format!("{}{place}", self.server.url))
            .header("Authorization", &self.token)
            .header("Tus-Resumable", "1.0.0")
            .header("Upload-Offset", offset.to_string())
            .content_type("application/offset+octet-stream")
            .send(piece)
            .unwrap();
        assert_eq!(added.status(), 204);
    }

    /// Fails unless each clip is there.
    pub(crate) fn plays(&self, procedures: &[Value]) {
        for procedure in procedures {
            let url = format!("{}{}", self.server.url, procedure["video_url"].as_str().unwrap());
            let clip = ureq::get(url).header("Range", "bytes=4-7").call().unwrap();
            assert_eq!(clip.status(), 206);
            assert_eq!(clip.into_body().read_to_vec().unwrap(), b"ftyp");
        }
    }

    /// The session, when it has ended.
    pub(crate) fn ended(&self) -> Value {
        let begun = Instant::now();
        loop {
            let session = self.get("/api/v1/sessions")["sessions"][0].clone();
            if matches!(session["status"].as_str(), Some("completed" | "failed")) {
                return self.get(&format!("/api/v1/sessions/{}", session["id"].as_str().unwrap()));
            }
            assert!(begun.elapsed() < Duration::from_mins(3), "{session}");
            thread::sleep(Duration::from_millis(200));
        }
    }
}
