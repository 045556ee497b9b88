//! The words under which a block of events is found: trigrams of its texts, and its exact values.
//!
//! A word is letters and digits only, so that the full-text engine's plainest tokenizer leaves it alone. Different
//! trigrams may share a word: a block found is only a candidate, and its events are looked at before they are shown.

use super::fold::fold;
use std::collections::HashSet;
use std::fmt::Write;

/// A value of a field that is found exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exact<'a> {
    Actor(&'a str),
    Action(&'a str),
    Target(&'a str),
    TargetType(&'a str),
    Failure,
}

impl Exact<'_> {
    /// A number for the value, by which blocks keep and find it.
    pub fn hash(self) -> u32 {
        let (kind, value) = match self {
            Self::Actor(value) => (b'a', value),
            Self::Action(value) => (b'b', value),
            Self::Target(value) => (b'c', value),
            Self::TargetType(value) => (b'd', value),
            Self::Failure => (b'e', ""),
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

/// The distinct trigrams of many texts.
#[derive(Default)]
pub struct Trigrams(HashSet<[char; 3], std::hash::BuildHasherDefault<GramHasher>>);

impl Trigrams {
    /// Adds a folded text's trigrams; lines are kept apart.
    pub fn add(&mut self, folded: &str) {
        for line in folded.lines() {
            let mut last = ['\0'; 2];
            for (at, c) in line.chars().enumerate() {
                if at >= 2 {
                    self.0.insert([last[0], last[1], c]);
                }
                // Two characters, or one, are a word where they are whole words of a language.
                if is_wide(c) {
                    self.0.insert([c, '\0', '\0']);
                    if at >= 1 {
                        self.0.insert([last[1], c, '\0']);
                    }
                }
                last = [last[1], c];
            }
        }
    }

    /// Writes the words, a blank after each.
    pub fn write(&self, words: &mut String) {
        for gram in &self.0 {
            push_word(words, *gram);
            words.push(' ');
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
            push_word(&mut word, gram);
            word
        })
        .collect()
}

/// Scripts written without blanks, where one or two characters are a word.
fn is_wide(c: char) -> bool {
    c >= '\u{2e80}'
}

/// Plain letters and digits stand for themselves; the rest is a number.
fn push_word(words: &mut String, gram: [char; 3]) {
    if gram.iter().all(char::is_ascii_alphanumeric) {
        words.extend(gram);
    } else {
        let bytes = gram.iter().flat_map(|c| u32::from(*c).to_le_bytes());
        write!(words, "{:06x}", hash(bytes) & 0x00ff_ffff).expect("writing to a string does not fail");
    }
}

/// Mixes three characters into a number with two multiplications; the standard hasher takes longer than the rest.
#[derive(Default)]
pub struct GramHasher(u64);

impl std::hash::Hasher for GramHasher {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u32(u32::from(*byte));
        }
    }
    fn write_u32(&mut self, part: u32) {
        self.0 = (self.0.rotate_left(21) ^ u64::from(part)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
    fn write_usize(&mut self, _length: usize) {}
    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 29)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> HashSet<String> {
        let mut trigrams = Trigrams::default();
        trigrams.add(&fold(text));
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
