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
}

impl Field {
    /// The address that one signs in with.
    pub fn email(value: String) -> Self {
        let (name, label, kind, fill) = ("email", "E-mail address", "email", "username");
        Self { name, label, kind, fill, value, hint: None }
    }

    /// A password, which is never sent back.
    pub fn password(name: &'static str, label: &'static str, fill: &'static str, hint: Option<&'static str>) -> Self {
        Self { name, label, kind: "password", fill, value: String::new(), hint }
    }

    pub fn view(self, mistakes: &Mistakes) -> AnyView {
        let Self { name, label, kind, fill, value, hint } = self;
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
                    id=name name=name type=kind value=value autocomplete=fill required
                    aria-describedby=described aria-invalid=invalid
                />
                {below}
            </p>
        }
        .into_any()
    }
}
