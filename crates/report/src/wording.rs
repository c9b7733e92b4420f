//! Values as people read them.

use std::time::Duration;

use chrono::{DateTime, Utc};
use stepreel_core::{Author, Name, NameSource, Outcome, Severity, Span, Time};

/// `4:05`, or `1:04:05` from an hour on: whole seconds, cut off like a player's clock.
pub fn clock(time: Time) -> String {
    let seconds = time.since(Time::ZERO).as_secs();
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

/// `4:05.033`: to the millisecond.
pub(crate) fn exact(time: Time) -> String {
    format!("{}.{:03}", clock(time), time.since(Time::ZERO).subsec_millis())
}

/// `4:05–5:10`.
pub fn range(span: Span) -> String {
    format!("{}–{}", clock(span.start()), clock(span.end()))
}

/// `4:05.033–5:10.100`.
pub(crate) fn exact_range(span: Span) -> String {
    format!("{}–{}", exact(span.start()), exact(span.end()))
}

/// `38 s`, `4 min 5 s` or `1 h 4 min`, cut off like [`clock`].
pub fn length(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, 0) => format!("{minutes} min"),
        (0, minutes, seconds) => format!("{minutes} min {seconds} s"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    }
}

/// `22 November 2026, 14:41 UTC`.
pub fn date(moment: DateTime<Utc>) -> String {
    moment.format("%-d %B %Y, %H:%M UTC").to_string()
}

/// `42%`.
pub(crate) fn percent(share: f64) -> String {
    format!("{:.0}%", share * 100.0)
}

/// `+21 ms`, `−33 ms`.
pub(crate) fn offset(seconds: f64) -> String {
    format!("{:+.0} ms", seconds * 1000.0).replace('-', "−")
}

/// What was measured: shares as percentages, other numbers with as many digits as say something.
pub(crate) fn measure(value: f64, unit: &str) -> String {
    if let Some(whole) = unit.strip_prefix("share") {
        return format!("{}{whole}", percent(value));
    }
    let digits = if value.abs() >= 100.0 || value.fract() == 0.0 { 0 } else { 1 + usize::from(value.abs() < 1.0) };
    let number = format!("{value:.digits$}").replace('-', "−");
    format!("{number} {unit}").trim_end().to_owned()
}

/// `speech_share` as `Speech share`, the abbreviation `snr` in capitals.
pub(crate) fn label(name: &str) -> String {
    if name == "snr" {
        return "SNR".to_owned();
    }
    let spaced = name.replace('_', " ");
    let mut letters = spaced.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

/// The class that colours a score. Only colours: what is approved is the policy's to decide.
pub fn band(points: f64) -> &'static str {
    match points {
        75.0.. => "good",
        50.0.. => "fair",
        _ => "poor",
    }
}

pub(crate) fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "info",
        Severity::Warning => "warning",
        Severity::Failure => "failure",
    }
}

pub(crate) fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Extracted => "Extracted",
        Outcome::Degraded => "Degraded",
        Outcome::Rejected => "Rejected",
    }
}

pub(crate) fn name_source(name: &Name) -> String {
    let source = match name.source {
        NameSource::Announced => "Name announced by the engineer",
        NameSource::Closing => "Name from the closing remark",
        NameSource::Inferred => "Name inferred from what was said",
        NameSource::Generic => "Nothing said names it",
    };
    match (name.author, name.source) {
        (Author::Engineer, _) => source.to_owned(),
        (Author::LanguageModel, _) if !name.seen.is_empty() => "Name found in pictures by a language model".to_owned(),
        (Author::LanguageModel, NameSource::Generic) => "Name found by a language model in what was said".to_owned(),
        (Author::LanguageModel, _) => format!("{source}, worded by a language model"),
    }
}
