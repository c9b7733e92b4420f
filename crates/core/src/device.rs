//! Where models run.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Where a model runs, written as `cpu` or `cuda:0`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[non_exhaustive]
pub enum Device {
    /// The processor.
    Cpu,
    /// An NVIDIA GPU, by its number among those that the program sees.
    Cuda(u16),
}

/// What somebody asks for: a device, or the best that there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum DeviceChoice {
    /// The first GPU that can be used and computes what it should, else the processor.
    Auto,
    /// This one and no other.
    Only(Device),
}

/// A text that names no device.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is no device: use \"cpu\", \"cuda:0\" (or the number of another GPU) or \"auto\"")]
pub struct UnknownDevice(String);

/// A device that can't be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{device} can't be used: {problem}")]
pub struct UnusableDevice {
    /// The device.
    pub device: Device,
    /// What is in the way, and the remedy.
    pub problem: String,
}

impl DeviceChoice {
    /// Opens something on the device that is asked for; where `auto` passed the GPU over, says why.
    ///
    /// # Errors
    /// When it can't be opened there. For `auto`, when it can't be opened on the processor either.
    pub fn open<T, E>(self, open: impl Fn(Device) -> Result<T, E>) -> Result<(T, Option<E>), E> {
        match self {
            Self::Only(device) => Ok((open(device)?, None)),
            Self::Auto => match open(Device::Cuda(0)) {
                Ok(opened) => Ok((opened, None)),
                Err(refused) => Ok((open(Device::Cpu)?, Some(refused))),
            },
        }
    }
}

/// The processor: it is everywhere, and gives the same session on every machine.
impl Default for DeviceChoice {
    fn default() -> Self {
        Self::Only(Device::Cpu)
    }
}

impl fmt::Display for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cpu => f.pad("cpu"),
            Self::Cuda(number) => f.pad(&format!("cuda:{number}")),
        }
    }
}

impl FromStr for Device {
    type Err = UnknownDevice;

    fn from_str(text: &str) -> Result<Self, UnknownDevice> {
        // A number has one form only, so that what is written is what is read.
        let cuda = |text: &str| text.strip_prefix("cuda:")?.parse().ok().map(Self::Cuda);
        let named = if text == "cpu" { Some(Self::Cpu) } else { cuda(text) };
        named.filter(|device| device.to_string() == text).ok_or_else(|| UnknownDevice(text.to_owned()))
    }
}

impl fmt::Display for DeviceChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => f.pad("auto"),
            Self::Only(device) => device.fmt(f),
        }
    }
}

impl FromStr for DeviceChoice {
    type Err = UnknownDevice;

    fn from_str(text: &str) -> Result<Self, UnknownDevice> {
        if text == "auto" { Ok(Self::Auto) } else { text.parse().map(Self::Only) }
    }
}

impl TryFrom<String> for Device {
    type Error = UnknownDevice;

    fn try_from(text: String) -> Result<Self, UnknownDevice> {
        text.parse()
    }
}

impl From<Device> for String {
    fn from(device: Device) -> Self {
        device.to_string()
    }
}

impl TryFrom<String> for DeviceChoice {
    type Error = UnknownDevice;

    fn try_from(text: String) -> Result<Self, UnknownDevice> {
        text.parse()
    }
}

impl From<DeviceChoice> for String {
    fn from(choice: DeviceChoice) -> Self {
        choice.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_are_read_as_they_are_written() {
        for (text, choice) in [
            ("auto", DeviceChoice::Auto),
            ("cpu", DeviceChoice::Only(Device::Cpu)),
            ("cuda:0", DeviceChoice::Only(Device::Cuda(0))),
            ("cuda:11", DeviceChoice::Only(Device::Cuda(11))),
        ] {
            assert_eq!(serde_json::from_str::<DeviceChoice>(&format!("\"{text}\"")).unwrap(), choice);
            assert_eq!(serde_json::to_string(&choice).unwrap(), format!("\"{text}\""));
        }
    }

    #[test]
    fn what_is_no_device_is_told_what_is() {
        for text in ["", "gpu", "CPU", "cuda", "cuda:", "cuda:x", "cuda:-1", "cuda:01", "cuda:+1", "cuda:70000"] {
            let error = text.parse::<DeviceChoice>().unwrap_err().to_string();
            assert!(error.contains(&format!("\"{text}\"")) && error.contains("\"cuda:0\""), "{error}");
        }
        assert!("auto".parse::<Device>().is_err());
    }

    /// Opens everything but those devices.
    fn without(missing: &[Device]) -> impl Fn(Device) -> Result<Device, UnusableDevice> {
        move |device| {
            let unusable = UnusableDevice { device, problem: "it is not there".to_owned() };
            if missing.contains(&device) { Err(unusable) } else { Ok(device) }
        }
    }

    #[test]
    fn auto_takes_a_gpu_and_else_says_why_not() {
        assert_eq!(DeviceChoice::Auto.open(without(&[])), Ok((Device::Cuda(0), None)));
        let (device, passed_over) = DeviceChoice::Auto.open(without(&[Device::Cuda(0)])).unwrap();
        assert_eq!(device, Device::Cpu);
        assert_eq!(passed_over.unwrap().to_string(), "cuda:0 can't be used: it is not there");
        assert!(DeviceChoice::Auto.open(without(&[Device::Cuda(0), Device::Cpu])).is_err());
    }

    #[test]
    fn a_device_that_is_asked_for_has_no_stand_in() {
        let missing = [Device::Cuda(1)];
        assert!(DeviceChoice::Only(Device::Cuda(1)).open(without(&missing)).is_err());
        assert_eq!(DeviceChoice::default().open(without(&missing)), Ok((Device::Cpu, None)));
    }
}
