//! Reads the documents that Retraced's clients send: one query of fields with arguments, and the variables beside it.
//!
//! They are two fixed texts, whose fields a mask chooses. A GraphQL crate would bring nine others with it, one of them
//! in C, to read fragments, directives and types that nobody sends; here those are refused by name.

use serde_json::{Map, Value};

/// Levels of fields within fields.
const DEEPEST: usize = 10;
/// Most bytes of a document: the longest that a client sends has one.
const LONGEST: usize = 16 * 1024;
/// Most fields and arguments of a document, all levels together: there are some fifty that can be asked for.
const MOST: usize = 100;

/// A field that is asked for.
#[derive(Debug, PartialEq)]
pub struct Field {
    pub name: String,
    /// What the answer calls it.
    pub key: String,
    pub arguments: Map<String, Value>,
    pub fields: Vec<Self>,
}

/// Why a document cannot be answered, for whoever wrote it.
pub type Fault = String;

/// The fields of a document's query.
pub fn read(document: &str, variables: &Map<String, Value>) -> Result<Vec<Field>, Fault> {
    if document.len() > LONGEST {
        return Err(format!("a query may have {LONGEST} bytes"));
    }
    let mut reader = Reader { tokens: tokens(document)?, at: 0, left: MOST, variables };
    match reader.next()? {
        Token::Name(word) if word == "query" => reader.pass_head()?,
        Token::Sign('{') => {}
        other => return Err(format!("expected a query, found {other}")),
    }
    let fields = reader.fields(DEEPEST)?;
    match reader.tokens.get(reader.at) {
        None => Ok(fields),
        Some(more) => Err(format!("expected one query alone, found {more}")),
    }
}

/// What an answer holds of a whole value: lists of it too.
pub fn select(value: &Value, fields: &[Field]) -> Result<Value, Fault> {
    match value {
        Value::Array(list) => list.iter().map(|item| select(item, fields)).collect(),
        Value::Object(object) if !fields.is_empty() => {
            let one = |field: &Field| {
                let value = object.get(&field.name).ok_or_else(|| format!("there is no field {}", field.name))?;
                Ok((field.key.clone(), select(value, &field.fields)?))
            };
            fields.iter().map(one).collect::<Result<Map<_, _>, _>>().map(Value::Object)
        }
        Value::Object(_) => Err("a field of an object must say which of its fields are wanted".to_owned()),
        leaf => Ok(leaf.clone()),
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Name(String),
    Text(String),
    Number(serde_json::Number),
    Sign(char),
}

impl std::fmt::Display for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Text(text) => write!(f, "{text:?}"),
            Self::Number(number) => write!(f, "{number}"),
            Self::Sign(sign) => write!(f, "{sign}"),
        }
    }
}

fn tokens(document: &str) -> Result<Vec<Token>, Fault> {
    let mut tokens = Vec::new();
    let mut rest = document;
    while let Some(c) = rest.chars().next() {
        let length = match c {
            '#' => rest.find('\n').unwrap_or(rest.len()),
            // Commas are blanks (GraphQL §2.1.7).
            c if c.is_whitespace() || matches!(c, ',' | '\u{feff}') => c.len_utf8(),
            '"' => {
                let length = text_length(rest).ok_or("a text has no end")?;
                let text = serde_json::from_str(&rest[..length]).map_err(|_| "a text is not one".to_owned())?;
                tokens.push(Token::Text(text));
                length
            }
            '-' | '0'..='9' => {
                let end = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+'));
                let length = rest.find(end).unwrap_or(rest.len());
                let number = serde_json::from_str(&rest[..length]);
                tokens.push(Token::Number(number.map_err(|_| format!("{} is no number", &rest[..length]))?));
                length
            }
            c if c.is_ascii_alphabetic() || c == '_' => {
                let end = |c: char| !(c.is_ascii_alphanumeric() || c == '_');
                let length = rest.find(end).unwrap_or(rest.len());
                tokens.push(Token::Name(rest[..length].to_owned()));
                length
            }
            '{' | '}' | '(' | ')' | ':' | '$' | '!' | '=' | '[' | ']' => {
                tokens.push(Token::Sign(c));
                1
            }
            other => return Err(format!("{other:?} means nothing here")),
        };
        rest = &rest[length..];
    }
    Ok(tokens)
}

/// With both quotes. Texts over several lines are not read.
fn text_length(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return Some(at + 1),
            '\n' => return None,
            _ => {}
        }
    }
    None
}

struct Reader<'v> {
    tokens: Vec<Token>,
    at: usize,
    /// Fields and arguments that may still come.
    left: usize,
    variables: &'v Map<String, Value>,
}

