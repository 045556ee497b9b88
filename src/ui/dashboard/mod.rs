//! What the company's own people look at first: what happens across all clients, as charts whose every element leads
//! to the events behind it.

mod clients;
mod delays;
mod events;
mod figures;
mod model;
mod page;
mod place;
mod rankings;
mod timeline;
mod week;
mod words;

pub use clients::{Clients, render_clients};
pub use events::render_events;
pub use model::{Dashboard, Habits, OneClient, OwnLook, Subject};
pub use page::{ENHANCE, render_dashboard};
pub use place::{Place, Stack, Time};
pub use rankings::segment;
pub(super) use words::minute;
