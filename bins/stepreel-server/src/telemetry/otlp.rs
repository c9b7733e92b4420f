//! Traces for a collector of OpenTelemetry, by OTLP over HTTP. Where it is, what it is told with and how much of it, the standard's
//! environment variables say.

mod client;

use std::collections::HashMap;
use std::env;
use std::time::Duration;

use anyhow::{Context, Result};
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry::trace::TracerProvider;
use opentelemetry::{Key, KeyValue};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::SdkTracerProvider;
use stepreel_core::TRACES;
use stepreel_server::TakeUp;
use tracing::Span;
use tracing::level_filters::LevelFilter;
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::filter::{EnvFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt, registry};

use super::{are_wanted, logged};
use crate::args::Command;
use client::Client;

pub(crate) const TAKE_UP: Option<TakeUp> = Some(take_up);

/// What is left when the process ends has so long to be sent.
const PATIENCE: Duration = Duration::from_secs(3);

/// What the service is called if nobody says so.
const SERVICE: &str = "stepreel-server";

/// The log, and what sends traces if they are wanted.
pub(crate) struct Telemetry(Option<SdkTracerProvider>);

impl Telemetry {
    /// What can't be sent is no reason not to work.
    pub(crate) fn start(command: &Command) -> Self {
        let traced = matches!(command, Command::Serve(_) | Command::Worker(_) | Command::Errand(_));
        let provider = (traced && are_wanted()).then(provider).transpose();
        let log = fmt::layer().with_writer(std::io::stderr).with_filter(EnvFilter::new(logged()));
        let traces = provider.as_ref().ok().and_then(Option::as_ref).map(layer);
        registry().with(log).with(traces).init();
        Self(provider.unwrap_or_else(|error| {
            tracing::warn!("no traces are sent: {error:#}");
            None
        }))
    }

    /// Sends what is left.
    pub(crate) fn end(self) {
        if let Some(provider) = self.0
            && let Err(error) = provider.shutdown_with_timeout(PATIENCE)
        {
            tracing::warn!(%error, "the last traces were not sent");
        }
    }
}

/// Sends in batches, from a thread of its own that nobody waits for; what it can't keep up with is lost.
fn provider() -> Result<SdkTracerProvider> {
    let exporter = SpanExporter::builder().with_http().with_protocol(Protocol::HttpBinary);
    let exporter = exporter.with_http_client(Client::new()).build().context("the collector can't be used")?;
    Ok(SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource()).build())
}

fn resource() -> Resource {
    let detected = Resource::builder().build();
    let name = detected.get(&Key::new("service.name")).map(|name| name.to_string());
    let is_named = name.is_some_and(|name| !name.starts_with("unknown_service"));
    let builder = Resource::builder().with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")));
    if is_named { builder.build() } else { builder.with_service_name(SERVICE).build() }
}

/// Only spans that are meant for it, and of them only their own fields: places in the source and threads are nobody's business.
fn layer<S>(provider: &SdkTracerProvider) -> impl Layer<S> + use<S>
where
    S: tracing::Subscriber + for<'a> LookupSpan<'a>,
{
    tracing_opentelemetry::layer()
        .with_tracer(provider.tracer("stepreel"))
        .with_location(false)
        .with_target(false)
        .with_threads(false)
        .with_tracked_inactivity(false)
        .with_filter(Targets::new().with_target(TRACES, LevelFilter::INFO))
}

fn take_up(span: &Span, traceparent: &str, tracestate: &str) {
    let told = [("traceparent", traceparent), ("tracestate", tracestate)];
    let told: HashMap<_, _> = told.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    // A span that nobody tells of needs no parent.
    let _ = span.set_parent(TraceContextPropagator::new().extract(&told));
}

/// What a child is told of the current span, whose trace it is to go on with.
pub(crate) fn environment() -> Vec<(String, String)> {
    let mut told = HashMap::new();
    TraceContextPropagator::new().inject_context(&Span::current().context(), &mut told);
    told.into_iter().map(|(name, value)| (name.to_uppercase(), value)).collect()
}

/// Makes a span part of the trace that whoever started this process told of.
pub(crate) fn take_up_environment(span: &Span) {
    if let Ok(parent) = env::var("TRACEPARENT") {
        take_up(span, &parent, &env::var("TRACESTATE").unwrap_or_default());
    }
}
