//! How strictly the rules of other vendors' APIs are kept, and the ways in which requests violate them.

use serde::{Deserialize, Serialize};
use std::fmt;

/// An API whose vendor refuses more than has to be refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Api {
    WorkOs,
    Retraced,
}

/// What becomes of a request that only the vendor's rules are against.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Strictness {
    /// It is accepted.
    #[default]
    Open,
    /// It is accepted, and counted.
    Observe,
    /// It is refused as the vendor does, and counted.
    Strict,
}

/// A project's choice for each API.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct StrictnessOf {
    pub workos: Strictness,
    pub retraced: Strictness,
}

/// A way to violate a vendor's rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Violation {
    /// WorkOS: an event of an organization that was not made, and has no event.
    UnknownOrganization,
    /// WorkOS: an event of an action that has no schema.
    ActionWithoutSchema,
    /// WorkOS: a field that is not as its documentation has it.
    WorkOsFields,
    /// Retraced: a project id other than the project's name.
    WrongProject,
    /// Retraced: more in one request than it takes.
    LargeBulk,
    /// Retraced: a field that is missing, empty, of another type or not known.
    RetracedFields,
}

impl Api {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::WorkOs, Self::Retraced];

    /// Its word, in storage and addresses.
    pub const fn word(self) -> &'static str {
        match self {
            Self::WorkOs => "workos",
            Self::Retraced => "retraced",
        }
    }

    /// What people call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::WorkOs => "WorkOS",
            Self::Retraced => "Retraced",
        }
    }

    /// The API of a word.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|api| api.word() == word)
    }
}

impl Strictness {
    /// All of them, the most lenient first.
    pub const ALL: [Self; 3] = [Self::Open, Self::Observe, Self::Strict];

    /// Its word, in settings and addresses.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Observe => "observe",
            Self::Strict => "strict",
        }
    }

    /// The one of a word.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|strictness| strictness.word() == word)
    }
}

impl fmt::Display for Strictness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl StrictnessOf {
    /// That of one API.
    pub const fn of(self, api: Api) -> Strictness {
        match api {
            Api::WorkOs => self.workos,
            Api::Retraced => self.retraced,
        }
    }

    /// The same with another for one API.
    #[must_use]
    pub const fn with(self, api: Api, strictness: Strictness) -> Self {
        match api {
            Api::WorkOs => Self { workos: strictness, ..self },
            Api::Retraced => Self { retraced: strictness, ..self },
        }
    }
}

impl Violation {
    /// All of them, each API's together.
    pub const ALL: [Self; 6] = [
        Self::UnknownOrganization,
        Self::ActionWithoutSchema,
        Self::WorkOsFields,
        Self::WrongProject,
        Self::LargeBulk,
        Self::RetracedFields,
    ];

    /// Whose rules it violates.
    pub const fn api(self) -> Api {
        match self {
            Self::UnknownOrganization | Self::ActionWithoutSchema | Self::WorkOsFields => Api::WorkOs,
            Self::WrongProject | Self::LargeBulk | Self::RetracedFields => Api::Retraced,
        }
    }

    /// Its word, in storage.
    pub const fn word(self) -> &'static str {
        match self {
            Self::UnknownOrganization => "workos/unknown_organization",
            Self::ActionWithoutSchema => "workos/action_without_schema",
            Self::WorkOsFields => "workos/fields",
            Self::WrongProject => "retraced/wrong_project",
            Self::LargeBulk => "retraced/large_bulk",
            Self::RetracedFields => "retraced/fields",
        }
    }

    /// What it is, and what the vendor answers.
    pub const fn told(self) -> (&'static str, &'static str) {
        match self {
            Self::UnknownOrganization => ("Unknown organization", "404 Organization not found"),
            Self::ActionWithoutSchema => ("Action without a schema", "400 Invalid Audit Log event"),
            Self::WorkOsFields => ("Field not as documented", "422 Validation failed"),
            Self::WrongProject => ("Project ID is not the project’s name", "401 Unauthorized"),
            Self::LargeBulk => {
                ("More than 50 events or 10 MB in one request", "400 Bad Request or 413 Payload Too Large")
            }
            Self::RetracedFields => ("Field missing, empty, of another type or unknown", "400 Bad Request"),
        }
    }

    /// The one of a word.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|violation| violation.word() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_has_a_word_of_its_own_by_which_it_is_found_again() {
        for violation in Violation::ALL {
            assert_eq!(Violation::of_word(violation.word()), Some(violation));
            assert!(violation.word().starts_with(violation.api().word()));
        }
        for api in Api::ALL {
            assert_eq!(Api::of_word(api.word()), Some(api));
            for strictness in Strictness::ALL {
                assert_eq!(Strictness::of_word(strictness.word()), Some(strictness));
                assert_eq!(StrictnessOf::default().with(api, strictness).of(api), strictness);
            }
        }
        assert_eq!((Api::of_word("x"), Strictness::of_word("x"), Violation::of_word("x")), (None, None, None));
    }

    #[test]
    fn a_project_that_chose_nothing_is_open_and_its_choice_is_written_in_words() {
        assert_eq!(serde_json::from_str::<StrictnessOf>("{}").unwrap(), StrictnessOf::default());
        let chosen = StrictnessOf::default().with(Api::Retraced, Strictness::Strict);
        assert_eq!(serde_json::to_string(&chosen).unwrap(), r#"{"workos":"open","retraced":"strict"}"#);
    }
}
