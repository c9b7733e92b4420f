//! Media by token, by visit and by signed URL.

use stepreel_storage::{Scope, UserRole};

use crate::host::{Host, recording, recording_key};
use crate::wire::Request;

/// Attempts to make another URL of a good one.
const MUTATIONS: u64 = 10_000;

/// A recording that is there, with its path and its signed URL.
async fn uploaded(host: &Host, seed: u64) -> (Vec<u8>, String, String) {
    let content = recording(50_000, seed);
    let answer = host.upload(&content).await;
    let session = answer.header("stepreel-session").unwrap();
    let shown = host.request("GET", &format!("/api/v1/sessions/{session}")).send(host.address).await.json();
    let url = shown["video_url"].as_str().unwrap().to_owned();
    (content.clone(), format!("/media/{}", recording_key("acme", &content)), url)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ranges_are_of_the_recording() {
    let host = Host::start().await;
    let (content, path, url) = uploaded(&host, 1).await;
    let whole = Request::new("GET", &url).send(host.address).await;
    assert_eq!((whole.status, &whole.body), (200, &content));
    assert_eq!(whole.header("content-type"), Some("video/mp4"));
    assert_eq!(whole.header("accept-ranges"), Some("bytes"));
    assert_eq!(whole.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(whole.header("cache-control"), Some("private, max-age=600"));
    let tag = whole.header("etag").unwrap();
    for (range, status, bytes) in [
        ("bytes=0-0", 206, 0..1),
        ("bytes=1000-1999", 206, 1_000..2_000),
        ("bytes=49999-", 206, 49_999..50_000),
        ("bytes=-7", 206, 49_993..50_000),
        ("bytes=0-1,5-6", 200, 0..50_000),
        ("bytes=junk", 200, 0..50_000),
    ] {
        let answer = host.request("GET", &path).header("Range", range).send(host.address).await;
        assert_eq!(answer.status, status, "{range}");
        assert_eq!(answer.body, content[bytes.clone()], "{range}");
        if status == 206 {
            let said = format!("bytes {}-{}/50000", bytes.start, bytes.end - 1);
            assert_eq!(answer.header("content-range"), Some(said.as_str()));
        }
    }
    let beyond = host.request("GET", &path).header("Range", "bytes=50000-").send(host.address).await;
    assert_eq!((beyond.status, beyond.header("content-range")), (416, Some("bytes */50000")));
    let head = Request::new("HEAD", &url).send(host.address).await;
    assert_eq!((head.status, head.header("content-length"), head.body.len()), (200, Some("50000"), 0));
    let known = host.request("GET", &path).header("If-None-Match", tag).send(host.address).await;
    assert_eq!((known.status, known.body.len()), (304, 0));
    let other = host.request("GET", &path).header("Range", "bytes=0-9").header("If-Range", "\"other\"");
    assert_eq!(other.send(host.address).await.status, 200);
    let saved = host.request("GET", &format!("{path}?download=Boiler%207.mp4")).send(host.address).await;
    assert_eq!(saved.header("content-disposition"), Some("attachment; filename*=UTF-8''Boiler%207.mp4"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn media_are_for_their_tenant() {
    let host = Host::start().await;
    let (content, path, _) = uploaded(&host, 2).await;
    host.user("acme", "viewer@acme.example", UserRole::Viewer).await;
    host.user("rival", "viewer@rival.example", UserRole::Viewer).await;
    let with_cookie = |cookie: &str, path: &str| Request::new("GET", path).header("Cookie", cookie);
    let (own, rival) = (host.log_in("viewer@acme.example").await, host.log_in("viewer@rival.example").await);
    assert_eq!(with_cookie(&own, &path).send(host.address).await.body, content);
    let unknown = format!("/media/{}", recording_key("acme", b"what nobody uploaded"));
    let mut answers = Vec::new();
    for request in [with_cookie(&rival, &path), with_cookie(&rival, &unknown), with_cookie(&own, &unknown)] {
        let mut answer = request.send(host.address).await;
        answer.headers.retain(|(name, _)| name != "date" && name != "x-request-id");
        answers.push(answer);
    }
    assert_eq!(answers[0].status, 404);
    assert!(answers.iter().all(|answer| *answer == answers[0]), "foreign is unknown, byte for byte: {answers:?}");
    assert_eq!(Request::new("GET", &path).send(host.address).await.status, 401);
    let uploader = host.token("acme", [Scope::Upload], None).await;
    assert_eq!(Request::new("GET", &path).bearer(&uploader).send(host.address).await.status, 403);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_signed_url_is_good_letter_by_letter() {
    let host = Host::start().await;
    let (_, other, _) = uploaded(&host, 3).await;
    let (_, path, url) = uploaded(&host, 4).await;
    let query = url.strip_prefix(&path).unwrap();
    assert_eq!(Request::new("HEAD", &url).send(host.address).await.status, 200);
    let mut stream = host.keep_open().await;
    let mut seed = 4_u64;
    let mut random = move |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % below
    };
    let letters = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~&=/?";
    for _ in 0..MUTATIONS {
        let mut mutated = url.clone().into_bytes();
        match random(5) {
            0 => drop(mutated.remove(1 + random(url.len() - 1))),
            1 => mutated.insert(1 + random(url.len() - 1), letters[random(letters.len())]),
            2 => mutated.extend_from_slice(b"&x=1"),
            3 => mutated = [other.as_bytes(), query.as_bytes()].concat(),
            _ => {
                let at = 1 + random(url.len() - 1);
                mutated[at] = letters[random(letters.len())];
            }
        }
        if mutated != url.as_bytes() {
            let status = stream.status("HEAD", std::str::from_utf8(&mutated).unwrap()).await;
            assert!((400..500).contains(&status), "{status}: {}", String::from_utf8_lossy(&mutated));
        }
    }
    for method in ["POST", "PUT", "DELETE", "PATCH"] {
        assert_eq!(Request::new(method, &url).send(host.address).await.status, 405);
    }
}