impl Reader<'_> {
    fn next(&mut self) -> Result<Token, Fault> {
        let token = self.tokens.get(self.at).cloned().ok_or("the query has no end")?;
        self.at += 1;
        Ok(token)
    }

    fn is(&mut self, sign: char) -> bool {
        let found = self.tokens.get(self.at) == Some(&Token::Sign(sign));
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, sign: char) -> Result<(), Fault> {
        if self.is(sign) { Ok(()) } else { Err(format!("expected {sign}, found {}", self.next()?)) }
    }

    fn name(&mut self) -> Result<String, Fault> {
        match self.next()? {
            Token::Name(name) => Ok(name),
            other => Err(format!("expected a name, found {other}")),
        }
    }

    /// The query's name, and the types of its variables, which the values themselves tell.
    fn pass_head(&mut self) -> Result<(), Fault> {
        if matches!(self.tokens.get(self.at), Some(Token::Name(_))) {
            self.at += 1;
        }
        if self.is('(') {
            while !self.is(')') {
                self.next()?;
            }
        }
        self.expect('{')
    }

    /// Counts a field or an argument.
    fn take_one(&mut self) -> Result<(), Fault> {
        let fault = || format!("a query may have {MOST} fields and arguments");
        self.left = self.left.checked_sub(1).ok_or_else(fault)?;
        Ok(())
    }

    /// Up to the brace that ends them. Each is asked for once: under many names it would be as many copies.
    fn fields(&mut self, levels: usize) -> Result<Vec<Field>, Fault> {
        let levels = levels.checked_sub(1).ok_or_else(|| format!("more than {DEEPEST} levels of fields"))?;
        let mut fields: Vec<Field> = Vec::new();
        while !self.is('}') {
            self.take_one()?;
            let key = self.name()?;
            let name = if self.is(':') { self.name()? } else { key.clone() };
            if fields.iter().any(|field| field.name == name) {
                return Err(format!("{name} may be asked for once"));
            }
            let arguments = if self.is('(') { self.arguments()? } else { Map::new() };
            let fields_within = if self.is('{') { self.fields(levels)? } else { Vec::new() };
            fields.push(Field { name, key, arguments, fields: fields_within });
        }
        Ok(fields)
    }

    fn arguments(&mut self) -> Result<Map<String, Value>, Fault> {
        let mut arguments = Map::new();
        while !self.is(')') {
            self.take_one()?;
            let name = self.name()?;
            self.expect(':')?;
            let value = match self.next()? {
                Token::Sign('$') => {
                    let name = self.name()?;
                    self.variables.get(&name).cloned().unwrap_or(Value::Null)
                }
                Token::Text(text) => Value::String(text),
                Token::Number(number) => Value::Number(number),
                Token::Name(word) if word == "null" => Value::Null,
                other => return Err(format!("expected a value for {name}, found {other}")),
            };
            arguments.insert(name, value);
        }
        Ok(arguments)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn variables() -> Map<String, Value> {
        json!({"query": "crud:c", "last": 2}).as_object().unwrap().clone()
    }

    #[test]
    fn a_query_s_fields_arguments_and_variables_are_read() {
        let document = "query Search($query: String!, $last: Int = 5, $ids: [ID!]) { # what\n
            search(query: $query, last: $last, before: $none, after: \"a\\\"b\") { totalCount, n: edges { cursor } } }";
        let fields = read(document, &variables()).unwrap();
        let [search] = fields.as_slice() else { panic!() };
        let expected = json!({"query": "crud:c", "last": 2, "before": null, "after": "a\"b"});
        assert_eq!(Value::Object(search.arguments.clone()), expected);
        assert_eq!(search.fields[1].name, "edges");
        let whole = json!({"search": {"totalCount": 1, "other": 2, "edges": [{"cursor": "x", "node": {}}]}});
        let expected = json!({"search": {"totalCount": 1, "n": [{"cursor": "x"}]}});
        assert_eq!(select(&whole, &fields), Ok(expected));
    }

    #[test]
    fn what_is_not_read_is_named() {
        let deep = format!("{}{}", "{a".repeat(11), "}".repeat(11));
        let long = format!("{{ a }} #{}", "x".repeat(LONGEST));
        let wide = |count: usize| (0..count).map(|number| format!("a{number}")).collect::<Vec<_>>().join(" ");
        let many = format!("{{ s {{{}}} t {{{}}} }}", wide(49), wide(50));
        let given = format!("{{ s({}) }}", "a: 1 ".repeat(100));
        for (document, fault) in [
            ("", "the query has no end"),
            ("{search", "the query has no end"),
            ("mutation { a }", "expected a query, found mutation"),
            ("{a} {b}", "expected one query alone, found {"),
            ("{ ...f }", "'.' means nothing here"),
            ("{ a @skip }", "'@' means nothing here"),
            ("{ a(b: [1]) }", "expected a value for b, found ["),
            ("{ a(b: 1e) }", "1e is no number"),
            ("{ a(b: \"x) }", "a text has no end"),
            (deep.as_str(), "more than 10 levels of fields"),
            (long.as_str(), "a query may have 16384 bytes"),
            (many.as_str(), "a query may have 100 fields and arguments"),
            (given.as_str(), "a query may have 100 fields and arguments"),
            ("{ s { a1: raw a2: raw } }", "raw may be asked for once"),
        ] {
            assert_eq!(read(document, &variables()), Err(fault.to_owned()), "{document}");
        }
        let fields = read("{ a { b } }", &variables()).unwrap();
        assert_eq!(select(&json!({"a": {"c": 1}}), &fields), Err("there is no field b".to_owned()));
        assert!(select(&json!({"a": {"b": {}}}), &fields).is_err());
    }
}
