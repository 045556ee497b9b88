//! The viewer that customers see: a log as a table, its filters, and one event's details.

mod detail;
mod model;
mod place;
mod pretty;
#[cfg(test)]
mod sample;

pub use detail::{ChangeKind, ChangeRow, Datum, Detail, Fact, Phrase, Pivot, Section};
pub use model::{Assets, Choice, Choices, Counted, Direction, Found, Notice, Opened, Row, Session, Shell, ViewerPage};
pub use place::{Place, ZoneChoice};
