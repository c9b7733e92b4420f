//! What this process tells of its work: a log on standard error, and traces if it was built to send them.

#[cfg(not(feature = "otlp"))]
mod none;
#[cfg(feature = "otlp")]
mod otlp;

#[cfg(not(feature = "otlp"))]
pub(crate) use none::{TAKE_UP, Telemetry, environment, take_up_environment};
#[cfg(feature = "otlp")]
pub(crate) use otlp::{TAKE_UP, Telemetry, environment, take_up_environment};
use stepreel_core::TRACES;

/// Where traces go: what both of these say, the second alone for them.
const ENDPOINTS: [&str; 2] = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"];

/// Whether somebody wants traces.
fn are_wanted() -> bool {
    ENDPOINTS.iter().any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

/// What the log tells.
fn logged() -> String {
    let said = std::env::var("STEPREEL_LOG");
    format!("{},{TRACES}=off", said.as_deref().unwrap_or("warn,stepreel=info"))
}
