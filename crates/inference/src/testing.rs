//! The checkout's ONNX Runtime, for unit tests.

use std::path::Path;

use crate::Runtime;

/// The checkout's ONNX Runtime, wherever the test was built; another one if the environment says so.
pub(crate) fn runtime() -> &'static Runtime {
    let files = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.onnxruntime").read_dir().into_iter().flatten();
    let fetched = files.flatten().map(|file| file.path()).max();
    Runtime::load(fetched.filter(|_| std::env::var_os("ORT_DYLIB_PATH").is_none()).as_deref()).unwrap()
}
