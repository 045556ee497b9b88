//! Finding the searched words in a text, to set them off.

use crate::domain::query::fold::fold;
use std::borrow::Cow;
use std::ops::Range;

/// The text in parts, each with whether it is a searched word: what the search finds, whatever its case and accents.
pub fn marked(text: &str, terms: &[String]) -> Vec<(bool, String)> {
    if terms.is_empty() {
        return vec![(false, text.to_owned())];
    }
    let mut folded = String::with_capacity(text.len());
    // Each letter with its place among the folded ones; an accent by itself has none.
    let letters: Vec<(char, Range<usize>)> = text
        .chars()
        .map(|letter| {
            let start = folded.len();
            // A run of blanks is one.
            if !(letter.is_whitespace() && folded.ends_with(' ')) {
                folded.push_str(&fold(letter.encode_utf8(&mut [0; 4])));
            }
            (letter, start..folded.len())
        })
        .collect();
    let found = found(&folded, &terms.iter().map(|term| fold(term)).collect::<Vec<_>>());
    let mut parts = vec![(false, String::new())];
    let mut is_found = false;
    for (letter, place) in letters {
        if !place.is_empty() {
            is_found = found.iter().any(|word| word.start < place.end && place.start < word.end);
        }
        match parts.last_mut() {
            Some((found, part)) if *found == is_found => part.push(letter),
            _ => parts.push((is_found, letter.to_string())),
        }
    }
    parts.retain(|(_, part)| !part.is_empty());
    parts
}

/// Where the terms stand in a text, the longest of those that begin at the same letter.
fn found(text: &str, terms: &[Cow<'_, str>]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(letter) = text[at..].chars().next() {
        let here = terms.iter().filter(|term| text[at..].starts_with(&***term)).map(|term| term.len()).max();
        let length = here.filter(|length| *length > 0);
        found.extend(length.map(|length| at..at + length));
        at += length.unwrap_or(letter.len_utf8());
    }
    found
}

#[cfg(test)]
mod tests {
    use super::marked;

    fn shown(text: &str, terms: &[&str]) -> String {
        let terms: Vec<String> = terms.iter().map(ToString::to_string).collect();
        let parts = marked(text, &terms);
        parts.into_iter().map(|(found, part)| if found { format!("[{part}]") } else { part }).collect()
    }

    #[test]
    fn searched_words_are_set_off_whatever_their_case_and_accents() {
        assert_eq!(shown("Invited QA, qa", &["qa"]), "Invited [QA], [qa]");
        assert_eq!(shown("Ärger in ÅRE", &["är", "are"]), "[Är]ger in [ÅRE]");
        assert_eq!(shown("un rôle, un role", &["rôle"]), "un [rôle], un [role]");
        assert_eq!(shown("İstanbul", &["ist"]), "[İst]anbul");
        assert_eq!(shown("aab", &["a", "aa"]), "[aa]b");
        assert_eq!(shown("", &["a"]), "");
        assert_eq!(shown("x", &[""]), "x");
        assert_eq!(shown("x", &["\u{301}"]), "x");
    }

    #[test]
    fn a_letter_is_set_off_whole() {
        assert_eq!(shown("re\u{301}sume\u{301}s", &["resume"]), "[re\u{301}sume\u{301}]s");
        assert_eq!(shown("ﬁle", &["f"]), "[ﬁ]le");
        assert_eq!(shown("New \u{a0}\tYork", &["new york"]), "[New \u{a0}\tYork]");
        assert_eq!(shown("die Straße", &["STRASSE"]), "die [Straße]");
        assert_eq!(shown("㎏ of 한국", &["g of 하"]), "[㎏ of 한]국");
    }
}
