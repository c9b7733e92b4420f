//! HTTP/1.1 by hand: a client that may stop anywhere.

use std::fmt::{Display, Write as _};
use std::net::SocketAddr;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

/// A request, in bytes.
#[derive(Clone)]
pub(crate) struct Request {
    head: String,
    body: Vec<u8>,
    length: Option<usize>,
    raw: bool,
}

/// How a connection ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cut {
    /// In order: what was written arrives.
    Close,
    /// At once, as when a device loses its network: what wasn't read may be lost.
    Reset,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Request {
    pub(crate) fn new(method: &str, path: &str) -> Self {
        Self {
            head: format!("{method} {path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n"),
            body: vec![],
            length: None,
            raw: false,
        }
    }

    pub(crate) fn header(mut self, name: &str, value: impl Display) -> Self {
        write!(self.head, "{name}: {value}\r\n").unwrap();
        self
    }

    pub(crate) fn bearer(self, token: &str) -> Self {
        self.header("Authorization", format_args!("Bearer {token}"))
    }

    /// As a page of this site sends it.
    pub(crate) fn own_cookie(self, cookie: &str) -> Self {
        self.header("Cookie", cookie).header("Sec-Fetch-Site", "same-origin")
    }

    pub(crate) fn body(self, body: impl AsRef<[u8]>) -> Self {
        Self { body: body.as_ref().to_owned(), ..self }
    }

    /// Announces another length than the body has.
    pub(crate) fn announce(self, length: usize) -> Self {
        Self { length: Some(length), ..self }
    }

    /// A body that says itself how long it is.
    pub(crate) fn raw(self, body: impl AsRef<[u8]>) -> Self {
        Self { body: body.as_ref().to_owned(), raw: true, ..self }
    }

    fn head_bytes(&self) -> Vec<u8> {
        if self.raw {
            return format!("{}\r\n", self.head).into_bytes();
        }
        let length = self.length.unwrap_or(self.body.len());
        format!("{}Content-Length: {length}\r\n\r\n", self.head).into_bytes()
    }

    /// Sends all and waits for the answer.
    pub(crate) async fn send(&self, to: SocketAddr) -> Answer {
        self.open(to).await.answer().await
    }

    /// Sends all and leaves the connection open.
    pub(crate) async fn open(&self, to: SocketAddr) -> Open {
        let mut stream = TcpStream::connect(to).await.unwrap();
        let bytes = [self.head_bytes(), self.body.clone()].concat();
        // A server may answer and close before it has read everything.
        let _ = stream.write_all(&bytes).await;
        Open(stream)
    }

    /// Sends the head and so many bytes of the body, then the connection ends.
    pub(crate) async fn cut_after(&self, bytes: usize, to: SocketAddr, cut: Cut) {
        let mut stream = TcpStream::connect(to).await.unwrap();
        let sent = [self.head_bytes(), self.body[..bytes].to_owned()].concat();
        let _ = stream.write_all(&sent).await;
        match cut {
            Cut::Close => drop(stream.shutdown().await),
            Cut::Reset => {
                let reset = rustix::net::sockopt::set_socket_linger(&stream, Some(std::time::Duration::ZERO));
                reset.unwrap();
            }
        }
    }
}

/// A connection on which a request was sent.
pub(crate) struct Open(TcpStream);

impl Open {
    pub(crate) async fn answer(mut self) -> Answer {
        let mut bytes = Vec::new();
        let read = self.0.read_to_end(&mut bytes).await;
        Answer::read(&bytes).unwrap_or_else(|| panic!("no answer: {read:?}, {}", String::from_utf8_lossy(&bytes)))
    }
}

/// A connection for many requests whose answers have no body.
pub(crate) struct Kept(BufReader<TcpStream>, SocketAddr);

impl Kept {
    pub(crate) async fn to(address: SocketAddr) -> Self {
        Self(BufReader::new(TcpStream::connect(address).await.unwrap()), address)
    }

    /// Asks and reads the head of the answer. A server may close after one: then it is asked on a new connection.
    pub(crate) async fn status(&mut self, method: &str, path: &str) -> u16 {
        let request = format!("{method} {path} HTTP/1.1\r\nHost: test\r\n\r\n");
        loop {
            let sent = self.0.get_mut().write_all(request.as_bytes()).await;
            let mut line = String::new();
            if sent.is_err() || self.0.read_line(&mut line).await.unwrap_or(0) == 0 {
                *self = Self::to(self.1).await;
                continue;
            }
            let status = line.split(' ').nth(1).unwrap().parse().unwrap();
            while !line.trim().is_empty() {
                line.clear();
                self.0.read_line(&mut line).await.unwrap();
            }
            return status;
        }
    }
}

impl Answer {
    fn read(bytes: &[u8]) -> Option<Self> {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
        let head = std::str::from_utf8(&bytes[..end]).ok()?;
        let mut lines = head.split("\r\n");
        let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
        let headers: Vec<_> = lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect();
        let chunked = headers.iter().any(|(name, value)| name == "transfer-encoding" && value == "chunked");
        let body = &bytes[end + 4..];
        Some(Self { status, headers, body: if chunked { unchunk(body)? } else { body.to_owned() } })
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("{} is no JSON", self.text()))
    }

    /// How far an upload is, by its answer.
    pub(crate) fn offset(&self) -> usize {
        self.header("upload-offset").unwrap_or_else(|| panic!("{self:?} has no offset")).parse().unwrap()
    }
}

fn unchunk(mut bytes: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let end = bytes.windows(2).position(|two| two == b"\r\n")?;
        let length = usize::from_str_radix(std::str::from_utf8(&bytes[..end]).ok()?, 16).ok()?;
        if length == 0 {
            return Some(body);
        }
        body.extend(bytes.get(end + 2..end + 2 + length)?);
        bytes = bytes.get(end + 4 + length..)?;
    }
}
