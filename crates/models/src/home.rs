//! Where models go when nobody says where.

use std::path::PathBuf;

use etcetera::BaseStrategy;

/// Where this platform keeps what belongs to a user's programs.
pub(crate) fn platform_folder() -> Option<PathBuf> {
    let places = etcetera::choose_base_strategy().ok()?;
    // On Windows the data folder travels with the user from machine to machine, which is not for gigabytes.
    let place = if cfg!(windows) { places.cache_dir() } else { places.data_dir() };
    Some(place.join("stepreel").join("models"))
}
