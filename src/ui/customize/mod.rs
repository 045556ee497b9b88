//! Where admins say how a view looks: fields on the left, the viewer itself on the right. Rendered on the server, alive
//! in the browser by a WASM of its own, which customers never load.

mod calendar;
mod columns;
mod controls;
mod difference_text;
mod draft;
mod editor;
mod layout;
mod look;
mod order;
mod presets;
mod sample;
mod saving;
mod scene;
mod stage;
mod start;
mod studio;

pub use difference_text::sentence;
pub use sample::{Shown, sample};
pub use saving::{Refused, Save, Version};
pub use scene::{Scene, State, page};
pub use stage::FRAME;
pub use studio::{DATA, Studio};

use crate::browser::dom;
use controls::Desk;
use draft::Draft;
use leptos::mount::mount_to;
use leptos::prelude::*;
use stage::Stage;
use wasm_bindgen::JsCast;

/// The editor as it is seen before it lives.
pub fn still_editor(studio: &Studio) -> AnyView {
    editor::view(desk(studio), studio)
}

/// What chooses the preview's look, before it lives.
pub fn still_bar(studio: &Studio) -> AnyView {
    stage::bar(Stage::new(), studio)
}

fn desk(studio: &Studio) -> Desk {
    Desk(RwSignal::new(Draft::of(studio.version, studio.config.clone())))
}

/// Puts the living editor in the place of the one that was sent to be seen.
pub fn wake() {
    let data = dom::by_id(studio::DATA).and_then(|element| element.text_content());
    let Some(studio) = data.and_then(|data| serde_json::from_str::<Studio>(&data).ok()) else { return };
    let owner = Owner::new();
    let (desk, stage) = owner.with(|| (desk(&studio), Stage::new()));
    let editor = studio.clone();
    put("editor", move || editor::view(desk, &editor));
    let bar = studio.clone();
    put("stage-bar", move || stage::bar(stage, &bar));
    owner.with(|| stage::paint(desk, stage, &studio));
    editor::listen(desk);
    // As long as the page.
    std::mem::forget(owner);
}

fn put(id: &str, view: impl FnOnce() -> AnyView + 'static) {
    let Some(place) = dom::by_id(id) else { return };
    place.set_inner_html("");
    drop(place.remove_attribute("inert"));
    mount_to(place.unchecked_into(), view).forget();
}
