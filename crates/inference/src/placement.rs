//! Where a model's operations really run.

use std::fmt;
use std::fs;
use std::path::Path;

use ort::value::TensorRef;
use serde_json::Value;
use stepreel_core::Device;

use crate::Engine;

/// How many of a model's operations run on its device. ONNX Runtime takes those that a device has no form of to the processor, and
/// tells nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placement {
    /// The device.
    pub device: Device,
    /// Operations that run there.
    pub there: usize,
    /// All operations.
    pub all: usize,
}

/// Such as `12 of 90 operations on cuda:0`.
impl fmt::Display for Placement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {} operations on {}", self.there, self.all, self.device)
    }
}

impl Placement {
    /// What a profiled run of that model shows.
    pub(crate) fn of(engine: &Engine, path: &Path, input: &[usize]) -> ort::Result<Self> {
        let folder = tempfile::tempdir().map_err(failed)?;
        let mut session = engine.builder(1)?.with_profiling(folder.path().join("profile"))?.commit_from_file(path)?;
        let values = vec![0.0f32; input.iter().product()];
        session.run(ort::inputs![TensorRef::from_array_view((input, values.as_slice()))?])?;
        let profile = fs::read_to_string(session.end_profiling()?).map_err(failed)?;
        Self::read(&profile, engine.device()).map_err(failed)
    }

    fn read(profile: &str, device: Device) -> serde_json::Result<Self> {
        let events: Vec<Value> = serde_json::from_str(profile)?;
        let providers: Vec<&str> = events.iter().filter_map(provider).collect();
        let there = providers.iter().filter(|&&name| name == provider_name(device)).count();
        Ok(Self { device, there, all: providers.len() })
    }
}

fn failed(error: impl std::error::Error) -> ort::Error {
    ort::Error::new(error.to_string())
}

/// What ran an operation of the model, if the event is the run of one; copies to and from a device are none.
fn provider(event: &Value) -> Option<&str> {
    let ran = event["cat"] == "Node" && event["name"].as_str()?.ends_with("_kernel_time");
    let copies = event["args"]["op_name"].as_str()?.starts_with("Memcpy");
    event["args"]["provider"].as_str().filter(|_| ran && !copies)
}

fn provider_name(device: Device) -> &'static str {
    match device {
        Device::Cuda(_) => "CUDAExecutionProvider",
        _ => "CPUExecutionProvider",
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;
    use crate::golden::Golden;
    use crate::testing::runtime;

    #[test]
    fn a_profiled_run_tells_where_each_operation_ran() {
        let mut model = tempfile::NamedTempFile::new().unwrap();
        model.write_all(Golden::default().model).unwrap();
        let engine = runtime().on(Device::Cpu).unwrap();
        let placement = Placement::of(&engine, model.path(), &Golden::default().input.shape).unwrap();
        assert!(placement.all >= 4 && placement.there == placement.all, "{placement}");
    }

    #[test]
    fn operations_in_a_devices_stead_are_counted_as_elsewhere() {
        let event = |operation: &str, provider: &str| {
            format!(
                r#"{{"cat":"Node","name":"x_kernel_time","args":{{"op_name":"{operation}","provider":"{provider}"}}}}"#
            )
        };
        let profile = [
            r#"{"cat":"Session","name":"session_initialization","args":{}}"#.to_owned(),
            event("MemcpyFromHost", "CUDAExecutionProvider"),
            event("Conv", "CUDAExecutionProvider"),
            event("QLinearConv", "CPUExecutionProvider"),
            event("Relu", "CUDAExecutionProvider"),
        ];
        let placement = Placement::read(&format!("[{}]", profile.join(",")), Device::Cuda(0)).unwrap();
        assert_eq!(placement.to_string(), "2 of 3 operations on cuda:0");
    }
}
