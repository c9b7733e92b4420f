//! Links to what can be handed out of a session.

use stepreel_core::{ProcedureStatus, SessionRecord};

/// A file that is made when somebody asks for it.
pub(super) struct Handout {
    pub(super) text: &'static str,
    pub(super) url: String,
}

/// The approved procedures of a session as a work instruction; none where none is approved.
pub(super) fn documents(record: &SessionRecord) -> Vec<Handout> {
    let approved = record.procedures.iter().any(|procedure| procedure.status == ProcedureStatus::Approved);
    if approved { of(record, "document", &DOCUMENTS, "") } else { Vec::new() }
}

/// One procedure as a work instruction.
pub(super) fn documents_of(record: &SessionRecord, ordinal: u32) -> Vec<Handout> {
    of(record, "document", &DOCUMENTS, &format!("&procedure={ordinal}"))
}

/// The session for those who cut and annotate.
pub(super) fn exports(record: &SessionRecord) -> Vec<Handout> {
    of(record, "export", &EXPORTS, "")
}

const DOCUMENTS: [(&str, &str); 4] = [("PDF", "pdf"), ("Word", "docx"), ("Web page", "html"), ("Markdown", "md")];

const EXPORTS: [(&str, &str); 4] = [("EDL", "edl"), ("CSV", "csv"), ("Label Studio", "label-studio"), ("ELAN", "elan")];

fn of(record: &SessionRecord, what: &str, forms: &[(&'static str, &str)], more: &str) -> Vec<Handout> {
    let id = record.session.id;
    let handout =
        |&(text, form): &(_, &str)| Handout { text, url: format!("/api/v1/sessions/{id}/{what}?form={form}{more}") };
    forms.iter().map(handout).collect()
}
