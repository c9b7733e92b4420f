//! A model that is larger than the disk.
#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]

mod server;

use std::env;
use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;

use stepreel_models::{Library, Manifest, ModelError, Puller, Settings};

use server::{Reply, Server};

/// Names the mounted folder, for the process that sees it.
const DISK: &str = "STEPREEL_TEST_SMALL_DISK";

#[test]
#[ignore = "needs the right to mount a tmpfs in a namespace of its own"]
fn a_full_disk_is_said_and_what_came_is_kept() {
    if let Some(disk) = env::var_os(DISK) {
        return fill(Path::new(&disk));
    }
    let disk = tempfile::tempdir().unwrap();
    let ran = Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "sh", "-c"])
        .arg("mount -t tmpfs -o size=2m tmpfs \"$0\" && exec \"$1\" --exact a_full_disk_is_said_and_what_came_is_kept --ignored")
        .args([disk.path(), &env::current_exe().unwrap()])
        .env(DISK, disk.path())
        .output()
        .unwrap();
    assert!(ran.status.success(), "{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
}

fn fill(disk: &Path) {
    let server = Server::start(|_, request| Reply::asked(&vec![7; 3_000_000], request).with("ETag", "\"one\""));
    let text = format!(
        "[m]\nrole = \"speech\"\nsummary = \"s\"\nlicence = \"MIT\"\nsource = \"here\"\nfile = \"m.bin\"\nurls = [\"{}\"]\n",
        server.url("m.bin")
    );
    let library = Library::new(Manifest::parse(&text).unwrap(), Vec::new()).with_home(disk.to_owned()).unwrap();
    let settings = Settings::default();
    let error = Puller::new(&library, &settings).unwrap().pull("m", &mut |_| {}).unwrap_err();
    assert!(
        matches!(&error, ModelError::Unwritable { path, cause }
        if *path == disk.join("m.bin") && cause.kind() == io::ErrorKind::StorageFull),
        "{error}"
    );
    assert!(fs::metadata(disk.join("m.bin.part")).unwrap().len() > 1_000_000);
    assert!(!disk.join("m.bin").exists());
    assert_eq!(server.requests().len(), 1, "a full disk is not tried again");
}
