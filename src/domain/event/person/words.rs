//! Takes words out of texts, whatever their case and accents.

use super::FORGOTTEN;
use crate::domain::query::fold::fold;
use std::cmp::Reverse;

/// Texts that name somebody.
#[derive(Debug, Default)]
pub struct Words {
    /// Folded, the longest first: of a name and a part of it, the whole is taken out.
    folded: Vec<Vec<char>>,
}

/// A character as a search sees it, and where the one that it is of stands in the text.
type Seen = (char, usize);

impl Words {
    /// From texts as they were found. A single character names nobody, and what is forgotten is no name.
    pub fn of(said: impl IntoIterator<Item = String>) -> Self {
        let folded = said.into_iter().map(|text| fold(text.trim()).chars().collect::<Vec<_>>());
        let forgotten: Vec<char> = FORGOTTEN.chars().collect();
        let mut folded: Vec<Vec<char>> = folded
            .filter(|text| text.len() > 1 && !forgotten.windows(text.len()).any(|part| part == text.as_slice()))
            .collect();
        folded.sort_unstable_by_key(|text| Reverse(text.len()));
        folded.dedup();
        Self { folded }
    }

    /// The text without them, where they stand as whole words; `None` where it names nobody.
    pub fn erased(&self, text: &str) -> Option<String> {
        let mut seen: Vec<Seen> = Vec::with_capacity(text.len());
        for (at, c) in text.char_indices() {
            seen.extend(fold(c.encode_utf8(&mut [0; 4])).chars().map(|folded| (folded, at)));
        }
        let (mut result, mut done, mut at) = (String::new(), 0, 0);
        while at < seen.len() {
            let Some(end) = self.folded.iter().find_map(|word| end_of(word, &seen, at)) else {
                at += 1;
                continue;
            };
            result.push_str(&text[done..seen[at].1]);
            result.push_str(FORGOTTEN);
            done = seen.get(end).map_or(text.len(), |(_, at)| *at);
            at = end;
        }
        (done > 0).then(|| result + &text[done..])
    }
}

/// Where a word ends that begins here, if it does and is a whole one.
fn end_of(word: &[char], seen: &[Seen], start: usize) -> Option<usize> {
    let end = start + word.len();
    let is_here = seen.len() >= end && word.iter().zip(&seen[start..]).all(|(c, (seen, _))| c == seen);
    let begins = |at: usize| at == 0 || at >= seen.len() || seen[at - 1].1 != seen[at].1;
    let parts = |at: usize| {
        let beside = [at.checked_sub(1), Some(at)].map(|at| at.and_then(|at| seen.get(at)));
        let [Some((before, _)), Some((after, _))] = beside else { return true };
        // Scripts written without blanks do not show where a name ends.
        !(before.is_alphanumeric() && after.is_alphanumeric()) || [before, after].iter().any(|c| **c >= '\u{2e80}')
    };
    (is_here && begins(start) && begins(end) && parts(start) && parts(end)).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn erased(said: &[&str], text: &str) -> String {
        Words::of(said.iter().map(|&text| text.to_owned())).erased(text).unwrap_or_else(|| text.to_owned())
    }

    #[test]
    fn the_longest_name_goes_whole_whatever_its_case_and_accents() {
        assert_eq!(
            erased(&["Ann", "Ann Ward"], "Ann Ward invited ANN, Joann and Anna"),
            "[forgotten] invited [forgotten], Joann and Anna"
        );
        assert_eq!(erased(&["Zoë"], "zoe met ZOE\u{308}: Zoës"), "[forgotten] met [forgotten]: Zoës");
        assert_eq!(erased(&["王伟"], "王伟邀请了李"), "[forgotten]邀请了李");
        assert_eq!(erased(&["a@b.test"], "by <a@b.test>"), "by <[forgotten]>");
    }

    #[test]
    fn nothing_is_taken_for_a_name_that_is_none() {
        assert_eq!(erased(&["A", "", "forgotten", "Bo"], "A [forgotten] Bob"), "A [forgotten] Bob");
    }
}
