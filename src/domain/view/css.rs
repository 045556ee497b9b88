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
const LOADS: [&str; 6] = ["url", "image", "image-set", "src", "expression", "cross-fade"];
/// What does so by its own name, in those.
const BINDS: [&str; 2] = ["-moz-binding", "behavior"];
/// Properties that could take a part of the log out of it, with the only values that they may have: words alone, since
/// what `var()`, `attr()`, `env()` or `if()` come to is not known here, and what is inherited is not either.
const WITHIN: [(&str, &[&str]); 2] =
    [("position", &["static", "relative", "absolute", "sticky", "initial", "unset"]), ("all", &["initial", "unset"])];

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
        if let Some(found) = loads_a_file(&bare) {
            return Err(format!("expected nothing that loads a file, found “{found}”"));
        }
        if let Some((property, allowed)) = outside(&bare) {
            return Err(format!("expected “{property}” to be {allowed}: the page around the log is not ours to cover"));
        }
        let mut rules = bare.split('@').skip(1).map(at_word);
        if let Some(word) = rules.find(|word| !CONDITIONS.contains(word)) {
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

/// The first function of a style sheet's text, in small letters, that loads something, or the property that does.
pub(super) fn loads_a_file(bare: &str) -> Option<&'static str> {
    words(bare).find_map(|(word, rest)| {
        let function = LOADS.into_iter().find(|load| rest.trim_start().starts_with('(') && is_named(word, load));
        function.or_else(|| BINDS.into_iter().find(|bind| *bind == word && rest.trim_start().starts_with(':')))
    })
}

/// Whether a word is a name, with the prefix of a browser's maker or without.
fn is_named(word: &str, name: &str) -> bool {
    word == name || ["-webkit-", "-moz-", "-ms-", "-o-"].iter().any(|maker| word.strip_prefix(maker) == Some(name))
}

/// The first property that is not within its values, and these, in whatever rule it stands.
fn outside(bare: &str) -> Option<(&'static str, String)> {
    words(bare).find_map(|(word, rest)| {
        let (property, allowed) = WITHIN.into_iter().find(|(property, _)| *property == word)?;
        let value = rest.trim_start().strip_prefix(':')?.split([';', '{', '}', ')']).next()?.trim();
        let value = value.split_once('!').map_or(value, |(value, _)| value.trim_end());
        let within = allowed.contains(&value) || property == "position" && value == "-webkit-sticky";
        (!within).then(|| (property, allowed.join(", ")))
    })
}

/// Every word of a style sheet, each with the text after it.
fn words(bare: &str) -> impl Iterator<Item = (&str, &str)> {
    let is_of_word = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_') || !c.is_ascii();
    let mut rest = bare;
    std::iter::from_fn(move || {
        let from = &rest[rest.find(is_of_word)?..];
        let end = from.find(|c| !is_of_word(c)).unwrap_or(from.len());
        let (word, after) = from.split_at(end);
        rest = after;
        Some((word, after))
    })
}

/// The word after an `@`.
fn at_word(rest: &str) -> &str {
    rest.split(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_') || !c.is_ascii())).next().unwrap_or_default()
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
            "th { position: sticky !important; background-position: 0 0 } @supports (position:sticky) { td { all:unset } }",
            "td { scroll-behavior: smooth; content: attr(data-x); will-change: position; transition: all 1s }",
            ".src { --p: fixed; color: var(--p) } td { & b { position:relative } }",
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
            "a { --p: fixed; position: var(--p) }",
            "a { position: var(--p, fixed) !important }",
            "a { position: attr(data-p type(<custom-ident>)) }",
            "a { position: env(--p) }",
            "a { position: if(media(width > 1px): fixed) }",
            "a { position: inherit } b { position: revert-layer }",
            "a { POSITION: Fixed }",
            "a { color: red; & b { color: red; position:\tfixed } }",
            "@media (width > 1px) { a { position: fixed } }",
            "a { all: inherit }",
            "a { all: var(--p) }",
            "@property --p { syntax: '*'; inherits: false; initial-value: fixed }",
            "@position-try --p { position: fixed }",
            "@mediaeval x;",
            "a { behavior: x } b { -moz-binding: x }",
            "a { background: -webkit-image-set('x' 1x) }",
            "a { background: cross-fade('x', 'y') }",
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
