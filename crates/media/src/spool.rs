//! Sound in a file of plain samples: decoded once, read several times.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use stepreel_core::{SAMPLE_RATE, SoundBlock, SoundSource, SourceError, Time};

use crate::MediaError;

/// Bytes of a sample.
const SAMPLE: u64 = 2;

/// Samples of a block: a second.
const BLOCK: u64 = SAMPLE_RATE as u64;

/// Comes after the last sample, and is followed by their number, so that a file that was cut off is known by its end.
const MARK: &[u8; 8] = b"samples:";

/// Bytes of the mark and the number.
const TRAILER: u64 = 16;

/// Sound as raw signed 16-bit little-endian samples at [`SAMPLE_RATE`], mono, from the start of the timeline, and then their
/// number.
#[derive(Clone, Debug)]
pub struct SpooledSound {
    path: PathBuf,
    samples: u64,
}

impl SpooledSound {
    /// Reads `source` to its end into the file `to`, in the place of what is there, and syncs it to the disk.
    ///
    /// # Errors
    /// Those of the source, and of the file.
    pub fn write(source: SoundSource<'_>, to: &Path) -> Result<Self, SourceError> {
        let failed = |error| SourceError::failed(MediaError::from_io(to, error));
        let mut file = BufWriter::new(File::create(to).map_err(failed)?);
        let mut samples = 0;
        for block in source {
            let block = block?;
            file.write_all(&bytes(&block.samples)).map_err(failed)?;
            samples += block.samples.len() as u64;
        }
        finish(file, samples).map_err(failed)?;
        Ok(Self { path: to.to_owned(), samples })
    }

    /// Sound that was spooled before.
    ///
    /// # Errors
    /// When the file cannot be read, or does not hold all that was written.
    pub fn open(path: &Path) -> Result<Self, MediaError> {
        let samples = whole(path).map_err(|error| MediaError::from_io(path, error))?;
        let samples = samples.ok_or_else(|| MediaError::TornSpool { path: path.to_owned() })?;
        Ok(Self { path: path.to_owned(), samples })
    }

    /// The sound, from its start.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub fn source(&self) -> Result<SoundSource<'static>, MediaError> {
        let file = File::open(&self.path).map_err(|error| MediaError::from_io(&self.path, error))?;
        let blocks = Blocks { file: BufReader::new(file), given: 0, samples: self.samples };
        let path = self.path.clone();
        Ok(Box::new(
            blocks.map(move |block| block.map_err(|error| SourceError::failed(MediaError::from_io(&path, error)))),
        ))
    }

    /// Its length.
    pub fn duration(&self) -> Duration {
        SoundBlock::length(self.samples as usize)
    }
}

fn finish(mut file: BufWriter<File>, samples: u64) -> io::Result<()> {
    file.write_all(MARK)?;
    file.write_all(&samples.to_le_bytes())?;
    file.into_inner()?.sync_all()
}

/// How many samples a file holds; nothing when it is not as it was finished.
fn whole(path: &Path) -> io::Result<Option<u64>> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    let Some(before) = length.checked_sub(TRAILER) else { return Ok(None) };
    file.seek(SeekFrom::Start(before))?;
    let (mut mark, mut number) = ([0; 8], [0; 8]);
    file.read_exact(&mut mark)?;
    file.read_exact(&mut number)?;
    let samples = u64::from_le_bytes(number);
    Ok((mark == *MARK && samples.checked_mul(SAMPLE) == Some(before)).then_some(samples))
}

struct Blocks {
    file: BufReader<File>,
    given: u64,
    samples: u64,
}

impl Iterator for Blocks {
    type Item = io::Result<SoundBlock>;

    fn next(&mut self) -> Option<Self::Item> {
        let length = BLOCK.min(self.samples - self.given);
        if length == 0 {
            return None;
        }
        let mut bytes = vec![0; (length * SAMPLE) as usize];
        let start = Time::ZERO + SoundBlock::length(self.given as usize);
        self.given += length;
        let read = self.file.read_exact(&mut bytes);
        if read.is_err() {
            self.given = self.samples;
        }
        Some(read.map(|()| SoundBlock { start, samples: samples(&bytes) }))
    }
}

/// Signed 16-bit little-endian samples as numbers from -1 to 1.
pub(crate) fn samples(bytes: &[u8]) -> Vec<f32> {
    let (pairs, _) = bytes.as_chunks::<2>();
    pairs.iter().map(|&pair| f32::from(i16::from_le_bytes(pair)) / 32_768.0).collect()
}

/// The reverse of [`samples`]; what is louder than full scale is clipped.
fn bytes(samples: &[f32]) -> Vec<u8> {
    let number = |sample: f32| (sample * 32_768.0).round().clamp(-32_768.0, 32_767.0) as i16;
    samples.iter().flat_map(|&sample| number(sample).to_le_bytes()).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn sound_comes_back_as_often_as_it_is_asked_for() {
        let folder = tempfile::tempdir().unwrap();
        let sound: Vec<f32> = (0..20_000_i16).map(|n| f32::from(n % 100) / 128.0).collect();
        let blocks = [SoundBlock { start: Time::ZERO, samples: sound.clone() }];
        let source = Box::new(blocks.into_iter().map(Ok));
        let spooled = SpooledSound::write(source, &folder.path().join("sound.pcm")).unwrap();
        assert_eq!(spooled.duration(), Duration::from_millis(1250));
        for spooled in [spooled.clone(), SpooledSound::open(&folder.path().join("sound.pcm")).unwrap()] {
            let blocks: Vec<_> = spooled.source().unwrap().map(Result::unwrap).collect();
            assert_eq!(blocks.concat_samples(), sound);
            assert!(blocks.windows(2).all(|pair| pair[0].end() == pair[1].start));
        }
    }

    #[test]
    fn a_spool_that_is_not_whole_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sound.pcm");
        let block = SoundBlock { start: Time::ZERO, samples: vec![0.5; 100] };
        SpooledSound::write(Box::new([Ok(block)].into_iter()), &path).unwrap();
        let written = fs::read(&path).unwrap();
        for torn in [&[][..], &[0; 16], &written[..100], &written[..written.len() - 1], &written[2..]] {
            fs::write(&path, torn).unwrap();
            let opened = SpooledSound::open(&path);
            assert!(matches!(opened, Err(MediaError::TornSpool { .. })), "{} bytes: {opened:?}", torn.len());
        }
    }

    #[test]
    fn what_is_too_loud_is_clipped() {
        assert_eq!(samples(&bytes(&[2.0, -2.0, 0.0])), [32_767.0 / 32_768.0, -1.0, 0.0]);
    }

    trait Concat {
        fn concat_samples(&self) -> Vec<f32>;
    }

    impl Concat for Vec<SoundBlock> {
        fn concat_samples(&self) -> Vec<f32> {
            self.iter().flat_map(|block| block.samples.iter().copied()).collect()
        }
    }
}
