//! What a process may tell of itself to somebody who follows it from outside.

/// The target of `tracing`'s spans that may leave the process, as parts of a trace: all of them, and no others. So their fields
/// tell ids, counts and codes, and nothing that somebody said, wrote or has to keep secret. No log shows them.
///
/// A field `otel.name` is what such a span is called, `otel.kind` whom it was for, and `otel.status_code` is set to `ERROR`
/// when it went wrong.
pub const TRACES: &str = "traces";
