use std::fs;
use std::path::Path;

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::TestkitError;

/// Reads one value out of each line of a file that is not blank. What is wrong with one is told with the number of its line.
pub(crate) fn json_lines<T>(path: &Path, value: impl Fn(Value) -> Result<T, String>) -> Result<Vec<T>, TestkitError> {
    let text = fs::read_to_string(path).map_err(TestkitError::file(path))?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let values = lines.map(|(index, line)| {
        let parsed = serde_json::from_str(line).map_err(|error| without_place(&error));
        parsed.and_then(&value).map_err(|what| format!("line {}: {what}", index + 1))
    });
    values.collect::<Result<_, String>>().map_err(TestkitError::content(path))
}

/// A value of that type, or what is wrong with it.
pub(crate) fn from_value<T: DeserializeOwned>(value: Value) -> Result<T, String> {
    serde_json::from_value(value).map_err(|error| error.to_string())
}

/// What is wrong with a line, without the line of the line.
fn without_place(error: &serde_json::Error) -> String {
    let told = error.to_string();
    let what = told.split(" at line ").next().unwrap_or(&told);
    format!("{what} at column {}", error.column())
}
