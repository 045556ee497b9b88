//! The audit event: who did what to what, when, and how it ended.

mod check;
mod draft;
mod id;
mod lenient;
mod model;
pub mod person;
mod read;
mod sent;
mod text;

pub use check::Checked;
pub use draft::Draft;
pub use id::EventId;
pub use model::{Actor, Change, ClientRef, Context, Crud, Ending, Event, HttpContext, Outcome, Stamp, Target};
pub use sent::{NOTE, Note, Sent};
pub use text::search_text;
