//! Events as JSON: one array, or one on each line.

use super::Pen;
use crate::backend::storage::{StorageError, Stored};
use serde::Serialize;

/// Writes one event's JSON, on one line.
pub type WriteEvent = Box<dyn Fn(&Stored, &mut Vec<u8>) -> Result<(), StorageError> + Send>;

/// Writes a value, for a [`WriteEvent`].
pub fn write_json(value: &impl Serialize, file: &mut Vec<u8>) -> Result<(), StorageError> {
    Ok(serde_json::to_writer(file, value).map_err(anyhow::Error::from)?)
}

/// Writes JSON; whoever begins the export says what an event looks like.
pub struct JsonPen {
    write: WriteEvent,
    shape: Shape,
    /// Nothing has been written yet.
    first: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Array,
    Lines,
}

impl JsonPen {
    /// One array of all events, each on its own line.
    pub fn array(write: WriteEvent) -> Self {
        Self { write, shape: Shape::Array, first: true }
    }

    /// An event on each line, and nothing else (NDJSON).
    pub fn lines(write: WriteEvent) -> Self {
        Self { write, shape: Shape::Lines, first: true }
    }
}

impl Pen for JsonPen {
    fn begin(&mut self, file: &mut Vec<u8>) -> Result<(), StorageError> {
        if self.shape == Shape::Array {
            file.push(b'[');
        }
        Ok(())
    }

    fn write(&mut self, events: &[Stored], file: &mut Vec<u8>) -> Result<(), StorageError> {
        for event in events {
            let first = std::mem::replace(&mut self.first, false);
            if self.shape == Shape::Array {
                file.extend_from_slice(if first { b"\n" } else { b",\n" });
            }
            (self.write)(event, file)?;
            if self.shape == Shape::Lines {
                file.push(b'\n');
            }
        }
        Ok(())
    }

    fn end(&mut self, file: &mut Vec<u8>) {
        if self.shape == Shape::Array {
            file.extend_from_slice(if self.first { b"]\n" } else { b"\n]\n" });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::event::{EventId, Stamp};
    use crate::domain::time::Timestamp;

    fn event(action: &str) -> Stored {
        let stamp = Stamp { id: EventId::from_bytes([1; 16]), occurred_at: Timestamp::from_millis(0) };
        let document = format!(r#"{{"action":"{action}"}}"#).into_bytes();
        Stored { stamp, client: "c".to_owned(), document: Ok(document.into()) }
    }

    /// A file of events with these actions, a piece for each list.
    fn written(make: fn(WriteEvent) -> JsonPen, pieces: &[&[&str]]) -> String {
        let mut json = make(Box::new(|event, file| write_json(&event.event().action, file)));
        let mut file = Vec::new();
        json.begin(&mut file).unwrap();
        for piece in pieces {
            let events: Vec<Stored> = piece.iter().map(|action| event(action)).collect();
            json.write(&events, &mut file).unwrap();
        }
        json.end(&mut file);
        String::from_utf8(file).unwrap()
    }

    #[test]
    fn an_array_is_whole_with_none_one_or_many_events() {
        let files: [&[&[&str]]; 5] = [&[], &[&[]], &[&["a"]], &[&["a", "b"]], &[&["a"], &[], &["b", "c"], &[]]];
        for pieces in files {
            let expected: Vec<&str> = pieces.concat();
            let text = written(JsonPen::array, pieces);
            assert_eq!(serde_json::from_str::<Vec<String>>(&text).unwrap(), expected, "{text}");
        }
        assert_eq!(written(JsonPen::array, &[&["a"], &["b"]]), "[\n\"a\",\n\"b\"\n]\n");
        assert_eq!(written(JsonPen::array, &[]), "[]\n");
    }

    #[test]
    fn lines_hold_an_event_each_and_nothing_else() {
        assert_eq!(written(JsonPen::lines, &[]), "");
        assert_eq!(written(JsonPen::lines, &[&["a"], &[], &["b"]]), "\"a\"\n\"b\"\n");
    }
}
