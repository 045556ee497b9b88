//! Where the secrets within a text are: in addresses, forms, header lines and sentences.

use super::MASK;
use super::names::{Names, Secrecy};
use std::ops::Range;

/// Fewest bytes of somebody's name in an address that is a token instead.
const TOKEN_LENGTH: usize = 20;

/// The parts to mask, in order and apart from each other.
pub fn secrets(text: &str, names: &Names) -> Vec<Range<usize>> {
    if !text.contains(['=', ':']) && !text.contains("eyJ") {
        return Vec::new();
    }
    let mut found = Vec::new();
    in_addresses(text, names, &mut found);
    in_pairs(text, names, &mut found);
    in_header_lines(text, names, &mut found);
    in_words(text, names, &mut found);
    found.retain(|part| !part.is_empty() && &text[part.clone()] != MASK);
    found.sort_unstable_by_key(|part| (part.start, std::cmp::Reverse(part.end)));
    let mut end = 0;
    found.retain(|part| {
        let is_apart = part.start >= end;
        end = end.max(part.end);
        is_apart
    });
    found
}

/// Three parts in base64, the first of which is a JSON object (RFC 7519).
pub fn is_signed_token(text: &str) -> bool {
    let plain =
        |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    text.starts_with("eyJ") && text.split('.').count() == 3 && text.split('.').all(plain)
}

fn is_secret(name: &str, names: &Names) -> bool {
    names.judge(name) != Secrecy::None
}

/// Where a part of a text stands in it.
fn place(text: &str, part: &str) -> Range<usize> {
    let start = part.as_ptr() as usize - text.as_ptr() as usize;
    start..start + part.len()
}

/// `https://user:password@host`, or a token in the user's place.
fn in_addresses(text: &str, names: &Names, found: &mut Vec<Range<usize>>) {
    if !names.usual_too() {
        return;
    }
    for (at, sign) in text.match_indices("://") {
        let rest = &text[at + sign.len()..];
        let ends = |c: char| c.is_whitespace() || matches!(c, '/' | '?' | '#' | '"' | '\'' | '<' | '>');
        let authority = &rest[..rest.find(ends).unwrap_or(rest.len())];
        let Some((user, _)) = authority.rsplit_once('@') else { continue };
        match user.split_once(':') {
            Some((_, password)) => found.push(place(text, password)),
            None if user.len() >= TOKEN_LENGTH => found.push(place(text, user)),
            None => {}
        }
    }
}

/// `name=value` in a query, a fragment, a form or a list of settings. At the very beginning only where nothing but pairs
/// can be meant: in a text without blanks.
fn in_pairs(text: &str, names: &Names, found: &mut Vec<Range<usize>>) {
    let has_blanks = text.contains(char::is_whitespace);
    for piece in text.split(['?', '&', ';', '#']) {
        let before = text[..place(text, piece).start].chars().next_back();
        let pair = if before == Some(';') { piece.trim_start() } else { piece };
        let Some((name, value)) = pair.split_once('=') else { continue };
        let is_name = !name.contains(char::is_whitespace) && (before.is_some() || !has_blanks);
        if is_name && value != "=" && is_secret(name, names) {
            let ends = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>');
            found.push(place(text, &value[..value.find(ends).unwrap_or(value.len())]));
        }
    }
}

/// `Name: value` on a line of its own, as requests have their headers.
fn in_header_lines(text: &str, names: &Names, found: &mut Vec<Range<usize>>) {
    for line in text.lines() {
        let Some((name, value)) = line.split_once(':') else { continue };
        let value = value.trim();
        let mut words = value.split_whitespace();
        let fits = match (words.next(), words.next(), words.next()) {
            _ if name.eq_ignore_ascii_case("cookie") || name.eq_ignore_ascii_case("set-cookie") => value.contains('='),
            (Some(_), None, _) => name.contains('-') || name.eq_ignore_ascii_case("authorization"),
            (Some(_), Some(_), None) => name.to_ascii_lowercase().ends_with("authorization"),
            _ => name.to_ascii_lowercase().ends_with("authorization") && value.contains('='),
        };
        let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        if fits && is_name && value != MASK && is_secret(name, names) {
            found.push(place(text, value));
        }
    }
}

/// Words of a sentence: a signed token, what follows on `Bearer`, and `name=value`, `name: value` where the value is
/// no word of a language.
fn in_words(text: &str, names: &Names, found: &mut Vec<Range<usize>>) {
    let mut before = "";
    for word in text.split_whitespace() {
        let bare = bare(word);
        let is_credential = names.usual_too() && (is_signed_token(bare) || is_scheme(before) && is_opaque(bare));
        if is_credential || before.ends_with(['=', ':']) && is_opaque(bare) && is_secret(before, names) {
            found.push(place(text, bare));
        } else if let Some((name, value)) = word.split_once(['=', ':']) {
            let value = self::bare(value);
            if is_opaque(value) && !value.contains("//") && is_secret(name, names) {
                found.push(place(text, value));
            }
        }
        before = word;
    }
}

fn is_scheme(word: &str) -> bool {
    ["bearer", "basic"].iter().any(|scheme| bare(word).eq_ignore_ascii_case(scheme))
}

/// Without the signs of a sentence around it.
fn bare(word: &str) -> &str {
    word.trim_matches(|c: char| matches!(c, '"' | '\'' | '`' | ',' | '.' | ';' | '!' | '?' | '(' | ')' | '<' | '>'))
}

/// Letters and digits mixed, as in what machines make and people choose, and in no word of a language. A moment is none.
fn is_opaque(value: &str) -> bool {
    let has = |is: fn(&u8) -> bool| value.as_bytes().iter().any(is);
    let is_moment = value.len() >= 10 && value.as_bytes()[4] == b'-' && value.as_bytes()[7] == b'-';
    value.len() >= 6 && has(u8::is_ascii_alphabetic) && has(u8::is_ascii_digit) && !is_moment
}
