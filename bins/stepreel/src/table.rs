//! Results as a table on a terminal.

use std::fmt;
use std::io::{self, Write};

use comfy_table::{CellAlignment, ContentArrangement};
use stepreel_core::plain;

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
        writeln!(io::stdout(), "{self}")
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use stepreel_core::is_hidden;
    use stepreel_testkit::{big_list_of_naughty_strings, naughty_strings};

    use super::*;
    use crate::exit::Failure;

    /// Checks that a table and a failure that tell it control no terminal and stay in their lines.
    fn is_shown(text: &str) {
        let mut table = Table::new(["session", "title"]);
        table.row(["1", text]);
        let table = table.to_string();
        assert!(!table.chars().any(|c| c != '\n' && is_hidden(c)), "{text:?} in {table:?}");
        let line = Failure::input(anyhow::anyhow!("{text}")).line();
        assert!(!line.chars().any(is_hidden), "{text:?} in {line:?}");
    }

    #[test]
    fn no_text_controls_a_terminal() {
        naughty_strings().iter().for_each(|text| is_shown(text));
    }

    #[test]
    #[ignore = "needs STEPREEL_DATA"]
    fn no_text_of_the_big_list_controls_a_terminal() {
        big_list_of_naughty_strings().unwrap().iter().for_each(|text| is_shown(text));
    }
}
