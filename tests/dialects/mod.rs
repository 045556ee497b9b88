//! Other vendors' APIs as their clients meet them, a folder for each.

pub mod golden;
mod workos;
