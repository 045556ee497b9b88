//! What makes the page alive: it follows links and sends forms by fetching the same addresses, and puts what comes back
//! in place. Whatever is not written here works as links and forms do.

mod copy;
mod desk;
mod file;
mod hands;
mod keys;
mod lists;
mod news;
mod parts;
mod rows;
mod seen;
mod session;
mod values;

use desk::Desk;
use leptos::prelude::*;

/// Trouble that the reader should know of; what is on the page stays there.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Trouble {
    Expired,
    Unavailable { request: Option<String> },
}

impl Trouble {
    fn text(&self) -> String {
        match self {
            Self::Expired => "Your session has expired.".to_owned(),
            Self::Unavailable { request: None } => "The log could not be reached.".to_owned(),
            Self::Unavailable { request: Some(id) } => ["The log could not be reached (", id, ")."].concat(),
        }
    }
}

/// The living part of the page: a voice for screen readers, a bar for trouble, and everything that listens.
#[island]
pub fn Live() -> impl IntoView {
    let said = RwSignal::new(String::new());
    let trouble = RwSignal::new(None::<Trouble>);
    let again = RwSignal::new(0_u32);
    Effect::new(move |started: Option<()>| {
        if started.is_none() {
            Desk::start(said, trouble, again);
        }
    });
    view! {
        <div class="live">
            <p role="status" class="vh">{move || said.get()}</p>
            <div class="notice-bar" role="alert" hidden=move || trouble.with(Option::is_none)>
                <span>{move || trouble.with(|trouble| trouble.as_ref().map(Trouble::text).unwrap_or_default())}</span>
                <button type="button" on:click=move |_| again.update(|times| *times += 1)>"Try again"</button>
            </div>
        </div>
    }
}
