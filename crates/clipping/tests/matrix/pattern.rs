//! The picture of a frame that shows its own time and which side of it is up.

/// Cells in a row.
pub(crate) const COLUMNS: usize = 20;

/// Cells in a column.
pub(crate) const ROWS: usize = 12;

/// An expression for `geq` that gives the light of each cell: a bright bar at the top, a dark one at the left, gray at the right
/// and the bottom, and in between 16 columns, the bits of the time in milliseconds with the lowest one left. No turn and no mirror
/// image of it looks the same.
pub(crate) const LIGHT: &str = "if(lt(Y,2),235,if(lt(X,2),16,\
    if(gt(X,17)+gt(Y,9),126,16+200*mod(floor(round(T*1000)/pow(2,X-2)),2))))";

/// The time in seconds that is shown by a picture of [`COLUMNS`] times [`ROWS`] cells, in full range; nothing when it is not upright.
pub(crate) fn time_shown(cells: &[u8]) -> Option<f64> {
    let at = |column: usize, row: usize| cells[row * COLUMNS + column];
    let (top, bottom) =
        (mean((0..COLUMNS).map(|column| at(column, 0))), mean((2..COLUMNS).map(|column| at(column, 11))));
    let (left, right) = (mean((2..ROWS).map(|row| at(0, row))), mean((2..ROWS).map(|row| at(19, row))));
    let is_upright = top > 200.0 && left < 60.0 && [bottom, right].iter().all(|gray| (90.0..170.0).contains(gray));
    let bits = (0..16).map(|bit| u32::from(at(bit + 2, 6) > 128) << bit);
    is_upright.then(|| f64::from(bits.sum::<u32>()) / 1000.0)
}

fn mean(light: impl ExactSizeIterator<Item = u8>) -> f64 {
    let cells = light.len() as f64;
    light.map(f64::from).sum::<f64>() / cells
}
