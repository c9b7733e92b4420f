//! Where the programs of the ffmpeg package lie.

use std::env;
use std::path::{Path, PathBuf};

use super::Tool;

/// The first program of that name in the folders of `PATH`, by its absolute path.
pub(super) fn find(tool: Tool) -> Option<PathBuf> {
    let folders = env::var_os("PATH")?;
    let programs = env::split_paths(&folders).map(|folder| folder.join(tool.name()));
    programs.filter_map(|program| std::path::absolute(program).ok()).find(|program| is_program(program))
}

fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
}
