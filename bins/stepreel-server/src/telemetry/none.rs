//! A build that sends no traces.

use stepreel_server::TakeUp;
use tracing::Span;

use super::{are_wanted, logged};
use crate::args::Command;

pub(crate) const TAKE_UP: Option<TakeUp> = None;

pub(crate) struct Telemetry;

impl Telemetry {
    pub(crate) fn start(command: &Command) -> Self {
        tracing_subscriber::fmt().with_writer(std::io::stderr).with_env_filter(logged()).init();
        if are_wanted() && matches!(command, Command::Serve(_) | Command::Worker(_)) {
            tracing::warn!(
                "OTEL_EXPORTER_OTLP_ENDPOINT is set, but this build sends no traces: \
                 `cargo build --release -p stepreel-server-bin --features otlp` makes one that does"
            );
        }
        Self
    }

    #[expect(clippy::unused_self, reason = "a build that sends traces has some left")]
    pub(crate) fn end(self) {}
}

pub(crate) fn environment() -> Vec<(String, String)> {
    Vec::new()
}

pub(crate) fn take_up_environment(_: &Span) {}
