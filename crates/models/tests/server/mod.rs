//! A web server on this machine that answers as a test wants, and takes down what it was asked.
#![allow(dead_code, reason = "each test file uses its own part of this")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// What was asked.
#[derive(Clone, Debug, Default)]
pub(crate) struct Request {
    pub(crate) path: String,
    /// The first byte that is wanted.
    pub(crate) from: Option<usize>,
    pub(crate) if_range: Option<String>,
}

/// What is answered.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
    /// What `Content-Length` says; nothing for an answer that ends with its connection.
    pub(crate) announced: Option<usize>,
    /// The connection falls silent after that many bytes of the body.
    pub(crate) silent_after: Option<usize>,
}

impl Reply {
    /// Without anything in it.
    pub(crate) fn status(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new(), announced: Some(0), silent_after: None }
    }

    /// The whole content.
    pub(crate) fn whole(content: &[u8]) -> Self {
        Self { body: content.to_vec(), announced: Some(content.len()), ..Self::status(200) }
    }

    /// What was asked for: the whole, or the rest of it.
    pub(crate) fn asked(content: &[u8], request: &Request) -> Self {
        match request.from {
            None => Self::whole(content),
            Some(from) if from >= content.len() => Self::status(416),
            Some(from) => {
                let span = format!("bytes {from}-{}/{}", content.len() - 1, content.len());
                Self { status: 206, ..Self::whole(&content[from..]) }.with("Content-Range", span)
            }
        }
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Breaks off after that many bytes of the body, whatever was announced.
    pub(crate) fn broken_after(mut self, bytes: usize) -> Self {
        self.body.truncate(bytes);
        self
    }
}

/// Answers until the test is over.
pub(crate) struct Server {
    port: u16,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    /// Answers the n-th request, from 0, with what `reply` says.
    pub(crate) fn start(reply: impl Fn(usize, &Request) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (seen, reply) = (Arc::clone(&requests), Arc::new(reply));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (seen, reply) = (Arc::clone(&seen), Arc::clone(&reply));
                thread::spawn(move || {
                    let Some(request) = read(&stream) else { return };
                    let nth = {
                        let mut seen = seen.lock().unwrap();
                        seen.push(request.clone());
                        seen.len() - 1
                    };
                    write(stream, &reply(nth, &request));
                });
            }
        });
        Self { port, requests }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}/{path}", self.port)
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }
}

fn read(stream: &TcpStream) -> Option<Request> {
    let mut lines = BufReader::new(stream.take(1 << 16)).lines();
    let path = lines.next()?.ok()?.split(' ').nth(1)?.to_owned();
    let mut request = Request { path, ..Request::default() };
    for line in lines.map_while(Result::ok).take_while(|line| !line.is_empty()) {
        let Some((name, value)) = line.split_once(':') else { continue };
        match name.to_ascii_lowercase().as_str() {
            "range" => request.from = value.trim().strip_prefix("bytes=")?.trim_end_matches('-').parse().ok(),
            "if-range" => request.if_range = Some(value.trim().to_owned()),
            _ => {}
        }
    }
    Some(request)
}

/// The other side may hang up at any time.
fn write(mut stream: TcpStream, reply: &Reply) {
    let mut head = format!("HTTP/1.1 {} Status\r\nConnection: close\r\n", reply.status);
    for (name, value) in &reply.headers {
        head.extend([name, ": ", value, "\r\n"]);
    }
    if let Some(length) = reply.announced {
        head.extend(["Content-Length: ", &length.to_string(), "\r\n"]);
    }
    let loud = reply.silent_after.unwrap_or(reply.body.len());
    let sent = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(b"\r\n"));
    let sent = sent.and_then(|()| stream.write_all(&reply.body[..loud])).and_then(|()| stream.flush());
    if sent.is_ok() && reply.silent_after.is_some() {
        thread::sleep(Duration::from_secs(20));
    }
}
