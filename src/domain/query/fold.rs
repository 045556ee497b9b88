//! Texts as a search sees them: without case and accents.

use std::borrow::Cow;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Lower case, compatibility forms made plain, accents dropped: `Ångström` becomes `angstrom`, `ＡＢＣ` `abc`.
pub fn fold(text: &str) -> Cow<'_, str> {
    if !text.bytes().any(|byte| byte.is_ascii_uppercase() || !byte.is_ascii()) {
        return Cow::Borrowed(text);
    }
    let mut folded = String::with_capacity(text.len());
    let mut rest = text;
    // Nearly all text is ASCII, whose runs need no tables.
    while let Some(at) = rest.find(|c: char| !c.is_ascii()) {
        push_lower(&mut folded, &rest[..at]);
        let wide = rest[at..].find(|c: char| c.is_ascii()).map_or(rest.len(), |length| at + length);
        let plain = rest[at..wide].nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase);
        // Lower case may bring marks back, as İ does.
        folded.extend(plain.filter(|c| !is_combining_mark(*c)));
        rest = &rest[wide..];
    }
    push_lower(&mut folded, rest);
    Cow::Owned(folded)
}

fn push_lower(folded: &mut String, ascii: &str) {
    let start = folded.len();
    folded.push_str(ascii);
    folded[start..].make_ascii_lowercase();
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn case_and_accents_do_not_matter() {
        for (text, folded) in [
            ("Ångström", "angstrom"),
            ("ÉCOLE e\u{301}t", "ecole et"),
            ("İstanbul", "istanbul"),
            ("海洋 ＡＢＣ", "海洋 abc"),
            ("abc", "abc"),
            ("ABC", "abc"),
            ("", ""),
        ] {
            assert_eq!(fold(text), folded);
        }
    }
}
