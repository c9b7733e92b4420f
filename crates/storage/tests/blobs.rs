//! Blobs in a real folder.

use std::collections::BTreeSet;
use std::error::Error;
use std::fs;
use std::path::Path;

use sha2::{Digest as _, Sha256};
use stepreel_core::{Digest, SessionId, TenantId};
use stepreel_storage::{BlobKey, Blobs, Extension, StoreError};
use tempfile::TempDir;

type Checked = Result<(), Box<dyn Error>>;

#[tokio::test]
async fn what_was_put_is_got_and_lies_under_its_key() -> Checked {
    let folder = TempDir::new()?;
    let blobs = open(folder.path());
    for content in [Vec::new(), b"clip".to_vec(), (0..20_000_000_u32).map(|i| (i >> 7) as u8).collect()] {
        let file = folder.path().join("clip in the making.mp4");
        fs::write(&file, &content)?;
        let (by_file, by_bytes) = (key("acme", &content), key("globex", &content));
        blobs.put_file(&by_file, &file).await?;
        blobs.put(&by_bytes, content.clone()).await?;
        for key in [by_file, by_bytes] {
            assert!(blobs.has(&key).await?);
            assert_eq!(blobs.length(&key).await?, content.len() as u64);
            assert_eq!(blobs.get(&key).await?, content);
            assert_eq!(read(&blobs, &key).await?, content);
            assert_eq!(fs::read(folder.path().join("blobs").join(key.to_string()))?, content);
            assert_eq!(blobs.local_path(&key), Some(folder.path().join("blobs").canonicalize()?.join(key.to_string())));
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_file_is_taken_over() -> Checked {
    let folder = TempDir::new()?;
    let (blobs, key) = (open(folder.path()), key("acme", b"clip"));
    let file = folder.path().join("clip in the making.mp4");
    // Also in the place of what is there already.
    for _ in 0..2 {
        fs::write(&file, "clip")?;
        blobs.take_file(&key, &file).await?;
        assert!(!file.exists());
        assert_eq!((blobs.get(&key).await?, files(folder.path())), (b"clip".to_vec(), 1));
    }
    blobs.take_file(&key, &file).await.unwrap_err();
    assert_eq!(blobs.get(&key).await?, b"clip");
    Ok(())
}

/// A blob read part by part.
async fn read(blobs: &Blobs, key: &BlobKey) -> Result<Vec<u8>, StoreError> {
    let (mut reader, mut content) = (blobs.read(key).await?, Vec::new());
    while let Some(part) = reader.next().await? {
        assert!(part.len() < 1 << 20, "parts are small");
        content.extend(part);
    }
    Ok(content)
}

#[tokio::test]
async fn putting_twice_is_putting_once() -> Checked {
    let folder = TempDir::new()?;
    let (blobs, key) = (open(folder.path()), key("acme", b"clip"));
    for _ in 0..2 {
        blobs.put(&key, b"clip".to_vec()).await?;
    }
    assert_eq!(files(folder.path()), 1);
    Ok(())
}

#[tokio::test]
async fn content_that_is_not_what_its_key_says_is_refused() -> Checked {
    let folder = TempDir::new()?;
    let (blobs, key) = (open(folder.path()), key("acme", b"clip"));
    let file = folder.path().join("other.mp4");
    fs::write(&file, "another clip")?;
    let refused = |result| matches!(result, Err(StoreError::BlobDamaged(_)));
    assert!(refused(blobs.put(&key, b"another clip".to_vec()).await));
    assert!(refused(blobs.put_file(&key, &file).await));
    assert_eq!(files(folder.path()), 0);

    blobs.put(&key, b"clip".to_vec()).await?;
    fs::write(blobs.local_path(&key).ok_or("a folder has paths")?, "clap")?;
    assert!(refused(blobs.get(&key).await.map(drop)));
    assert!(refused(read(&blobs, &key).await.map(drop)));
    Ok(())
}

#[tokio::test]
async fn what_is_missing_is_named() {
    let folder = TempDir::new().unwrap();
    let (blobs, key) = (open(folder.path()), key("acme", b"clip"));
    assert!(!blobs.has(&key).await.unwrap());
    let missing = blobs.get(&key).await.unwrap_err();
    assert!(matches!(&missing, StoreError::BlobMissing(named) if *named == key), "{missing}");
    let no_file = blobs.put_file(&key, Path::new("/nowhere/clip.mp4")).await.unwrap_err().to_string();
    assert_eq!(no_file, "cannot read /nowhere/clip.mp4");
}

#[tokio::test]
async fn sweeping_leaves_what_is_kept_and_what_is_not_of_the_session() -> Checked {
    let folder = TempDir::new()?;
    let blobs = open(folder.path());
    let contents: [&[u8]; 4] = [b"kept", b"old", b"older", b"oldest"];
    for content in contents {
        for tenant in ["acme", "globex"] {
            blobs.put(&key(tenant, content), content.to_vec()).await?;
        }
    }
    let kept = key("acme", b"kept");
    let torn = format!("{}#1", blobs.local_path(&key("acme", b"torn")).ok_or("a folder has paths")?.display());
    fs::write(torn, "the first half")?;

    let keep = BTreeSet::from([kept.clone()]);
    assert_eq!(blobs.sweep(kept.tenant(), kept.session(), &keep).await?, 4);
    assert_eq!(blobs.get(&kept).await?, b"kept");
    assert_eq!(files(folder.path()), 1 + contents.len());
    assert_eq!(blobs.sweep(kept.tenant(), kept.session(), &keep).await?, 0);
    assert_eq!(blobs.sweep(&"nobody".parse()?, kept.session(), &BTreeSet::new()).await?, 0);
    Ok(())
}

#[test]
fn a_folder_may_be_given_as_a_path_or_a_url() {
    let folder = TempDir::new().unwrap();
    let spaced = folder.path().join("a b");
    for url in [spaced.display().to_string(), format!("file://{}", spaced.display()).replace(' ', "%20")] {
        let blobs = Blobs::open(&url).unwrap();
        let path = blobs.local_path(&key("acme", b"clip")).unwrap();
        assert!(path.starts_with(spaced.canonicalize().unwrap()), "{url}");
    }
}

#[test]
fn what_can_hold_no_blobs_is_named_with_the_remedy() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    for (url, remedy) in [
        ("ftp://host/blobs".to_owned(), "file:///folder or s3://bucket"),
        ("file://host/blobs".to_owned(), "file:///folder"),
        (file.join("blobs").display().to_string(), "choose another place"),
        (file.display().to_string(), "choose another place"),
    ] {
        let message = Blobs::open(&url).unwrap_err().to_string();
        assert!(message.contains(&url) && message.contains(remedy), "{message}");
    }
}

#[cfg(not(feature = "s3"))]
#[test]
fn a_build_without_s3_says_so() {
    let message = Blobs::open("s3://bucket/prefix").unwrap_err().to_string();
    assert!(message.contains("feature \"s3\""), "{message}");
}

fn open(folder: &Path) -> Blobs {
    Blobs::open(&folder.join("blobs").display().to_string()).expect("a new folder")
}

fn key(tenant: &str, content: &[u8]) -> BlobKey {
    let tenant: TenantId = tenant.parse().expect("a tenant");
    let session = SessionId::of(&tenant, Digest::new([1; 32]));
    BlobKey::new(&tenant, session, Digest::new(Sha256::digest(content).into()), Extension::Mp4)
}

/// How many files there are among the blobs.
fn files(folder: &Path) -> usize {
    fn below(path: &Path) -> usize {
        let Ok(entries) = fs::read_dir(path) else { return 1 };
        entries.flatten().map(|entry| below(&entry.path())).sum()
    }
    below(&folder.join("blobs"))
}
