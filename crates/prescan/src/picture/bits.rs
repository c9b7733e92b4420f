//! Bits of a codec's header.

/// Bits of a header, the highest of each byte first; without the bytes that keep start codes out of it.
pub(super) struct Bits {
    bytes: Vec<u8>,
    next: usize,
}

impl Bits {
    /// Those of a NAL unit, whose bytes of emulation prevention are left out (H.264, 7.4.1).
    pub(super) fn of_unit(unit: &[u8]) -> Self {
        let mut bytes = Vec::with_capacity(unit.len());
        let mut zeros = 0;
        for &byte in unit {
            if zeros >= 2 && byte == 3 {
                zeros = 0;
                continue;
            }
            zeros = if byte == 0 { zeros + 1 } else { 0 };
            bytes.push(byte);
        }
        Self { bytes, next: 0 }
    }

    /// Those of a header that has no such bytes.
    pub(super) fn raw(bytes: &[u8]) -> Self {
        Self { bytes: bytes.to_vec(), next: 0 }
    }

    /// The next bit; nothing after the last.
    pub(super) fn bit(&mut self) -> Option<bool> {
        let byte = self.bytes.get(self.next / 8)?;
        let bit = byte >> (7 - self.next % 8) & 1;
        self.next += 1;
        Some(bit == 1)
    }

    /// The next number of so many bits, at most 32.
    pub(super) fn number(&mut self, bits: u32) -> Option<u32> {
        (0..bits).try_fold(0_u32, |number, _| Some(number << 1 | u32::from(self.bit()?)))
    }

    /// Passes over so many bits.
    pub(super) fn skip(&mut self, bits: usize) -> Option<()> {
        self.next = self.next.checked_add(bits)?;
        (self.next <= self.bytes.len() * 8).then_some(())
    }

    /// The next number in Exp-Golomb code (H.264, 9.1).
    pub(super) fn golomb(&mut self) -> Option<u64> {
        let mut zeros = 0;
        while !self.bit()? {
            zeros += 1;
            if zeros > 31 {
                return None;
            }
        }
        Some((1_u64 << zeros) - 1 + u64::from(self.number(zeros)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_bit_by_bit() {
        let mut bits = Bits::of_unit(&[0b1010_0110, 0b0100_0010, 0b1000_0000]);
        assert_eq!([bits.golomb(), bits.golomb(), bits.golomb(), bits.golomb()], [Some(0), Some(1), Some(2), Some(3)]);
        assert_eq!(bits.golomb(), Some(4));
        assert_eq!(Bits::of_unit(&[0, 0, 0]).golomb(), None);
    }

    #[test]
    fn bytes_of_emulation_prevention_are_left_out() {
        assert_eq!(Bits::of_unit(&[0, 0, 3, 1, 3]).bytes, [0, 0, 1, 3]);
    }
}
