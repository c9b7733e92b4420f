//! A disk of a few megabytes.

use std::env;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use tempfile::TempDir;

use crate::host::{Host, eventually, recording};

/// Names the mounted folder, for the process that sees it.
const DISK: &str = "STEPREEL_TEST_SMALL_DISK";

const LENGTH: usize = 3_000_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs the right to mount a tmpfs in a namespace of its own"]
async fn a_full_disk_is_said_and_the_upload_goes_on_when_there_is_room() {
    if let Some(disk) = env::var_os(DISK) {
        return fill(Path::new(&disk)).await;
    }
    let disk = TempDir::new().unwrap();
    let ran = Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "sh", "-c"])
        .arg(
            "mount -t tmpfs -o size=8m tmpfs \"$0\" && exec \"$1\" --ignored --exact \
             full_disk::a_full_disk_is_said_and_the_upload_goes_on_when_there_is_room",
        )
        .args([disk.path(), &env::current_exe().unwrap()])
        .env(DISK, disk.path())
        .output()
        .unwrap();
    assert!(ran.status.success(), "{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
}

async fn fill(disk: &Path) {
    let host = Host::at(Arc::new(TempDir::new_in(disk).unwrap())).await;
    let earlier = host.upload(&recording(10_000, 1)).await;
    let earlier = format!("/api/v1/sessions/{}", earlier.header("stepreel-session").unwrap());
    let content = recording(LENGTH, 2);
    let upload = host.begin(LENGTH).await;
    let ballast = disk.join("ballast");
    leave_room(&ballast, 1_500_000);
    for _ in 0..3 {
        let offset = host.head(&upload).await.offset();
        let full = host.piece(&upload, offset, &content[offset..]).send(host.address).await;
        assert_eq!((full.status, full.json()["type"].as_str()), (507, Some("/problems/full")), "{full:?}");
    }
    assert_eq!(host.request("GET", &earlier).send(host.address).await.status, 200, "what is there is shown");
    assert_eq!(host.request("GET", "/readyz").send(host.address).await.status, 200);
    fs::remove_file(ballast).unwrap();
    let offset = host.head(&upload).await.offset();
    assert!(offset < LENGTH, "{offset}");
    let rest = host.piece(&upload, offset, &content[offset..]).send(host.address).await;
    assert_eq!(rest.status, 204, "{rest:?}");
    eventually(|| async { host.has_recording(&content).await }).await;
    host.audit().await;
}

/// Fills the disk but for so many bytes.
fn leave_room(ballast: &Path, bytes: u64) {
    let mut file = File::create(ballast).unwrap();
    while file.write_all(&[7; 4096]).is_ok() {}
    let length = file.metadata().unwrap().len();
    file.set_len(length - bytes).unwrap();
}
