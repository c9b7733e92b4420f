//! The loaded ONNX Runtime.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};

use ort::environment::Environment;

use crate::InferenceError;
use crate::library::Library;

/// ONNX Runtime, loaded.
#[derive(Debug)]
pub struct Runtime {
    path: PathBuf,
    pub(crate) environment: Environment,
}

/// ONNX Runtime allows one environment a process and none after it was given up, so this one lives as long as the process.
static RUNTIME: OnceLock<Runtime> = OnceLock::new();

/// Two threads that load at once must not both try: the second environment would fail.
static LOADING: Mutex<()> = Mutex::new(());

impl Runtime {
    /// Loads the library, once a process: from `path`, else from where `ORT_DYLIB_PATH` says, else `libonnxruntime.so*` in the
    /// folder `.onnxruntime` beside the program or in a folder above it, else the system's.
    ///
    /// # Errors
    /// When there is no library, when it can't be used, or when another one was loaded before.
    pub fn load(path: Option<&Path>) -> Result<&'static Self, InferenceError> {
        let _one_at_a_time = LOADING.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(runtime) = RUNTIME.get() {
            return runtime.unless_other(path);
        }
        let runtime = Self::open(&Library::find(path))?;
        Ok(RUNTIME.get_or_init(|| runtime))
    }

    /// The library's file, or its bare name when the system's loader found it.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn open(library: &Library) -> Result<Self, InferenceError> {
        let path = library.path();
        let failed = |source| match library {
            Library::System => InferenceError::LibraryMissing,
            Library::File(path) => InferenceError::LibraryUnusable { path: path.clone(), source },
        };
        let builder = ort::init_from(&path).map_err(|error| failed(error.into()))?;
        let environment = builder.with_telemetry(false).build().map_err(|error| failed(error.into()))?;
        tracing::debug!(path = %path.display(), "ONNX Runtime loaded");
        Ok(Self { path, environment })
    }

    fn unless_other(&'static self, asked: Option<&Path>) -> Result<&'static Self, InferenceError> {
        match asked.map(|path| Library::File(path.to_owned()).path()) {
            Some(asked) if asked != self.path => Err(InferenceError::LibraryTaken { loaded: self.path.clone(), asked }),
            _ => Ok(self),
        }
    }
}
