//! JSON fields that remember what was wrong with them instead of stopping the reader.
//!
//! A sender wants every fault of a request at once, so a wrong type must not end the parse. Each field of a
//! [`super::Draft`] is a [`Field`]: reading never fails on one, and the check names it afterwards.

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor, value};
use std::{borrow::Cow, fmt, marker::PhantomData};

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

/// A kind of JSON value that a field accepts.
pub trait Shape<'de>: Sized {
    /// What a sender is told when another kind came.
    const EXPECTED: &'static str;
    fn text(_: Cow<'de, str>) -> Option<Self> {
        None
    }
    fn number(_: f64) -> Option<Self> {
        None
    }
    fn flag(_: bool) -> Option<Self> {
        None
    }
    fn map<A: MapAccess<'de>>(mut map: A) -> Result<Option<Self>, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(None)
    }
    fn list<A: SeqAccess<'de>>(mut list: A) -> Result<Option<Self>, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }
}

impl<'de, T: Shape<'de>> Deserialize<'de> for Field<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyKind(PhantomData))
    }
}

struct AnyKind<T>(PhantomData<T>);

impl<T> AnyKind<T> {
    fn field<'de>(value: Option<T>) -> Field<T>
    where
        T: Shape<'de>,
    {
        value.map_or(Field::Wrong(T::EXPECTED), Field::Given)
    }
}

impl<'de, T: Shape<'de>> Visitor<'de> for AnyKind<T> {
    type Value = Field<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }
    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Field::Absent)
    }
    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Self::field(T::text(Cow::Borrowed(text))))
    }
    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Self::field(T::text(Cow::Owned(text.to_owned()))))
    }
    fn visit_bool<E>(self, flag: bool) -> Result<Self::Value, E> {
        Ok(Self::field(T::flag(flag)))
    }
    #[expect(clippy::cast_precision_loss, reason = "no field counts beyond 2^53")]
    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Self::field(T::number(number as f64)))
    }
    #[expect(clippy::cast_precision_loss, reason = "no field counts beyond 2^53")]
    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Self::field(T::number(number as f64)))
    }
    fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
        Ok(Self::field(T::number(number)))
    }
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        T::map(map).map(Self::field)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
        T::list(list).map(Self::field)
    }
}

/// A text.
pub type Text<'de> = Cow<'de, str>;

impl<'de: 'a, 'a> Shape<'de> for Text<'a> {
    const EXPECTED: &'static str = "a text";
    fn text(text: Cow<'de, str>) -> Option<Self> {
        Some(text)
    }
}

impl Shape<'_> for bool {
    const EXPECTED: &'static str = "true or false";
    fn flag(flag: bool) -> Option<Self> {
        Some(flag)
    }
}

/// A whole number.
impl Shape<'_> for i64 {
    const EXPECTED: &'static str = "a whole number";
    fn number(number: f64) -> Option<Self> {
        #[expect(clippy::cast_possible_truncation, reason = "checked to be whole and small")]
        (number.fract() == 0.0 && number.abs() < 9e15).then_some(number as Self)
    }
}

/// A moment: text, or a number of seconds or milliseconds.
#[derive(Debug, Clone, PartialEq)]
pub enum Moment<'de> {
    Text(Text<'de>),
    Number(f64),
}

impl<'de: 'a, 'a> Shape<'de> for Moment<'a> {
    const EXPECTED: &'static str = "an ISO 8601 date and time such as 2026-05-13T10:23:00Z";
    fn text(text: Cow<'de, str>) -> Option<Self> {
        Some(Self::Text(text))
    }
    fn number(number: f64) -> Option<Self> {
        Some(Self::Number(number))
    }
}

/// An object with fields of its own.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Object<T>(pub T);

impl<'de, T: Deserialize<'de>> Shape<'de> for Object<T> {
    const EXPECTED: &'static str = "an object";
    fn map<A: MapAccess<'de>>(map: A) -> Result<Option<Self>, A::Error> {
        T::deserialize(value::MapAccessDeserializer::new(map)).map(|object| Some(Self(object)))
    }
}

/// A list.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct List<T>(pub Vec<T>);

impl<'de, T: Deserialize<'de>> Shape<'de> for List<T> {
    const EXPECTED: &'static str = "a list";
    fn list<A: SeqAccess<'de>>(mut list: A) -> Result<Option<Self>, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Some(Self(items)))
    }
}

/// Either a text or an object, as `outcome` may be.
#[derive(Debug, Clone, PartialEq)]
pub enum TextOr<'de, T> {
    Text(Text<'de>),
    Object(T),
}

impl<'de: 'a, 'a, T: Deserialize<'de>> Shape<'de> for TextOr<'a, T> {
    const EXPECTED: &'static str = "a text or an object";
    fn text(text: Cow<'de, str>) -> Option<Self> {
        Some(Self::Text(text))
    }
    fn map<A: MapAccess<'de>>(map: A) -> Result<Option<Self>, A::Error> {
        T::deserialize(value::MapAccessDeserializer::new(map)).map(|object| Some(Self::Object(object)))
    }
}

/// A JSON object of any content, kept whole.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AnyObject(pub serde_json::Map<String, serde_json::Value>);

impl<'de> Shape<'de> for AnyObject {
    const EXPECTED: &'static str = "an object";
    fn map<A: MapAccess<'de>>(mut map: A) -> Result<Option<Self>, A::Error> {
        let mut object = serde_json::Map::new();
        while let Some((key, value)) = map.next_entry()? {
            object.insert(key, value);
        }
        Ok(Some(Self(object)))
    }
}
