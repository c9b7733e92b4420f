//! The memory that decoders take, as the crate tells it in its log.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt};

/// The most memory of any decoder since it was last asked for.
#[derive(Clone, Default)]
pub(crate) struct Peaks(Arc<AtomicU64>);

impl Peaks {
    /// Listens to the decoders of this process from now on.
    pub(crate) fn listen() -> Self {
        static LISTENING: std::sync::OnceLock<Peaks> = std::sync::OnceLock::new();
        let listen = || {
            let peaks = Self::default();
            tracing::subscriber::set_global_default(tracing_subscriber::registry().with(peaks.clone())).unwrap();
            peaks
        };
        LISTENING.get_or_init(listen).clone()
    }

    /// Bytes.
    pub(crate) fn take(&self) -> u64 {
        self.0.swap(0, Ordering::Relaxed)
    }
}

impl<S: Subscriber> Layer<S> for Peaks {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        event.record(&mut Found(&self.0));
    }
}

struct Found<'a>(&'a AtomicU64);

impl Visit for Found<'_> {
    fn record_u64(&mut self, field: &Field, value: u64) {
        if field.name() == "peak_bytes" {
            self.0.fetch_max(value, Ordering::Relaxed);
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn fmt::Debug) {}
}
