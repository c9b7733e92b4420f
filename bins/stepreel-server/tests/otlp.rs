//! What a collector of traces is told, and what it isn't.
#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]

mod collector;
mod installation;
mod serving;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::net::TcpListener;
use std::time::{Duration, Instant};

use opentelemetry_proto::tonic::trace::v1::Span;
use serde_json::Value;
use tempfile::TempDir;

use collector::{Collector, Manner, text};
use serving::{Client, Server, said};

const CALLERS_TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const CALLERS_SPAN: &str = "00f067aa0ba902b7";

/// An installation whose tenant acme has a token.
fn installed() -> (TempDir, String) {
    let folder = TempDir::new().unwrap();
    said(folder.path(), &["tenant", "set", "acme", "--name", "Acme Heating"], "");
    said(folder.path(), &["user", "set", "--tenant", "acme", "ada@acme.example"], "correct horse battery\n");
    let token = ["token", "new", "--tenant", "acme", "--label", "glasses", "--scope", "upload,read"];
    let token = format!("Bearer {}", said(folder.path(), &token, "").trim());
    (folder, token)
}

/// The status of a request that a stranger makes.
fn status(server: &Server, path: &str, headers: &[(&str, &str)]) -> u16 {
    let request = ureq::get(format!("{}{path}", server.url)).config().http_status_as_error(false).build();
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    request.call().unwrap().status().as_u16()
}

fn hexadecimal(id: &[u8]) -> String {
    id.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

fn attribute(span: &Span, key: &str) -> Option<String> {
    text(&span.attributes, key)
}

/// Processes a recording, asks for what came of it, and gives the session with what a collector was told.
fn observed(collector: &Collector) -> (Value, Vec<String>) {
    let (folder, token) = installed();
    let environment = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url.as_str()),
        ("OTEL_EXPORTER_OTLP_HEADERS", "x-collector-key=for-the-collector"),
    ];
    let server = Server::start_in(folder.path(), &[], &environment);
    let client = Client { server: &server, token: token.clone() };
    client.upload(&fs::read(installation::recording()).unwrap());
    let session = client.ended();
    assert_eq!(session["status"], "completed", "{session}");
    let procedures = session["procedures"].as_array().unwrap();
    client.plays(procedures);
    let parent = format!("00-{CALLERS_TRACE}-{CALLERS_SPAN}-01");
    let path = format!("/api/v1/sessions/{}", session["id"].as_str().unwrap());
    let headers =
        [("authorization", token.as_str()), ("traceparent", &parent), ("tracestate", "rojo=00f067aa0ba902b7")];
    assert_eq!(status(&server, &path, &headers), 200);
    assert_eq!(
        status(&server, "/canary-path?canary-query", &[("traceparent", "00-canary-01"), ("x-canary", "1")]),
        404
    );
    let form = [("email", "ada@acme.example"), ("password", "canary battery")];
    let entered = ureq::post(format!("{}/login", server.url)).config().http_status_as_error(false).build();
    entered.send_form(form).unwrap();
    assert_eq!(server.stop(), Some(0));
    let mut secret: Vec<String> = ["canary", "ada@", "A short job", "Acme Heating", "glasses", "battery", "signature="]
        .map(ToOwned::to_owned)
        .into_iter()
        .chain([token.replace("Bearer ", ""), folder.path().to_str().unwrap().to_owned()])
        .collect();
    for procedure in procedures {
        let url = procedure["video_url"].as_str().unwrap();
        let signature = url.split_once("signature=").unwrap().1.split('&').next().unwrap();
        secret.extend([procedure["procedure_name"].as_str().unwrap().to_owned(), signature.to_owned()]);
    }
    (session, secret)
}

