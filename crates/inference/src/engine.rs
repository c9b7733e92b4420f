//! ONNX Runtime on one device.

use std::path::Path;

use ort::ep::cuda::ConvAlgorithmSearch;
use ort::ep::{CUDA, ExecutionProvider};
use ort::session::Session;
use ort::session::builder::SessionBuilder;
use stepreel_core::{Device, UnusableDevice};

use crate::golden::Golden;
use crate::{InferenceError, Runtime};

/// ONNX Runtime on a device that was seen to compute what it should.
#[derive(Clone, Copy, Debug)]
pub struct Engine {
    runtime: &'static Runtime,
    device: Device,
}

impl Runtime {
    /// This ONNX Runtime on that device, after a small model with a known result ran there.
    ///
    /// # Errors
    /// When this library can't use the device, or when the result is another: a device or a driver that computes nonsense
    /// mostly says that all is well.
    pub fn on(&'static self, device: Device) -> Result<Engine, InferenceError> {
        let engine = Engine { runtime: self, device };
        engine.check(&Golden::default())?;
        Ok(engine)
    }
}

impl Engine {
    /// Where it runs models.
    pub fn device(&self) -> Device {
        self.device
    }

    pub(crate) fn check(&self, golden: &Golden) -> Result<(), UnusableDevice> {
        self.provided()?;
        let found = self.strict().and_then(|builder| golden.run(builder));
        let found = found.map_err(|error| self.unusable(self.refused(&error)))?;
        golden.compare(&found, self.device).map_err(|problem| self.unusable(problem))
    }

    /// Refuses a device that the library was not built for: ONNX Runtime itself would go on with the processor.
    fn provided(&self) -> Result<(), UnusableDevice> {
        let provided = match self.device {
            Device::Cpu => true,
            Device::Cuda(_) => CUDA::is_available().unwrap_or(false),
            _ => false,
        };
        if provided { Ok(()) } else { Err(self.unusable(self.other_library())) }
    }

    fn other_library(&self) -> String {
        format!(
            "the ONNX Runtime that was loaded, {}, is built without CUDA: set ORT_DYLIB_PATH to the libonnxruntime.so of a build \
             with it, such as that of the Python package onnxruntime-gpu, with libonnxruntime_providers_cuda.so beside it",
            self.runtime.path().display()
        )
    }

    fn refused(&self, error: &ort::Error) -> String {
        let remedy = match self.device {
            Device::Cuda(_) => {
                ": is there such a GPU (nvidia-smi lists them), and are the CUDA and cuDNN that it wants installed?"
            }
            _ => "",
        };
        format!("ONNX Runtime says \"{}\"{remedy}", error.to_string().trim())
    }

    /// A session in the making, on this device.
    pub(crate) fn builder(&self, threads: usize) -> ort::Result<SessionBuilder> {
        let builder = Session::builder(&self.runtime.environment)?
            .with_intra_threads(threads)?
            // Idle threads that spin would take the cores from decoding.
            .with_intra_op_spinning(false)?;
        let Device::Cuda(number) = self.device else { return Ok(builder) };
        let cuda = CUDA::default()
            .with_device_id(number.into())
            // The search by trial takes seconds, and finds another way each time.
            .with_conv_algorithm_search(ConvAlgorithmSearch::Heuristic)
            // Ten bits of mantissa are not what the processor computes with.
            .with_tf32(false);
        Ok(builder.with_execution_providers([cuda.build().error_on_failure()])?)
    }

    /// As [`Engine::builder`], and nothing may be computed on the processor in a device's stead.
    fn strict(&self) -> ort::Result<SessionBuilder> {
        let builder = self.builder(1)?;
        if self.device == Device::Cpu { Ok(builder) } else { Ok(builder.with_disable_cpu_fallback()?) }
    }

    pub(crate) fn open(&self, path: &Path, threads: usize) -> ort::Result<Session> {
        self.builder(threads)?.commit_from_file(path)
    }

    pub(crate) fn unusable(&self, problem: String) -> UnusableDevice {
        UnusableDevice { device: self.device, problem }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::runtime;

    fn refusal(golden: &Golden) -> String {
        Engine { runtime: runtime(), device: Device::Cpu }.check(golden).unwrap_err().to_string()
    }

    #[test]
    fn the_processor_computes_what_it_should() {
        assert_eq!(runtime().on(Device::Cpu).unwrap().device(), Device::Cpu);
    }

    #[test]
    fn a_device_that_computes_something_else_is_refused_with_both_results() {
        let mut expected = Golden::default().expected;
        expected[2] += 0.01;
        let error = refusal(&Golden { expected, ..Golden::default() });
        assert!(error.contains("cpu can't be used") && error.contains("0.0888") && error.contains("0.0988"), "{error}");
    }

    #[test]
    fn a_model_that_computes_something_else_is_found_out() {
        let weight = (-23.0f32 / 30.0).to_le_bytes();
        let mut model = Golden::default().model.to_vec();
        let at = model.windows(4).position(|bytes| bytes == weight).unwrap();
        model[at..at + 4].copy_from_slice(&0.5f32.to_le_bytes());
        assert!(refusal(&Golden { model: &model, ..Golden::default() }).contains("where"));
    }

    #[test]
    fn a_device_that_the_library_lacks_is_refused_with_the_remedy() {
        let error = runtime().on(Device::Cuda(0)).unwrap_err().to_string();
        let library = runtime().path().display().to_string();
        for word in ["cuda:0", &library, "ORT_DYLIB_PATH", "onnxruntime-gpu"] {
            assert!(error.contains(word), "{word}: {error}");
        }
    }
}
