//! The audit event: who did what to what, when, and how it ended.

mod check;
mod draft;
mod id;
mod lenient;
mod model;
pub mod person;
mod read;
mod reserved;
mod sent;
mod text;
mod unreadable;

pub use check::Checked;
pub use draft::Draft;
pub use id::EventId;
pub use model::{Actor, Change, ClientRef, Context, Crud, Ending, Event, HttpContext, Outcome, Stamp, Target};
pub use read::read;
pub use reserved::check_reserved;
pub use sent::{NOTE, Note, Sent};
pub use text::search_text;
pub use unreadable::{UNREADABLE_ACTION, UNREADABLE_TEXT, Unreadable};
