//! From one event's JSON to what is stored: secrets out, other APIs' words into ours, everything checked.

use super::document;
use super::mask::{Masked, mask};
use super::rules::Rules;
use super::translation::Translation;
use crate::backend::storage::Append;
use crate::domain::access::KeyId;
use crate::domain::event::person::{Correction, corrected, people};
use crate::domain::event::{Checked, Draft, Note};
use crate::domain::problem::Faults;
use crate::domain::time::Timestamp;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// What an event is taken in with.
pub(super) struct Desk<'d> {
    pub rules: &'d Rules,
    pub translation: Option<&'d dyn Translation>,
    pub key: &'d KeyId,
    pub now: Timestamp,
}

impl Desk<'_> {
    /// One event, ready to store; `None` leaves a fault behind. `event` is sound JSON of an object.
    pub fn take(&self, event: &str, path: &str, faults: &mut Faults) -> serde_json::Result<Option<Append>> {
        let found = if self.rules.names.are_off() { None } else { mask(event, &self.rules.names) };
        let (event, masked) = match found {
            Some(Masked { json, paths }) => (Cow::Owned(json), paths),
            None => (Cow::Borrowed(event), Vec::new()),
        };
        let masked = masked.into_iter().map(Cow::Owned).collect();
        match self.translation {
            None => self.own(&event, masked, path, faults),
            Some(translation) => self.foreign(&event, masked, translation, path, faults),
        }
    }

    /// Of our own API.
    fn own(
        &self,
        event: &str,
        masked: Vec<Cow<'_, str>>,
        path: &str,
        faults: &mut Faults,
    ) -> serde_json::Result<Option<Append>> {
        let draft: Draft<'_> = serde_json::from_str(event)?;
        draft.check_unnoted(path, faults);
        let Some(checked) = draft.check(path, faults) else { return Ok(None) };
        let document = Note { masked, ..Note::default() }.write(document::compact(event))?;
        Ok(Some(append(checked, self.without_forgotten(document)?, None)))
    }

    /// Of another one: faults get the paths that its sender knows.
    fn foreign(
        &self,
        event: &str,
        masked: Vec<Cow<'_, str>>,
        translation: &dyn Translation,
        path: &str,
        faults: &mut Faults,
    ) -> serde_json::Result<Option<Append>> {
        let event = document::compact(event);
        let sent: &RawValue = serde_json::from_str(&event)?;
        let document = translation.translate(&serde_json::from_str(&event)?).to_string();
        let draft: Draft<'_> = serde_json::from_str(&document)?;
        let mut found = Faults::default();
        let checked = draft.check("", &mut found);
        for (ours, expected) in found.iter() {
            let theirs = format!("{path}.{}", translation.their_path(ours));
            for expected in expected {
                faults.add(&theirs, expected);
            }
        }
        let Some(mut checked) = checked else { return Ok(None) };
        // Whoever sent it is told of the event as it is stored.
        checked.occurred_at.get_or_insert(self.now);
        let (api, key) = (Some(translation.api().into()), Some(self.key.as_str().into()));
        let document = Note { masked, api, key, event: Some(sent) }.write(document)?;
        Ok(Some(append(checked, self.without_forgotten(document)?, translation.uuid_holds())))
    }

    /// Somebody whom the project has forgotten stays so.
    fn without_forgotten(&self, document: String) -> serde_json::Result<String> {
        if self.rules.forgotten.is_empty() {
            return Ok(document);
        }
        let mut kept = document;
        for person in people(&kept)?.iter().filter(|person| self.rules.forgotten.contains(*person)) {
            if let Some(corrected) = corrected(&kept, person, &Correction::Forget { known: Vec::new() })? {
                kept = corrected;
            }
        }
        Ok(kept)
    }
}

fn append(checked: Checked, document: String, uuid_holds: Option<i64>) -> Append {
    let Checked { client, client_name, uuid, occurred_at } = checked;
    Append { client, client_name, uuid, uuid_holds, occurred_at, document: document.into_bytes().into_boxed_slice() }
}
