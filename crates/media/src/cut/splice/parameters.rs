//! The parameters that the pictures of a clip refer to.

use super::units::{Codec, number_of_set};

/// Sets of parameters, each under its kind and number.
pub(super) struct Parameters {
    codec: Codec,
    sets: Vec<Set>,
}

struct Set {
    kind: u8,
    number: u32,
    unit: Vec<u8>,
}

impl Parameters {
    pub(super) fn new(codec: Codec) -> Self {
        Self { codec, sets: Vec::new() }
    }

    /// Takes a set in; says why when the clip can't hold it beside the others.
    pub(super) fn take(&mut self, unit: &[u8]) -> Result<(), &'static str> {
        let (kind, number) = match self.codec {
            Codec::H264 => number_of_set(unit).ok_or("its parameters are not as the standard has them")?,
            // They stay before their key frame, and so may change from one to the next.
            Codec::Hevc => (unit[0] >> 1 & 0x3f, 0),
        };
        match self.sets.iter().find(|set| (set.kind, set.number) == (kind, number)) {
            Some(set) if set.unit == unit || self.codec == Codec::Hevc => Ok(()),
            Some(_) => Err("its parameters change on the way"),
            None => {
                self.sets.push(Set { kind, number, unit: unit.to_vec() });
                Ok(())
            }
        }
    }

    /// The sets of that kind, in the order in which they came.
    pub(super) fn of_kind(&self, kind: u8) -> Vec<Vec<u8>> {
        self.sets.iter().filter(|set| set.kind == kind).map(|set| set.unit.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_number_has_one_meaning() {
        let mut parameters = Parameters::new(Codec::H264);
        let (first, other, second) = ([0x68, 0xce, 1], [0x68, 0xce, 2], [0x68, 0x5e, 2]);
        assert_eq!(parameters.take(&first), Ok(()));
        assert_eq!(parameters.take(&first), Ok(()));
        assert_eq!(parameters.take(&second), Ok(()));
        assert!(parameters.take(&other).is_err());
        assert_eq!(parameters.of_kind(8), [first, second]);
    }
}
