use unicode_normalization::UnicodeNormalization;

/// The words of a text as they are compared: lower case, without punctuation and apostrophes, whole numbers spelt out.
pub(super) fn words(text: &str) -> Vec<String> {
    let plain: String = text.nfkc().flat_map(char::to_lowercase).filter(|c| !matches!(c, '\'' | '’')).collect();
    let parts = plain.split(|c: char| !c.is_alphanumeric()).flat_map(letters_and_digits);
    parts.flat_map(|part| part.parse().map_or_else(|_| vec![part.to_owned()], spelt)).collect()
}

/// `t10` is said as two words: the letters and digits of a word, apart.
fn letters_and_digits(word: &str) -> impl Iterator<Item = &str> {
    let mut rest = word;
    std::iter::from_fn(move || {
        let digits = rest.chars().next()?.is_ascii_digit();
        let end = rest.find(|c: char| c.is_ascii_digit() != digits).unwrap_or(rest.len());
        let (part, left) = rest.split_at(end);
        rest = left;
        Some(part)
    })
}

/// A number in words. From a million on it is said digit by digit, as numbers of parts are.
fn spelt(number: u64) -> Vec<String> {
    let words: Vec<&str> = match number {
        0 => vec!["zero"],
        1_000_000.. => return number.to_string().bytes().flat_map(|digit| spelt(u64::from(digit - b'0'))).collect(),
        1000.. => {
            let rest = number % 1000;
            let mut words = below_thousand(number / 1000);
            words.push("thousand");
            words.extend(below_thousand(rest));
            words
        }
        _ => below_thousand(number),
    };
    words.into_iter().map(str::to_owned).collect()
}

fn below_thousand(number: u64) -> Vec<&'static str> {
    let (hundreds, rest) = ((number / 100) as usize, (number % 100) as usize);
    let mut words = Vec::new();
    if hundreds > 0 {
        words.extend([UNITS[hundreds], "hundred"]);
    }
    if rest >= 20 {
        words.push(TENS[rest / 10]);
    }
    let unit = if rest >= 20 { rest % 10 } else { rest };
    if unit > 0 {
        words.push(UNITS[unit]);
    }
    words
}

const UNITS: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];

const TENS: [&str; 10] = ["zero", "ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(words(text).join(" "), expected, "{text}");
    }

    #[test]
    fn numbers_are_spelt_out() {
        check("0 7 13 20 32", "zero seven thirteen twenty thirty two");
        check("100 110 999", "one hundred one hundred ten nine hundred ninety nine");
        check("2026 90000", "two thousand twenty six ninety thousand");
        check("1234567", "one two three four five six seven");
    }

    #[test]
    fn words_are_bare() {
        check("It's a T10, isn’t it?", "its a t ten isnt it");
        check("  — 13/16-inch\n", "thirteen sixteen inch");
        check("", "");
    }
}
