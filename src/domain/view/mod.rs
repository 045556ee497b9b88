//! A view: how a company shows a log to its customers. Columns, branding, and what a cell says.

mod branding;
mod cell;
mod check;
mod config;
mod contrast;
mod css;
mod difference;
mod field;
mod image;
mod link;
mod setting_name;
mod start;
mod theme;
mod typed;

pub use branding::Branding;
pub use cell::{
    CLIENT, Calendar, Cell, Line, Show, actor_name, outcome_word, row, unreadable_row, value_text, whole_text,
};
pub use check::{MOST_COLUMNS, MOST_LINKS};
pub use config::{Brand, Column, HeaderLink, Lines, Look, Looks, ViewConfig, Width};
pub use contrast::{Colour, READABLE};
pub use css::CustomCss;
pub use difference::{Difference, Merged};
pub use field::{Field, MomentFormat};
pub use image::{Image, KEPT, LARGEST_PICTURE};
pub use link::SafeLink;
pub use setting_name::setting_name;
pub use start::Start;
pub use theme::{Scheme, Theme};
pub use typed::{is_mistakable, typed_text};
