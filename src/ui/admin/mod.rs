//! The pages of the people who run the logs: rendered on the server, and whole without scripts.

mod account;
mod door;
mod form;
mod keys;
mod shell;
mod view;

pub use account::{Account, Place, render_account};
pub use door::{Introduction, SigningIn, render_set_up, render_sign_in};
pub use form::Mistakes;
pub use keys::{KeyRow, Keys, NewKey, render_keys};
pub use shell::{Notice, Section, Shell, render_notice};
pub use view::{ViewSettings, render_view};
