//! Results as a table on a terminal.

use std::io::{self, Write};

use comfy_table::{CellAlignment, ContentArrangement};

use crate::exit::plain;

/// Lines above and below the header and below the last row, none between rows: a preset of `comfy_table`.
const LINES: &str = "  ── ══      ──    ";

pub(crate) struct Table(comfy_table::Table);

impl Table {
    pub(crate) fn new<const N: usize>(header: [&str; N]) -> Self {
        let mut table = comfy_table::Table::new();
        table.load_preset(LINES).set_content_arrangement(ContentArrangement::Dynamic).set_header(header);
        Self(table)
    }

    /// Numbers stand right.
    pub(crate) fn right<const N: usize>(mut self, columns: [usize; N]) -> Self {
        for column in columns {
            if let Some(column) = self.0.column_mut(column) {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        self
    }

    pub(crate) fn row<const N: usize>(&mut self, cells: [&str; N]) {
        self.0.add_row(cells.map(plain));
    }

    pub(crate) fn print(&self) -> io::Result<()> {
        writeln!(io::stdout(), "{}", self.0)
    }
}
