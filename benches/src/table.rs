//! What was measured, as text.

use std::io::{self, Write};
use std::time::Duration;

use crate::measure::Measured;
use crate::session::Session;

/// Something that was measured, and what it is compared with.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) took: Duration,
    pub(crate) limit: &'static str,
    pub(crate) bound: Duration,
}

impl Row {
    pub(crate) fn new(name: &str, took: Duration, limit: &'static str, bound: Duration) -> Self {
        Self { name: name.to_owned(), took, limit, bound }
    }

    /// How many times as long as its limit it took.
    pub(crate) fn ratio(&self) -> f64 {
        self.took.as_secs_f64() / self.bound.as_secs_f64().max(1e-6)
    }
}

/// Ratios first, then what each stage of the whole run took.
pub(crate) fn print(session: &Session, rows: &[Row], measured: &Measured) -> io::Result<()> {
    let mut out = io::stdout();
    let Session { recording, length, bit_rate, spoken, .. } = session;
    let (minutes, share) = (length.as_secs_f64() / 60.0, 100.0 * spoken);
    writeln!(out, "{}: {minutes:.1} min, {:.1} Mbit/s, {share:.0} % speech\n", recording.display(), bit_rate / 1e6)?;
    let width = |text: fn(&Row) -> &str| rows.iter().map(|row| text(row).len()).max().unwrap_or_default();
    let (name, limit) = (width(|row| &row.name), width(|row| row.limit));
    writeln!(out, "{:>7}  {:<name$}  {:>9}  {:<limit$}  {:>9}", "ratio", "measured", "took", "limit", "took")?;
    for row in rows {
        let (took, bound) = (seconds(row.took), seconds(row.bound));
        writeln!(out, "{:>7.2}  {:<name$}  {took:>9}  {:<limit$}  {bound:>9}", row.ratio(), row.name, row.limit)?;
    }
    writeln!(out, "\nstages of the whole run; pictures run beside sound, speech and words")?;
    for (stage, took) in &measured.whole.stages {
        let share = 100.0 * took.div_duration_f64(measured.whole.wall);
        writeln!(out, "{share:>6.0}%  {stage:<name$}  {:>9}", seconds(*took))?;
    }
    let memory = measured.memory;
    writeln!(
        out,
        "\npeak memory: {} MiB by the program itself, {} by its children together",
        memory.own, memory.children
    )
}

fn seconds(took: Duration) -> String {
    let seconds = took.as_secs_f64();
    if seconds < 0.1 { format!("{:.2} ms", 1000.0 * seconds) } else { format!("{seconds:.2} s") }
}

/// Says what is over its budget.
pub(crate) fn complain(over: &[String]) -> io::Result<()> {
    over.iter().try_for_each(|line| writeln!(io::stderr(), "{line}"))
}
