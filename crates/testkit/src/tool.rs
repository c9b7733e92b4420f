//! The programs that film and speak.

use std::io::Write;
use std::process::{Child, Command, Output, Stdio};

use crate::TestkitError;

/// A program from the path and the Debian package that holds it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tool {
    name: &'static str,
    package: &'static str,
}

pub(crate) const FFMPEG: Tool = Tool { name: "ffmpeg", package: "ffmpeg" };
pub(crate) const FFPROBE: Tool = Tool { name: "ffprobe", package: "ffmpeg" };
pub(crate) const FLITE: Tool = Tool { name: "flite", package: "flite" };
pub(crate) const ESPEAK: Tool = Tool { name: "espeak-ng", package: "espeak-ng" };

impl Tool {
    /// Runs it to its end and gives what it printed.
    pub(crate) fn run(self, arguments: &[String]) -> Result<Vec<u8>, TestkitError> {
        let output = self.command(arguments).stdin(Stdio::null()).output().map_err(self.missing())?;
        self.check(output).map(|output| output.stdout)
    }

    /// Runs it on a text that it reads from its standard input: it can never be taken for an option.
    pub(crate) fn feed(self, arguments: &[String], text: &str) -> Result<Vec<u8>, TestkitError> {
        let mut child = self.start(arguments)?;
        let mut input = child.stdin.take().expect("it was piped");
        let fed = input.write_all(text.as_bytes());
        drop(input);
        let output = self.finish(child)?;
        fed.map_err(self.missing())?;
        Ok(output)
    }

    /// Starts it with piped standard input, output and error.
    pub(crate) fn start(self, arguments: &[String]) -> Result<Child, TestkitError> {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().map_err(self.missing())
    }

    /// Waits for the end of one that was started, and gives what it printed.
    pub(crate) fn finish(self, child: Child) -> Result<Vec<u8>, TestkitError> {
        let output = child.wait_with_output().map_err(self.missing())?;
        self.check(output).map(|output| output.stdout)
    }

    fn command(self, arguments: &[String]) -> Command {
        let mut command = Command::new(self.name);
        command.args(arguments);
        command
    }

    fn missing(self) -> impl FnOnce(std::io::Error) -> TestkitError {
        move |source| TestkitError::Missing { program: self.name, package: self.package, source }
    }

    fn check(self, output: Output) -> Result<Output, TestkitError> {
        if output.status.success() {
            return Ok(output);
        }
        let said = String::from_utf8_lossy(&output.stderr);
        let message = said.trim().lines().rev().take(3).collect::<Vec<_>>().join("; ");
        Err(TestkitError::Failed { program: self.name, message })
    }
}

/// Arguments as text.
pub(crate) fn arguments<const N: usize>(arguments: [&str; N]) -> Vec<String> {
    arguments.map(str::to_owned).to_vec()
}
