//! The size of pictures, by what their codecs' own headers say.

mod bits;
pub(crate) mod h264;
pub(crate) mod hevc;
pub(crate) mod vp;

use crate::Size;

/// The size of a stream's pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Picture {
    /// As they are stored.
    pub(crate) coded: Size,
    /// As they are shown, without what is cropped away.
    pub(crate) shown: Size,
}

impl Picture {
    /// A picture without anything to crop.
    fn whole(width: u32, height: u32) -> Self {
        let size = Size { width, height };
        Self { coded: size, shown: size }
    }

    /// A picture of which so many columns and rows are cropped away.
    fn cropped(width: u64, height: u64, columns: u64, rows: u64) -> Option<Self> {
        let size = |width: u64, height: u64| {
            Some(Size { width: u32::try_from(width).ok()?, height: u32::try_from(height).ok()? })
        };
        let shown = size(width.saturating_sub(columns), height.saturating_sub(rows))?;
        Some(Self { coded: size(width, height)?, shown })
    }
}
