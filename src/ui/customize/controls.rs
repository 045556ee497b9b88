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
    let Label { id, text, hint } = label;
    let (wrong, typed) = writer(desk, id.clone(), set);
    let told = format!("{id}-told");
    let described = told.clone();
    view! {
        <p class="field">
            <label for=id.clone()>{text}</label>
            <input
                id=id.clone() type="text" autocomplete="off" value=desk.0.with_untracked(|draft| get(draft.now()))
                prop:value=move || desk.get(get) on:input=move |event| typed(event_target_value(&event))
                aria-describedby=described aria-invalid=move || wrong.get().map(|_| "true")
            />
            {below(told, wrong, hint)}
        </p>
    }
    .into_any()
}

/// Several lines of text.
pub fn lines<G, S>(desk: Desk, label: Label, get: G, set: S) -> AnyView
where
    G: Fn(&ViewConfig) -> String + Copy + Send + Sync + 'static,
    S: Fn(&mut ViewConfig, &str) -> Result<(), String> + Copy + Send + Sync + 'static,
{
    let Label { id, text, hint } = label;
    let (wrong, typed) = writer(desk, id.clone(), set);
    let told = format!("{id}-told");
    let described = told.clone();
    view! {
        <p class="field">
            <label for=id.clone()>{text}</label>
            <textarea
                id=id.clone() rows="6" spellcheck="false" class="code"
                prop:value=move || desk.get(get) on:input=move |event| typed(event_target_value(&event))
                aria-describedby=described aria-invalid=move || wrong.get().map(|_| "true")
            ></textarea>
            {below(told, wrong, hint)}
        </p>
    }
    .into_any()
}

/// What is wrong with a field, and what takes its letters.
fn writer<S>(
    desk: Desk,
    what: String,
    set: S,
) -> (RwSignal<Option<String>>, impl Fn(String) + Clone + Send + Sync + 'static)
where
    S: Fn(&mut ViewConfig, &str) -> Result<(), String> + Copy + Send + Sync + 'static,
{
    let wrong = RwSignal::new(None);
    let typed = move |typed: String| {
        let mut result = Ok(());
        desk.edit(&what, |view| result = set(view, &typed));
        wrong.set(result.err());
    };
    (wrong, typed)
}

fn below(id: String, wrong: RwSignal<Option<String>>, hint: Option<&'static str>) -> AnyView {
    view! {
        <span id=id class=move || if wrong.read().is_some() { "mistake" } else { "hint" }>
            {move || wrong.get().or_else(|| hint.map(str::to_owned))}
        </span>
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
