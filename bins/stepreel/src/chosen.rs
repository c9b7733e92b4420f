//! The one session that the user means.

use anyhow::anyhow;
use stepreel_core::{Session, SessionRecord};

use crate::exit::Failure;
use crate::place::Opened;

/// Its record.
pub(crate) async fn record(opened: &Opened, sessions: &[Session], wanted: &str) -> Result<SessionRecord, Failure> {
    let session = choose(sessions, wanted)?;
    let record = opened.store.session(&session.tenant_id, session.id).await.map_err(Failure::store)?;
    record.ok_or_else(|| unfinished(session))
}

/// As the record has it, such as `in_progress`.
pub(crate) fn status(session: &Session) -> String {
    let value = serde_json::to_value(session.status).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}

fn unfinished(session: &Session) -> Failure {
    let (title, status) = (&session.title, status(session));
    Failure::usage(anyhow!(
        "the session \"{title}\" is {status} and has no result yet: wait for its run, or `stepreel process` it again if none is going on"
    ))
}

/// The one session that the user means: by id, first digits of it, or title.
fn choose<'a>(sessions: &'a [Session], wanted: &str) -> Result<&'a Session, Failure> {
    let fits = |session: &&Session| session.id.to_string().starts_with(wanted) || session.title == wanted;
    match sessions.iter().filter(fits).collect::<Vec<_>>()[..] {
        [session] => Ok(session),
        [] => {
            Err(Failure::usage(anyhow!("no session \"{wanted}\" in this store: `stepreel report` lists what is there")))
        }
        ref several => {
            Err(Failure::usage(anyhow!("\"{wanted}\" fits {} sessions: give more digits of the id", several.len())))
        }
    }
}
