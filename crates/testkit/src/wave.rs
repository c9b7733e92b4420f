//! Sound in memory: mono at the core's sample rate, -1 to 1.

use stepreel_core::SAMPLE_RATE;

pub(crate) const RATE: f64 = SAMPLE_RATE as f64;

/// The samples of a 16-bit mono WAV, resampled; nothing when it is no such file.
pub(crate) fn decode(wav: &[u8]) -> Option<Vec<f32>> {
    let header = wav.get(..44)?;
    let field = |at: usize| u32::from_le_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]);
    if &header[..4] != b"RIFF" || header[22] != 1 || header[34] != 16 {
        return None;
    }
    let data = wav.windows(4).take(4096).position(|tag| tag == b"data")? + 8;
    let samples: Vec<f32> = wav
        .get(data..)?
        .chunks_exact(2)
        .map(|pair| f32::from(i16::from_le_bytes([pair[0], pair[1]])) / 32768.0)
        .collect();
    Some(resample(&samples, f64::from(field(24))))
}

/// A 16-bit mono WAV file.
pub(crate) fn encode(samples: &[f32]) -> Vec<u8> {
    let bytes = samples.len() as u32 * 2;
    let mut wav = Vec::with_capacity(44 + samples.len() * 2);
    wav.extend(b"RIFF");
    wav.extend((36 + bytes).to_le_bytes());
    wav.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    wav.extend(SAMPLE_RATE.to_le_bytes());
    wav.extend((SAMPLE_RATE * 2).to_le_bytes());
    wav.extend(b"\x02\0\x10\0data");
    wav.extend(bytes.to_le_bytes());
    wav.extend(samples.iter().flat_map(|sample| ((sample.clamp(-1.0, 1.0) * 32767.0).round() as i16).to_le_bytes()));
    wav
}

/// A windowed sinc of 24 zero crossings, cut off below the lower of the two rates' limits.
fn resample(samples: &[f32], from: f64) -> Vec<f32> {
    if (from - RATE).abs() < 0.5 {
        return samples.to_vec();
    }
    let cutoff = (RATE / from).min(1.0) * 0.95;
    let reach = (24.0 / cutoff) as isize;
    let count = (samples.len() as f64 * RATE / from) as usize;
    let tap = |at: f64, index: isize| {
        let x = at - index as f64;
        let window = 0.5 + 0.5 * (std::f64::consts::PI * x / (reach as f64 + 1.0)).cos();
        f64::from(*samples.get(index as usize).unwrap_or(&0.0)) * sinc(x * cutoff) * cutoff * window
    };
    (0..count)
        .map(|index| {
            let at = index as f64 * from / RATE;
            ((at as isize - reach).max(0)..=at as isize + reach).map(|i| tap(at, i)).sum::<f64>() as f32
        })
        .collect()
}

fn sinc(x: f64) -> f64 {
    if x.abs() < 1e-9 { 1.0 } else { (std::f64::consts::PI * x).sin() / (std::f64::consts::PI * x) }
}

/// Root mean square.
pub(crate) fn level(samples: &[f32]) -> f32 {
    (samples.iter().map(|sample| sample * sample).sum::<f32>() / samples.len().max(1) as f32).sqrt()
}

/// The factor of so many decibels.
pub(crate) fn gain(decibels: f64) -> f32 {
    10f64.powf(decibels / 20.0) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wave_survives_its_file() {
        let wave: Vec<f32> = (0..400).map(|i| (i as f32 * 0.1).sin() * 0.5).collect();
        let back = decode(&encode(&wave)).unwrap();
        assert_eq!(back.len(), wave.len());
        assert!(wave.iter().zip(&back).all(|(a, b)| (a - b).abs() < 1e-4));
        assert_eq!(decode(b"no wave"), None);
    }

    #[test]
    fn resampling_keeps_a_tone_and_drops_what_does_not_fit() {
        let tone = |hertz: f64| -> Vec<f32> {
            (0..22050).map(|i| (std::f64::consts::TAU * hertz * f64::from(i) / 22050.0).sin() as f32).collect()
        };
        let middle = |wave: &[f32]| level(&wave[4000..12000]);
        assert!((middle(&resample(&tone(1000.0), 22050.0)) - 0.707).abs() < 0.01);
        assert!(middle(&resample(&tone(9500.0), 22050.0)) < 0.02);
    }
}
