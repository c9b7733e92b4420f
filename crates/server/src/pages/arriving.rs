//! Uploads that have not become sessions.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::Serialize;
use stepreel_core::{TenantId, plain};
use stepreel_storage::{Upload, UploadState, Uploads as _};

use crate::{App, Problem};

/// An upload as it is shown.
#[derive(Serialize)]
pub(super) struct Arriving {
    pub(super) id: String,
    #[serde(skip)]
    pub(super) name: String,
    pub(super) percent: u8,
    pub(super) received: String,
    #[serde(skip)]
    pub(super) length: String,
    #[serde(skip)]
    pub(super) note: Option<String>,
}

/// The unfinished uploads of a tenant, newest first; what has expired isn't coming any more.
pub(super) async fn uploads(app: &App, tenant: &TenantId) -> Result<Vec<Arriving>, Problem> {
    let uploads = app.store().uploads(tenant).await?;
    Ok(uploads.iter().filter(|upload| upload.state != UploadState::Expired).map(Arriving::from).collect())
}

impl From<&Upload> for Arriving {
    fn from(upload: &Upload) -> Self {
        let note = match &upload.state {
            UploadState::Refused(reason) => Some(format!("refused: {reason}")),
            _ if upload.is_whole() => Some("being checked".to_owned()),
            _ => None,
        };
        Self {
            id: upload.id.to_string(),
            name: name(&upload.metadata),
            percent: (100 * u128::from(upload.received) / u128::from(upload.length.max(1))) as u8,
            received: bytes(upload.received),
            length: bytes(upload.length),
            note,
        }
    }
}

/// What the client calls it: its title, else its file's name.
fn name(metadata: &str) -> String {
    let field = |name: &str| {
        let mut pairs = metadata.split(',').filter_map(|pair| pair.trim().split_once(' '));
        let value = pairs.find(|(key, _)| *key == name)?.1;
        let text = plain(&String::from_utf8_lossy(&BASE64_STANDARD.decode(value.trim()).ok()?));
        (!text.trim().is_empty()).then_some(text)
    };
    field("title").or_else(|| field("filename")).unwrap_or_else(|| "Untitled recording".to_owned())
}

/// `1.2 GB`, in powers of ten.
fn bytes(count: u64) -> String {
    let mut amount = count as f64;
    for unit in ["B", "kB", "MB"] {
        if amount < 1000.0 {
            return format!("{amount:.0} {unit}");
        }
        amount /= 1000.0;
    }
    format!("{amount:.1} GB")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_upload_is_called_by_its_title_or_its_file() {
        assert_eq!(name("filename YS5tcDQ=,title Qm9pbGVy"), "Boiler");
        assert_eq!(name("filename YS5tcDQ="), "a.mp4");
        for nothing in ["", "title", "title ,filename !", "title IA=="] {
            assert_eq!(name(nothing), "Untitled recording");
        }
    }

    #[test]
    fn bytes_read_like_sizes() {
        assert_eq!([0, 999, 1_500, 12_345_678, 3_200_000_000].map(bytes), ["0 B", "999 B", "2 kB", "12 MB", "3.2 GB"]);
    }
}
