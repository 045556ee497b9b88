//! A company's own style sheet, the last resort where tokens do not do.

use serde::{Deserialize, Serialize};

/// Rules that style what is there, and can do nothing else: they load nothing, and cover nothing but the log itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CustomCss(String);

/// Most bytes.
const LONGEST: usize = 16 * 1024;
/// At-rules that only say when rules hold.
const CONDITIONS: [&str; 3] = ["media", "supports", "container"];
/// What loads something, or runs something in old browsers.
const LOADS: [&str; 7] = ["url(", "image(", "image-set(", "src(", "expression(", "-moz-binding", "behavior:"];

impl CustomCss {
    /// The rules, or what must not be in them.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.len() > LONGEST {
            return Err(format!("expected at most {LONGEST} bytes"));
        }
        // Of the whole text, comments and quotations too: it stands in a page as it is.
        for (sign, why) in [('<', "no rule needs it"), ('\\', "escapes would hide what is written")] {
            if text.contains(sign) {
                return Err(format!("expected no “{sign}”: {why}"));
            }
        }
        let bare = bare(text)?.to_ascii_lowercase();
        let plain: String = bare.chars().filter(|c| !c.is_whitespace()).collect();
        if let Some(found) = LOADS.into_iter().find(|word| plain.contains(word)) {
            return Err(format!("expected nothing that loads a file, found “{found}”"));
        }
        if plain.contains("position:fixed") {
            return Err("expected no “position: fixed”: the page around the log is not ours to cover".to_owned());
        }
        let mut rules = bare.split('@').skip(1);
        if let Some(other) = rules.find(|rest| !CONDITIONS.iter().any(|word| rest.starts_with(word))) {
            let word: String = other.chars().take_while(char::is_ascii_alphabetic).collect();
            return Err(format!("expected no “@{word}”; @media, @supports and @container may stand here"));
        }
        if !balanced(&bare) {
            return Err("a bracket is not closed".to_owned());
        }
        Ok(Self(text.to_owned()))
    }

    /// As it stands in a `style` element.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl TryFrom<String> for CustomCss {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text)
    }
}

impl From<CustomCss> for String {
    fn from(css: CustomCss) -> Self {
        css.0
    }
}

/// The rules without comments, each of which parts two words as a blank does, and with nothing between quotation marks.
/// What opens a comment within quotation marks is text, and a quotation mark within a comment is none, as browsers have
/// it (CSS Syntax §4.3.1): otherwise one could hide rules from us in the other.
fn bare(text: &str) -> Result<String, &'static str> {
    let mut bare = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['"', '\'', '/']) {
        let (before, from) = rest.split_at(at);
        bare.push_str(before);
        if let Some(comment) = from.strip_prefix("/*") {
            bare.push(' ');
            rest = comment.split_once("*/").ok_or("a comment is not closed")?.1;
        } else if let Some(after) = from.strip_prefix('/') {
            bare.push('/');
            rest = after;
        } else {
            let (mark, quoted) = from.split_at(1);
            let (inside, after) = quoted.split_once(mark).ok_or("a quotation mark is not closed")?;
            if inside.contains(['\n', '\r', '\x0c']) {
                return Err("a quotation mark is not closed on its line");
            }
            bare.extend([mark, mark]);
            rest = after;
        }
    }
    Ok(bare + rest)
}

/// Whether every bracket is closed, so that nothing runs on into the rules after.
fn balanced(bare: &str) -> bool {
    let mut open = Vec::new();
    for c in bare.chars() {
        match c {
            '{' => open.push('}'),
            '(' => open.push(')'),
            '[' => open.push(']'),
            '}' | ')' | ']' if open.pop() != Some(c) => return false,
            _ => {}
        }
    }
    open.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_that_only_style_are_kept_as_they_are() {
        for text in [
            "",
            ".masthead { border-block-end: 2px solid var(--audit-accent) }",
            "@media (width > 60rem) { td { padding: 4px } } /* wide */",
            "th::after { content: \"↓ (newest)\" }",
            "th::after { content: \"it's /* not\" } /* it's */ td::after { content: '{ url( @ */' }",
        ] {
            assert_eq!(CustomCss::parse(text).unwrap().as_str(), text);
        }
    }

    #[test]
    fn nothing_is_loaded_covered_or_left_open() {
        for text in [
            "a { background: url(https://evil.test/x) }",
            "a { background: URL (x) }",
            "a { background: u\\72l(x) }",
            "@import 'x';",
            "@font-face { src: local(a) }",
            "a { position : /* no */ fixed }",
            "</style><script>",
            "a { color: red",
            "a { color: red } }",
            "a { content: \"x }",
            "/* open",
            "/* </style><meta http-equiv=refresh content='0;url=https://evil.test'> */",
            "a { content: \"/*\" } b { background: url(https://evil.test/x) } c { content: \"*/\" }",
            "/* \" */ a { background: url(x) } /* \" */",
            "a { content: \"\n} b { background: url(x) } \" }",
            "a { background: image-set('x' 1x) }",
            &"a".repeat(LONGEST + 1),
        ] {
            assert!(CustomCss::parse(text).is_err(), "{text}");
        }
    }
}
