//! From one event's JSON to what is stored: secrets out, other APIs' words into ours, everything checked.

use super::document;
use super::mask::{Masked, mask};
use super::once::KNOWN_FOR;
use super::rules::Rules;
use super::surrogates::{Repaired, repaired};
use super::translation::Translation;
use crate::backend::storage::Append;
use crate::domain::access::KeyId;
use crate::domain::event::person::{Correction, corrected, people};
use crate::domain::event::{Checked, Draft, Note, check_reserved};
use crate::domain::json::{self, JsonError};
use crate::domain::problem::Faults;
use crate::domain::time::Timestamp;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// What an event is taken in with.
pub(super) struct Desk<'d> {
    pub rules: &'d Rules,
    pub translation: Option<&'d dyn Translation>,
    /// What repeats of the request are known by, if its sender named it.
    pub repeat: Option<&'d str>,
    /// What it was sent with, if it is sent now.
    pub key: Option<&'d KeyId>,
    pub now: Timestamp,
}

/// What is known of an event beside its JSON: nothing of one that is sent now.
#[derive(Debug, Default)]
pub(super) struct Past<'p> {
    /// Its id where it comes from: its `uuid`, unless it has one.
    pub uuid: Option<&'p str>,
    /// What repeats of it are known by, if it has none.
    pub repeat: Option<&'p str>,
    /// The API that it was sent to at first,
    pub api: Option<&'p str>,
    /// and where something was masked then.
    pub masked: &'p [String],
}

impl Desk<'_> {
    /// One event, ready to store; `None` leaves a fault behind. `event` is sound JSON of an object.
    pub fn take(
        &self,
        event: &str,
        past: &Past<'_>,
        path: &str,
        faults: &mut Faults,
    ) -> Result<Option<Append>, JsonError> {
        let known = faults.len();
        check_reserved(event, path, faults);
        if faults.len() > known {
            return Ok(None);
        }
        let (event, replaced) = match repaired(event) {
            Some(Repaired { json, paths }) => (Cow::Owned(json), paths),
            None => (Cow::Borrowed(event), Vec::new()),
        };
        let found = if self.rules.names.are_off() { None } else { mask(&event, &self.rules.names) };
        let (event, masked) = match found {
            Some(Masked { json, paths }) => (Cow::Owned(json), paths),
            None => (event, Vec::new()),
        };
        let before = past.masked.iter().map(|path| Cow::Borrowed(path.as_str()));
        let note = Note {
            masked: before.chain(masked.into_iter().map(Cow::Owned)).collect(),
            replaced: replaced.into_iter().map(Cow::Owned).collect(),
            ..Note::default()
        };
        match self.translation {
            None => self.own(&event, past, note, path, faults),
            Some(translation) => self.foreign(&event, past, note, translation, path, faults),
        }
    }

    /// Of our own API.
    fn own(
        &self,
        event: &str,
        past: &Past<'_>,
        note: Note<'_>,
        path: &str,
        faults: &mut Faults,
    ) -> Result<Option<Append>, JsonError> {
        let draft = Draft::parse(event)?;
        let Some(mut checked) = draft.check(path, faults) else { return Ok(None) };
        let note = Note { api: past.api.map(Cow::Borrowed), repeat: named(&mut checked, past), ..note };
        let holds = note.repeat.is_some().then_some(KNOWN_FOR);
        let document = note.write(document::compact(event)).map_err(unwritten)?;
        Ok(Some(append(checked, self.without_forgotten(document), holds)))
    }

    /// Of another one: faults get the paths that its sender knows.
    fn foreign(
        &self,
        event: &str,
        past: &Past<'_>,
        note: Note<'_>,
        translation: &dyn Translation,
        path: &str,
        faults: &mut Faults,
    ) -> Result<Option<Append>, JsonError> {
        let event = document::compact(event);
        let sent: &RawValue = serde_json::from_str(&event).map_err(unwritten)?;
        let mut document = translation.translate(&json::value(&event)?);
        if let Some(uuid) = past.uuid.filter(|_| document["uuid"].is_null()) {
            document["uuid"] = uuid.into();
        }
        let document = document.to_string();
        let draft = Draft::parse(&document)?;
        let mut found = Faults::default();
        let checked = draft.check("", &mut found);
        for (ours, expected) in found.iter() {
            let theirs = translation.their_path(ours);
            let theirs = if path.is_empty() { theirs } else { format!("{path}.{theirs}") };
            for expected in expected {
                faults.add(&theirs, expected);
            }
        }
        let Some(mut checked) = checked else { return Ok(None) };
        // Whoever sent it is told of the event as it is stored.
        checked.occurred_at.get_or_insert(self.now);
        let (api, key) = (Some(translation.api().into()), self.key.map(|key| key.as_str().into()));
        let note = Note { api, key, repeat: named(&mut checked, past), event: Some(sent), ..note };
        let document = note.write(document).map_err(unwritten)?;
        Ok(Some(append(checked, self.without_forgotten(document), translation.uuid_holds())))
    }

    /// Somebody whom the project has forgotten stays so.
    fn without_forgotten(&self, document: String) -> String {
        if self.rules.forgotten.is_empty() {
            return document;
        }
        let mut kept = document;
        for person in people(&kept).iter().filter(|person| self.rules.forgotten.contains(*person)) {
            if let Some(corrected) = corrected(&kept, person, &Correction::Forget { known: Vec::new() }) {
                kept = corrected;
            }
        }
        kept
    }
}

/// Why a note cannot be written, or what was sent not be kept beside it.
#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn unwritten(error: serde_json::Error) -> JsonError {
    JsonError { reason: error.to_string().into(), at: 0 }
}

/// Gives an event without a `uuid` what stands for one; that belongs into its note.
fn named<'p>(checked: &mut Checked, past: &Past<'p>) -> Option<Cow<'p, str>> {
    let repeat = past.repeat.filter(|_| checked.uuid.is_none())?;
    checked.uuid = Some(repeat.to_owned());
    Some(Cow::Borrowed(repeat))
}

fn append(checked: Checked, document: String, uuid_holds: Option<i64>) -> Append {
    let Checked { client, client_name, uuid, occurred_at } = checked;
    Append { client, client_name, uuid, uuid_holds, occurred_at, document: document.into_bytes().into_boxed_slice() }
}
