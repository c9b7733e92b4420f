//! Configuration files.
#![no_main]

use libfuzzer_sys::fuzz_target;
use stepreel_pipeline::Config;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = str::from_utf8(bytes) else { return };
    match Config::parse(text) {
        Ok(config) => assert_eq!(Config::parse(&config.to_toml()).as_ref(), Ok(&config), "what is written reads back"),
        Err(problem) => assert!(!problem.contains('\n'), "what is wrong is said in one line: {problem:?}"),
    }
});
