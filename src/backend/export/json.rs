//! Events as JSON: one array, or one on each line.

use super::{Events, Pen};
use crate::backend::storage::StorageError;
use crate::domain::event::Event;

/// Writes one event's JSON, on one line.
pub type WriteEvent = Box<dyn Fn(Event, &mut Vec<u8>) -> serde_json::Result<()> + Send>;

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

    fn write(&mut self, events: &mut Events<'_>, file: &mut Vec<u8>) -> Result<(), StorageError> {
        for event in events {
            let first = std::mem::replace(&mut self.first, false);
            if self.shape == Shape::Array {
                file.extend_from_slice(if first { b"\n" } else { b",\n" });
            }
            (self.write)(event?, file).map_err(anyhow::Error::from)?;
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
    use crate::domain::event::{Draft, EventId, Stamp};
    use crate::domain::time::Timestamp;

    fn event(action: &str) -> Event {
        let draft: Draft<'_> = serde_json::from_str(action).unwrap();
        draft.into_event(Stamp { id: EventId::from_bytes([1; 16]), occurred_at: Timestamp::from_millis(0) })
    }

    /// A file of events with these actions, a piece for each list.
    fn written(make: fn(WriteEvent) -> JsonPen, pieces: &[&[&str]]) -> String {
        let mut json = make(Box::new(|event, file| serde_json::to_writer(file, &event.action)));
        let mut file = Vec::new();
        json.begin(&mut file).unwrap();
        for piece in pieces {
            let mut events = piece.iter().map(|action| Ok(event(&format!(r#"{{"action":"{action}"}}"#))));
            json.write(&mut events, &mut file).unwrap();
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
