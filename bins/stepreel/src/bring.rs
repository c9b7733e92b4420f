//! `stepreel models pull` and `add`: models that come to this machine.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use stepreel_core::plain;
use stepreel_models::{Addition, Before, ImageInput, Layout, Library, Pooling, Pulled, Puller, Settings, Step, Trust};

use crate::config;
use crate::exit::Failure;
use crate::model_args::{Add, Order, Pictures, Web};

pub(crate) fn pull(library: &Library, names: &[String], web: &Web) -> Result<ExitCode, Failure> {
    let settings = settings(web)?;
    let puller = Puller::new(library, &settings).map_err(Failure::usage)?;
    for name in names {
        let mut told = Told::new(name);
        let pulled = puller.pull(name, &mut |step| told.hear(step)).map_err(Failure::usage)?;
        told.clear();
        pulled.iter().try_for_each(|file| tell(name, file))?;
    }
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn add(library: &Library, add: &Add) -> Result<ExitCode, Failure> {
    let settings = settings(&add.web)?;
    let addition = Addition {
        name: add.name.clone(),
        origin: add.origin.clone(),
        role: add.role,
        input: add.pictures.input(),
        sha256: add.sha256,
        licence: add.licence.clone(),
        summary: add.summary.clone(),
        before: if add.replace { Before::Replaced } else { Before::Kept },
    };
    let puller = Puller::new(library, &settings).map_err(Failure::usage)?;
    let mut told = Told::new(&add.name);
    let pulled = puller.add(&addition, &mut |step| told.hear(step)).map_err(Failure::usage)?;
    told.clear();
    tell(&add.name, &pulled)?;
    Ok(ExitCode::SUCCESS)
}

/// What the configuration says, and the command line beside it.
fn settings(web: &Web) -> Result<Settings, Failure> {
    let mut settings = config::read(&web.settings)?.models;
    settings.offline |= web.offline;
    settings.mirror = web.mirror.clone().or(settings.mirror);
    settings.allow_http.extend(web.allow_http.iter().cloned());
    Ok(settings)
}

fn tell(name: &str, pulled: &Pulled) -> io::Result<()> {
    let path = pulled.path.display();
    match pulled.trust {
        Trust::WasHere => writeln!(io::stdout(), "{name}: was here already, {path}"),
        Trust::Known => writeln!(io::stdout(), "{name}: good, {path}"),
        Trust::FirstUse => writeln!(
            io::stdout(),
            "{name}: {path}\n{name}: nobody had written down what this file holds. From now on it has to be what came this time: \
             sha256 {}",
            pulled.sha256
        ),
    }
}

impl Pictures {
    fn input(&self) -> Option<ImageInput> {
        let size = self.size?;
        Some(ImageInput {
            width: size.width,
            height: size.height,
            layout: if self.layout == Order::Nchw { Layout::Nchw } else { Layout::Nhwc },
            mean: self.mean?.0,
            deviation: self.deviation?.0,
            output: self.output.clone(),
            pooling: if self.first_token { Pooling::FirstToken } else { Pooling::Whole },
            dimensions: self.dimensions?,
        })
    }
}

/// What is told while a model comes: a bar on a terminal, and lines elsewhere.
struct Told {
    name: String,
    bar: Option<ProgressBar>,
    total: Option<u64>,
    tenths: u64,
}

impl Told {
    fn new(name: &str) -> Self {
        let bar = io::stderr().is_terminal().then(|| bar(name));
        Self { name: name.to_owned(), bar, total: None, tenths: 0 }
    }

    fn hear(&mut self, step: Step) {
        match step {
            Step::Waiting => self.line("another program is at work on this model: waiting for it"),
            Step::Began { from, total } => self.begin(from, total),
            Step::Advanced { bytes } => self.advance(bytes),
            Step::Trouble { error, pause } => {
                let why = plain(&format!("{:#}", anyhow::Error::from(error)));
                self.line(&format!("{why}; trying again in {:.0} s", pause.as_secs_f64()));
            }
            _ => {}
        }
    }

    fn begin(&mut self, from: u64, total: Option<u64>) {
        self.total = total;
        self.tenths = self.tenths(from);
        if let Some(bar) = &self.bar {
            bar.set_length(total.unwrap_or_default());
            bar.set_position(from);
            bar.reset_eta();
        } else {
            let size = total.map_or("a file".to_owned(), |total| format!("{:.1} MB", total as f64 / 1e6));
            let rest =
                if from > 0 { format!(", {:.1} MB of it here already", from as f64 / 1e6) } else { String::new() };
            self.line(&format!("{size}{rest}"));
        }
    }

    fn advance(&mut self, bytes: u64) {
        if let Some(bar) = &self.bar {
            bar.set_position(bytes);
        } else if self.tenths(bytes) > self.tenths {
            self.tenths = self.tenths(bytes);
            self.line(&format!("{} %", self.tenths * 10));
        }
    }

    fn tenths(&self, bytes: u64) -> u64 {
        self.total.filter(|&total| total > 0).map_or(0, |total| bytes * 10 / total)
    }

    /// Progress that nobody can read is no reason to stop.
    fn line(&self, text: &str) {
        let line = format!("{}: {text}", self.name);
        match &self.bar {
            Some(bar) => bar.println(line),
            None => drop(writeln!(io::stderr(), "{line}")),
        }
    }

    fn clear(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn bar(name: &str) -> ProgressBar {
    let style =
        ProgressStyle::with_template("{prefix} {bar:32} {bytes} of {total_bytes}  {bytes_per_sec}, about {eta} left")
            .expect("the template is fixed and a test draws it")
            .progress_chars("━╸─");
    let bar = ProgressBar::new(0).with_style(style).with_prefix(name.to_owned());
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_can_be_drawn() {
        let mut told = Told { bar: Some(bar("m")), ..Told::new("m") };
        told.hear(Step::Began { from: 5, total: Some(100) });
        told.hear(Step::Advanced { bytes: 50 });
        assert_eq!(told.bar.as_ref().map(ProgressBar::position), Some(50));
        told.clear();
    }

    #[test]
    fn lines_come_every_tenth() {
        let mut told = Told { bar: None, ..Told::new("m") };
        told.hear(Step::Began { from: 5, total: Some(100) });
        told.hear(Step::Advanced { bytes: 55 });
        assert_eq!(told.tenths, 5);
        assert_eq!(Told { total: None, ..told }.tenths(50), 0);
    }
}
