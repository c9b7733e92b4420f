//! The service as a new user meets it: an account, an upload, and what came of it.
#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]

mod installation;
mod load;

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

/// Nothing that needs ONNX Runtime; words are recognised by the model that ships.
const CONFIG: &str = "[encoder]\nkind = \"histogram\"\n";

fn program(folder: &Path) -> Command {
    let mut command = Command::new(installation::server());
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
        Self::start_with(folder, &[])
    }

    fn start_with(folder: &Path, more: &[&str]) -> Self {
        fs::write(folder.join("config.toml"), CONFIG).unwrap();
        let mut command = program(folder);
        let command = command.args(["serve", "--listen", "127.0.0.1:0"]).args(more);
        let command = command.arg("--config").arg(folder.join("config.toml"));
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

    /// Fails unless each clip is there.
    fn plays(&self, procedures: &[Value]) {
        for procedure in procedures {
            let url = format!("{}{}", self.server.url, procedure["video_url"].as_str().unwrap());
            let clip = ureq::get(url).header("Range", "bytes=4-7").call().unwrap();
            assert_eq!(clip.status(), 206);
            assert_eq!(clip.into_body().read_to_vec().unwrap(), b"ftyp");
        }
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
    client.plays(procedures);
    let figures = ureq::get(format!("{}/metrics", server.url)).call().unwrap().into_body().read_to_string().unwrap();
    for expected in ["stepreel_runs_total 1\n", "stepreel_jobs{state=\"waiting\"} 0\n"] {
        assert!(figures.contains(expected), "{expected}: {figures}");
    }
    // While it runs, all is well, and a copy is made that one can start with.
    let audit: Value = serde_json::from_str(&said(folder.path(), &["audit", "--json", "--grace", "0"], "")).unwrap();
    assert_eq!((&audit["violations"], &audit["counts"]["sessions"]), (&json!([]), &json!(1)));
    let copy = folder.path().join("copy");
    said(folder.path(), &["backup", "--to", copy.join("data").to_str().unwrap()], "");
    let token = client.token.clone();
    assert_eq!(server.stop(), Some(0));
    let restored = Server::start(&copy);
    let client = Client { server: &restored, token };
    let again = client.ended();
    assert_eq!(again["procedures"].as_array().unwrap().len(), procedures.len());
    client.plays(again["procedures"].as_array().unwrap());
    assert_eq!(restored.stop(), Some(0));
    // What is damaged is told, by the exit status, too.
    let clip = procedures[0]["video_url"].as_str().unwrap().split('?').next().unwrap().replace("/media/", "blobs/");
    fs::write(copy.join("data").join(clip), "not a clip").unwrap();
    let damaged = program(&copy).arg("audit").output().unwrap();
    assert_eq!(damaged.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&damaged.stdout).contains("I4 "), "{damaged:?}");
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
    check(&["serve", "--cors", "portal.example"], "", "https://host");
    check(&["user", "set", "--tenant", "acme", "--openid-subject", "7", "a@b.example"], "", "--openid");
    let openid = ["serve", "--no-worker", "--openid-issuer", "https://id.example", "--openid-client", "stepreel"];
    check(&openid, "", "--openid-address");
    let here = ["--openid-address", "https://stepreel.example"];
    check(&[&openid[..], &here].concat(), "", "give --openid-secret-file or STEPREEL_OPENID_SECRET");
    let missing = ["--openid-secret-file", "/nowhere/secret"];
    check(&[&openid[..], &here, &missing].concat(), "", "cannot read /nowhere/secret");
    let empty = ["--openid-secret-file", "/dev/null"];
    check(&[&openid[..], &here, &empty].concat(), "", "the client's secret is empty");
    check(&[&openid[..], &here, &empty, &["--openid-ca", "/dev/null"]].concat(), "", "secret is empty");
    check(&["webhook", "new", "--tenant", "acme", "http://hooks.example/"], "", "https://");
    check(&["webhook", "new", "--tenant", "acme", "https://10.0.0.1/"], "", "no public address");
    check(&["webhook", "new", "--tenant", "acme", "--events", "x", "https://hooks.example/"], "", "session.uploaded");
    check(&["backup", "--to", folder.path().to_str().unwrap()], "", "is there already");
}

#[test]
fn people_sign_in_with_a_provider_whose_secret_nobody_sees() {
    let folder = TempDir::new().unwrap();
    said(folder.path(), &["tenant", "set", "acme"], "");
    let set = |more: &[&str], input: &str| {
        said(folder.path(), &[&["user", "set", "--tenant", "acme"], more].concat(), input);
    };
    set(&["--openid", "ada@acme.example"], "");
    let issuer = ["--openid-issuer", "https://id.example/realms/acme"];
    set(&[&issuer[..], &["--openid", "--openid-subject", "s-7", "bo@acme.example"]].concat(), "");
    set(&["--openid", "--password", "--role", "manager", "cy@acme.example"], "correct horse battery\n");
    set(&["dee@acme.example"], "correct horse battery\n");
    assert_eq!(
        said(folder.path(), &["user", "list", "--tenant", "acme"], ""),
        "ada@acme.example\tviewer\topenid by this address\n\
         bo@acme.example\tviewer\topenid as s-7 of https://id.example/realms/acme\n\
         cy@acme.example\tmanager\tpassword, openid by this address\n\
         dee@acme.example\tviewer\tpassword\n"
    );
    let file = folder.path().join("openid-secret");
    fs::write(&file, "canary\n").unwrap();
    let agreed = ["--openid-client", "stepreel", "--openid-address", "https://stepreel.example", "--no-worker"];
    let secret = ["--openid-secret-file", file.to_str().unwrap()];
    let server = Server::start_with(folder.path(), &[&issuer[..], &agreed, &secret].concat());
    let page = ureq::get(format!("{}/login", server.url)).call().unwrap().body_mut().read_to_string().unwrap();
    assert!(page.contains("Sign in with id.example"), "{page}");
    for place in ["cmdline", "environ"] {
        let seen = fs::read(format!("/proc/{}/{place}", server.process.id())).unwrap();
        assert!(!String::from_utf8_lossy(&seen).contains("canary"), "{place}");
    }
}

#[test]
fn webhooks_are_made_listed_and_taken_away() {
    let folder = TempDir::new().unwrap();
    said(folder.path(), &["tenant", "set", "acme", "--retention-days", "30"], "");
    assert!(said(folder.path(), &["tenant", "list"], "").contains("30 days"));
    let events = "session.completed,session.failed";
    let new = ["webhook", "new", "--tenant", "acme", "--events", events, "https://hooks.example/a"];
    assert!(said(folder.path(), &new, "").starts_with("whsec_"));
    let list = ["webhook", "list", "--tenant", "acme"];
    let listed = said(folder.path(), &list, "");
    assert!(listed.contains(events) && listed.contains("https://hooks.example/a") && !listed.contains("whsec_"));
    let id = listed.split('\t').next().unwrap();
    assert_eq!(said(folder.path(), &["webhook", "replay", "--tenant", "acme", id], ""), "0 events are told again\n");
    said(folder.path(), &["webhook", "remove", "--tenant", "acme", id], "");
    assert_eq!(said(folder.path(), &list, ""), "");
}
