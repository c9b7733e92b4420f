use stepreel_core::{Procedure, ProcedureStatus, SessionRecord};

use crate::{Instruction, Links};

/// What is handed out: one procedure, the procedures of a session, or the best of several takes of one job.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// What it is about.
    pub title: String,
    /// A sentence or two on the whole; may be empty.
    pub summary: String,
    /// The instructions, in order.
    pub instructions: Vec<Instruction>,
    /// The same job elsewhere, where the document is of a group.
    pub takes: Vec<Take>,
}

/// Another take of the job.
#[derive(Clone, Debug, PartialEq)]
pub struct Take {
    /// It, of which only the head is shown.
    pub instruction: Instruction,
    /// How its steps differ from those that are shown, one sentence each; none where the order is the same.
    pub differences: Vec<String>,
}

impl Document {
    /// A document of one procedure.
    pub fn of_procedure(record: &SessionRecord, procedure: &Procedure, links: &dyn Links) -> Self {
        Self::of_instruction(Instruction::new(record, procedure, links))
    }

    /// A document of the approved procedures of a session.
    pub fn of_session(record: &SessionRecord, links: &dyn Links) -> Self {
        let approved = record.procedures.iter().filter(|p| p.status == ProcedureStatus::Approved);
        Self {
            title: record.session.title.clone(),
            summary: record.session.summary.clone(),
            instructions: approved.map(|procedure| Instruction::new(record, procedure, links)).collect(),
            takes: Vec::new(),
        }
    }

    /// A document of that instruction alone.
    pub fn of_instruction(instruction: Instruction) -> Self {
        Self {
            title: instruction.title.clone(),
            summary: String::new(),
            instructions: vec![instruction],
            takes: Vec::new(),
        }
    }

    /// Whether it is of a whole session.
    pub(crate) fn has_parts(&self) -> bool {
        self.instructions.len() != 1 || self.instructions[0].title != self.title
    }
}
