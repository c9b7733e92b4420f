//! tus 1.0.0, sentence by sentence.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};
use stepreel_core::{Role, SessionId, SessionStatus};
use stepreel_storage::{SessionFilter, Store as _, Uploads as _};

use crate::host::{Host, digest, eventually, recording, recording_key};
use crate::wire::{Answer, Request};

const UPLOADS: &str = "/api/v1/uploads";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_whole_upload_is_a_queued_session() {
    let host = Host::start().await;
    let content = recording(100_000, 1);
    let said = [("title", "Boiler 7"), ("engineer", "Ada"), ("role", "trainee"), ("filename", "../x.mp4")];
    let begin =
        host.tus("POST", UPLOADS).header("Upload-Length", content.len()).header("Upload-Metadata", metadata(&said));
    let upload = begin.send(host.address).await.header("location").unwrap().to_owned();
    let answer = host.piece(&upload, 0, &content).send(host.address).await;
    assert_eq!((answer.status, answer.offset()), (204, content.len()));
    let tenant = "acme".parse().unwrap();
    let id = SessionId::of(&tenant, digest(&content));
    assert_eq!(answer.header("stepreel-session"), Some(id.to_string().as_str()));
    let sessions = host.store.sessions(&tenant, &SessionFilter::default()).await.unwrap();
    let session = &sessions[0];
    assert_eq!((session.id, session.status, session.role), (id, SessionStatus::Queued, Role::Trainee));
    assert_eq!((session.title.as_str(), session.engineer.as_deref()), ("Boiler 7", Some("Ada")));
    assert_eq!(session.video_url, recording_key("acme", &content).to_string());
    assert!(host.has_recording(&content).await);
    assert_eq!(host.head(&upload).await.offset(), content.len(), "a client that lost the answer finds out");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_server_can_do_is_told() {
    let host = Host::start().await;
    let answer = Request::new("OPTIONS", UPLOADS).send(host.address).await;
    assert_eq!(answer.status, 204);
    assert_eq!(answer.header("tus-version"), Some("1.0.0"));
    assert_eq!(answer.header("tus-extension"), Some("creation,creation-with-upload,expiration,termination,checksum"));
    assert_eq!(answer.header("tus-checksum-algorithm"), Some("sha1,sha256,crc32"));
    assert!(answer.header("tus-max-size").is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_version_is_refused_before_anything_is_done() {
    let host = Host::start().await;
    for request in [
        host.request("POST", UPLOADS).header("Upload-Length", 9),
        host.request("POST", UPLOADS).header("Upload-Length", 9).header("Tus-Resumable", "0.2.2"),
    ] {
        let answer = request.send(host.address).await;
        assert_eq!((answer.status, answer.header("tus-version")), (412, Some("1.0.0")));
    }
    assert_eq!(host.growing(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn creations_that_say_nonsense_are_refused() {
    let host = Host::with(|settings| settings.longest_upload = 1_000).await;
    let long = format!("title {}", "A".repeat(1 << 20));
    for (name, value, status) in [
        ("Upload-Length", "0", 400),
        ("Upload-Length", "-1", 400),
        ("Upload-Length", "+1", 400),
        ("Upload-Length", "1e3", 400),
        ("Upload-Length", "99999999999999999999", 400),
        ("Upload-Length", "9223372036854775808", 400),
        ("Upload-Length", "9223372036854775807", 413),
        ("Upload-Length", "1001", 413),
        ("Upload-Length", "1000", 201),
        ("Upload-Defer-Length", "1", 400),
    ] {
        let answer = host.tus("POST", UPLOADS).header(name, value).send(host.address).await;
        assert_eq!(answer.status, status, "{name}: {value}: {answer:?}");
    }
    for (said, statuses) in [
        ("title !!!", [400, 400]),
        ("title YQ==,title YQ==", [400, 400]),
        ("role YWRtaW4=", [400, 400]),
        ("title /w==", [400, 400]),
        // Beyond what a server reads at all.
        (long.as_str(), [431, 400]),
        ("title", [201, 201]),
        ("title YQ==,other Yg==", [201, 201]),
    ] {
        let request = host.tus("POST", UPLOADS).header("Upload-Length", 10).header("Upload-Metadata", said);
        let answer = request.send(host.address).await;
        assert!(statuses.contains(&answer.status), "{}: {answer:?}", &said[..said.len().min(40)]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pieces_that_do_not_fit_change_nothing() {
    let host = Host::start().await;
    let upload = host.begin(100).await;
    assert_eq!(host.piece(&upload, 0, &[1; 40]).send(host.address).await.offset(), 40);
    let typed = |kind: &str, offset: &str, body: &[u8]| {
        host.tus("PATCH", &upload).header("Content-Type", kind).header("Upload-Offset", offset).body(body)
    };
    let piece = "application/offset+octet-stream";
    for (request, status) in [
        (typed(piece, "0", b"x"), 409),
        (typed(piece, "41", b"x"), 409),
        (typed(piece, "9223372036854775807", b"x"), 409),
        (typed(piece, "-1", b"x"), 400),
        (typed(piece, "18446744073709551616", b"x"), 400),
        (typed(piece, "forty", b"x"), 400),
        (host.tus("PATCH", &upload).header("Content-Type", piece).body(b"x"), 400),
        (typed("application/octet-stream", "40", b"x"), 415),
        (typed(piece, "40", &[2; 61]), 413),
        (typed(piece, "40", b"x").header("Upload-Checksum", "md5 AAAA"), 400),
        (typed(piece, "40", b"x").header("Upload-Checksum", "sha1 AAAAAAAAAAAAAAAAAAAAAAAAAAA="), 460),
    ] {
        let answer = request.send(host.address).await;
        assert_eq!(answer.status, status, "{answer:?}");
        assert_eq!(host.head(&upload).await.offset(), 40);
    }
    let chunked = format!("{:x}\r\n{}\r\n0\r\n\r\n", 61, "y".repeat(61));
    let answer = typed(piece, "40", b"").header("Transfer-Encoding", "chunked").raw(chunked).send(host.address).await;
    assert_eq!(answer.status, 413, "one that doesn't say its length is too long, too");
    assert_eq!(host.head(&upload).await.offset(), 40);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_piece_with_its_checksum_is_kept_whole_or_not_at_all() {
    let host = Host::start().await;
    let content = recording(2_000, 3);
    let upload = host.begin(content.len()).await;
    let sum = |bytes: &[u8]| format!("sha256 {}", STANDARD.encode(Sha256::digest(bytes)));
    let piece = host.piece(&upload, 0, &content[..1_000]).header("Upload-Checksum", sum(&content[..1_000]));
    piece.cut_after(999, host.address, crate::wire::Cut::Close).await;
    assert_eq!(host.head(&upload).await.offset(), 0);
    assert_eq!(piece.send(host.address).await.offset(), 1_000);
    let rest = host.piece(&upload, 1_000, &content[1_000..]).header("Upload-Checksum", sum(&content[1_000..]));
    assert_eq!(rest.send(host.address).await.status, 204);
    assert!(host.has_recording(&content).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_creation_may_bring_the_first_piece() {
    let host = Host::start().await;
    let content = recording(1_000, 4);
    let creation = |length: usize, body: &[u8]| {
        let request = host.tus("POST", UPLOADS).header("Upload-Length", length);
        request.header("Content-Type", "application/offset+octet-stream").body(body)
    };
    let answer = creation(1_000, &content[..300]).send(host.address).await;
    assert_eq!((answer.status, answer.offset()), (201, 300));
    let whole = recording(500, 5);
    let answer = creation(500, &whole).send(host.address).await;
    assert_eq!((answer.status, answer.offset()), (201, 500));
    assert!(host.has_recording(&whole).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn creating_again_with_the_same_key_goes_on() {
    let host = Host::start().await;
    let content = recording(1_000, 6);
    let create = |length: usize| {
        let said = metadata(&[("key", "device-7/session-9")]);
        host.tus("POST", UPLOADS).header("Upload-Length", length).header("Upload-Metadata", said)
    };
    let first = create(1_000).send(host.address).await;
    let upload = first.header("location").unwrap();
    host.piece(upload, 0, &content[..400]).send(host.address).await;
    let again = create(1_000).send(host.address).await;
    assert_eq!((again.status, again.header("location"), again.offset()), (201, Some(upload), 400));
    assert_eq!(create(999).send(host.address).await.status, 409);
    host.piece(upload, 400, &content[400..]).send(host.address).await;
    let finished = create(1_000).send(host.address).await;
    assert_eq!((finished.header("location"), finished.offset()), (Some(upload), 1_000));
    let other = host.token("rival", stepreel_storage::Scope::ALL, None).await;
    let others = Request::new("POST", UPLOADS).bearer(&other).header("Tus-Resumable", "1.0.0");
    let others =
        others.header("Upload-Length", 1_000).header("Upload-Metadata", metadata(&[("key", "device-7/session-9")]));
    assert_ne!(others.send(host.address).await.header("location"), Some(upload), "a key is a tenant's own");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_is_no_recording_ends_its_upload() {
    let host = Host::start().await;
    let answer = host.upload(b"<!doctype html><script>alert(1)</script>").await;
    assert_eq!(answer.status, 415);
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    let problem = answer.json();
    assert_eq!(problem["type"], "/problems/no_recording");
    assert!(problem["remedy"].is_string(), "{problem}");
    assert_eq!(host.growing(), 0);
    let listed = host.request("GET", UPLOADS).send(host.address).await.json();
    assert_eq!((&listed[0]["state"], &listed[0]["received"]), (&"refused".into(), &40.into()));
    let upload = listed[0]["location"].as_str().unwrap();
    assert_eq!(host.head(upload).await.status, 410);
    assert_eq!(host.piece(upload, 40, b"").send(host.address).await.status, 410);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_newer_connection_takes_over_a_stuck_one() {
    let host = Host::start().await;
    let content = recording(1_000, 7);
    let upload = host.begin(content.len()).await;
    let stuck = host.piece(&upload, 0, &content[..400]).announce(1_000).open(host.address).await;
    // The question may overtake what it asks about.
    eventually(|| async { host.head(&upload).await.offset() == 400 }).await;
    let offset = 400;
    let rest = host.piece(&upload, offset, &content[offset..]).send(host.address).await;
    assert_eq!(rest.status, 204, "{rest:?}");
    assert_eq!(stuck.answer().await.status, 409);
    assert!(host.has_recording(&content).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_that_nobody_goes_on_with_expires() {
    let host = Host::with(|settings| settings.upload_lifetime = std::time::Duration::ZERO).await;
    let upload = host.begin(1_000).await;
    // The server's first round may have swept it by now.
    assert!(matches!(host.head(&upload).await.status, 410 | 404));
    assert!(matches!(host.piece(&upload, 0, b"x").send(host.address).await.status, 410 | 404));
    let host = host.again().await;
    eventually(|| async { host.growing() == 0 }).await;
    eventually(|| async { host.head(&upload).await.status == 404 }).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_crash_left_unfinished_is_finished_after_a_restart() {
    let host = Host::start().await;
    for (seed, sealed, moved) in [(20, false, false), (21, true, false), (22, true, true)] {
        let content = recording(5_000, seed);
        let upload = host.begin(content.len()).await;
        // As a server leaves it that dies after the last byte, or anywhere in between.
        let file = host.folder().join("uploads").join(upload.rsplit('/').next().unwrap());
        std::fs::write(&file, &content).unwrap();
        host.store.receive(id(&upload), 5_000, std::time::Duration::from_mins(1)).await.unwrap();
        if sealed {
            host.store.seal_upload(id(&upload), &recording_key("acme", &content)).await.unwrap();
        }
        if moved {
            host.recordings.take_file(&recording_key("acme", &content), &file).await.unwrap();
        }
    }
    host.audit().await;
    let host = host.again().await;
    let tenant = "acme".parse().unwrap();
    eventually(|| async { host.store.sessions(&tenant, &SessionFilter::default()).await.unwrap().len() == 3 }).await;
    eventually(|| async { host.store.uploads(&tenant).await.unwrap().is_empty() }).await;
    for seed in [20, 21, 22] {
        assert!(host.has_recording(&recording(5_000, seed)).await, "{seed}");
    }
    assert_eq!(host.growing(), 0);
    host.audit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bytes_that_were_not_acknowledged_are_not_counted_on() {
    let host = Host::start().await;
    let content = recording(1_000, 9);
    let upload = host.begin(content.len()).await;
    host.piece(&upload, 0, &content[..500]).send(host.address).await;
    // As a server leaves it that dies between writing and telling.
    let file = host.folder().join("uploads").join(upload.rsplit('/').next().unwrap());
    let mut torn = std::fs::read(&file).unwrap();
    torn.extend([0; 77]);
    std::fs::write(&file, torn).unwrap();
    assert_eq!(host.head(&upload).await.offset(), 500);
    assert_eq!(host.piece(&upload, 500, &content[500..]).send(host.address).await.status, 204);
    assert!(host.has_recording(&content).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_without_patch_says_which_method_it_means() {
    let host = Host::start().await;
    let content = recording(600, 10);
    let upload = host.begin(600).await;
    let meant = |method: &str| host.tus("POST", &upload).header("X-HTTP-Method-Override", method);
    let piece = meant("PATCH").header("Content-Type", "application/offset+octet-stream").header("Upload-Offset", 0);
    assert_eq!(piece.body(&content[..300]).send(host.address).await.offset(), 300);
    assert_eq!(meant("TRACE").send(host.address).await.status, 405);
    assert_eq!(meant("DELETE").send(host.address).await.status, 204);
    assert_eq!(host.head(&upload).await.status, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_recording_again_is_the_session_that_is_there() {
    let host = Host::start().await;
    let content = recording(3_000, 11);
    let (first, second) = (host.upload(&content).await, host.upload(&content).await);
    assert_eq!(session(&first), session(&second));
    let tenant = "acme".parse().unwrap();
    assert_eq!(host.store.sessions(&tenant, &SessionFilter::default()).await.unwrap().len(), 1);
}

fn session(answer: &Answer) -> &str {
    answer.header("stepreel-session").unwrap()
}

fn id(upload: &str) -> stepreel_storage::UploadId {
    upload.rsplit('/').next().unwrap().parse().unwrap()
}

fn metadata(pairs: &[(&str, &str)]) -> String {
    let pairs: Vec<String> = pairs.iter().map(|(name, value)| format!("{name} {}", STANDARD.encode(value))).collect();
    pairs.join(",")
}