#[test]
fn a_session_is_one_trace_through_worker_and_child_and_a_request_is_its_callers() {
    let collector = Collector::start(Manner::Takes);
    let (session, secret) = observed(&collector);
    let told = collector.spans();
    assert!(told.iter().all(|(service, _)| service == "stepreel-server"));
    let spans: Vec<&Span> = told.iter().map(|(_, span)| span).collect();
    let named = |name: &str| {
        let found: Vec<_> = spans.iter().filter(|span| span.name == name).copied().collect();
        let [only] = found[..] else { panic!("{name}: {found:?}") };
        only
    };

    let (run, errand) = (named("run"), named("errand"));
    assert!(run.parent_span_id.is_empty());
    assert_eq!((&errand.trace_id, &errand.parent_span_id), (&run.trace_id, &run.span_id));
    for span in [run, errand] {
        assert_eq!(attribute(span, "stepreel.session").as_deref(), session["id"].as_str());
    }
    assert_eq!(attribute(run, "stepreel.verdict").as_deref(), Some("done"));
    assert_eq!(attribute(run, "stepreel.attempt").as_deref(), Some("1"));
    let stages: BTreeSet<_> =
        spans.iter().filter(|span| span.trace_id == run.trace_id).map(|span| &*span.name).collect();
    let expected = [
        "run", "errand", "probe", "pictures", "sound", "speech", "words", "segments", "names", "clips", "scores",
        "store",
    ];
    assert_eq!(stages, BTreeSet::from(expected));
    for stage in &expected[2..] {
        let stage = named(stage);
        assert_eq!(stage.parent_span_id, errand.span_id, "{stage:?}");
        assert!(stage.start_time_unix_nano >= errand.start_time_unix_nano, "{stage:?}");
        assert!(stage.end_time_unix_nano <= errand.end_time_unix_nano, "{stage:?}");
    }

    let asked = spans.iter().find(|span| hexadecimal(&span.trace_id) == CALLERS_TRACE).unwrap();
    assert_eq!((asked.name.as_str(), asked.kind), ("GET /api/v1/sessions/{id}", 2));
    assert_eq!(hexadecimal(&asked.parent_span_id), CALLERS_SPAN);
    assert_eq!(asked.trace_state, "rojo=00f067aa0ba902b7");
    let attributes: BTreeMap<_, _> =
        asked.attributes.iter().map(|known| (known.key.as_str(), attribute(asked, &known.key).unwrap())).collect();
    assert_eq!(attributes["http.request.method"], "GET");
    assert_eq!(attributes["http.route"], "/api/v1/sessions/{id}");
    assert_eq!(attributes["http.response.status_code"], "200");
    assert_eq!(attributes["stepreel.request"].len(), 16);
    assert_eq!(attributes.len(), 4, "{attributes:?}");
    for name in ["POST /api/v1/uploads", "PATCH /api/v1/uploads/{id}", "GET /media/{tenant}/{session}/{file}", "GET"] {
        let found = spans.iter().find(|span| span.name == name).unwrap_or_else(|| panic!("{name}"));
        assert_eq!(attribute(found, "http.route").as_deref(), name.split_once(' ').map(|(_, route)| route));
        assert!(found.parent_span_id.is_empty(), "{found:?}");
    }

    assert!(spans.iter().all(|span| span.events.is_empty() && span.status.clone().unwrap_or_default().code == 0));
    for head in collector.heads() {
        assert!(head.starts_with("post /v1/traces http/1.1\r\n"), "{head}");
        assert!(head.contains("content-type: application/x-protobuf\r\n"), "{head}");
        assert!(head.contains("x-collector-key: for-the-collector\r\n"), "{head}");
    }
    let wire = collector.wire();
    for secret in secret {
        assert!(!wire.contains(&secret), "{secret}");
    }
}

#[test]
fn a_collector_that_refuses_or_is_away_is_a_line_in_the_log() {
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let refusing = Collector::start(Manner::Refuses(500));
    for url in [refusing.url.clone(), format!("http://{nobody}")] {
        let (folder, _) = installed();
        let environment = [("OTEL_EXPORTER_OTLP_ENDPOINT", url.as_str()), ("OTEL_BSP_SCHEDULE_DELAY", "50")];
        let mut server = Server::start_in(folder.path(), &["--no-worker"], &environment);
        for _ in 0..5 {
            assert_eq!(status(&server, "/healthz", &[]), 200);
            std::thread::sleep(Duration::from_millis(200));
        }
        assert_eq!(server.stopped(), Some(0));
        assert_eq!(server.logged("the collector takes no traces"), 1, "{url}");
    }
    assert!(refusing.heads().len() > 1);
}

#[test]
fn a_collector_that_never_answers_delays_no_request_and_the_stop_by_seconds() {
    let (folder, _) = installed();
    let collector = Collector::start(Manner::Hangs);
    let environment = [("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url.as_str()), ("OTEL_BSP_SCHEDULE_DELAY", "50")];
    let mut server = Server::start_in(folder.path(), &["--no-worker"], &environment);
    let begun = Instant::now();
    while collector.heads().is_empty() {
        assert_eq!(status(&server, "/healthz", &[]), 200);
        assert!(begun.elapsed() < Duration::from_secs(20));
    }
    // More than it keeps: what nobody takes is lost, and nobody waits for it.
    let begun = Instant::now();
    for _ in 0..3000 {
        status(&server, "/nowhere", &[]);
    }
    assert!(begun.elapsed() < Duration::from_mins(1), "{:?}", begun.elapsed());
    let begun = Instant::now();
    assert_eq!(server.stopped(), Some(0));
    assert!(begun.elapsed() < Duration::from_secs(8), "{:?}", begun.elapsed());
    assert_eq!(server.logged("the last traces were not sent"), 1);
}

#[test]
fn what_is_not_to_be_sampled_or_has_no_place_to_go_is_not_sent() {
    let (folder, _) = installed();
    let collector = Collector::start(Manner::Takes);
    let environment = [("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url.as_str()), ("OTEL_TRACES_SAMPLER", "always_off")];
    let server = Server::start_in(folder.path(), &["--no-worker"], &environment);
    assert_eq!(status(&server, "/healthz", &[]), 200);
    assert_eq!(server.stop(), Some(0));
    assert!(collector.heads().is_empty());
    for useless in ["", "no place"] {
        let mut server = Server::start_in(folder.path(), &["--no-worker"], &[("OTEL_EXPORTER_OTLP_ENDPOINT", useless)]);
        assert_eq!(status(&server, "/healthz", &[]), 200);
        assert_eq!(server.stopped(), Some(0));
        assert_eq!(server.logged("no traces are sent"), usize::from(!useless.is_empty()));
    }
}
