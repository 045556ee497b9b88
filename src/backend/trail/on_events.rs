//! What is done to what events say: histories that are brought along, people who are forgotten, secrets.

use super::deed::Told;
use serde_json::Value;

/// A history that is brought along.
#[derive(Debug, Clone)]
pub struct Imported<'a> {
    /// The file's name.
    pub file: &'a str,
    /// Whose events they are, such as `retraced`.
    pub format: &'a str,
}

/// Something done to all events of a project, or to those to come.
#[derive(Debug, Clone)]
pub enum OnEvents<'a> {
    ImportBegun {
        history: &'a Imported<'a>,
    },
    ImportEnded {
        history: &'a Imported<'a>,
        stored: u64,
        refused: u64,
    },
    /// Whoever has this id in events; what they were called is in no line.
    PersonForgotten {
        uuid: &'a str,
    },
    PersonCorrected {
        uuid: &'a str,
    },
    /// Fields of the rules, each with its value before and after.
    MaskingChanged {
        changes: Vec<(&'static str, Value, Value)>,
    },
}

impl OnEvents<'_> {
    /// Its words.
    pub(super) fn told(&self) -> Told {
        match self {
            Self::ImportBegun { history: Imported { file, format } } => {
                let text = format!("Began to import “{file}”, events of {format}");
                Told::new("audit_log.import_begun", "create", text).on("file", file, file)
            }
            Self::ImportEnded { history: Imported { file, format }, stored, refused } => {
                let text = format!("Imported “{file}”, events of {format}: {stored} stored, {refused} refused");
                Told::new("audit_log.imported", "create", text).on("file", file, file)
            }
            Self::PersonForgotten { uuid } => {
                Told::new("person.forgotten", "delete", "Forgot a person in all events").on("user", uuid, "")
            }
            Self::PersonCorrected { uuid } => {
                let text = "Corrected the name or address of a person in all events";
                Told::new("person.corrected", "update", text).on("user", uuid, "")
            }
            Self::MaskingChanged { changes } => {
                let told = Told::new("masking.changed", "update", "Changed which values of events are masked");
                changes.iter().fold(told, |told, (field, before, after)| told.changing(field, before, after))
            }
        }
    }
}
