//! Saving, and what to do where somebody else has saved meanwhile.

use super::controls::Desk;
use super::difference_text::sentence;
use super::draft::Draft;
use super::studio::Studio;
use crate::browser::{dom, focus, request};
use crate::domain::problem::Faults;
use crate::domain::view::{ViewConfig, setting_name};
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::{Deserialize, Serialize};

/// What is sent to save a view.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Save {
    /// The version that it was made from.
    pub base: u32,
    pub config: ViewConfig,
}

/// What the server says of a version: the one just saved, or the one that somebody else has saved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Version {
    pub version: u32,
    pub author: String,
    /// As text, with the zone.
    pub saved: String,
    pub config: ViewConfig,
}

/// What is wrong with a view that was not saved.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Refused {
    pub faults: Faults,
}

/// Where the view's saving stands.
#[derive(Debug, Clone, PartialEq)]
enum Told {
    Nothing,
    Saving,
    Saved,
    Wrong(String),
    /// Somebody else has saved.
    Overtaken(Box<Version>),
}

/// Everything that saving needs.
#[derive(Debug, Clone, Copy)]
pub struct Saving {
    desk: Desk,
    path: StoredValue<String>,
    told: RwSignal<Told>,
}

impl Saving {
    pub fn new(desk: Desk, studio: &Studio) -> Self {
        let path = StoredValue::new(format!("{}/save", studio.base));
        Self { desk, path, told: RwSignal::new(Told::Nothing) }
    }

    fn save(self) {
        // A field whose text was not taken is not part of the draft: it must not seem saved.
        if let Some(wrong) = dom::find("#editor [aria-invalid]") {
            self.told.set(Told::Wrong("Fix the highlighted field first.".to_owned()));
            focus::give(&wrong, true);
            return;
        }
        let save = self.desk.0.with_untracked(|draft| Save { base: draft.version, config: draft.now().clone() });
        self.told.set(Told::Saving);
        spawn_local(async move {
            let told = self.sent(save).await;
            self.told.set(told);
        });
    }

    async fn sent(self, save: Save) -> Told {
        let Ok(body) = serde_json::to_string(&save) else {
            return Told::Wrong("The view could not be saved.".to_owned());
        };
        let path = self.path.get_value();
        let Ok((status, text)) = request::send(&path, &body.into()).await else {
            return Told::Wrong("The server could not be reached. Your changes are still here: try again.".to_owned());
        };
        match (status, serde_json::from_str::<Version>(&text)) {
            (200, Ok(version)) => {
                self.desk.0.update(|draft| draft.saved_as(version.version, version.config));
                Told::Saved
            }
            (409, Ok(version)) => Told::Overtaken(Box::new(version)),
            (400, _) => Told::Wrong(wrong(&text)),
            (401 | 403, _) => Told::Wrong(
                "You’re signed out or no longer have permission. Sign in in another tab, then save.".to_owned(),
            ),
            _ => Told::Wrong("The server could not save the view. Your changes are still here: try again.".to_owned()),
        }
    }

    /// Goes on from somebody else's version, with `config`.
    fn go_on(self, theirs: &Version, config: ViewConfig) {
        self.desk.0.update(|draft| {
            draft.edit(|now| *now = config);
            draft.saved_as(theirs.version, theirs.config.clone());
        });
        self.told.set(Told::Nothing);
    }
}

fn wrong(text: &str) -> String {
    let faults = serde_json::from_str::<Refused>(text).map(|refused| refused.faults).unwrap_or_default();
    let told: Vec<String> =
        faults.iter().map(|(path, told)| format!("{}: {}", setting_name(path), told.join(", "))).collect();
    if told.is_empty() { "The server did not accept this view.".to_owned() } else { told.join("; ") }
}

/// The bar below the panes, and above it what somebody else has done.
pub fn bar(saving: Saving) -> AnyView {
    let Saving { desk, told, .. } = saving;
    let changes = Memo::new(move |_| desk.0.with(|draft| draft.changes().len()));
    let can_undo = move || desk.0.with(Draft::can_undo);
    let can_redo = move || desk.0.with(Draft::can_redo);
    // One state: what is not saved yet, or that everything is.
    let state = move || match (told.get(), changes.get()) {
        (Told::Saving, _) => "Saving…".to_owned(),
        (_, 0) => "All changes saved".to_owned(),
        (_, 1) => "1 unsaved change".to_owned(),
        (_, count) => format!("{count} unsaved changes"),
    };
    let busy = move || told.get() == Told::Saving;
    let wrong = move || match told.get() {
        Told::Wrong(wrong) => view! { <span class="mistake" role="alert">{wrong}</span> }.into_any(),
        Told::Saving | Told::Saved | Told::Nothing | Told::Overtaken(_) => ().into_any(),
    };
    let overtaken = move || match told.get() {
        Told::Overtaken(theirs) => conflict(saving, *theirs),
        _ => ().into_any(),
    };
    view! {
        <div class="save-bar">
            {overtaken}
            <p class="state"><span id="unsaved" role="status">{state}</span> {wrong}</p>
            <p class="buttons">
                <button type="button" disabled=move || changes.get() == 0 || busy() on:click=move |_| saving.save()>"Save changes"</button>
                <button type="button" class="quiet" disabled=move || !can_undo() on:click=move |_| desk.0.update(Draft::undo)>"Undo"</button>
                <button type="button" class="quiet" disabled=move || !can_redo() on:click=move |_| desk.0.update(Draft::redo)>"Redo"</button>
                <button type="button" class="quiet" disabled=move || changes.get() == 0 on:click=move |_| desk.0.update(Draft::reset)>"Discard"</button>
            </p>
        </div>
    }
    .into_any()
}

/// Somebody else has saved: what they changed, and the ways on. Nothing of either is lost.
fn conflict(saving: Saving, theirs: Version) -> AnyView {
    let desk = saving.desk;
    let changed = desk.0.with_untracked(|draft| draft.saved().differences(&theirs.config));
    let changed = changed.into_iter().map(|difference| view! { <li>{sentence(&difference)}</li> }).collect_view();
    let headline = format!("{} saved version {} on {}", theirs.author, theirs.version, theirs.saved);
    let theirs = StoredValue::new(theirs);
    // Whoever reads this may go on editing: what counts is the draft as it is when they have decided.
    let merged = move |draft: &Draft| theirs.with_value(|theirs| draft.saved().merge(draft.now(), &theirs.config));
    let both = move || {
        let both = desk.0.with(merged).both;
        let told = format!(
            "You both changed: {}. If you combine them, your change wins there.",
            both.iter().map(|path| setting_name(path)).collect::<Vec<_>>().join(", ")
        );
        (!both.is_empty()).then(|| view! { <p>{told}</p> })
    };
    let together = move |_| saving.go_on(&theirs.get_value(), desk.0.with_untracked(merged).config);
    let take_theirs = move |_| theirs.with_value(|theirs| saving.go_on(theirs, theirs.config.clone()));
    view! {
        <section class="conflict" role="alert" aria-label="Someone else saved this view">
            <h2>{headline}</h2>
            <ul>{changed}</ul>
            {both}
            <p class="buttons">
                <button type="button" on:click=together>"Combine both"</button>
                <button type="button" class="quiet" on:click=take_theirs>"Use theirs"</button>
            </p>
            <p class="hint">"This doesn’t save yet: check the preview, then save. Undo restores your version."</p>
        </section>
    }
    .into_any()
}
