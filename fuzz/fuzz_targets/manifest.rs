//! The list of models, `models.toml`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use stepreel_models::Manifest;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = str::from_utf8(bytes) else { return };
    if let Err(problem) = Manifest::parse(text) {
        assert!(!problem.contains('\n'), "what is wrong is said in one line: {problem:?}");
    }
});
