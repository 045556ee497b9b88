//! JSON of events: every number by its own text, every name a name.
//!
//! `serde_json`'s reader of any value takes an object with a private name of its own (`$serde_json::private::Number`) for a
//! number, and fails at half a surrogate pair, which JavaScript can send. What somebody sends or has sent is read here
//! instead. What comes out is the same [`Value`] that everything else works with; its numbers keep their text, which
//! is what `serde_json`'s feature `arbitrary_precision` is for.

use serde::Serialize;
use serde::de::{Deserialize, Deserializer, Error};
use serde_json::value::RawValue;
use serde_json::{Map, Number, Value};
use std::borrow::Cow;

/// Levels of lists and objects that are read, unless less is allowed.
const DEEPEST: u64 = 128;

/// A JSON value, borrowed from its text.
#[derive(Debug, Clone, PartialEq)]
pub enum Json<'a> {
    Null,
    Flag(bool),
    /// By its text, such as `1.50` or `1e400`.
    Number(&'a str),
    Text(Cow<'a, str>),
    List(Vec<Json<'a>>),
    /// Members in their order; one name may stand there twice.
    Object(Vec<(Cow<'a, str>, Json<'a>)>),
}

/// Why a text is not JSON that can be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason} at byte {at}")]
pub struct JsonError {
    pub reason: Cow<'static, str>,
    /// Bytes before the place.
    pub at: usize,
}

/// Reads a value.
pub fn parse(text: &str) -> Result<Json<'_>, JsonError> {
    parse_to_depth(text, DEEPEST)
}

/// Reads a value of so many levels of lists and objects at most.
pub fn parse_to_depth(text: &str, levels: u64) -> Result<Json<'_>, JsonError> {
    let mut reader = Reader { text, at: 0, levels };
    let value = reader.value(levels)?;
    reader.skip_blanks();
    if reader.at == text.len() { Ok(value) } else { Err(reader.error("trailing characters")) }
}

/// Reads a value that owns its parts.
pub fn value(text: &str) -> Result<Value, JsonError> {
    Ok(parse(text)?.into_value())
}

/// The same from bytes.
pub fn value_of_bytes(bytes: &[u8]) -> Result<Value, JsonError> {
    let text = std::str::from_utf8(bytes);
    value(text.map_err(|error| JsonError { reason: "expected UTF-8".into(), at: error.valid_up_to() })?)
}

impl Json<'_> {
    /// The same with parts of its own. Of members of one name the last one counts.
    pub fn into_value(self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Flag(flag) => Value::Bool(flag),
            // Reading it once more would write its exponent in another way.
            Self::Number(text) => Value::Number(Number::from_string_unchecked(text.to_owned())),
            Self::Text(text) => Value::String(text.into_owned()),
            Self::List(items) => items.into_iter().map(Json::into_value).collect(),
            Self::Object(members) => Value::Object(object(members)),
        }
    }
}

/// What something is as JSON. `serde_json`'s own `to_value`, which `json!` is made of, writes exponents in its own way.
pub fn of(thing: &impl Serialize) -> serde_json::Result<Value> {
    let text = serde_json::to_string(thing)?;
    value(&text).map_err(serde_json::Error::custom)
}

/// The members of an object. Of those of one name the last one counts.
pub fn object(members: Vec<(Cow<'_, str>, Json<'_>)>) -> Map<String, Value> {
    members.into_iter().map(|(name, value)| (name.into_owned(), value.into_value())).collect()
}

/// A value within a larger document that serde reads.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AnyValue(pub Value);

impl<'de> Deserialize<'de> for AnyValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <&RawValue>::deserialize(deserializer)?;
        value(text.get()).map(Self).map_err(D::Error::custom)
    }
}

/// Reads from a place on.
struct Reader<'a> {
    text: &'a str,
    at: usize,
    /// As many as were allowed at the beginning, for the words of the error.
    levels: u64,
}

