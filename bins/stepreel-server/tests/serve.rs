//! The service as a new user meets it: an account, an upload, and what came of it.
#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]

mod installation;

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

/// Nothing that needs ONNX Runtime; words are recognised by the model that ships.
const CONFIG: &str = "[encoder]\nkind = \"histogram\"\n";

fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stepreel-server"));
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models");
    command.env("STEPREEL_SERVER_DATA", folder.join("data")).env("STEPREEL_MODELS", models);
    command
}

/// What a command prints, which has to end well.
fn said(folder: &Path, arguments: &[&str], input: &str) -> String {
    let mut command = program(folder);
    let mut child = command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// A server that listens; killed when it is dropped.
struct Server {
    process: Child,
    url: String,
}

impl Server {
    fn start(folder: &Path) -> Self {
        fs::write(folder.join("config.toml"), CONFIG).unwrap();
        let mut command = program(folder);
        let command = command.args(["serve", "--listen", "127.0.0.1:0", "--config"]).arg(folder.join("config.toml"));
        let mut process = command.stderr(Stdio::piped()).spawn().unwrap();
        let mut log = BufReader::new(process.stderr.take().unwrap()).lines();
        let url = log.find_map(|line| Some(format!("http://{}", line.unwrap().split_once("http://")?.1))).unwrap();
        // The rest of the log is read, so that the server never waits for a reader.
        std::thread::spawn(move || log.for_each(drop));
        Self { process, url }
    }

    fn stop(mut self) -> Option<i32> {
        installation::send(self.process.id(), rustix::process::Signal::TERM);
        self.process.wait().unwrap().code()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Asks the server as the program with that token.
struct Client<'a> {
    server: &'a Server,
    token: String,
}

impl Client<'_> {
    fn get(&self, path: &str) -> Value {
        let request = ureq::get(format!("{}{path}", self.server.url)).header("Authorization", &self.token);
        serde_json::from_reader(request.call().unwrap().into_body().into_reader()).unwrap()
    }

    /// Uploads in two pieces.
    fn upload(&self, content: &[u8]) {
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

    /// The session, when it has ended.
    fn ended(&self) -> Value {
        let begun = Instant::now();
        loop {
            let session = self.get("/api/v1/sessions")["sessions"][0].clone();
            if matches!(session["status"].as_str(), Some("completed" | "failed")) {
                return self.get(&format!("/api/v1/sessions/{}", session["id"].as_str().unwrap()));
            }
            assert!(begun.elapsed() < Duration::from_mins(3), "{session}");
            std::thread::sleep(Duration::from_millis(200));
        }
    }
}

#[test]
fn what_is_uploaded_becomes_procedures_whose_clips_play() {
    let folder = TempDir::new().unwrap();
    said(folder.path(), &["tenant", "set", "acme", "--name", "Acme Heating"], "");
    said(folder.path(), &["user", "set", "--tenant", "acme", "ada@acme.example"], "correct horse battery\n");
    let token = ["token", "new", "--tenant", "acme", "--label", "glasses", "--scope", "upload,read"];
    let token = format!("Bearer {}", said(folder.path(), &token, "").trim());
    let server = Server::start(folder.path());
    let client = Client { server: &server, token };
    client.upload(&fs::read(installation::recording()).unwrap());
    let session = client.ended();
    assert_eq!(session["title"], "A short job");
    assert_eq!(session["status"], "completed", "{session}");
    let procedures = session["procedures"].as_array().unwrap();
    assert!(!procedures.is_empty(), "{session}");
    for procedure in procedures {
        let url = format!("{}{}", server.url, procedure["video_url"].as_str().unwrap());
        let clip = ureq::get(url).header("Range", "bytes=4-7").call().unwrap();
        assert_eq!(clip.status(), 206);
        assert_eq!(clip.into_body().read_to_vec().unwrap(), b"ftyp");
    }
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn what_is_wrong_with_a_command_is_said() {
    let folder = TempDir::new().unwrap();
    let check = |arguments: &[&str], input: &str, expected: &str| {
        let mut command = program(folder.path());
        let mut child = command.args(arguments).stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // A command that needs no input may have ended.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && said.contains(expected), "{arguments:?}: {said}");
    };
    check(&["user", "list", "--tenant", "acme"], "", "check --data");
    said(folder.path(), &["tenant", "set", "acme"], "");
    check(&["user", "set", "--tenant", "rival", "a@b.example"], "long enough to be one\n", "there is no tenant rival");
    check(&["user", "set", "--tenant", "acme", "a@b.example"], "short\n", "at least 10 characters");
    check(&["tenant", "set", "../x"], "", "../x");
    check(&["token", "new", "--tenant", "acme", "--label", "x", "--scope", "everything"], "", "upload, read or manage");
    check(&["serve", "--listen", "nowhere"], "", "--listen");
}
