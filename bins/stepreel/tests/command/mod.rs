//! The program as a user starts it, on recordings made once.
#![allow(dead_code, reason = "each test file uses its own part of this")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use stepreel_testkit::{Format, Rate, Scenario, Take, own_scripts};

/// A command of the program, in `folder`, with the checkout's models and ONNX Runtime wherever the program was built.
pub(crate) fn stepreel(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = at_home(Command::new(env!("CARGO_BIN_EXE_stepreel")));
    command.current_dir(folder).args(arguments).env("STEPREEL_STORE", folder.join("store"));
    // Models that were pulled on this machine are no part of a test.
    command.env("XDG_DATA_HOME", folder.join("data"));
    command
}

/// The command with what the program needs of the checkout.
pub(crate) fn at_home(mut command: Command) -> Command {
    let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    command.env("STEPREEL_MODELS", checkout.join("models"));
    let fetched = std::fs::read_dir(checkout.join(".onnxruntime")).into_iter().flatten().flatten().next();
    if let Some(library) = fetched.filter(|_| std::env::var_os("ORT_DYLIB_PATH").is_none()) {
        command.env("ORT_DYLIB_PATH", library.path());
    }
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
