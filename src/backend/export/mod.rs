//! A log as a file: every event that a filter chooses, newest first. It is read a page at a time, each after the one
//! before has been taken, so that it costs the same memory whatever its length, and nothing once nobody takes it.

mod columns;
mod csv;
mod json;

pub use columns::{CANONICAL, ColumnOf, Table};
pub use csv::{CsvPen, unguarded};
pub use json::{JsonPen, WriteEvent, write_json};

use super::Backend;
use super::activity::record_export;
use super::auth::Reader;
use super::clients::meant_log;
use super::search;
use super::storage::{Query, StorageError, Stored};
use crate::domain::access::ClientScope;
use crate::domain::problem::Problem;
use crate::domain::query::{After, Filter, Page};
use crate::domain::time::Timestamp;

/// Bytes of stored events that one page should hold.
const PAGE_BYTES: usize = 1024 * 1024;
/// Events of the first page, before it is known how large they are.
const FIRST_PAGE: u32 = 100;

/// How long a credential is believed while a file is on its way, in milliseconds.
const CHECK_EVERY: i64 = 1_000;

/// How one form of file is written.
pub trait Pen: Send {
    /// What stands before the events.
    fn begin(&mut self, file: &mut Vec<u8>) -> Result<(), StorageError>;
    /// Some more events.
    fn write(&mut self, events: &[Stored], file: &mut Vec<u8>) -> Result<(), StorageError>;
    /// What stands after them.
    fn end(&mut self, file: &mut Vec<u8>);
}

/// Which events are wanted.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Wanted {
    /// Of this log alone.
    pub clients: ClientScope,
    pub filter: Filter,
    pub after: Option<After>,
}

/// A file that is being written.
pub struct Export {
    backend: Backend,
    reader: Reader,
    pen: Box<dyn Pen>,
    begun: bool,
    /// When the reader's credential was last asked for; before the first page it has just been.
    checked_at: Option<Timestamp>,
    /// What is still to be asked; `None` at the end.
    rest: Option<Query>,
    span: (Option<Timestamp>, Timestamp),
}

impl Export {
    /// Begins one, for a reader who may take the log away.
    pub async fn begin(backend: &Backend, reader: &Reader, wanted: Wanted, pen: Box<dyn Pen>) -> Result<Self, Problem> {
        if !reader.rights().export {
            return Err(Problem::NotAllowed);
        }
        let Wanted { clients, filter, after } = wanted;
        let theirs = match clients {
            ClientScope::All => Some(reader.clone()),
            one => reader.of(&meant_log(backend, reader.scope().project, one).await?),
        };
        let after = match (&theirs, after) {
            (Some(reader), Some(after)) => Some(search::place(backend, reader, after).await?),
            _ => None,
        };
        let reader = theirs.as_ref().unwrap_or(reader).clone();
        // Asked once: "the last week" is the same week from the first page to the last.
        let query = search::query(backend, &reader, filter, after, FIRST_PAGE);
        let span = (query.filter.from, query.filter.through.unwrap_or(backend.clock().now()));
        let rest = theirs.map(|_| query);
        Ok(Self { backend: backend.clone(), reader, pen, begun: false, checked_at: None, rest, span })
    }

    /// The range of time it is about; the beginning of the log where there is no first moment.
    pub fn span(&self) -> (Option<Timestamp>, Timestamp) {
        self.span
    }

    /// The next piece of the file, which ends with a whole event; `None` at the end.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, Problem> {
        let mut file = Vec::new();
        if !std::mem::replace(&mut self.begun, true) {
            self.pen.begin(&mut file).map_err(|error| self.backend.internal(error))?;
            if self.rest.is_none() {
                self.pen.end(&mut file);
            }
        }
        // A search that took long ends a page early, even without events.
        while let Some(query) = self.rest.take() {
            if self.checked_at.is_some() {
                self.check_again().await?;
            }
            let page = search::ask(&self.backend, &self.reader, &query).await?;
            if self.checked_at.is_none() {
                // After the first page was read, which would tell of it otherwise, and before anything is handed over.
                record_export(&self.backend, &self.reader).await?;
                self.checked_at = Some(self.backend.clock.now());
            }
            self.rest = onward(query, &page);
            self.pen.write(&page.items, &mut file).map_err(|error| self.backend.internal(error))?;
            if self.rest.is_none() {
                self.pen.end(&mut file);
            }
            if !file.is_empty() {
                break;
            }
        }
        Ok(Some(file).filter(|file| !file.is_empty()))
    }

    /// Breaks a file off whose reader has lost their credential since.
    async fn check_again(&mut self) -> Result<(), Problem> {
        let now = self.backend.clock.now();
        let age = self.checked_at.map_or(CHECK_EVERY, |checked_at| now.millis() - checked_at.millis());
        if (0..CHECK_EVERY).contains(&age) {
            return Ok(());
        }
        self.checked_at = Some(now);
        self.reader.still_allowed(&self.backend).await
    }
}

/// The question that follows on a page, with as many events as are likely to fit by the size of these.
fn onward(query: Query, page: &Page<Stored>) -> Option<Query> {
    let bytes: usize = page.items.iter().filter_map(|event| Some(event.document.as_ref().ok()?.len())).sum();
    let fitting = (PAGE_BYTES * page.items.len())
        .checked_div(bytes)
        .map_or(query.limit, |fitting| u32::try_from(fitting).unwrap_or(u32::MAX).clamp(1, search::LONGEST_PAGE));
    page.next.map(|next| Query { after: Some(next), limit: fitting, ..query })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::event::{EventId, Stamp};
    use crate::domain::query::Cursor;

    fn place() -> Cursor {
        Cursor { occurred_at: Timestamp::MIN, id: EventId::from_bytes([0; 16]) }
    }

    fn page(events: usize, bytes: usize, next: Option<Cursor>) -> Page<Stored> {
        let event = || Stored {
            stamp: Stamp { id: place().id, occurred_at: place().occurred_at },
            client: "c".to_owned(),
            document: Ok(vec![b' '; bytes].into()),
        };
        Page { items: std::iter::repeat_with(event).take(events).collect(), next }
    }

    fn limit_after(page: &Page<Stored>) -> Option<u32> {
        onward(Query { limit: FIRST_PAGE, ..Query::default() }, page).map(|query| query.limit)
    }

    #[test]
    fn pages_grow_while_events_are_small_and_shrink_when_they_are_large() {
        assert_eq!(limit_after(&page(100, 500, Some(place()))), Some(search::LONGEST_PAGE));
        assert_eq!(limit_after(&page(100, 64 * 1024, Some(place()))), Some(16));
        assert_eq!(limit_after(&page(1, 4 * PAGE_BYTES, Some(place()))), Some(1));
    }

    #[test]
    fn an_empty_page_of_a_long_search_is_not_the_end() {
        let query = onward(Query { limit: 7, ..Query::default() }, &page(0, 0, Some(place()))).unwrap();
        assert_eq!((query.limit, query.after), (7, Some(place())));
        assert!(onward(Query::default(), &page(3, 10, None)).is_none());
    }
}