impl<'a> Reader<'a> {
    fn error(&self, reason: impl Into<Cow<'static, str>>) -> JsonError {
        JsonError { reason: reason.into(), at: self.at.min(self.text.len()) }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_blanks(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    fn eat(&mut self, byte: u8) -> bool {
        let is_there = self.peek() == Some(byte);
        self.at += usize::from(is_there);
        is_there
    }

    fn value(&mut self, levels: u64) -> Result<Json<'a>, JsonError> {
        self.skip_blanks();
        match self.peek() {
            Some(b'"') => self.string().map(Json::Text),
            Some(b'{') => self.members(self.inner(levels)?),
            Some(b'[') => self.items(self.inner(levels)?),
            Some(b'-' | b'0'..=b'9') => self.number().map(Json::Number),
            Some(b't') => self.word("true", Json::Flag(true)),
            Some(b'f') => self.word("false", Json::Flag(false)),
            Some(b'n') => self.word("null", Json::Null),
            Some(_) => Err(self.error("expected value")),
            None => Err(self.error("EOF while parsing a value")),
        }
    }

    fn inner(&self, levels: u64) -> Result<u64, JsonError> {
        let said = || self.error(format!("expected at most {} levels of nesting", self.levels));
        levels.checked_sub(1).ok_or_else(said)
    }

    fn word(&mut self, word: &str, value: Json<'a>) -> Result<Json<'a>, JsonError> {
        if !self.text[self.at..].starts_with(word) {
            return Err(self.error("expected value"));
        }
        self.at += word.len();
        Ok(value)
    }

    fn members(&mut self, levels: u64) -> Result<Json<'a>, JsonError> {
        self.at += 1;
        let mut members = Vec::new();
        self.skip_blanks();
        if self.eat(b'}') {
            return Ok(Json::Object(members));
        }
        loop {
            self.skip_blanks();
            if self.peek() != Some(b'"') {
                return Err(self.error("key must be a string"));
            }
            let name = self.string()?;
            self.skip_blanks();
            if !self.eat(b':') {
                return Err(self.error("expected `:`"));
            }
            members.push((name, self.value(levels)?));
            self.skip_blanks();
            if self.eat(b'}') {
                return Ok(Json::Object(members));
            }
            if !self.eat(b',') {
                return Err(self.error("expected `,` or `}`"));
            }
        }
    }

    fn items(&mut self, levels: u64) -> Result<Json<'a>, JsonError> {
        self.at += 1;
        let mut items = Vec::new();
        self.skip_blanks();
        if self.eat(b']') {
            return Ok(Json::List(items));
        }
        loop {
            items.push(self.value(levels)?);
            self.skip_blanks();
            if self.eat(b']') {
                return Ok(Json::List(items));
            }
            if !self.eat(b',') {
                return Err(self.error("expected `,` or `]`"));
            }
        }
    }

