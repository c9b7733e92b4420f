//! The GPUs that whisper.cpp can use.

use std::ffi::CStr;

use stepreel_core::{Device, UnusableDevice};
use whisper_rs::WhisperContextParameters;
use whisper_rs::whisper_rs_sys as ggml;

/// What has whisper.cpp run a model on that device. It is asked for its devices first: told to use one that it lacks, it takes the
/// processor and only logs that.
pub(super) fn parameters(device: Device) -> Result<WhisperContextParameters<'static>, UnusableDevice> {
    let mut parameters = WhisperContextParameters::default();
    parameters.use_gpu(false);
    if device == Device::Cpu {
        return Ok(parameters);
    }
    let gpus = gpus();
    let number = gpus.iter().position(|name| is(name, device));
    let number = number.ok_or_else(|| UnusableDevice { device, problem: problem(&gpus) })?;
    parameters.use_gpu(true).gpu_device(number as i32);
    Ok(parameters)
}

/// Whether ggml means that device: it writes `CUDA0`.
fn is(name: &str, device: Device) -> bool {
    match device {
        Device::Cuda(number) => name == format!("CUDA{number}"),
        _ => false,
    }
}

fn problem(gpus: &[String]) -> String {
    if !cfg!(feature = "cuda") {
        return "this program's whisper.cpp is built without CUDA: build it with `--features cuda`, which takes NVIDIA's CUDA toolkit"
            .to_owned();
    }
    let found = if gpus.is_empty() { "no GPU".to_owned() } else { format!("only {}", gpus.join(", ")) };
    format!("whisper.cpp finds {found}: does nvidia-smi list it, and is it among CUDA_VISIBLE_DEVICES?")
}

/// Names of the GPUs, in the order in which whisper.cpp counts them.
#[expect(unsafe_code, reason = "whisper-rs has no call for the list of devices")]
fn gpus() -> Vec<String> {
    // SAFETY: ggml makes its list of devices on the first of these calls, guarded by the initialisation of a C++ static. It never
    // changes or frees it, so that each index below the count gives a device, and each name is a string that lives as long as the process.
    let name = |index| unsafe {
        let device = ggml::ggml_backend_dev_get(index);
        let kind = ggml::ggml_backend_dev_type(device);
        let gpu = kind == ggml::ggml_backend_dev_type_GGML_BACKEND_DEVICE_TYPE_GPU
            || kind == ggml::ggml_backend_dev_type_GGML_BACKEND_DEVICE_TYPE_IGPU;
        gpu.then(|| CStr::from_ptr(ggml::ggml_backend_dev_name(device)).to_string_lossy().into_owned())
    };
    // SAFETY: as above.
    let count = unsafe { ggml::ggml_backend_dev_count() };
    (0..count).filter_map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_processor_is_no_gpu() {
        assert!(!parameters(Device::Cpu).unwrap().use_gpu);
        assert!(gpus().iter().all(|name| name != "CPU"));
    }

    #[test]
    fn a_gpu_that_is_not_there_is_refused() {
        let error = parameters(Device::Cuda(999)).unwrap_err().to_string();
        let remedy = if cfg!(feature = "cuda") { "nvidia-smi" } else { "--features cuda" };
        assert!(error.contains("cuda:999") && error.contains(remedy), "{error}");
    }

    #[test]
    fn a_gpu_is_known_by_ggmls_name() {
        assert!(is("CUDA1", Device::Cuda(1)));
        assert!(!is("CUDA10", Device::Cuda(1)) && !is("Vulkan1", Device::Cuda(1)) && !is("CPU", Device::Cpu));
    }
}
