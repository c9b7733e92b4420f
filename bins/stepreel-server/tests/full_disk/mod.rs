//! A worker whose disk is full at any point of a run.

use std::env;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use stepreel_storage::JobState;
use tempfile::TempDir;

use crate::check_all;
use crate::installation::Installation;
use crate::points::spread;

/// Names the mounted folder, for the process that sees it.
const DISK: &str = "STEPREEL_TEST_SMALL_DISK";

/// Longer than a run takes until it finds no room.
const SHORT: Duration = Duration::from_secs(15);

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the right to mount a tmpfs in a namespace of its own"]
async fn a_disk_that_is_full_at_any_point_of_a_run_is_waited_for() {
    if let Some(disk) = env::var_os(DISK) {
        return fill(Path::new(&disk)).await;
    }
    // The recording is made where there is room.
    crate::installation::recording();
    let disk = TempDir::new().unwrap();
    let ran = Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "sh", "-c"])
        .arg(
            "mount -t tmpfs -o size=48m tmpfs \"$0\" && exec \"$1\" --ignored --exact --nocapture \
             full_disk::a_disk_that_is_full_at_any_point_of_a_run_is_waited_for",
        )
        .args([disk.path(), &env::current_exe().unwrap()])
        .env(DISK, disk.path())
        .env("TMPDIR", disk.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success(), "{said}{}", String::from_utf8_lossy(&ran.stderr));
    said.lines().filter(|line| line.contains("bytes of room")).for_each(|line| println!("{line}"));
}

async fn fill(disk: &Path) {
    let calm = Installation::new().await;
    let session = calm.submit("acme").await;
    let before = taken(disk);
    let mut worker = calm.worker();
    let right = calm.finished(&session).await;
    assert_eq!(worker.stop(), Some(0));
    let run = taken(disk) - before;
    drop(calm);
    let mut told = 0;
    for room in spread(run, 3) {
        let installation = Installation::new().await;
        let session = installation.submit("acme").await;
        let ballast = disk.join("ballast");
        leave_room(&ballast, room);
        let mut worker = installation.worker();
        let end = Instant::now() + SHORT;
        let job = loop {
            let job = installation.job(&session).await;
            if job.fault.is_some() || job.state == JobState::Finished || Instant::now() > end {
                break job;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        };
        println!("{room} of {run} bytes of room: {:?}, {:?}", job.state, job.fault.as_ref().map(|fault| &fault.code));
        told += usize::from(job.fault.as_ref().is_some_and(|fault| fault.code == "disk_full"));
        // Where the queue itself can't be written, it can't say why either.
        assert!(job.state == JobState::Finished || job.fault.is_none_or(|fault| fault.code == "disk_full"));
        fs::remove_file(ballast).unwrap();
        check_all(&installation, &session, &right, &format!("{room} bytes of room")).await;
        assert_eq!(worker.stop(), Some(0));
    }
    assert!(told > 0, "nobody was told that the disk is full");
}

/// Bytes that are taken of a disk.
fn taken(disk: &Path) -> u64 {
    let disk = rustix::fs::statvfs(disk).unwrap();
    (disk.f_blocks - disk.f_bfree) * disk.f_frsize
}

/// Fills the disk but for so many bytes.
fn leave_room(ballast: &Path, bytes: u64) {
    let mut file = File::create(ballast).unwrap();
    while file.write_all(&[7; 4096]).is_ok() {}
    let length = file.metadata().unwrap().len();
    file.set_len(length - bytes).unwrap();
}
