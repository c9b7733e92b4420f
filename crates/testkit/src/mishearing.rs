//! Words as a poor recogniser writes them down.

/// Word errors by a seed: half of them substitutions, a quarter each deletions and insertions.
#[derive(Debug)]
pub struct Mishearing {
    percent: u64,
    state: u64,
}

impl Mishearing {
    /// So many words of a hundred go wrong, those that belong to this name: the same on every machine.
    pub fn new(percent: u64, name: &str) -> Self {
        Self { percent, state: fingerprint(name) }
    }

    /// What is heard of that text, with `others` taken for wrong words. Words are put one space apart.
    pub fn hear(&mut self, text: &str, others: &[String]) -> String {
        let heard: Vec<&str> = text.split_whitespace().flat_map(|word| self.word(word, others)).flatten().collect();
        heard.join(" ")
    }

    fn word<'a>(&mut self, word: &'a str, others: &'a [String]) -> [Option<&'a str>; 2] {
        if self.below(100) as u64 >= self.percent {
            return [Some(word), None];
        }
        let other = others.get(self.below(others.len())).map(String::as_str);
        match self.below(4) {
            0 => [None, None],
            1 => [Some(word), other],
            _ => [other, None],
        }
    }

    /// One of so many, for choices that go with the errors. `SplitMix64` (Steele, Lea and Flood, 2014).
    pub fn below(&mut self, limit: usize) -> usize {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % limit.max(1) as u64) as usize
    }
}

/// FNV-1a: the same on every machine.
pub fn fingerprint(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
