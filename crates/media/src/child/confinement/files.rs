//! Landlock: the files that a child may touch.

use std::io;
use std::path::{Path, PathBuf};

use landlock::{
    ABI, Access, AccessFs, AccessNet, BitFlags, CompatLevel, Compatible, PathBeneath, PathFd, Ruleset, RulesetAttr,
    RulesetCreated, RulesetCreatedAttr, Scope,
};

/// Where programs and libraries lie, and how the loader finds them.
const SYSTEM: [&str; 7] = ["/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache", "/etc/ld.so.preload", "/nix/store"];

/// The newest kind of Landlock that is asked for; what an older kernel lacks of it is left out.
const NEWEST: ABI = ABI::V6;

/// A set of rules: the system and the program are read, each input is read, each output is read and written. Every file has to be
/// there already; what is not is left out, and its absence is for the child to find.
///
/// # Errors
/// When this kernel has no Landlock, or it is switched off.
pub(super) fn rules(program: &Path, inputs: &[PathBuf], outputs: &[PathBuf]) -> io::Result<RulesetCreated> {
    let mut rules = handled().map_err(io::Error::other)?;
    let libraries = std::env::var_os("LD_LIBRARY_PATH").unwrap_or_default();
    let real = program.canonicalize().unwrap_or_default();
    let beside = [program, &real].map(beside);
    let system = SYSTEM
        .into_iter()
        .map(PathBuf::from)
        .chain(std::env::split_paths(&libraries))
        .chain(beside.into_iter().flatten());
    for path in system.chain([program.to_owned()]) {
        rules = allow(rules, &path, AccessFs::from_read(ABI::V1))?;
    }
    for path in inputs {
        rules = allow(rules, path, AccessFs::ReadFile.into())?;
    }
    let written = AccessFs::ReadFile | AccessFs::WriteFile | AccessFs::Truncate;
    for path in outputs.iter().map(PathBuf::as_path) {
        rules = allow(rules, path, written)?;
    }
    allow(rules, Path::new("/dev/null"), AccessFs::ReadFile | AccessFs::WriteFile)
}

/// Everything that Landlock knows is forbidden, unless a rule allows it; the rights over files of its first version are a must.
fn handled() -> Result<RulesetCreated, landlock::RulesetError> {
    Ruleset::default()
        .set_compatibility(CompatLevel::HardRequirement)
        .handle_access(AccessFs::from_all(ABI::V1))?
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(NEWEST))?
        .handle_access(AccessNet::from_all(NEWEST))?
        .scope(Scope::from_all(NEWEST))?
        .create()
}

fn allow(rules: RulesetCreated, path: &Path, access: BitFlags<AccessFs>) -> io::Result<RulesetCreated> {
    let Ok(opened) = PathFd::new(path) else { return Ok(rules) };
    // A right over folders means nothing for a file.
    let access = if path.is_dir() { access } else { access & AccessFs::from_file(NEWEST) };
    rules.add_rule(PathBeneath::new(opened, access)).map_err(io::Error::other)
}

/// The libraries of a program that was installed with its own, as `/opt/ffmpeg/bin` and `/opt/ffmpeg/lib`.
fn beside(program: &Path) -> Option<PathBuf> {
    let folder = program.parent()?;
    (folder.file_name()? == "bin").then(|| folder.with_file_name("lib"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libraries_lie_beside_the_folder_of_programs() {
        assert_eq!(beside(Path::new("/opt/ffmpeg/bin/ffmpeg")), Some("/opt/ffmpeg/lib".into()));
        assert_eq!(beside(Path::new("/home/me/ffmpeg")), None);
        assert_eq!(beside(Path::new("")), None);
    }
}