    /// RFC 8259 section 6.
    fn number(&mut self) -> Result<&'a str, JsonError> {
        let start = self.at;
        self.eat(b'-');
        if !self.eat(b'0') {
            self.digits()?;
        }
        if self.eat(b'.') {
            self.digits()?;
        }
        if self.eat(b'e') || self.eat(b'E') {
            let _ = self.eat(b'+') || self.eat(b'-');
            self.digits()?;
        }
        if let Some(b'0'..=b'9') = self.peek() {
            return Err(self.error("invalid number"));
        }
        Ok(&self.text[start..self.at])
    }

    fn digits(&mut self) -> Result<(), JsonError> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        if self.at > start { Ok(()) } else { Err(self.error("invalid number")) }
    }

    /// A text, from its first quote on.
    fn string(&mut self) -> Result<Cow<'a, str>, JsonError> {
        self.at += 1;
        let mut start = self.at;
        let mut unescaped: Option<String> = None;
        loop {
            match self.peek() {
                Some(b'"') => {
                    let rest = &self.text[start..self.at];
                    self.at += 1;
                    return Ok(match unescaped {
                        None => Cow::Borrowed(rest),
                        Some(mut text) => {
                            text.push_str(rest);
                            Cow::Owned(text)
                        }
                    });
                }
                Some(b'\\') => {
                    let text = unescaped.get_or_insert_default();
                    text.push_str(&self.text[start..self.at]);
                    self.at += 1;
                    text.push(self.escape()?);
                    start = self.at;
                }
                Some(0..=0x1f) => {
                    return Err(self.error("control character (\\u0000-\\u001F) found while parsing a string"));
                }
                Some(_) => self.at += 1,
                None => return Err(self.error("EOF while parsing a string")),
            }
        }
    }

    /// What an escape stands for, from behind its backslash on.
    fn escape(&mut self) -> Result<char, JsonError> {
        let sign = self.peek().ok_or_else(|| self.error("EOF while parsing a string"))?;
        self.at += 1;
        Ok(match sign {
            b'"' | b'\\' | b'/' => char::from(sign),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.unicode(),
            _ => return Err(self.error("invalid escape")),
        })
    }

    /// Half a surrogate pair is U+FFFD.
    fn unicode(&mut self) -> Result<char, JsonError> {
        let first = self.hex()?;
        let pair = (0xd800..0xdc00).contains(&first) && self.text[self.at..].starts_with("\\u");
        if pair {
            let back = self.at;
            self.at += 2;
            let second = self.hex()?;
            if (0xdc00..0xe000).contains(&second) {
                let code = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                return Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            self.at = back;
        }
        Ok(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn hex(&mut self) -> Result<u32, JsonError> {
        let digits = self.text.as_bytes().get(self.at..self.at + 4);
        let code = digits.and_then(|digits| {
            digits.iter().try_fold(0, |code, digit| Some(code * 16 + char::from(*digit).to_digit(16)?))
        });
        let code = code.ok_or_else(|| self.error("invalid escape"))?;
        self.at += 4;
        Ok(code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn numbers_keep_their_text() {
        for number in
            ["1e400", "-0", "1.50", "123456789012345678901234567890", "0.1000000000000000055", "1E+2", "-1e-400"]
        {
            let read = value(&format!("[{number}]")).unwrap();
            assert_eq!(read.to_string(), format!("[{number}]"));
        }
        for broken in ["01", "1.", ".5", "+1", "-", "1e", "1e+", "0x1", "NaN", "1 2"] {
            assert!(parse(broken).is_err(), "{broken}");
        }
    }

    #[test]
    fn what_is_made_json_keeps_the_text_of_its_numbers() {
        let numbers = value(r#"{"a":[1e400,1.50,-0,1E+2]}"#).unwrap();
        assert_eq!(of(&numbers).unwrap().to_string(), r#"{"a":[1e400,1.50,-0,1E+2]}"#);
    }

    #[test]
    fn a_private_name_of_the_reader_s_is_a_name() {
        for name in ["$serde_json::private::Number", "$serde_json::private::RawValue"] {
            for inner in ["\"5\"", "5", "null", "\"[1]\""] {
                let text = format!("{{\"{name}\":{inner}}}");
                assert_eq!(value(&text).unwrap().to_string(), text);
            }
        }
    }

    #[test]
    fn half_a_surrogate_pair_is_replaced_and_a_whole_one_read() {
        for (text, read) in [
            (r#""a\ud800b""#, "a\u{fffd}b"),
            (r#""\udc00\ud800""#, "\u{fffd}\u{fffd}"),
            (r#""\ud800\u0041""#, "\u{fffd}A"),
            (r#""\ud83d\ude00\u0000\n""#, "😀\0\n"),
        ] {
            assert_eq!(parse(text), Ok(Json::Text(read.into())), "{text}");
        }
        assert_eq!(value(r#"{"\ud800":1}"#).unwrap(), json!({"\u{fffd}": 1}));
        assert!(parse(r#""\u12""#).is_err() && parse(r#""\u+123""#).is_err() && parse("\"\\u12é\"").is_err());
    }

    #[test]
    fn no_more_levels_are_read_than_are_allowed() {
        let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert!(parse_to_depth(&nested(2), 2).is_ok());
        let error = parse_to_depth(&nested(3), 2).unwrap_err();
        assert_eq!((&*error.reason, error.at), ("expected at most 2 levels of nesting", 2));
        assert!(parse(&nested(100_000)).is_err());
    }

    #[test]
    fn what_is_no_json_is_named_with_its_place() {
        for (text, reason, at) in [
            ("", "EOF while parsing a value", 0),
            ("{\"a\" 1}", "expected `:`", 5),
            ("[1", "expected `,` or `]`", 2),
            ("[1]x", "trailing characters", 3),
            ("{1:2}", "key must be a string", 1),
            ("\"a\nb\"", "control character (\\u0000-\\u001F) found while parsing a string", 2),
            ("tru", "expected value", 0),
        ] {
            assert_eq!(parse(text), Err(JsonError { reason: reason.into(), at }), "{text}");
        }
    }

    proptest! {
        #[test]
        fn whatever_serde_writes_is_read_the_same(texts in proptest::collection::vec(".*", 0..4), number: i64, float: f64) {
            let written = json!({"texts": texts, "deep": [[{"n": number, "f": float, "t": true, "x": null}]]});
            prop_assert_eq!(value(&written.to_string()).unwrap(), written.clone());
            let pretty = serde_json::to_string_pretty(&written).unwrap();
            prop_assert_eq!(value(&pretty).unwrap(), written);
        }

        #[test]
        fn any_bytes_are_read_or_refused(text in "[\\[\\]{}\",:0-9eE.+tfn\\\\u d8-]{0,40}") {
            let expected = serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok();
            prop_assert_eq!(parse(&text).is_ok(), expected, "{}", text);
        }

        #[test]
        fn any_number_keeps_its_text(text in "-?(0|[1-9][0-9]{0,40})(\\.[0-9]{1,40})?([eE][+-]?[0-9]{1,5})?") {
            prop_assert_eq!(value(&text).unwrap().to_string(), text);
        }
    }
}
