//! The viewer that customers see: a log as a table, its filters, and one event's details.

mod chips;
mod detail;
mod drawer;
mod export;
mod facts;
mod live;
mod lookup;
mod mark;
mod masthead;
mod model;
mod order;
mod page;
mod place;
mod pretty;
mod results;
#[cfg(test)]
mod sample;
mod table;
mod toolbar;
mod values;

pub use chips::Chip;
pub use detail::{ChangeKind, ChangeRow, Detail, Phrase, Pivot};
pub use facts::{Datum, Fact, Section};
pub use lookup::Lookup;
pub use model::{
    Assets, Choice, ChoiceList, Choices, Counted, Direction, Found, More, Notice, Opened, Row, Session, Shell,
    ViewerPage,
};
pub use page::{
    OPEN, framed_desk, notice, own_style, render_desk, render_document, render_notice, render_preview, render_within,
};
pub use place::{Place, ZoneChoice};
