//! ONNX models: the only home of ONNX Runtime.
//!
//! A [`Model`] is loaded once, checked against what its user expects of its shapes, and run from `&self`. It does not know
//! what its numbers mean.
