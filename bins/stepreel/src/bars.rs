//! What a run tells, on a terminal as bars and elsewhere as lines.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Write};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use stepreel_core::plain;
use stepreel_pipeline::{Audience, Event, Stage};

/// Bars if somebody watches a terminal, lines otherwise.
pub(crate) fn audience() -> Arc<dyn Audience> {
    let bars = || Bars { screen: SCREEN.clone(), ..Bars::default() };
    if io::stderr().is_terminal() { Arc::new(bars()) } else { Arc::new(Lines) }
}

/// The one terminal of the process, which bars and the log share.
static SCREEN: LazyLock<MultiProgress> = LazyLock::new(MultiProgress::new);

/// The error output, for lines of the log: bars step aside while one is written. What it tells of recordings controls no terminal
/// and forges no second line.
pub(crate) struct Between;

impl Write for Between {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let line = plain(String::from_utf8_lossy(bytes).trim_end_matches('\n'));
        SCREEN.suspend(|| writeln!(io::stderr(), "{line}"))?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

/// A count that goes up, on a terminal.
pub(crate) fn counting(what: &'static str) -> ProgressBar {
    let style = ProgressStyle::with_template("{pos} {prefix}, {elapsed} gone")
        .unwrap_or_else(|_| ProgressStyle::default_spinner());
    SCREEN.add(ProgressBar::no_length().with_style(style).with_prefix(what))
}

/// One line for each stage that ends.
struct Lines;

impl Audience for Lines {
    fn hear(&self, event: Event) {
        let line = match event {
            Event::Ended { stage, took, reused } => ended(stage, took, reused),
            Event::Failed { stage, code, retry_can_help } => failed(stage, code, retry_can_help),
            Event::Noted(sentence) => plain(&sentence),
            Event::Warned(sentence) => format!("warning: {}", plain(&sentence)),
            _ => return,
        };
        // Progress that nobody can read is no reason to stop.
        let _ = writeln!(io::stderr(), "{line}");
    }
}

fn ended(stage: Stage, took: Duration, reused: bool) -> String {
    let note = if reused { "  (kept from an earlier run)" } else { "" };
    format!("{stage:<9} {:>7.1} s{note}", took.as_secs_f64())
}

fn failed(stage: Stage, code: &str, retry_can_help: bool) -> String {
    let advice = if retry_can_help { "another try may help" } else { "another try will end the same" };
    format!("{stage:<9} failed: {code}; {advice}")
}

/// A bar for each stage at work.
#[derive(Default)]
struct Bars {
    screen: MultiProgress,
    bars: Mutex<BTreeMap<Stage, ProgressBar>>,
}

/// Steps of a full bar.
const FULL: u64 = 1000;

impl Audience for Bars {
    fn hear(&self, event: Event) {
        let mut bars = self.bars.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            Event::Began(stage) => {
                bars.insert(stage, self.screen.add(bar(stage)));
            }
            Event::Advanced(stage, share) => {
                if let Some(bar) = bars.get(&stage) {
                    bar.set_position((share * FULL as f64) as u64);
                }
            }
            Event::Ended { stage, took, reused } => {
                if let Some(bar) = bars.remove(&stage) {
                    bar.finish_and_clear();
                }
                let _ = self.screen.println(ended(stage, took, reused));
            }
            Event::Failed { stage, code, retry_can_help } => {
                if let Some(bar) = bars.remove(&stage) {
                    bar.finish_and_clear();
                }
                let _ = self.screen.println(failed(stage, code, retry_can_help));
            }
            Event::Noted(sentence) => {
                let _ = self.screen.println(plain(&sentence));
            }
            Event::Warned(sentence) => {
                let _ = self.screen.println(format!("warning: {}", plain(&sentence)));
            }
            _ => {}
        }
    }
}

fn bar(stage: Stage) -> ProgressBar {
    let style = ProgressStyle::with_template("{prefix:<9} {bar:32} {percent:>3} %  {elapsed} gone, about {eta} left")
        .expect("the template is fixed and a test draws it")
        .progress_chars("━╸─");
    let bar = ProgressBar::new(FULL).with_style(style).with_prefix(stage.to_string());
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_can_be_drawn() {
        let bars = Bars {
            screen: MultiProgress::with_draw_target(indicatif::ProgressDrawTarget::hidden()),
            ..Bars::default()
        };
        bars.hear(Event::Began(Stage::Pictures));
        bars.hear(Event::Advanced(Stage::Pictures, 0.5));
        assert_eq!(bars.bars.lock().unwrap()[&Stage::Pictures].position(), 500);
        bars.hear(Event::Ended { stage: Stage::Pictures, took: Duration::from_secs(1), reused: false });
        assert!(bars.bars.lock().unwrap().is_empty());
    }

    #[test]
    fn a_failure_says_whether_to_try_again() {
        assert_eq!(
            failed(Stage::Probe, "media_truncated", false),
            "probe     failed: media_truncated; another try will end the same"
        );
    }

    #[test]
    fn a_line_tells_what_was_kept() {
        assert_eq!(
            ended(Stage::Words, Duration::from_millis(1240), true),
            "words         1.2 s  (kept from an earlier run)"
        );
    }
}
