//! JSON fields that remember what was wrong with them instead of stopping the reader.
//!
//! A sender wants every fault of a request at once, so a wrong type must not end the parse. Each field of a
//! [`super::Draft`] is a [`Field`]: reading never fails on one, and the check names it afterwards.

use crate::domain::json::{self, Json};
use serde_json::{Map, Value};
use std::borrow::Cow;

/// One field as it came.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Field<T> {
    /// Not there, or `null`.
    #[default]
    Absent,
    /// There, of the right type.
    Given(T),
    /// There, of another type; says which was expected.
    Wrong(&'static str),
}

impl<T> Field<T> {
    /// The value, if there is a good one.
    pub fn given(&self) -> Option<&T> {
        match self {
            Self::Given(value) => Some(value),
            Self::Absent | Self::Wrong(_) => None,
        }
    }
}

impl<'a, T: Shape<'a>> Field<T> {
    fn read(json: Json<'a>) -> Self {
        match json {
            Json::Null => Self::Absent,
            json => T::read(json).map_or(Self::Wrong(T::EXPECTED), Self::Given),
        }
    }
}

/// A kind of JSON value that a field accepts.
pub trait Shape<'a>: Sized {
    /// What a sender is told when another kind came.
    const EXPECTED: &'static str;
    /// The value, if it is of this kind.
    fn read(json: Json<'a>) -> Option<Self>;
}

/// The members of an object, which are taken out by their names.
#[derive(Debug, Default)]
pub struct Members<'a>(pub Vec<(Cow<'a, str>, Json<'a>)>);

impl<'a> Members<'a> {
    /// A field of ours. A name that stands there twice could mean either.
    pub fn field<T: Shape<'a>>(&mut self, name: &str) -> Field<T> {
        let mut values = self.0.iter_mut().filter(|(key, _)| key == name);
        let Some((_, value)) = values.next() else { return Field::Absent };
        if values.next().is_some() {
            return Field::Wrong("this name once only");
        }
        Field::read(std::mem::replace(value, Json::Null))
    }

    /// The last field of a name.
    pub fn last<T: Shape<'a>>(&mut self, name: &str) -> Field<T> {
        let last = self.0.iter_mut().rfind(|(key, _)| key == name);
        last.map_or(Field::Absent, |(_, value)| Field::read(std::mem::replace(value, Json::Null)))
    }

    /// Any value, `null` being one.
    pub fn any(&mut self, name: &str) -> Option<Value> {
        let (_, value) = self.0.iter_mut().rfind(|(key, _)| key == name)?;
        Some(std::mem::replace(value, Json::Null).into_value())
    }
}

/// What is read out of an object's members.
pub trait FromMembers<'a>: Sized {
    fn from_members(members: Members<'a>) -> Self;
}

/// A text.
pub type Text<'a> = Cow<'a, str>;

impl<'a> Shape<'a> for Text<'a> {
    const EXPECTED: &'static str = "a text";
    fn read(json: Json<'a>) -> Option<Self> {
        if let Json::Text(text) = json { Some(text) } else { None }
    }
}

impl Shape<'_> for String {
    const EXPECTED: &'static str = "a text";
    fn read(json: Json<'_>) -> Option<Self> {
        if let Json::Text(text) = json { Some(text.into_owned()) } else { None }
    }
}

impl Shape<'_> for bool {
    const EXPECTED: &'static str = "true or false";
    fn read(json: Json<'_>) -> Option<Self> {
        if let Json::Flag(flag) = json { Some(flag) } else { None }
    }
}

/// A whole number, which may be written as `2.0`.
impl Shape<'_> for i64 {
    const EXPECTED: &'static str = "a whole number";
    fn read(json: Json<'_>) -> Option<Self> {
        let Json::Number(text) = json else { return None };
        text.parse().ok().or_else(|| {
            let number: f64 = text.parse().ok()?;
            #[expect(clippy::cast_possible_truncation, reason = "checked to be whole and small")]
            (number.fract() == 0.0 && number.abs() < 9e15).then_some(number as Self)
        })
    }
}

/// A moment: text, or the text of a number of seconds or milliseconds.
#[derive(Debug, Clone, PartialEq)]
pub enum Moment<'a> {
    Text(Text<'a>),
    Number(&'a str),
}

impl<'a> Shape<'a> for Moment<'a> {
    const EXPECTED: &'static str = "an ISO 8601 date and time such as 2026-05-13T10:23:00Z";
    fn read(json: Json<'a>) -> Option<Self> {
        match json {
            Json::Text(text) => Some(Self::Text(text)),
            Json::Number(text) => Some(Self::Number(text)),
            _ => None,
        }
    }
}

/// An object with fields of its own.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Object<T>(pub T);

impl<'a, T: FromMembers<'a>> Shape<'a> for Object<T> {
    const EXPECTED: &'static str = "an object";
    fn read(json: Json<'a>) -> Option<Self> {
        let Json::Object(members) = json else { return None };
        Some(Self(T::from_members(Members(members))))
    }
}

/// A list.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct List<T>(pub Vec<T>);

impl<'a, T: Shape<'a>> Shape<'a> for List<Field<T>> {
    const EXPECTED: &'static str = "a list";
    fn read(json: Json<'a>) -> Option<Self> {
        let Json::List(items) = json else { return None };
        Some(Self(items.into_iter().map(Field::read).collect()))
    }
}

/// Either a text or an object, as `outcome` may be.
#[derive(Debug, Clone, PartialEq)]
pub enum TextOr<'a, T> {
    Text(Text<'a>),
    Object(T),
}

impl<'a, T: FromMembers<'a>> Shape<'a> for TextOr<'a, T> {
    const EXPECTED: &'static str = "a text or an object";
    fn read(json: Json<'a>) -> Option<Self> {
        match json {
            Json::Text(text) => Some(Self::Text(text)),
            Json::Object(members) => Some(Self::Object(T::from_members(Members(members)))),
            _ => None,
        }
    }
}

/// One text, or several in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Texts<'a>(pub Vec<Text<'a>>);

impl Texts<'_> {
    /// The addresses in them: one text may hold several, parted by commas, as proxies write them.
    pub fn addresses(&self) -> impl Iterator<Item = &str> {
        self.0.iter().flat_map(|text| text.split(',')).map(str::trim).filter(|address| !address.is_empty())
    }
}

impl<'a> Shape<'a> for Texts<'a> {
    const EXPECTED: &'static str = "a text or a list of texts";
    fn read(json: Json<'a>) -> Option<Self> {
        match json {
            Json::Text(text) => Some(Self(vec![text])),
            Json::List(items) => items.into_iter().map(Text::read).collect::<Option<_>>().map(Self),
            _ => None,
        }
    }
}

/// A JSON object of any content, kept whole.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AnyObject(pub Map<String, Value>);

impl Shape<'_> for AnyObject {
    const EXPECTED: &'static str = "an object";
    fn read(json: Json<'_>) -> Option<Self> {
        if let Json::Object(members) = json { Some(Self(json::object(members))) } else { None }
    }
}
