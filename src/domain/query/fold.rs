//! Texts as a search sees them: without case and accents, and with one kind of white space.

use std::borrow::Cow;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// The text as a search compares it. Case is folded (Unicode's full case folding: `ß` is `ss`, a final sigma is a sigma),
/// compatibility forms are made plain, accents and strokes are dropped, and every run of white space is one blank:
/// `Ångström` becomes `angstrom`, `Łódź` `lodz`, `ＡＢＣ` `abc`.
pub fn fold(text: &str) -> Cow<'_, str> {
    if is_folded(text) {
        return Cow::Borrowed(text);
    }
    let mut folded = String::with_capacity(text.len());
    let mut rest = text;
    // Nearly all text is ASCII, whose runs need no tables.
    while let Some(at) = rest.find(|c: char| !c.is_ascii()) {
        push_ascii(&mut folded, &rest[..at]);
        let wide = rest[at..].find(|c: char| c.is_ascii()).map_or(rest.len(), |length| at + length);
        let plain = rest[at..wide].nfkd().filter(|c| !is_combining_mark(*c));
        // By way of upper case, letters that share one become the same: ß and SS, both sigmas, ı and i; ẞ is one already.
        let upper = plain.flat_map(char::to_lowercase).flat_map(char::to_uppercase);
        upper.flat_map(char::to_lowercase).for_each(|c| push(&mut folded, c));
        rest = &rest[wide..];
    }
    push_ascii(&mut folded, rest);
    Cow::Owned(folded)
}

/// The same of each line by itself: lines stay apart.
pub fn fold_lines(text: &str) -> Cow<'_, str> {
    if text.lines().all(is_folded) && !text.contains('\r') {
        return Cow::Borrowed(text);
    }
    let mut folded = String::with_capacity(text.len());
    for (at, line) in text.lines().enumerate() {
        if at > 0 {
            folded.push('\n');
        }
        folded.push_str(&fold(line));
    }
    Cow::Owned(folded)
}

/// Whether a text needs no folding: ASCII without capitals, and with no white space but single blanks.
fn is_folded(text: &str) -> bool {
    let mut last = 0;
    text.bytes().all(|byte| {
        let plain = byte.is_ascii() && !byte.is_ascii_uppercase() && !is_blank(byte) && (byte, last) != (b' ', b' ');
        last = byte;
        plain
    })
}

/// White space other than the blank itself.
fn is_blank(byte: u8) -> bool {
    matches!(byte, b'\t'..=b'\r')
}

fn push_ascii(folded: &mut String, ascii: &str) {
    if ascii.bytes().any(is_blank) || ascii.contains("  ") || (ascii.starts_with(' ') && folded.ends_with(' ')) {
        ascii.chars().for_each(|c| push(folded, c.to_ascii_lowercase()));
    } else {
        let start = folded.len();
        folded.push_str(ascii);
        folded[start..].make_ascii_lowercase();
    }
}

/// Adds a character in lower case.
fn push(folded: &mut String, c: char) {
    match c {
        c if c.is_whitespace() => {
            if !folded.ends_with(' ') {
                folded.push(' ');
            }
        }
        // Lower case may bring marks back, as İ does.
        c if is_combining_mark(c) => {}
        'æ' => folded.push_str("ae"),
        'œ' => folded.push_str("oe"),
        'þ' => folded.push_str("th"),
        'ȷ' => folded.push('j'),
        'ł' => folded.push('l'),
        'ø' => folded.push('o'),
        'đ' | 'ð' => folded.push('d'),
        'ħ' => folded.push('h'),
        'ŧ' => folded.push('t'),
        c => folded.push(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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

    #[test]
    fn one_text_in_two_spellings_is_the_same() {
        for (one, other) in [
            ("Straße", "STRASSE"),
            ("STRAẞE", "strasse"),
            ("Łódź", "lodz"),
            ("Søren", "SOREN"),
            ("Đorđe", "dorde"),
            ("Æsir", "aesir"),
            ("Œuvre", "OEUVRE"),
            ("ısı", "ISI"),
            ("ΟΔΟΣ", "οδος"),
            ("ſample", "SAMPLE"),
            ("ﬁle", "FILE"),
        ] {
            assert_eq!(fold(one), fold(other), "{one} {other}");
        }
    }

    #[test]
    fn all_white_space_is_one_blank() {
        for text in
            ["a b", "a\u{a0}b", "a\tb", "a \t b", "a\r\nb", "a\u{2003}\u{202f} b", "A  B", "a\u{85}b", "a\u{3000}b"]
        {
            assert_eq!(fold(text), "a b", "{text:?}");
        }
        assert_eq!(fold_lines("A  b\nc\td\r\n"), "a b\nc d");
        assert_eq!(fold_lines("a\nb"), "a\nb");
    }

    proptest! {
        #[test]
        fn what_is_folded_stays_as_it_is(text in "\\PC{0,20}|[a-zA-Z \t\n\u{a0}éßÆ]{0,20}") {
            let folded = fold(&text).into_owned();
            prop_assert_eq!(&*fold(&folded), folded.as_str());
        }

        #[test]
        fn case_never_matters(text in "[\\p{Latin}\\p{Cyrillic} ]{0,20}") {
            let (upper, lower) = (text.to_uppercase(), text.to_lowercase());
            prop_assert_eq!(fold(&upper), fold(&lower), "{}", text);
        }

        #[test]
        fn a_part_of_a_text_is_found_in_it(before in "[a-zß\t ]{0,6}", part in "[a-zßÆ\u{a0}é]{1,6}", after in "[a-z\n ]{0,6}") {
            let whole = format!("{before}{part}{after}");
            prop_assert!(fold(&whole).contains(fold(&part).trim_matches(' ')), "{whole:?}");
        }
    }
}
