//! What may be taken: `budgets.toml`.

use std::collections::BTreeMap;

use anyhow::Result;
use serde::Deserialize;

use crate::peak::Peak;
use crate::table::Row;

/// What a run may take, as multiples of limits that are measured in the same run.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Budgets {
    /// How far a ratio may be above its budget, as noise: 0.25 is a quarter.
    slack: f64,
    /// MiB of memory for the program itself, besides its models.
    memory_mib: u64,
    /// By the names of the table's rows.
    ratios: BTreeMap<String, f64>,
}

impl Budgets {
    /// Those that are checked in.
    pub(crate) fn own() -> Result<Self> {
        Ok(toml::from_str(include_str!("../budgets.toml"))?)
    }

    /// Whether so much memory may be taken.
    pub(crate) fn holds(&self, memory: &Peak) -> bool {
        memory.own <= self.memory_mib
    }

    /// A line for each budget that does not hold, or that nothing was measured for.
    pub(crate) fn broken(&self, rows: &[Row]) -> Vec<String> {
        let verdict = |(name, budget): (&String, &f64)| {
            let Some(row) = rows.iter().find(|row| row.name == *name) else {
                return Some(format!("{name}: nothing was measured for this budget"));
            };
            let (ratio, most) = (row.ratio(), budget * (1.0 + self.slack));
            (ratio > most).then(|| {
                format!(
                    "{name}: {ratio:.2} times as long as \"{}\", where {budget} is the budget and {most:.2} is allowed",
                    row.limit
                )
            })
        };
        self.ratios.iter().filter_map(verdict).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn check(millis: u64, broken: usize) {
        let budgets: Budgets = toml::from_str("slack = 0.25\nmemory_mib = 1\n[ratios]\n\"whole run\" = 2.0\n").unwrap();
        let row = Row::new("whole run", Duration::from_millis(millis), "a limit", Duration::from_secs(1));
        assert_eq!(budgets.broken(&[row]).len(), broken, "{millis}");
    }

    #[test]
    fn a_quarter_more_is_noise() {
        check(1000, 0);
        check(2490, 0);
        check(2510, 1);
    }

    #[test]
    fn a_budget_without_a_measurement_is_broken() {
        let budgets = Budgets::own().unwrap();
        assert_eq!(budgets.broken(&[]).len(), budgets.ratios.len());
    }
}
