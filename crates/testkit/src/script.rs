use serde::{Deserialize, Serialize};

/// What is said in a session, line by line, and which procedures it is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Script {
    /// Its name: short, fit for a file name.
    pub id: String,
    /// How its procedures are told apart by ear.
    pub style: Style,
    /// How fast it is spoken; 1 is the voice's own pace, more is faster.
    pub pace: f64,
    /// Its procedures in the order in which they begin; none for a session without work.
    pub procedures: Vec<ScriptedProcedure>,
    /// What is said, in order.
    pub lines: Vec<ScriptLine>,
}

/// How a session's procedures are told apart by ear.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Style {
    /// Each one is announced.
    Explicit,
    /// None is announced.
    Implicit,
    /// Some are announced.
    Mixed,
    /// Announced, with idle talk between them.
    Idle,
    /// Not announced, with idle talk between them.
    ImplicitIdle,
    /// There are none.
    NoProcedure,
}

/// One procedure of a script.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScriptedProcedure {
    /// What a person would call it: imperative, sentence case.
    pub title: String,
    /// Where it is done, when the script says so: procedures with the same place share a workplace. The seed decides otherwise.
    pub place: Option<String>,
}

/// One line of a script.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScriptLine {
    /// What is said; empty for [`LineKind::Quiet`].
    pub text: String,
    /// What it does in the session.
    pub kind: LineKind,
    /// Index of the procedure that it belongs to; nothing between procedures.
    pub procedure: Option<usize>,
    /// Silence after it, in seconds.
    pub pause_after: f64,
}

/// What a line does in its session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineKind {
    /// Announces a procedure.
    Intro,
    /// Tells a step.
    Step,
    /// Said during work, and not about it.
    Aside,
    /// Closes a procedure and says which.
    Outro,
    /// Closes a procedure without saying which.
    OutroBare,
    /// Talk between procedures.
    Idle,
    /// Something else comes between; the work stops.
    Interruption,
    /// The work goes on.
    Resume,
    /// Work without a word, for as long as the pause.
    Quiet,
}

impl Script {
    /// Whether a procedure is announced.
    pub(crate) fn announces(&self, procedure: usize) -> bool {
        self.says(procedure, &[LineKind::Intro])
    }

    /// Whether a procedure is closed in words.
    pub(crate) fn closes(&self, procedure: usize) -> bool {
        self.says(procedure, &[LineKind::Outro, LineKind::OutroBare])
    }

    fn says(&self, procedure: usize, kinds: &[LineKind]) -> bool {
        self.lines.iter().any(|line| line.procedure == Some(procedure) && kinds.contains(&line.kind))
    }
}
