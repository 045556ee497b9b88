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

    /// Takes letters typed into a field, such as `brand.title`; those of one field are one step.
    pub fn type_into(self, field: &str, change: impl FnOnce(&mut ViewConfig)) {
        self.0.update(|draft| draft.type_into(field, change));
    }

    /// Changes a field in one step.
    pub fn choose(self, change: impl FnOnce(&mut ViewConfig)) {
        self.0.update(|draft| draft.choose(change));
    }

    /// Changes more than a field in one step: a list, or everything that a preset sets.
    pub fn edit(self, change: impl FnOnce(&mut ViewConfig)) {
        self.0.update(|draft| draft.edit(change));
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
/// what is typed, until the draft says something else of the field.
pub fn text<G, S>(desk: Desk, label: Label, get: G, set: S) -> AnyView
where
    G: Fn(&ViewConfig) -> String + Copy + Send + Sync + 'static,
    S: Fn(&mut ViewConfig, &str) -> Result<(), String> + Copy + Send + Sync + 'static,
{
    typed(desk, label, get, set, |id, told, field, take| {
        view! {
            <input
                id=id type="text" autocomplete="off" value=untrack(move || field.text())
                prop:value=move || field.text() on:input=move |event| take(event_target_value(&event))
                aria-describedby=told aria-invalid=move || field.wrong().map(|_| "true")
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
    typed(desk, label, get, set, |id, told, field, take| {
        view! {
            <textarea
                id=id rows="6" spellcheck="false" class="code"
                prop:value=move || field.text() on:input=move |event| take(event_target_value(&event))
                aria-describedby=told aria-invalid=move || field.wrong().map(|_| "true")
            ></textarea>
        }
        .into_any()
    })
}

/// Takes the letters of a field.
type Take = Box<dyn Fn(String) + Send + Sync>;

/// Letters that are not right.
#[derive(Debug, Clone, PartialEq)]
struct Wrong {
    typed: String,
    /// What was expected.
    told: String,
    /// What the draft had then, and in which turn.
    kept: String,
    turn: u32,
}

/// What a field shows.
#[derive(Clone, Copy)]
struct Shown {
    kept: Memo<String>,
    wrong: Memo<Option<Wrong>>,
}

impl Shown {
    /// What was typed where that is not right, or else what the draft has.
    fn text(self) -> String {
        self.wrong.get().map_or_else(|| self.kept.get(), |wrong| wrong.typed)
    }

    /// What was expected instead.
    fn wrong(self) -> Option<String> {
        self.wrong.get().map(|wrong| wrong.told)
    }
}

/// A field with its label above it, and below it what it is for or what is wrong with it. `control` makes the field of its
/// id, of the id of what is below, of what it shows, and of what takes its letters.
fn typed<G, S>(
    desk: Desk,
    label: Label,
    get: G,
    set: S,
    control: impl FnOnce(String, String, Shown, Take) -> AnyView,
) -> AnyView
where
    G: Fn(&ViewConfig) -> String + Copy + Send + Sync + 'static,
    S: Fn(&mut ViewConfig, &str) -> Result<(), String> + Copy + Send + Sync + 'static,
{
    let Label { id, text, hint } = label;
    let last = RwSignal::new(None::<Wrong>);
    // What was wrong is so no more once the draft was changed from elsewhere.
    let wrong = Memo::new(move |_| {
        let holds = |wrong: &Wrong| desk.0.with(|draft| draft.turn() == wrong.turn && get(draft.now()) == wrong.kept);
        last.get().filter(holds)
    });
    let shown = Shown { kept: Memo::new(move |_| desk.get(get)), wrong };
    let (told, field) = (format!("{id}-told"), id.clone());
    let take = move |typed: String| {
        let mut result = Ok(());
        desk.type_into(&field, |view| result = set(view, &typed));
        let (kept, turn) = desk.0.with_untracked(|draft| (get(draft.now()), draft.turn()));
        last.set(result.err().map(|told| Wrong { typed, told, kept, turn }));
    };
    view! {
        <p class="field">
            <label for=id.clone()>{text}</label>
            {control(id, told.clone(), shown, Box::new(take))}
            <span id=told class=move || if shown.wrong().is_some() { "mistake" } else { "hint" }>
                {move || shown.wrong().or_else(|| hint.map(str::to_owned))}
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
    let options = options.into_iter().map(|(word, name)| {
        let is_first = desk.0.with_untracked(|draft| get(draft.now())) == word;
        let value = word.clone();
        view! { <option value=value selected=is_first prop:selected=move || desk.get(get) == word>{name}</option> }
    });
    view! {
        <p class="field">
            <label for=id.clone()>{text}</label>
            <select id=id on:change=move |event| desk.choose(|view| set(view, &event_target_value(&event)))>
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
    view! {
        <p class="choice">
            <input
                type="checkbox" id=id.clone() checked=desk.0.with_untracked(|draft| get(draft.now()))
                prop:checked=move || desk.get(get)
                on:change=move |event| desk.choose(|view| set(view, event_target_checked(&event)))
            />
            <label for=id>{text}</label>
        </p>
    }
    .into_any()
}
