//! Many at once: uploads, and readers meanwhile.
#![allow(clippy::print_stdout, reason = "what was measured is to be known")]

use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::serving::{Server, said};

const UPLOADS: usize = 100;
const READERS: usize = 50;

/// Bytes of each recording, sent in four pieces.
const LENGTH: usize = 4 << 20;

/// How long readers go on, at least: `STEPREEL_MINUTES`. Meanwhile recordings come and are deleted, one after the other.
fn lasting() -> Duration {
    std::env::var("STEPREEL_MINUTES").map_or(Duration::ZERO, |minutes| Duration::from_mins(minutes.parse().unwrap()))
}

#[test]
#[ignore = "wants a quiet machine: prints how long reads take while a hundred recordings arrive, and what the server takes"]
fn a_hundred_uploads_and_fifty_readers_by_hand() {
    let folder = TempDir::new().unwrap();
    said(folder.path(), &["tenant", "set", "acme"], "");
    let token = ["token", "new", "--tenant", "acme", "--label", "all", "--scope", "upload,read,manage"];
    let token = format!("Bearer {}", said(folder.path(), &token, "").trim());
    // Each client is somebody else's by what the proxy says: limits are for each.
    let server = Server::start_with(folder.path(), &["--no-worker", "--proxy", "127.0.0.1"]);
    let before = memory(&server);
    let client = |number: usize| Client { server: &server, token: &token, address: format!("2001:db8:{number:x}::1") };
    client(0).upload(0).unwrap();
    let media = client(0).media();
    let left = AtomicUsize::new(UPLOADS);
    let end = Instant::now() + lasting();
    let (times, errors) = thread::scope(|scope| {
        let uploads: Vec<_> = (1..=UPLOADS)
            .map(|number| {
                let (client, left) = (client(number), &left);
                scope.spawn(move || {
                    let done = client.upload(number);
                    left.fetch_sub(1, Ordering::Relaxed);
                    done.map(drop)
                })
            })
            .collect();
        let coming = scope.spawn(|| come_and_go(&client(900), end));
        let readers: Vec<_> = (0..READERS)
            .map(|number| {
                let (client, left, media) = (client(1_000 + number), &left, &media);
                scope.spawn(move || client.read(media, left, end))
            })
            .collect();
        let uploads = uploads.into_iter().map(|upload| upload.join().unwrap()).chain([coming.join().unwrap()]);
        let mut errors: Vec<String> = uploads.filter_map(Result::err).collect();
        let mut times = Vec::new();
        for reader in readers {
            let (took, failed) = reader.join().unwrap();
            times.extend(took);
            errors.extend(failed);
        }
        (times, errors)
    });
    let mut times: Vec<Duration> = times;
    times.sort();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    let (median, most, count) = (at(0.5), at(1.0), times.len());
    println!("{count} reads: median {median:?}, p99 {:?}, slowest {most:?}", at(0.99));
    println!("the server took {} MiB, and takes {} MiB", before >> 20, memory(&server) >> 20);
    assert_eq!(errors, [""; 0]);
    assert!(memory(&server) <= 150 << 20);
}

struct Client<'a> {
    server: &'a Server,
    token: &'a str,
    address: String,
}

impl Client<'_> {
    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.server.url)
    }

    /// Gives the session that it becomes.
    fn upload(&self, number: usize) -> Result<String, String> {
        let content = recording(number);
        let begun = ureq::post(self.url("/api/v1/uploads"))
            .header("Authorization", self.token)
            .header("X-Forwarded-For", &self.address)
            .header("Tus-Resumable", "1.0.0")
            .header("Upload-Length", LENGTH.to_string())
            .send_empty()
            .map_err(|error| format!("upload {number} begins: {error}"))?;
        let place = begun.headers()["location"].to_str().unwrap().to_owned();
        let mut session = None;
        for (piece, bytes) in content.chunks(LENGTH / 4).enumerate() {
            let added = ureq::patch(self.url(&place))
                .header("Authorization", self.token)
                .header("X-Forwarded-For", &self.address)
                .header("Tus-Resumable", "1.0.0")
                .header("Upload-Offset", (piece * LENGTH / 4).to_string())
                .content_type("application/offset+octet-stream")
                .send(bytes)
                .map_err(|error| format!("upload {number}, piece {piece}: {error}"))?;
            session = added.headers().get("stepreel-session").map(|session| session.to_str().unwrap().to_owned());
        }
        session.ok_or_else(|| format!("upload {number} became nothing"))
    }

    fn delete(&self, session: &str) -> Result<(), String> {
        let deleted = ureq::delete(self.url(&format!("/api/v1/sessions/{session}")));
        let deleted = deleted.header("Authorization", self.token).header("X-Forwarded-For", &self.address).call();
        deleted.map(drop).map_err(|error| format!("{session} is deleted: {error}"))
    }

    /// Where the recording of the only session is.
    fn media(&self) -> String {
        let list: serde_json::Value = serde_json::from_slice(&self.get("/api/v1/sessions").unwrap()).unwrap();
        let session = format!("/api/v1/sessions/{}", list["sessions"][0]["id"].as_str().unwrap());
        let session: serde_json::Value = serde_json::from_slice(&self.get(&session).unwrap()).unwrap();
        session["video_url"].as_str().unwrap().split('?').next().unwrap().to_owned()
    }

    /// Reads lists and pieces of a recording until all uploads are there and the time is over; says how long each took.
    fn read(&self, media: &str, left: &AtomicUsize, end: Instant) -> (Vec<Duration>, Vec<String>) {
        let (mut times, mut errors) = (Vec::new(), Vec::new());
        while left.load(Ordering::Relaxed) > 0 || Instant::now() < end {
            for path in ["/api/v1/sessions", media] {
                let began = Instant::now();
                match self.get(path) {
                    Ok(_) => times.push(began.elapsed()),
                    Err(error) => errors.push(error),
                }
                thread::sleep(Duration::from_millis(100));
            }
        }
        (times, errors)
    }

    fn get(&self, path: &str) -> Result<Vec<u8>, String> {
        let asked = ureq::get(self.url(path)).header("Authorization", self.token);
        let asked = asked.header("X-Forwarded-For", &self.address).header("Range", "bytes=0-262143");
        let answer = asked.call().map_err(|error| format!("{path}: {error}"))?;
        answer.into_body().read_to_vec().map_err(|error| format!("{path}: {error}"))
    }
}

/// Sends recordings and deletes them until then, and says every minute what the server takes.
fn come_and_go(client: &Client<'_>, end: Instant) -> Result<(), String> {
    let (mut said, mut number) = (Instant::now(), 10_000);
    while Instant::now() < end {
        client.delete(&client.upload(number)?)?;
        number += 1;
        if said.elapsed() > Duration::from_mins(1) {
            println!(
                "{} recordings came and went; the server takes {} MiB",
                number - 10_000,
                memory(client.server) >> 20
            );
            said = Instant::now();
        }
        thread::sleep(Duration::from_millis(500));
    }
    Ok(())
}

/// What looks like a recording by its first bytes, another for each number.
fn recording(number: usize) -> Vec<u8> {
    let mut content = b"\0\0\0\x18ftypisom".to_vec();
    content.extend(number.to_be_bytes());
    content.resize(LENGTH, 7);
    content
}

/// Bytes of memory that the server holds.
fn memory(server: &Server) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", server.process.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() << 10
}
