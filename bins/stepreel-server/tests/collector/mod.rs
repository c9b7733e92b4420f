//! A collector of traces: OTLP over HTTP, as far as a test needs it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::{KeyValue, any_value::Value};
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;

/// What it does with what it is sent.
#[derive(Clone, Copy)]
pub(crate) enum Manner {
    Takes,
    /// Answers with this status.
    Refuses(u16),
    /// Reads, and never answers.
    Hangs,
}

pub(crate) struct Collector {
    pub(crate) url: String,
    taken: Arc<Mutex<Vec<Taken>>>,
}

/// One request.
#[derive(Clone)]
struct Taken {
    head: String,
    body: Vec<u8>,
}

impl Collector {
    pub(crate) fn start(manner: Manner) -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", socket.local_addr().unwrap());
        let taken = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&taken);
        thread::spawn(move || {
            for connection in socket.incoming().flatten() {
                let kept = Arc::clone(&kept);
                thread::spawn(move || converse(connection, manner, &kept));
            }
        });
        Self { url, taken }
    }

    /// All that was sent, head and body, as it came over the net.
    pub(crate) fn wire(&self) -> String {
        let taken = self.taken.lock().unwrap();
        taken.iter().flat_map(|taken| [taken.head.clone(), String::from_utf8_lossy(&taken.body).into_owned()]).collect()
    }

    /// The heads of all requests.
    pub(crate) fn heads(&self) -> Vec<String> {
        self.taken.lock().unwrap().iter().map(|taken| taken.head.clone()).collect()
    }

    /// The spans, each with the service that told of it.
    pub(crate) fn spans(&self) -> Vec<(String, Span)> {
        let taken = self.taken.lock().unwrap().clone();
        let told = taken.iter().map(|taken| ExportTraceServiceRequest::decode(taken.body.as_slice()).unwrap());
        let resources = told.flat_map(|told| told.resource_spans);
        let spans = resources.flat_map(|told| {
            let service = text(&told.resource.unwrap().attributes, "service.name").unwrap();
            told.scope_spans.into_iter().flat_map(|scope| scope.spans).map(move |span| (service.clone(), span))
        });
        spans.collect()
    }
}

/// An attribute, as text.
pub(crate) fn text(attributes: &[KeyValue], key: &str) -> Option<String> {
    let value = attributes.iter().find(|attribute| attribute.key == key)?.value.clone()?.value?;
    Some(match value {
        Value::StringValue(text) => text,
        Value::IntValue(number) => number.to_string(),
        Value::BoolValue(truth) => truth.to_string(),
        other => format!("{other:?}"),
    })
}

/// Answers one request after the other.
fn converse(connection: TcpStream, manner: Manner, taken: &Mutex<Vec<Taken>>) {
    let mut reader = BufReader::new(connection);
    while let Some(request) = request(&mut reader) {
        taken.lock().unwrap().push(request);
        let status = match manner {
            Manner::Takes => 200,
            Manner::Refuses(status) => status,
            Manner::Hangs => loop {
                thread::park();
            },
        };
        let answer = format!("HTTP/1.1 {status} Said\r\ncontent-length: 0\r\n\r\n");
        reader.get_mut().write_all(answer.as_bytes()).unwrap();
    }
}

fn request(reader: &mut BufReader<TcpStream>) -> Option<Taken> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).ok()? == 0 {
            return None;
        }
    }
    let head = head.to_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    let mut body = vec![0; length.parse().unwrap()];
    reader.read_exact(&mut body).unwrap();
    Some(Taken { head, body })
}
