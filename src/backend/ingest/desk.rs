//! From one event's JSON to what is stored: secrets out, other APIs' words into ours, everything checked.

use super::document;
use super::mask::{Masked, mask};
use super::rules::Rules;
use super::translation::Translation;
use crate::backend::storage::Append;
use crate::domain::access::KeyId;
use crate::domain::event::person::{Correction, corrected, people};
use crate::domain::event::{Checked, Draft, Note, check_reserved};
use crate::domain::problem::Faults;
use crate::domain::time::Timestamp;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// What an event is taken in with.
pub(super) struct Desk<'d> {
    pub rules: &'d Rules,
    pub translation: Option<&'d dyn Translation>,
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
    ) -> serde_json::Result<Option<Append>> {
        let known = faults.len();
        check_reserved(event, path, faults);
        if faults.len() > known {
            return Ok(None);
        }
        let found = if self.rules.names.are_off() { None } else { mask(event, &self.rules.names) };
        let (event, masked) = match found {
            Some(Masked { json, paths }) => (Cow::Owned(json), paths),
            None => (Cow::Borrowed(event), Vec::new()),
        };
        let before = past.masked.iter().map(|path| Cow::Borrowed(path.as_str()));
        let note = Note { masked: before.chain(masked.into_iter().map(Cow::Owned)).collect(), ..Note::default() };
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
    ) -> serde_json::Result<Option<Append>> {
        let draft: Draft<'_> = serde_json::from_str(event)?;
        let Some(mut checked) = draft.check(path, faults) else { return Ok(None) };
        let note = Note { api: past.api.map(Cow::Borrowed), repeat: named(&mut checked, past), ..note };
        let document = note.write(document::compact(event))?;
        Ok(Some(append(checked, self.without_forgotten(document), None)))
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
    ) -> serde_json::Result<Option<Append>> {
        let event = document::compact(event);
        let sent: &RawValue = serde_json::from_str(&event)?;
        let mut document = translation.translate(&serde_json::from_str(&event)?);
        if let Some(uuid) = past.uuid.filter(|_| document["uuid"].is_null()) {
            document["uuid"] = uuid.into();
        }
        let document = document.to_string();
        let draft: Draft<'_> = serde_json::from_str(&document)?;
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
        let document = note.write(document)?;
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
