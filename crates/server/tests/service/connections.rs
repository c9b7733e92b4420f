//! Connections that dawdle, crowd, or outstay; proxies that speak for others; pages made small.

use std::io::Read as _;
use std::time::{Duration, Instant};

use flate2::read::GzDecoder;
use stepreel_server::Connections;
use stepreel_storage::UserRole;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use crate::host::{Host, SOON, eventually};
use crate::wire::{Answer, Request};

/// A server with little patience.
async fn hasty() -> Host {
    let connections =
        Connections { patience: Duration::from_millis(400), from_one: 4, grace: Duration::from_millis(300) };
    Host::with(|settings| settings.connections = connections).await
}

/// Waits until the other side has closed the connection.
async fn closed(mut stream: TcpStream) -> Duration {
    let began = Instant::now();
    let mut rest = Vec::new();
    timeout(SOON, stream.read_to_end(&mut rest)).await.expect("it is closed").ok();
    began.elapsed()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_sends_a_head_drop_by_drop_is_let_go() {
    let host = hasty().await;
    let mut stream = TcpStream::connect(host.address).await.unwrap();
    stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: test\r\n").await.unwrap();
    let (mut reads, mut writes) = stream.into_split();
    let drops = tokio::spawn(async move {
        loop {
            sleep(Duration::from_millis(50)).await;
            if writes.write_all(b"X-Slow: x\r\n").await.is_err() {
                break;
            }
        }
    });
    let mut rest = Vec::new();
    timeout(Duration::from_secs(5), reads.read_to_end(&mut rest)).await.expect("it is closed").ok();
    drops.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_address_has_only_so_many_connections() {
    let host = hasty().await;
    let mut held = Vec::new();
    for _ in 0..4 {
        held.push(TcpStream::connect(host.address).await.unwrap());
    }
    sleep(Duration::from_millis(50)).await;
    let fifth = TcpStream::connect(host.address).await.unwrap();
    assert!(closed(fifth).await < Duration::from_millis(300), "it is turned away at once");
    drop(held);
    eventually(|| async {
        let mut stream = TcpStream::connect(host.address).await.unwrap();
        let asked = stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n").await;
        let mut answer = Vec::new();
        asked.is_ok() && stream.read_to_end(&mut answer).await.is_ok() && answer.starts_with(b"HTTP/1.1 200")
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_that_listens_does_not_hold_up_the_end() {
    let host = Host::start().await;
    host.user("acme", "ada@acme.example", UserRole::Viewer).await;
    let cookie = host.log_in("ada@acme.example").await;
    let mut live = TcpStream::connect(host.address).await.unwrap();
    let request = format!("GET /live HTTP/1.1\r\nHost: test\r\nCookie: {cookie}\r\n\r\n");
    live.write_all(request.as_bytes()).await.unwrap();
    let mut begin = [0; 12];
    live.read_exact(&mut begin).await.unwrap();
    assert_eq!(&begin, b"HTTP/1.1 200");
    let host = host.again().await;
    assert!(closed(live).await < Duration::from_secs(10));
    drop(host);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn limits_are_counted_by_whom_a_known_proxy_speaks_for() {
    let ask = async |host: &Host, whom: &str| -> u16 {
        let request = Request::new("GET", "/healthz").header("X-Forwarded-For", format!("203.0.113.1, {whom}"));
        request.send(host.address).await.status
    };
    let limited = |proxies: Vec<std::net::IpAddr>| {
        Host::with(move |settings| {
            settings.requests_per_second = 1;
            settings.proxies = proxies;
        })
    };
    let believing = limited(vec!["127.0.0.1".parse().unwrap()]).await;
    for _ in 0..10 {
        assert_eq!(ask(&believing, "198.51.100.1").await, 200);
    }
    assert_eq!(ask(&believing, "198.51.100.1").await, 429);
    assert_eq!(ask(&believing, "198.51.100.2").await, 200, "another has asked for nothing yet");
    let doubting = limited(Vec::new()).await;
    for client in 0..10 {
        assert_eq!(ask(&doubting, &format!("198.51.100.{client}")).await, 200);
    }
    assert_eq!(ask(&doubting, "198.51.100.77").await, 429, "a header of a stranger's means nothing");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_and_assets_are_made_small_and_nothing_else_is() {
    let host = Host::start().await;
    let get = async |path: &str, coding: &str| -> Answer {
        host.request("GET", path)
            .header("Accept-Encoding", coding)
            .header("Accept", "text/html")
            .send(host.address)
            .await
    };
    let (plain, small) = (get("/assets/stepreel.css", "br").await, get("/assets/stepreel.css", "gzip, br").await);
    assert_eq!((plain.header("content-encoding"), small.header("content-encoding")), (None, Some("gzip")));
    assert!(small.body.len() * 2 < plain.body.len(), "{} of {}", small.body.len(), plain.body.len());
    let mut read = Vec::new();
    GzDecoder::new(small.body.as_slice()).read_to_end(&mut read).unwrap();
    assert_eq!(read, plain.body);
    assert_eq!(small.header("vary"), Some("accept-encoding"), "what keeps answers keeps both");
    assert_eq!(get("/login", "gzip").await.header("content-encoding"), Some("gzip"));
    for path in ["/api/v1/openapi.json", "/api/v1/sessions", "/healthz", "/metrics"] {
        assert_eq!(get(path, "gzip").await.header("content-encoding"), None, "{path}");
    }
}
