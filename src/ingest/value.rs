//! JSON, YAML and TOML values that borrow from the text they were read from.

use std::borrow::Cow;
use std::fmt;

use serde::Deserializer;
use serde::de::{Deserialize, MapAccess, SeqAccess, Visitor};

/// A value; objects keep the order of their keys, and keys that come twice.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value<'a> {
    Null,
    Bool(bool),
    Integer(i64),
    Float(f64),
    Text(Cow<'a, str>),
    List(Vec<Value<'a>>),
    Map(Vec<(Cow<'a, str>, Value<'a>)>),
}

impl<'a> Value<'a> {
    /// The value of a key; of keys that come twice the last, as most readers of JSON have it.
    pub(super) fn get(&self, key: &str) -> Option<&Value<'a>> {
        self.pairs().iter().rev().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// Keys and values of an object; none for other values.
    pub(super) fn pairs(&self) -> &[(Cow<'a, str>, Value<'a>)] {
        match self {
            Self::Map(pairs) => pairs,
            _ => &[],
        }
    }

    /// The elements of a list; a single value counts as a list of one.
    pub(super) fn items(&self) -> &[Value<'a>] {
        match self {
            Self::List(items) => items,
            Self::Null => &[],
            single => std::slice::from_ref(single),
        }
    }

    /// The text of a text.
    pub(super) fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Whether there is nothing in it: null, blank text, an empty list or object.
    pub(super) fn is_blank(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Text(text) => text.trim().is_empty(),
            Self::List(items) => items.iter().all(Value::is_blank),
            Self::Map(pairs) => pairs.iter().all(|(_, value)| value.is_blank()),
            _ => false,
        }
    }

    /// The value at a path: the key as written, else stepping into objects at dots; lists are stepped through.
    pub(super) fn at_path(&self, path: &str) -> Vec<&Value<'a>> {
        if let Some(value) = self.get(path) {
            return vec![value];
        }
        let mut found = vec![self];
        for step in path.split('.') {
            found = found.into_iter().flat_map(Value::items).filter_map(|value| value.get(step)).collect();
        }
        found
    }
}

impl<'de> Deserialize<'de> for Value<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Value<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Value::Integer(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        // Ids beyond i64 keep their digits.
        Ok(i64::try_from(value).map_or_else(|_| Value::Text(value.to_string().into()), Value::Integer))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Value::Float(value))
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Self::Value, E> {
        Ok(Value::Text(Cow::Borrowed(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
        Ok(Value::Text(Cow::Owned(value.to_owned())))
    }

    fn visit_string<E>(self, value: String) -> Result<Self::Value, E> {
        Ok(Value::Text(Cow::Owned(value)))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(Reader)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element()? {
            items.push(item);
        }
        Ok(Value::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
        let mut pairs = Vec::new();
        while let Some(Key(key)) = access.next_key()? {
            pairs.push((key, access.next_value()?));
        }
        Ok(Value::Map(pairs))
    }
}

/// A key: YAML allows numbers and the like, which become their text.
struct Key<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(match Value::deserialize(deserializer)? {
            Value::Text(text) => text,
            Value::Integer(number) => number.to_string().into(),
            Value::Bool(value) => value.to_string().into(),
            _ => Cow::Borrowed(""),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_without_escapes_are_borrowed() {
        let value: Value<'_> = serde_json::from_str(r#"{"a":"x","b":["y\n",1,null],"a":{"c":2.5}}"#).unwrap();
        assert!(matches!(&value.pairs()[0].1, Value::Text(Cow::Borrowed("x"))));
        assert_eq!(value.at_path("a.c"), [&Value::Float(2.5)]);
        assert!(!value.is_blank());
    }
}
