//! Finding the searched words in a text, to set them off.

/// The text in parts, each with whether it is a searched word. Letters' case does not matter.
pub fn marked(text: &str, terms: &[String]) -> Vec<(bool, String)> {
    let mut parts = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some(sign) = rest.chars().next() {
        let longest = terms.iter().filter_map(|term| starts_with(rest, term)).max().filter(|length| *length > 0);
        if let Some(length) = longest {
            if !plain.is_empty() {
                parts.push((false, std::mem::take(&mut plain)));
            }
            parts.push((true, rest[..length].to_owned()));
            rest = &rest[length..];
        } else {
            plain.push(sign);
            rest = &rest[sign.len_utf8()..];
        }
    }
    if !plain.is_empty() || parts.is_empty() {
        parts.push((false, plain));
    }
    parts
}

/// How many bytes of `text` are `term`, if it begins with it. A letter that becomes two in lower case counts whole.
fn starts_with(text: &str, term: &str) -> Option<usize> {
    let mut wanted = term.chars().flat_map(char::to_lowercase).peekable();
    for (at, sign) in text.char_indices() {
        if wanted.peek().is_none() {
            return Some(at);
        }
        if sign.to_lowercase().any(|small| wanted.next() != Some(small)) {
            return None;
        }
    }
    wanted.peek().is_none().then_some(text.len())
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
    fn searched_words_are_set_off_whatever_their_case() {
        assert_eq!(shown("Invited QA, qa", &["qa"]), "Invited [QA], [qa]");
        assert_eq!(shown("Ärger in ÅRE", &["är", "åre"]), "[Är]ger in [ÅRE]");
        assert_eq!(shown("İstanbul", &["i"]), "İstanbul", "half a letter is no match");
        assert_eq!(shown("aab", &["a", "aa"]), "[aa]b");
        assert_eq!(shown("", &["a"]), "");
        assert_eq!(shown("x", &[""]), "x");
    }
}
