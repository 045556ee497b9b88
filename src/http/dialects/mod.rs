//! The APIs that programs speak to this server. A folder can be deleted with its line here and in the route table.

pub mod auditledge;
pub mod epilot;
mod faults;
mod few;
mod fields;
pub mod history;
pub mod native;
pub mod retraced;
mod reworded;
pub mod workos;
