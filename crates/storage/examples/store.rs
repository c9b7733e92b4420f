//! Stores a session with a clip and reads it back: `cargo run -p stepreel-storage --example store -- /tmp/store`.
#![allow(clippy::print_stdout, reason = "an example talks to the person who runs it")]

use std::collections::BTreeSet;
use std::error::Error;
use std::path::PathBuf;

use sha2::{Digest as _, Sha256};
use stepreel_core::Digest;
use stepreel_storage::{BlobKey, Blobs, Extension, SessionFilter, Sqlite, Store, conformance};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let folder: PathBuf = std::env::args_os().nth(1).ok_or("give a folder for the store")?.into();
    let store = Sqlite::open(&folder.join("stepreel.db")).await?;
    let blobs = Blobs::open(&folder.join("blobs").display().to_string())?;
    let tenant = "acme".parse()?;

    let mut record = conformance::completed(&tenant, 1);
    let epoch = store.begin(&record.session).await?;

    let clip = b"frames and sound".to_vec();
    let content = Digest::new(Sha256::digest(&clip).into());
    let key = BlobKey::new(&tenant, record.session.id, content, Extension::Mp4);
    blobs.put(&key, clip).await?;
    record.procedures[0].video_url = key.to_string();

    store.finish(&record, epoch).await?;
    blobs.sweep(&tenant, record.session.id, &BTreeSet::from([key])).await?;

    for session in store.sessions(&tenant, &SessionFilter::default()).await? {
        println!("{} {:?} after run {}", session.id, session.status, epoch.0);
    }
    if let Some(record) = store.session(&tenant, record.session.id).await? {
        for procedure in record.procedures {
            println!("{}. {} ({})", procedure.ordinal, procedure.procedure_name, procedure.video_url);
        }
    }
    store.close().await;
    Ok(())
}
