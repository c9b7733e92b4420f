//! Whether a record holds together, before any of it is stored.

use serde::Serialize;
use serde::de::DeserializeOwned;
use stepreel_core::{Procedure, SessionRecord, SessionStatus};

use crate::StoreError;

/// Refuses a record that contradicts itself or would not read back as it is.
pub(crate) fn check(record: &SessionRecord) -> Result<(), StoreError> {
    let session = record.session.id;
    match contradiction(record) {
        None => Ok(()),
        Some(reason) => Err(StoreError::Inconsistent { session, reason }),
    }
}

fn contradiction(record: &SessionRecord) -> Option<String> {
    let session = &record.session;
    if !matches!(session.status, SessionStatus::Completed | SessionStatus::Failed) {
        return Some(format!("it is finished, and its status is {:?}", session.status));
    }
    let stranger = |p: &&Procedure| p.tenant_id != session.tenant_id || p.id != session.id.procedure(p.ordinal);
    if let Some(procedure) = record.procedures.iter().find(|p| stranger(p) || p.session_id != session.id) {
        return Some(format!("procedure {} is of another session", procedure.ordinal));
    }
    if let Some(pair) = record.procedures.windows(2).find(|pair| pair[0].ordinal >= pair[1].ordinal) {
        return Some(format!("procedure {} comes after procedure {}", pair[1].ordinal, pair[0].ordinal));
    }
    (!survives_json(record)).then(|| "a number in it is not finite".to_owned())
}

/// JSON has no infinity: it comes back as nothing, long after the run that made it has gone.
fn survives_json<T: Serialize + DeserializeOwned + PartialEq>(value: &T) -> bool {
    let back = serde_json::to_string(value).and_then(|text| serde_json::from_str::<T>(&text));
    back.is_ok_and(|back| back == *value)
}
