//! The program as a user starts it, on recordings made once.
#![allow(dead_code, reason = "each test file uses its own part of this")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use stepreel_testkit::{Format, Rate, Scenario, Take, own_scripts};

/// A command of the program, in `folder`.
pub(crate) fn stepreel(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stepreel"));
    command.current_dir(folder).args(arguments).env("STEPREEL_STORE", folder.join("store"));
    command
}

/// Runs it and waits.
pub(crate) fn run(folder: &Path, arguments: &[&str]) -> Output {
    stepreel(folder, arguments).output().expect("the program can be started")
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A folder that is made once for all tests of the program.
pub(crate) fn shared_folder() -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("takes");
    std::fs::create_dir_all(&folder).expect("the target folder may be written");
    folder
}

/// A short session with two or more procedures, its captions beside it.
pub(crate) fn short_take() -> &'static Take {
    static TAKE: OnceLock<Take> = OnceLock::new();
    TAKE.get_or_init(|| {
        let script =
            own_scripts().into_iter().find(|script| script.id == "short-job").expect("it is one of the scripts");
        let mut scenario = Scenario::new(script, 11);
        scenario.format = Format { width: 320, height: 180, rate: Rate::Constant(10), ..scenario.format };
        scenario.record(&shared_folder()).expect("the scenario can be recorded")
    })
}
