//! Uploads that have not become sessions.

use serde::Serialize;
use stepreel_core::TenantId;
use stepreel_storage::{Upload, UploadState, Uploads as _};

use crate::upload::Metadata;
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
            name: Metadata::read(&upload.metadata).unwrap_or_default().title(),
            percent: (100 * u128::from(upload.received) / u128::from(upload.length.max(1))) as u8,
            received: bytes(upload.received),
            length: bytes(upload.length),
            note,
        }
    }
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
    fn bytes_read_like_sizes() {
        assert_eq!([0, 999, 1_500, 12_345_678, 3_200_000_000].map(bytes), ["0 B", "999 B", "2 kB", "12 MB", "3.2 GB"]);
    }
}
