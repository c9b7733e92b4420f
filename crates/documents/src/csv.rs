//! Procedures and their steps as a table (CSV, RFC 4180).

use stepreel_core::{ProcedureStatus, SessionRecord, Span};

use crate::wording::clean;

const HEADER: [&str; 10] = [
    "kind",
    "procedure",
    "step",
    "text",
    "start_seconds",
    "end_seconds",
    "status",
    "score",
    "procedure_id",
    "session_id",
];

/// The procedures and steps of a session, a row each in order of time, under a row of names. Times are on the recording's timeline.
///
/// A text that a spreadsheet would take for a formula has an apostrophe before it.
pub fn csv(record: &SessionRecord) -> String {
    let mut rows = vec![HEADER.map(str::to_owned)];
    for procedure in &record.procedures {
        let (id, session) = (procedure.id.to_string(), procedure.session_id.to_string());
        let status = match procedure.status {
            ProcedureStatus::Approved => "approved",
            ProcedureStatus::Excluded => "excluded",
        };
        let row = |kind: &str, step: String, text: &str, span: Span| {
            let [start, end] = [span.start(), span.end()].map(|time| format!("{:.3}", time.seconds()));
            let score = procedure.score.total.to_string();
            let ordinal = procedure.ordinal.to_string();
            let text = harmless(&clean(text));
            [kind.to_owned(), ordinal, step, text, start, end, status.to_owned(), score, id.clone(), session.clone()]
        };
        rows.push(row("procedure", String::new(), &procedure.procedure_name, procedure.span));
        for (line, place) in procedure.name.description.iter().zip(1..) {
            rows.push(row("step", i32::to_string(&place), &line.text, line.span));
        }
    }
    rows.iter().map(|row| row.iter().map(|cell| quoted(cell)).collect::<Vec<_>>().join(",") + "\r\n").collect()
}

fn harmless(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@']) { format!("'{text}") } else { text.to_owned() }
}

fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\r', '\n']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        assert_eq!(quoted("a, \"b\""), "\"a, \"\"b\"\"\"");
        assert_eq!(quoted("plain"), "plain");
        assert_eq!(harmless("=1+1"), "'=1+1");
    }
}
