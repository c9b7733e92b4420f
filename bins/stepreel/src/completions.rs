//! `stepreel completions` and `stepreel man`.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use clap::CommandFactory;
use clap_complete::Shell;

use crate::args::Arguments;
use crate::exit::Failure;

pub(crate) fn completions(shell: Shell) -> Result<ExitCode, Failure> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "stepreel", &mut text);
    print(&text)
}

pub(crate) fn man(folder: &Path) -> Result<ExitCode, Failure> {
    let written = fs::create_dir_all(folder).and_then(|()| clap_mangen::generate_to(Arguments::command(), folder));
    written.with_context(|| format!("could not write manual pages to {}", folder.display()))?;
    Ok(ExitCode::SUCCESS)
}

fn print(text: &[u8]) -> Result<ExitCode, Failure> {
    std::io::stdout().write_all(text)?;
    Ok(ExitCode::SUCCESS)
}
