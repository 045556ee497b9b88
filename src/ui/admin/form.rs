//! The parts of a form, each field with its label and with what is wrong with it.

use leptos::prelude::*;
use std::collections::BTreeMap;

/// What is wrong with a form, by field; under the empty name what is wrong with all of it.
#[derive(Debug, Clone, Default)]
pub struct Mistakes(pub BTreeMap<String, String>);

impl Mistakes {
    /// Something wrong with the whole form.
    pub fn whole(text: impl Into<String>) -> Self {
        Self(BTreeMap::from([(String::new(), text.into())]))
    }

    /// What to say above the form.
    pub(super) fn above(&self) -> AnyView {
        let text = self.0.get("").cloned();
        text.map(|text| view! { <p class="mistake" role="alert">{text}</p> }).into_any()
    }
}

/// A field for one line of text.
pub(super) struct Field {
    pub name: &'static str,
    pub label: &'static str,
    pub kind: &'static str,
    /// What a browser may fill in (HTML's `autocomplete`).
    pub fill: &'static str,
    pub value: String,
    pub hint: Option<&'static str>,
    pub needed: Needed,
}

/// Whether a form can be sent without a field.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Needed {
    Yes,
    No,
}

/// A box to tick, with what it means below.
pub(super) fn tick(name: &'static str, label: &'static str, hint: &'static str, ticked: bool) -> AnyView {
    let told = format!("{name}-told");
    view! {
        <p class="choice">
            <input type="checkbox" id=name name=name value="yes" checked=ticked aria-describedby=told.clone() />
            <label for=name>{label}</label>
            <span class="hint" id=told>{hint}</span>
        </p>
    }
    .into_any()
}

impl Field {
    /// The address that one signs in with.
    pub fn email(value: String) -> Self {
        let (name, label, kind, fill) = ("email", "E-mail address", "email", "username");
        Self { name, label, kind, fill, value, hint: None, needed: Needed::Yes }
    }

    /// A password, which is never sent back.
    pub fn password(name: &'static str, label: &'static str, fill: &'static str, hint: Option<&'static str>) -> Self {
        Self { name, label, kind: "password", fill, value: String::new(), hint, needed: Needed::Yes }
    }

    /// A line of text that the browser knows nothing of.
    pub fn text(name: &'static str, label: &'static str, value: String, hint: &'static str) -> Self {
        Self { name, label, kind: "text", fill: "off", value, hint: Some(hint), needed: Needed::Yes }
    }

    /// The same field, which may stay empty.
    pub fn optional(self) -> Self {
        Self { needed: Needed::No, ..self }
    }

    pub fn view(self, mistakes: &Mistakes) -> AnyView {
        let Self { name, label, kind, fill, value, hint, needed } = self;
        let mistake = mistakes.0.get(name).cloned();
        let told = format!("{name}-told");
        let described = (mistake.is_some() || hint.is_some()).then(|| told.clone());
        let invalid = mistake.is_some().then_some("true");
        let below = match mistake {
            Some(mistake) => Some(view! { <span class="mistake" id=told>{mistake}</span> }.into_any()),
            None => hint.map(|hint| view! { <span class="hint" id=told>{hint}</span> }.into_any()),
        };
        view! {
            <p class="field">
                <label for=name>{label}</label>
                <input
                    id=name name=name type=kind value=value autocomplete=fill required=needed == Needed::Yes
                    aria-describedby=described aria-invalid=invalid
                />
                {below}
            </p>
        }
        .into_any()
    }
}
