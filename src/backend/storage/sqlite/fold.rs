//! Texts as a search sees them: without case and accents.

use std::borrow::Cow;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Lower case, compatibility forms made plain, accents dropped: `Ångström` becomes `angstrom`, `ＡＢＣ` `abc`.
pub fn fold(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return Cow::Owned(text.to_ascii_lowercase());
        }
        return Cow::Borrowed(text);
    }
    let plain = text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase);
    // Lower case may bring marks back, as İ does.
    Cow::Owned(plain.filter(|c| !is_combining_mark(*c)).collect())
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn case_and_accents_do_not_matter() {
        for (text, folded) in
            [("Ångström", "angstrom"), ("ÉCOLE", "ecole"), ("İstanbul", "istanbul"), ("海洋", "海洋"), ("abc", "abc")]
        {
            assert_eq!(fold(text), folded);
        }
    }
}
