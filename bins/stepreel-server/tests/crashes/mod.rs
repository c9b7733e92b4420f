//! The service is killed at any change of the disk while a recording arrives.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::points::{Killed, Points, spread};
use crate::serving::{Client, Server, said};

/// Bytes of the recording, sent in four pieces.
const LENGTH: usize = 64 << 10;

const ALONE: [&str; 1] = ["--no-worker"];

#[test]
fn a_service_that_is_killed_at_any_change_of_the_disk_loses_no_byte_that_it_acknowledged() {
    let mut killed_at = Killed::default();
    for fatal in spread(changes_of_an_upload(), 10) {
        let folder = TempDir::new().unwrap();
        let mut device = Device::new(folder.path());
        let points = Points::new();
        let killed = Server::try_start_in(folder.path(), &ALONE, points.environment(fatal));
        let sent = killed.map(|server| device.send(&server.url));
        let server = Server::start_with(folder.path(), &ALONE);
        let session = device.send(&server.url).unwrap();
        if let Some(Ok(before)) = sent {
            assert_eq!(before, session, "killed at {:?}", points.fatal());
        }
        arrived_once(folder.path(), &server, &device, &format!("killed at {:?}", points.fatal()));
        assert_eq!(server.stop(), Some(0));
        killed_at.count(&points, &folder.path().join("data"));
    }
    assert!(killed_at.is_any(), "nobody was killed");
}

/// How often a service changes what is on disk, from its first start to the end of an upload.
fn changes_of_an_upload() -> u64 {
    let folder = TempDir::new().unwrap();
    let mut device = Device::new(folder.path());
    let points = Points::new();
    let server = Server::try_start_in(folder.path(), &ALONE, points.environment(0)).unwrap();
    device.send(&server.url).unwrap();
    points.count()
}

/// One session, told once, of just what was sent, and nothing beside it.
fn arrived_once(folder: &Path, server: &Server, device: &Device, when: &str) {
    let client = Client { server, token: device.token.clone() };
    let list = client.get("/api/v1/sessions");
    assert_eq!(list["sessions"].as_array().unwrap().len(), 1, "{when}");
    let events = client.get("/api/v1/events");
    let told: Vec<&Value> = events["events"].as_array().unwrap().iter().map(|event| &event["type"]).collect();
    assert_eq!(told, ["session.uploaded"], "{when}");
    let audit: Value = serde_json::from_str(&said(folder, &["audit", "--json", "--grace", "0"], "")).unwrap();
    assert_eq!((&audit["violations"], &audit["counts"]["sessions"]), (&json!([]), &json!(1)), "{when}");
    let session = client.get(&format!("/api/v1/sessions/{}", list["sessions"][0]["id"].as_str().unwrap()));
    let recording = session["video_url"].as_str().unwrap().split('?').next().unwrap().replace("/media/", "recordings/");
    assert_eq!(fs::read(folder.join("data").join(recording)).unwrap(), device.content, "{when}");
}

/// A client that never begins again, and remembers what was acknowledged.
struct Device {
    token: String,
    content: Vec<u8>,
    acknowledged: usize,
}

impl Device {
    fn new(folder: &Path) -> Self {
        said(folder, &["tenant", "set", "acme"], "");
        let token = ["token", "new", "--tenant", "acme", "--label", "all", "--scope", "upload,read"];
        let token = format!("Bearer {}", said(folder, &token, "").trim());
        let mut content = b"\0\0\0\x18ftypisom".to_vec();
        content.extend((content.len()..LENGTH).map(|at| (at % 251) as u8));
        Self { token, content, acknowledged: 0 }
    }

    /// Sends what is not there yet; gives the session.
    fn send(&mut self, url: &str) -> Result<String, ureq::Error> {
        let begun = ureq::post(format!("{url}/api/v1/uploads"))
            .header("Authorization", &self.token)
            .header("Tus-Resumable", "1.0.0")
            .header("Upload-Length", LENGTH.to_string())
            .header("Idempotency-Key", "the-session")
            .send_empty()?;
        let place = format!("{url}{}", begun.headers()["location"].to_str().unwrap());
        loop {
            let head =
                ureq::head(&place).header("Authorization", &self.token).header("Tus-Resumable", "1.0.0").call()?;
            let offset: usize = head.headers()["upload-offset"].to_str().unwrap().parse().unwrap();
            assert!(offset >= self.acknowledged, "{} bytes were acknowledged, {offset} are there", self.acknowledged);
            if let Some(session) = head.headers().get("stepreel-session") {
                return Ok(session.to_str().unwrap().to_owned());
            }
            let piece = &self.content[offset..(offset + LENGTH / 4).min(LENGTH)];
            let added = ureq::patch(&place)
                .header("Authorization", &self.token)
                .header("Tus-Resumable", "1.0.0")
                .header("Upload-Offset", offset.to_string())
                .content_type("application/offset+octet-stream")
                .send(piece)?;
            self.acknowledged = added.headers()["upload-offset"].to_str().unwrap().parse().unwrap();
        }
    }
}
