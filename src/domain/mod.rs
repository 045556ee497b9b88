//! Pure rules, compiled for server and browser: no I/O, no clock, no framework.

pub mod access;
pub mod characters;
pub mod event;
pub mod export;
pub mod json;
pub mod key;
pub mod limits;
pub mod name;
pub mod opening;
pub mod people;
pub mod problem;
pub mod query;
pub mod stats;
pub mod strictness;
pub mod time;
pub mod view;
