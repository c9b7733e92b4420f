//! Systems other than Linux: nothing of the kernel's confinement is there.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Absent, Confinement, Layer, Limits};

const WHY: &str = "decoders are confined on Linux only";

/// What a child may touch and use: whatever it likes.
pub(crate) struct Cell;

impl Cell {
    /// No cell.
    ///
    /// # Errors
    /// When a layer that is demanded can't be had: any.
    pub(crate) fn new(confinement: Confinement, _: Limits, _: &Path, _: [&[PathBuf]; 2]) -> Result<Self, Absent> {
        let demanded = Layer::ALL.into_iter().find(|&layer| layer != Layer::Formats && confinement.demands(layer));
        demanded.map_or(Ok(Self), |layer| Err(Absent { layer, why: io::Error::other(WHY) }))
    }

    /// Does nothing.
    pub(crate) fn hold(self, _: &mut Command) {}
}

/// Why a child can't be given that layer.
pub(super) fn missing(layer: Layer) -> Option<String> {
    (layer != Layer::Formats).then(|| WHY.to_owned())
}
