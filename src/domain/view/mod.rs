//! A view: how a company shows a log to its customers. Columns, branding, and what a cell says.

mod cell;
mod config;
mod field;
mod link;

pub use cell::{CLIENT, Calendar, Cell, Line, Show, actor_name, row, value_text, whole_text};
pub use config::{Brand, Column, HeaderLink, Lines, Scheme, Theme, ViewConfig};
pub use field::{Field, MomentFormat};
pub use link::SafeLink;
