//! What a child tells its worker: lines of JSON on its standard output.

use serde::{Deserialize, Serialize};
use stepreel_storage::{Fault, Progress};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Line {
    /// How far it is.
    Progress(Progress),
    /// Why it ends, as its last line.
    Failed(Failure),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Failure {
    pub(crate) fault: Fault,
    pub(crate) remedy: Remedy,
}

/// What may help.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Remedy {
    /// Nothing: it would end the same.
    None,
    /// Another attempt.
    Attempt,
    /// Time: the machine was not ready for it.
    Time,
    /// The run was stopped, or is no longer needed: nothing failed.
    Release,
}
