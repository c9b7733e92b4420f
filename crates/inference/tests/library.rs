//! What is no library, in a process of its own: a process loads one only.

use std::path::Path;

use stepreel_inference::{InferenceError, Runtime};

#[test]
fn a_file_that_is_no_library_is_named_with_the_remedy() {
    for path in ["/nowhere/libonnxruntime.so", file!()] {
        let refused = Runtime::load(Some(Path::new(path))).unwrap_err();
        let message = refused.to_string();
        assert!(matches!(refused, InferenceError::LibraryUnusable { .. }));
        assert!(message.contains(path) && message.contains("ORT_DYLIB_PATH") && !message.contains('\n'), "{message}");
    }
}
