//! Long vectors made short, with their distances kept.

/// Values that are enough: distances keep to within about an eighth (Johnson and Lindenstrauss).
const SHORT: usize = 64;

/// A fixed random projection to 64 values, by signs (Achlioptas 2003). Vectors that are no longer than that stay as they are.
pub(crate) fn project(vector: &[f32]) -> Vec<f64> {
    if vector.len() <= SHORT {
        return vector.iter().map(|&value| f64::from(value)).collect();
    }
    let mut short = vec![0.0; SHORT];
    for (index, &value) in vector.iter().enumerate() {
        let signs = mixed(index as u64);
        let value = f64::from(value) / (SHORT as f64).sqrt();
        short.iter_mut().enumerate().for_each(|(bit, sum)| *sum += if signs >> bit & 1 == 0 { value } else { -value });
    }
    short
}

/// The splitmix64 generator's output for that state: the same signs on every machine.
fn mixed(index: u64) -> u64 {
    let z = (index + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn distance(a: &[f64], b: &[f64]) -> f64 {
        a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt()
    }

    #[test]
    fn distances_survive() {
        let vector = |seed: usize| (0..1024).map(|i| ((i * seed) as f32 * 0.37).sin()).collect::<Vec<f32>>();
        for (a, b) in [(1, 2), (3, 5), (4, 9)] {
            let (a, b) = (vector(a), vector(b));
            let long = |v: &[f32]| v.iter().map(|&x| f64::from(x)).collect::<Vec<f64>>();
            let ratio = distance(&project(&a), &project(&b)) / distance(&long(&a), &long(&b));
            assert!((0.75..1.25).contains(&ratio), "{ratio}");
        }
    }
}
