//! From what the user typed to a place for blobs.

use std::path::Path;
use std::sync::Arc;

use object_store::local::LocalFileSystem;
use url::Url;

use super::Blobs;
use crate::StoreError;

pub(super) fn open(text: &str) -> Result<Blobs, StoreError> {
    let Some((scheme, _)) = text.split_once("://") else { return folder(Path::new(text)) };
    let url = Url::parse(text).map_err(|cause| refused(text, &cause.to_string()))?;
    match scheme {
        "file" => folder(&url.to_file_path().map_err(|()| refused(text, "a file URL reads file:///folder"))?),
        "s3" => bucket(&url),
        _ => Err(refused(text, "give a folder, file:///folder or s3://bucket/prefix")),
    }
}

fn folder(path: &Path) -> Result<Blobs, StoreError> {
    let place = path.display().to_string();
    std::fs::create_dir_all(path).map_err(|cause| StoreError::at(&place, &cause))?;
    let path = path.canonicalize().map_err(|cause| StoreError::at(&place, &cause))?;
    let store = LocalFileSystem::new_with_prefix(&path).map_err(|cause| StoreError::at(&place, &cause))?;
    Ok(Blobs { store: Arc::new(store.with_fsync(true)), folder: Some(path), place })
}

#[cfg(feature = "s3")]
fn bucket(url: &Url) -> Result<Blobs, StoreError> {
    use object_store::aws::AmazonS3Builder;
    use object_store::prefix::PrefixStore;

    let place = url.to_string();
    let bucket = AmazonS3Builder::from_env().with_url(url.as_str()).build();
    let bucket = bucket.map_err(|cause| StoreError::at(&place, &cause))?;
    let store = PrefixStore::new(bucket, url.path().trim_matches('/'));
    Ok(Blobs { store: Arc::new(store), folder: None, place })
}

#[cfg(not(feature = "s3"))]
fn bucket(url: &Url) -> Result<Blobs, StoreError> {
    Err(refused(url.as_str(), "this build has no S3; build it with the feature \"s3\""))
}

fn refused(url: &str, reason: &str) -> StoreError {
    StoreError::Place { url: url.to_owned(), reason: reason.to_owned() }
}
