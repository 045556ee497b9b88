//! The text that a search is asked with, such as `crud:c,u,d action:user.* "two words"`.

use crate::domain::event::Crud;
use crate::domain::query::{Condition, Filter, Part};
use crate::domain::time::Timestamp;

/// Most bytes of the text.
const LONGEST: usize = 4 * 1024;

/// Reads it, or says what is wrong with it. Everything must hold; of a list, any.
pub fn read(text: &str) -> Result<Filter, String> {
    if text.len() > LONGEST {
        return Err(format!("a search's text may have {LONGEST} bytes"));
    }
    let mut filter = Filter::default();
    let mut words = Vec::new();
    for Term { name, value } in terms(text) {
        match name {
            None => words.push(value),
            Some(name) => take(&mut filter, &mut words, name, value)?,
        }
    }
    filter.text = words.iter().map(|word| format!("\"{}\"", word.replace('"', " "))).collect::<Vec<_>>().join(" ");
    Ok(filter)
}

fn take(filter: &mut Filter, words: &mut Vec<String>, name: &str, value: String) -> Result<(), String> {
    if value.is_empty() {
        return Ok(());
    }
    match name {
        "action" => filter.action = Some(action(value)?),
        "crud" => {
            let kind = |word: &str| Crud::parse(word.trim()).ok_or("crud takes some of c, r, u and d");
            filter.kinds = value.split(',').map(kind).collect::<Result<_, _>>()?;
        }
        "received" => filter.received = Some(span(name, &value)?),
        "created" => {
            let (from, before) = span(name, &value)?;
            (filter.from, filter.through) = (Some(from), Some(before.plus_millis(-1)));
        }
        "actor.id" => filter.actor = Some(value),
        "actor.name" => filter.conditions.push(Condition::within(&[Part::ActorName], value)),
        "target.id" => filter.target = Some(value),
        "target.type" => filter.target_type = Some(value),
        // These are told apart from the rest of the event by their name alone: wherever the words are, it is found.
        "description" | "location" | "external_id" | "target.name" => words.push(value),
        _ => words.push(format!("{name}:{value}")),
    }
    Ok(())
}

/// Exact, or by its beginning with a star at the end; a star elsewhere means more in our own filters than it does here.
fn action(value: String) -> Result<String, String> {
    let start = value.strip_suffix('*').unwrap_or(&value);
    if start.contains(['*', ',']) {
        return Err("action takes one action, or its beginning and a * at the end".to_owned());
    }
    Ok(value)
}

/// From the first moment on and before the second; an end that is not given lies beyond everything.
fn span(name: &str, value: &str) -> Result<(Timestamp, Timestamp), String> {
    let fault = || format!("{name} takes two moments (ISO 8601) with a comma between them");
    let (from, before) = value.split_once(',').ok_or_else(fault)?;
    let moment = |text: &str, beyond| match text.trim() {
        "" => Ok(beyond),
        text => Timestamp::parse(text).map_err(|_| fault()),
    };
    Ok((moment(from, Timestamp::MIN)?, moment(before, Timestamp::MAX)?))
}

struct Term<'t> {
    name: Option<&'t str>,
    value: String,
}

/// Blanks part them, but for those in quotes.
fn terms(text: &str) -> Vec<Term<'_>> {
    let mut terms = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (name, value) = named(rest);
        let (value, after) = word(value);
        terms.push(Term { name, value: value.to_owned() });
        rest = after.trim_start();
    }
    terms.retain(|term| term.name.is_some() || !term.value.trim().is_empty());
    terms
}

/// The name that a text begins with, if a colon follows it, and the rest.
fn named(text: &str) -> (Option<&str>, &str) {
    let is_of_name = |c: char| c.is_ascii_lowercase() || matches!(c, '.' | '_');
    let (name, rest) = text.split_at(text.find(|c| !is_of_name(c)).unwrap_or(text.len()));
    match rest.strip_prefix(':') {
        Some(value) if !name.is_empty() => (Some(name), value),
        _ => (None, text),
    }
}

/// One word, or what stands in quotes, and what follows.
fn word(text: &str) -> (&str, &str) {
    if let Some(quoted) = text.strip_prefix('"') {
        return quoted.split_once('"').unwrap_or((quoted, ""));
    }
    text.find(char::is_whitespace).map_or((text, ""), |end| text.split_at(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_words_and_quotes_are_told_apart() {
        let filter =
            read(r#"action:"user.*" crud:c,u  actor.id:u_1 actor.name:"Ann W" plain "two words" a:b target.type:team"#)
                .unwrap();
        assert_eq!(filter.action.as_deref(), Some("user.*"));
        assert_eq!(filter.kinds, [Crud::Create, Crud::Update]);
        assert_eq!((filter.actor.as_deref(), filter.target_type.as_deref()), (Some("u_1"), Some("team")));
        assert_eq!(filter.conditions, [Condition::within(&[Part::ActorName], "Ann W")]);
        assert_eq!(filter.terms(), ["plain", "two words", "a:b"]);
        assert_eq!(read("").unwrap(), Filter::default());
    }

    #[test]
    fn spans_end_before_their_second_moment() {
        let filter = read("created:2026-01-01T00:00:00.000Z,2026-01-02T00:00:00.000Z received:2026-01-01,").unwrap();
        assert_eq!(filter.through.unwrap().to_string(), "2026-01-01T23:59:59.999Z");
        assert_eq!(filter.received, Some((Timestamp::parse("2026-01-01").unwrap(), Timestamp::MAX)));
    }

    #[test]
    fn a_text_of_very_many_words_is_refused_and_a_long_one_read() {
        assert_eq!(read(&"a ".repeat(LONGEST / 2)).unwrap().terms().len(), LONGEST / 2);
        assert_eq!(read(&"a ".repeat(LONGEST)).unwrap_err(), "a search's text may have 4096 bytes");
    }

    #[test]
    fn what_cannot_be_meant_is_said() {
        for text in ["crud:x", "received:yesterday,", "created:2026-01-01", "action:a,b", "action:*a*"] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
