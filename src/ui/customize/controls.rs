//! Fields that change the draft at every keystroke.

use super::draft::Draft;
use crate::domain::view::ViewConfig;
use leptos::prelude::*;

/// The draft, for everything that shows or changes a part of it.
#[derive(Debug, Clone, Copy)]
pub struct Desk(pub RwSignal<Draft>);

impl Desk {
    /// A part of the view as it is now.
    pub fn get<T>(self, read: impl Fn(&ViewConfig) -> T) -> T {
        self.0.with(|draft| read(draft.now()))
    }

    /// Changes `what`, such as `brand.title`; letters typed into one field are one step.
    pub fn edit(self, what: &str, change: impl FnOnce(&mut ViewConfig)) {
        self.0.update(|draft| draft.edit(what, change));
    }
}

/// How a field is labelled.
#[derive(Debug, Clone, Default)]
pub struct Label {
    pub id: String,
    pub text: String,
    pub hint: Option<&'static str>,
}

impl Label {
    /// A field by its id, with the label above it.
    pub fn of(id: impl Into<String>, text: impl Into<String>) -> Self {
        Self { id: id.into(), text: text.into(), hint: None }
    }

    pub fn hint(self, hint: &'static str) -> Self {
        Self { hint: Some(hint), ..self }
    }
}

/// A line of text. `set` takes what is typed, or says what was expected: the draft stays as it was then, and so does
/// what is typed.
pub fn text<G, S>(desk: Desk, label: Label, get: G, set: S) -> AnyView
where
    G: Fn(&ViewConfig) -> String + Copy + Send + Sync + 'static,
    S: Fn(&mut ViewConfig, &str) -> Result<(), String> + Copy + Send + Sync + 'static,
{
    typed(desk, label, set, |id, told, wrong, typed| {
        view! {
            <input
                id=id type="text" autocomplete="off" value=desk.0.with_untracked(|draft| get(draft.now()))
                prop:value=move || desk.get(get) on:input=move |event| typed(event_target_value(&event))
                aria-describedby=told aria-invalid=move || wrong.get().map(|_| "true")
            />
        }
        .into_any()
    })
}

/// Several lines of text.
pub fn lines<G, S>(desk: Desk, label: Label, get: G, set: S) -> AnyView
where
    G: Fn(&ViewConfig) -> String + Copy + Send + Sync + 'static,
    S: Fn(&mut ViewConfig, &str) -> Result<(), String> + Copy + Send + Sync + 'static,
{
    typed(desk, label, set, |id, told, wrong, typed| {
        view! {
            <textarea
                id=id rows="6" spellcheck="false" class="code"
                prop:value=move || desk.get(get) on:input=move |event| typed(event_target_value(&event))
                aria-describedby=told aria-invalid=move || wrong.get().map(|_| "true")
            ></textarea>
        }
        .into_any()
    })
}

/// Takes the letters of a field.
type Typed = Box<dyn Fn(String) + Send + Sync>;

/// A field with its label above it, and below it what it is for or what is wrong with it. `control` makes the field of its
/// id, of the id of what is below, of what is wrong, and of what takes its letters.
fn typed<S>(
    desk: Desk,
    label: Label,
    set: S,
    control: impl FnOnce(String, String, RwSignal<Option<String>>, Typed) -> AnyView,
) -> AnyView
where
    S: Fn(&mut ViewConfig, &str) -> Result<(), String> + Copy + Send + Sync + 'static,
{
    let Label { id, text, hint } = label;
    let wrong = RwSignal::new(None);
    let (told, what) = (format!("{id}-told"), id.clone());
    let take = move |typed: String| {
        let mut result = Ok(());
        desk.edit(&what, |view| result = set(view, &typed));
        wrong.set(result.err());
    };
    view! {
        <p class="field">
            <label for=id.clone()>{text}</label>
            {control(id, told.clone(), wrong, Box::new(take))}
            <span id=told class=move || if wrong.read().is_some() { "mistake" } else { "hint" }>
                {move || wrong.get().or_else(|| hint.map(str::to_owned))}
            </span>
        </p>
    }
    .into_any()
}

/// A list to choose one from; each has its word and what it is called.
pub fn choice<G, S>(desk: Desk, label: Label, options: Vec<(String, String)>, get: G, set: S) -> AnyView
where
    G: Fn(&ViewConfig) -> String + Copy + Send + Sync + 'static,
    S: Fn(&mut ViewConfig, &str) + Copy + Send + Sync + 'static,
{
    let Label { id, text, .. } = label;
    let what = id.clone();
    let options = options.into_iter().map(|(word, name)| {
        let is_first = desk.0.with_untracked(|draft| get(draft.now())) == word;
        let value = word.clone();
        view! { <option value=value selected=is_first prop:selected=move || desk.get(get) == word>{name}</option> }
    });
    view! {
        <p class="field">
            <label for=id.clone()>{text}</label>
            <select id=id on:change=move |event| desk.edit(&what, |view| set(view, &event_target_value(&event)))>
                {options.collect_view()}
            </select>
        </p>
    }
    .into_any()
}

/// Something to say yes or no to.
pub fn tick<G, S>(desk: Desk, label: Label, get: G, set: S) -> AnyView
where
    G: Fn(&ViewConfig) -> bool + Copy + Send + Sync + 'static,
    S: Fn(&mut ViewConfig, bool) + Copy + Send + Sync + 'static,
{
    let Label { id, text, .. } = label;
    let what = id.clone();
    view! {
        <p class="choice">
            <input
                type="checkbox" id=id.clone() checked=desk.0.with_untracked(|draft| get(draft.now()))
                prop:checked=move || desk.get(get)
                on:change=move |event| desk.edit(&what, |view| set(view, event_target_checked(&event)))
            />
            <label for=id>{text}</label>
        </p>
    }
    .into_any()
}
