//! The preview: the viewer's own page in a frame, painted anew at every change.

use super::calendar::BrowserCalendar;
use super::controls::Desk;
use super::sample::{Shown, sample};
use super::scene::{Scene, State, page};
use super::studio::Studio;
use crate::browser::{frame, request};
use crate::domain::view::{Scheme, ViewConfig};
use crate::ui::viewer::{Direction, framed_desk, notice, own_style};
use leptos::mount::{UnmountHandle, mount_to};
use leptos::prelude::*;
use leptos::tachys::view::any_view::AnyViewState;
use leptos::task::spawn_local;

/// The frame's id.
pub const FRAME: &str = "preview";
/// Screens to look at it on: a word, which is also a class, and what it is called.
const SCREENS: [(&str, &str); 3] = [("desktop", "Desktop"), ("tablet", "Tablet"), ("phone", "Phone")];
/// Light or dark, for looking only.
const SCHEMES: [(&str, &str); 3] = [("", "As set"), ("light", "Light"), ("dark", "Dark")];

/// What is looked at, and how.
#[derive(Debug, Clone, Copy)]
pub struct Stage {
    state: RwSignal<State>,
    screen: RwSignal<String>,
    scheme: RwSignal<String>,
    right_to_left: RwSignal<bool>,
    /// A client's own events, where one was chosen.
    own: RwSignal<Option<Vec<Shown>>>,
    told: RwSignal<Option<String>>,
    /// How often the frame was loaded: nothing is painted before the first time.
    loads: RwSignal<u32>,
}

impl Stage {
    pub fn new() -> Self {
        Self {
            state: RwSignal::new(State::default()),
            screen: RwSignal::new(SCREENS[0].0.to_owned()),
            scheme: RwSignal::new(String::new()),
            right_to_left: RwSignal::new(false),
            own: RwSignal::new(None),
            told: RwSignal::new(None),
            loads: RwSignal::new(0),
        }
    }
}

/// What chooses the look and the data.
pub fn bar(stage: Stage, studio: &Studio) -> AnyView {
    let Stage { state, screen, scheme, right_to_left, told, .. } = stage;
    let states = State::ALL.map(|(_, word, name)| view! { <option value=word>{name}</option> });
    let schemes = SCHEMES.map(|(word, name)| view! { <option value=word>{name}</option> });
    let screens = SCREENS.map(|(word, name)| {
        view! {
            <label>
                <input type="radio" name="screen" value=word checked={word == SCREENS[0].0} on:change=move |_| screen.set(word.to_owned()) />
                {name}
            </label>
        }
    });
    let choose = move |event| state.set(State::of_word(&event_target_value(&event)).unwrap_or_default());
    let data = studio.may_read.then(|| client(stage, studio));
    view! {
        <div class="stage-bar">
            <fieldset class="segments"><legend class="unseen">"Screen"</legend>{screens.collect_view()}</fieldset>
            <label>"State" <select on:change=choose>{states.collect_view()}</select></label>
            <label>"Colors" <select on:change=move |event| scheme.set(event_target_value(&event))>{schemes.collect_view()}</select></label>
            <label><input type="checkbox" on:change=move |event| right_to_left.set(event_target_checked(&event)) /> "Right to left"</label>
            {data}
            <span class="hint" role="status">{move || told.get()}</span>
        </div>
    }
    .into_any()
}

/// A real client to look at.
fn client(stage: Stage, studio: &Studio) -> AnyView {
    let base = studio.base.clone();
    let chosen = move |event: web_sys::Event| {
        let client = event_target_value(&event);
        if client.trim().is_empty() {
            stage.own.set(None);
            stage.told.set(None);
            return;
        }
        let url = format!("{base}/events?client={}", js_sys::encode_uri_component(client.trim()));
        spawn_local(async move {
            let events = request::ask(&url).await.ok().filter(|(status, _)| *status == 200);
            let events = events.and_then(|(_, text)| serde_json::from_str::<Vec<Shown>>(&text).ok());
            stage.told.set(match &events {
                None => Some("The events could not be fetched.".to_owned()),
                Some(events) if events.is_empty() => Some("This client has no events yet.".to_owned()),
                Some(_) => None,
            });
            stage.own.set(events);
        });
    };
    view! { <label>"Client" <input type="text" placeholder="Sample events" autocomplete="off" on:change=chosen /></label> }
        .into_any()
}

/// Paints now and after every change. Only the browser runs effects.
pub fn paint(desk: Desk, stage: Stage, studio: &Studio) {
    frame::loaded(FRAME, move || stage.loads.update(|loads| *loads += 1));
    Effect::new(move |_| frame::set_class(FRAME, &stage.screen.read()));
    let direction = move || if stage.right_to_left.get() { Direction::RightToLeft } else { Direction::LeftToRight };
    Effect::new(move |_| {
        stage.loads.track();
        let theme = desk.get(|view| view.theme.clone());
        let scheme = stage.scheme.with(|scheme| match (scheme.as_str(), theme.scheme) {
            ("light", _) | ("", Scheme::Light) => Some("light"),
            ("dark", _) | ("", Scheme::Dark) => Some("dark"),
            _ => None,
        });
        frame::dress(FRAME, &own_style(&theme), scheme, direction().code());
    });
    // A colour changes no word: what is shown is made anew only where it is another.
    let content = Memo::new(move |_| desk.get(|view| (view.brand.clone(), view.columns.clone(), view.start.clone())));
    let studio = studio.clone();
    Effect::new(move |before: Option<Option<UnmountHandle<AnyViewState>>>| {
        drop(before);
        stage.loads.track();
        let (brand, columns, start) = content.get();
        let (shows, direction) = (stage.state.get(), direction());
        let config = ViewConfig { brand, columns, start, ..ViewConfig::default() };
        let place = frame::main(FRAME)?;
        place.set_inner_html("");
        let own = stage.own.get();
        let studio = studio.clone();
        let mounted = mount_to(place, move || shown(&studio, &config, own, shows, direction));
        frame::set_busy(FRAME, shows == State::Loading);
        Some(mounted)
    });
}

/// What stands in the frame.
fn shown(studio: &Studio, config: &ViewConfig, own: Option<Vec<Shown>>, state: State, direction: Direction) -> AnyView {
    if state == State::Trouble {
        return notice(&config.brand, "This log cannot be shown", "The token has expired. Load the page again.");
    }
    let scene = Scene {
        events: &own.unwrap_or_else(|| sample(studio.now, state == State::Long)),
        state,
        direction,
        now: studio.now,
        style: String::new(),
        nonce: String::new(),
        locale: studio.locale.clone(),
    };
    framed_desk(&page(config, &scene, &BrowserCalendar::new(&studio.locale, studio.now)))
}
