//! How a view looks to single clients: which they are, and one of them.

mod list;
mod one;

pub use list::{BrandedClients, BrandedRow, render_branded_clients};
pub use one::{BrandingForm, ClientBranding, render_client_branding};
