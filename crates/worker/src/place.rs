//! Where a worker and its children find things.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use stepreel_storage::{Blobs, Queue, Store};

/// The stores and folders of one installation.
#[derive(Clone)]
pub struct Place {
    /// The records.
    pub store: Arc<dyn Store>,
    /// The jobs.
    pub queue: Arc<dyn Queue>,
    /// What runs made.
    pub blobs: Blobs,
    /// The folder of uploaded recordings.
    pub recordings: PathBuf,
    /// The folder of results kept between runs.
    pub cache: PathBuf,
}

impl Place {
    /// The file of a recording, whose URL is that of a file or its place below the folder of recordings.
    pub(crate) fn recording(&self, url: &str) -> Option<PathBuf> {
        if let Some(file) = url::Url::parse(url).ok().filter(|url| url.scheme() == "file") {
            return file.to_file_path().ok();
        }
        let path = Path::new(url);
        let below = path.components().all(|part| matches!(part, Component::Normal(_)));
        (below && !url.is_empty()).then(|| self.recordings.join(path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_recording_is_a_file_or_below_its_folder() {
        let folder = tempfile::tempdir().unwrap();
        let store = Arc::new(stepreel_storage::Sqlite::open(&folder.path().join("stepreel.db")).await.unwrap());
        let blobs = Blobs::open(&folder.path().join("blobs").to_string_lossy()).unwrap();
        let (queue, cache) = (Arc::clone(&store) as Arc<dyn Queue>, "/cache".into());
        let place = Place { store, queue, blobs, recordings: "/data/recordings".into(), cache };
        let check =
            |url, expected: Option<&str>| assert_eq!(place.recording(url), expected.map(PathBuf::from), "{url}");
        check("acme/1/ab.mp4", Some("/data/recordings/acme/1/ab.mp4"));
        check("file:///films/a%20b.mp4", Some("/films/a b.mp4"));
        for bad in ["", "../secret", "acme/../../secret", "/etc/passwd"] {
            check(bad, None);
        }
    }
}
