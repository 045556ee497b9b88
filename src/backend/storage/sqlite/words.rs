//! The words under which a block of events is found: trigrams of its texts, and its exact values.
//!
//! A word is letters and digits only, so that the full-text engine's plainest tokenizer leaves it alone. Different
//! trigrams may share a word: a block found is only a candidate, and its events are looked at before they are shown.

use crate::domain::event::Ending;
use crate::domain::query::fold::fold;

/// A value of a field that is found exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exact<'a> {
    Actor(&'a str),
    Action(&'a str),
    Target(&'a str),
    TargetType(&'a str),
    Failure,
    /// That it ended neither well nor badly.
    Other,
    /// Somebody whom the event means elsewhere than as its actor or target.
    Person(&'a str),
}

impl Exact<'_> {
    /// The word of an event's ending, unless it is the usual one.
    pub fn of_ending(ending: Ending) -> Option<Self> {
        match ending {
            Ending::Success => None,
            Ending::Failure => Some(Self::Failure),
            Ending::Other => Some(Self::Other),
        }
    }

    /// A number for the value, by which blocks keep and find it.
    pub fn hash(self) -> u32 {
        let (kind, value) = match self {
            Self::Actor(value) => (b'a', value),
            Self::Action(value) => (b'b', value),
            Self::Target(value) => (b'c', value),
            Self::TargetType(value) => (b'd', value),
            Self::Failure => (b'e', ""),
            Self::Other => (b'g', ""),
            Self::Person(value) => (b'f', value),
        };
        hash(std::iter::once(kind).chain(value.bytes()))
    }

    /// The value's word.
    pub fn word(self) -> String {
        exact_word(self.hash())
    }
}

/// The word of an exact value's number.
pub fn exact_word(hash: u32) -> String {
    format!("x{hash:08x}")
}

/// FNV-1a: short inputs, no adversary beyond extra candidates.
fn hash(bytes: impl Iterator<Item = u8>) -> u32 {
    let hash =
        bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    #[expect(clippy::cast_possible_truncation, reason = "folded to half its width")]
    let folded = (hash ^ (hash >> 32)) as u32;
    folded
}

/// The distinct trigrams of many texts: a bit for each number that a trigram can have.
pub struct Trigrams(Vec<u64>);

/// Trigrams in use are some ten thousand; a million numbers keep most of them apart, in 128 KiB.
const NUMBERS: u32 = 1 << 20;

impl Default for Trigrams {
    fn default() -> Self {
        Self(vec![0; NUMBERS as usize / 64])
    }
}

impl Trigrams {
    /// Adds a folded text's trigrams; lines are kept apart.
    pub fn add(&mut self, folded: &str) {
        for line in folded.lines() {
            let mut last = ['\0'; 2];
            for (at, c) in line.chars().enumerate() {
                if at >= 2 {
                    self.set([last[0], last[1], c]);
                }
                // Two characters, or one, are a word where they are whole words of a language.
                if is_wide(c) {
                    self.set([c, '\0', '\0']);
                    if at >= 1 {
                        self.set([last[1], c, '\0']);
                    }
                }
                last = [last[1], c];
            }
        }
    }

    fn set(&mut self, gram: [char; 3]) {
        let number = number(gram);
        self.0[number as usize / 64] |= 1 << (number % 64);
    }

    /// Writes the words, a blank after each.
    pub fn write(&self, words: &mut String) {
        for (at, mut bits) in (0_u32..).zip(self.0.iter().copied()) {
            while bits != 0 {
                push_word(words, at * 64 + bits.trailing_zeros());
                words.push(' ');
                bits &= bits - 1;
            }
        }
    }
}

/// The words that every event with this term has; none for terms too short to have any.
pub fn words_of(term: &str) -> Vec<String> {
    /// More would cost more to intersect than they exclude.
    const MOST: usize = 10;
    let folded = fold(term);
    let chars: Vec<char> = folded.chars().collect();
    let mut grams: Vec<[char; 3]> = match chars.as_slice() {
        [a] if is_wide(*a) => vec![[*a, '\0', '\0']],
        [a, b] if is_wide(*b) => vec![[*a, *b, '\0']],
        _ => chars.windows(3).map(|gram| [gram[0], gram[1], gram[2]]).collect(),
    };
    if grams.len() > MOST {
        let (last, step) = (grams.len() - 1, grams.len());
        grams = (0..MOST).map(|at| grams[(at * step / MOST).min(last)]).collect();
    }
    grams
        .into_iter()
        .map(|gram| {
            let mut word = String::new();
            push_word(&mut word, number(gram));
            word
        })
        .collect()
}

/// Scripts written without blanks, where one or two characters are a word.
fn is_wide(c: char) -> bool {
    c >= '\u{2e80}'
}

/// A trigram's number: three multiplications, no table.
fn number(gram: [char; 3]) -> u32 {
    let mixed = gram.iter().fold(0_u32, |mixed, c| (mixed ^ u32::from(*c)).wrapping_mul(0x9e37_79b1).rotate_left(15));
    (mixed ^ (mixed >> 12)) % NUMBERS
}

/// Four letters, five bits each.
fn push_word(words: &mut String, number: u32) {
    const LETTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    for shift in [15, 10, 5, 0] {
        words.push(char::from(LETTERS[(number >> shift) as usize % 32]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::query::fold::fold_lines;
    use std::collections::HashSet;

    fn words(text: &str) -> HashSet<String> {
        let mut trigrams = Trigrams::default();
        trigrams.add(&fold_lines(text));
        let mut words = String::new();
        trigrams.write(&mut words);
        words.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn every_part_of_a_text_has_words_among_the_text_s() {
        let text = "Invited new user, QA rôle — 株式会社海洋 <b>x</b>";
        let all = words(text);
        let chars: Vec<char> = text.chars().collect();
        for start in 0..chars.len() {
            for end in start + 1..=chars.len() {
                let part: String = chars[start..end].iter().collect();
                for word in words_of(&part) {
                    assert!(all.contains(&word), "{part:?} has {word}");
                }
            }
        }
        assert!(all.iter().all(|word| word.chars().all(|c| c.is_ascii_alphanumeric())));
    }

    #[test]
    fn lines_do_not_run_together() {
        assert!(!words("ab\ncd").contains("abc"));
        assert_eq!(words_of("ab"), Vec::<String>::new());
        assert_eq!(words_of("海").len(), 1);
    }
}
