//! A disk of two megabytes.

use std::env;
use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::Command;

use sha2::{Digest as _, Sha256};
use stepreel_core::{Digest, TenantId, Utterance};
use stepreel_storage::conformance::completed;
use stepreel_storage::{BlobKey, Blobs, Extension, Sqlite, Store, StoreError};
use tempfile::TempDir;

/// Names the mounted folder, for the process that sees it.
const DISK: &str = "STEPREEL_TEST_SMALL_DISK";

#[tokio::test]
#[ignore = "needs the right to mount a tmpfs in a namespace of its own"]
async fn a_full_disk_is_said_and_nothing_is_lost() -> Result<(), Box<dyn Error>> {
    if let Some(disk) = env::var_os(DISK) {
        return fill(Path::new(&disk)).await;
    }
    let disk = TempDir::new()?;
    let ran = Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "sh", "-c"])
        .arg("mount -t tmpfs -o size=2m tmpfs \"$0\" && exec \"$1\" --exact a_full_disk_is_said_and_nothing_is_lost --ignored")
        .args([disk.path(), &env::current_exe()?])
        .env(DISK, disk.path())
        .output()?;
    assert!(ran.status.success(), "{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    Ok(())
}

async fn fill(disk: &Path) -> Result<(), Box<dyn Error>> {
    let tenant: TenantId = "acme".parse()?;
    let (file, folder) = (disk.join("sessions.db"), disk.join("blobs"));
    let (store, blobs) = (Sqlite::open(&file).await?, Blobs::open(&folder.display().to_string())?);
    let small = completed(&tenant, 1);
    let (clip, large_clip) = (vec![7; 1000], vec![8; 3_000_000]);
    let key = |content: &[u8]| {
        let content = Digest::new(Sha256::digest(content).into());
        BlobKey::new(&tenant, small.session.id, content, Extension::Mp4)
    };
    blobs.put(&key(&clip), clip.clone()).await?;
    let epoch = store.begin(&small.session).await?;
    store.finish(&small, epoch).await?;

    let recording = TempDir::new_in("/var/tmp")?;
    fs::write(recording.path().join("clip.mp4"), &large_clip)?;
    let by_bytes = blobs.put(&key(&large_clip), large_clip.clone()).await;
    let by_file = blobs.put_file(&key(&large_clip), &recording.path().join("clip.mp4")).await;
    for full in [by_bytes, by_file] {
        said(full, &folder);
    }
    let mut large = small.clone();
    let line = Utterance { text: "word ".repeat(100_000), ..large.transcript.utterances[0].clone() };
    large.transcript.utterances = vec![line; 8];
    said(store.finish(&large, epoch).await, &file);

    assert_eq!(blobs.get(&key(&clip)).await?, clip);
    assert_eq!(store.session(&tenant, small.session.id).await?.as_ref(), Some(&small));
    assert_eq!(fs::read_dir(folder.join(format!("{tenant}/{}", small.session.id)))?.count(), 1, "no torn file stays");
    store.finish(&small, epoch).await?;
    Ok(())
}

fn said(result: Result<(), StoreError>, place: &Path) {
    let error = result.expect_err("the disk is full");
    assert!(matches!(error, StoreError::Full { .. }), "{error:?}");
    assert!(error.to_string().contains(&*place.to_string_lossy()), "{error}");
}
