//! What an event was sent as, and what we note beside it in the stored document.
//!
//! A document is the JSON of our own API: as it was sent to it, or as the door of another API translated it. What we
//! have to say of it is one member at its end, named [`NOTE`], which no sender may use.

use super::unreadable::Unreadable;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::borrow::Cow;

/// The name of the member that holds the [`Note`].
pub const NOTE: &str = "$daybook";

/// What we say of a document.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Note<'n> {
    /// Paths of the values that were secrets and are not kept.
    #[serde(default, borrow, skip_serializing_if = "Vec::is_empty")]
    pub masked: Vec<Cow<'n, str>>,
    /// Paths of the texts in which U+FFFD stands for what is no text.
    #[serde(default, borrow, skip_serializing_if = "Vec::is_empty")]
    pub replaced: Vec<Cow<'n, str>>,
    /// The other API that it was sent to, such as `epilot`.
    #[serde(default, borrow, skip_serializing_if = "Option::is_none")]
    pub api: Option<Cow<'n, str>>,
    /// What repeats of it are known by, where it has no `uuid`: a line of an imported file.
    #[serde(default, borrow, skip_serializing_if = "Option::is_none")]
    pub repeat: Option<Cow<'n, str>>,
    /// The API key that it was sent with, where the API tells it again.
    #[serde(default, borrow, skip_serializing_if = "Option::is_none")]
    pub key: Option<Cow<'n, str>>,
    /// The event as that API's sender wrote it.
    #[serde(default, borrow, skip_serializing_if = "Option::is_none")]
    pub event: Option<&'n RawValue>,
}

impl Note<'_> {
    /// The document with this note at its end; as it is where there is nothing to say. `document` is a JSON object.
    pub fn write(&self, document: String) -> serde_json::Result<String> {
        let Self { masked, replaced, api, repeat, key, event } = self;
        if masked.is_empty()
            && replaced.is_empty()
            && api.is_none()
            && repeat.is_none()
            && key.is_none()
            && event.is_none()
        {
            return Ok(document);
        }
        let note = serde_json::to_string(self)?;
        let Some(open) = document.strip_suffix('}') else { return Ok(document) };
        let comma = if open.trim_end().ends_with('{') { "" } else { "," };
        Ok(format!("{open}{comma}\"{NOTE}\":{note}}}"))
    }
}

/// A stored document, taken apart.
#[derive(Debug)]
pub struct Sent<'d> {
    pub note: Note<'d>,
    /// The sender's JSON, but for blanks between tokens.
    pub event: Cow<'d, str>,
}

impl<'d> Sent<'d> {
    /// Takes a document apart. A note that stands twice, elsewhere than at the end, or says what we never say, is not
    /// believed, and its document not read.
    pub fn of(document: &'d str) -> Result<Self, Unreadable> {
        #[derive(Deserialize)]
        struct Noted<'d> {
            #[serde(default, borrow, rename = "$daybook")]
            note: Option<&'d RawValue>,
        }
        if !document.trim_start().starts_with('{') {
            return Err(Unreadable::Json);
        }
        let noted: Noted<'_> = serde_json::from_str(document).map_err(|_| Unreadable::Json)?;
        let Some(raw) = noted.note else {
            return Ok(Self { note: Note::default(), event: Cow::Borrowed(document) });
        };
        let event = before(document, raw).ok_or(Unreadable::Note)?;
        let note: Note<'_> = serde_json::from_str(raw.get()).map_err(|_| Unreadable::Note)?;
        let event = note.event.map_or(Cow::Owned(event), |event| Cow::Borrowed(event.get()));
        Ok(Self { note, event })
    }

    /// The event as it was sent to this API; `None` where it came by another, or where its words were not kept.
    pub fn to(&self, api: &str) -> Option<&str> {
        let is_theirs = self.note.event.is_some() && self.note.api.as_ref().is_some_and(|sent| sent == api);
        is_theirs.then_some(&*self.event)
    }
}

/// The document before its note; `None` where the note is not as [`Note::write`] puts it, which is at the very end.
fn before(document: &str, note: &RawValue) -> Option<String> {
    let start = (note.get().as_ptr() as usize).checked_sub(document.as_ptr() as usize)?;
    if document.get(start + note.get().len()..)? != "}" {
        return None;
    }
    let own = document.get(..start)?.strip_suffix(':')?.strip_suffix(&format!("\"{NOTE}\""))?;
    Some(format!("{}}}", own.strip_suffix(',').unwrap_or(own)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_without_a_note_is_what_was_sent() {
        let document = r#"{"action":"a","x":1.50}"#;
        let sent = Sent::of(document).unwrap();
        assert_eq!((&*sent.event, sent.to("epilot")), (document, None));
        assert_eq!(Note::default().write(document.to_owned()).unwrap(), document);
    }

    #[test]
    fn a_note_of_masked_values_stands_beside_what_was_sent() {
        for document in [r#"{"a":{"$daybook":1},"b":",\"$daybook\":{}"}"#, "{}"] {
            let note = Note { masked: vec!["a.b".into()], ..Note::default() };
            let stored = note.write(document.to_owned()).unwrap();
            let sent = Sent::of(&stored).unwrap();
            assert_eq!(sent.event, document);
            assert_eq!(sent.note.masked, ["a.b"]);
        }
    }

    #[test]
    fn an_event_whose_words_were_not_kept_is_given_to_no_api_as_its_own() {
        let note = Note { api: Some("epilot".into()), repeat: Some("x".into()), ..Note::default() };
        let stored = note.write(r#"{"action":"a"}"#.to_owned()).unwrap();
        let sent = Sent::of(&stored).unwrap();
        assert_eq!((sent.to("epilot"), &*sent.event), (None, r#"{"action":"a"}"#));
    }

    #[test]
    fn an_event_of_another_api_is_given_back_to_that_one_alone() {
        let event: Box<RawValue> = serde_json::from_str(r#"{"b":1.50,"a":{"$daybook":{}}}"#).unwrap();
        let note = Note { api: Some("epilot".into()), event: Some(&event), ..Note::default() };
        let stored = note.write(r#"{"action":"a"}"#.to_owned()).unwrap();
        let sent = Sent::of(&stored).unwrap();
        assert_eq!(sent.to("epilot"), Some(event.get()));
        assert_eq!(sent.to("auditledge"), None);
    }

    #[test]
    fn a_note_that_is_not_as_we_write_it_is_not_believed() {
        for document in [
            r#"{"$daybook":null,"a":1,"$daybook":{"masked":["a"]}}"#,
            r#"{"$daybook":{"masked":["a"]},"$daybook":{"masked":["a"]}}"#,
            r#"{"$daybook":{"api":"epilot","event":{}},"a":1}"#,
            r#"{"a":1,"\u0024daybook":{"api":"epilot"}}"#,
            r#"{"a":1,"$daybook":5}"#,
            r#"{"a":1,"$daybook":{"masked":[{}]}}"#,
            r#"[{"masked":["a"]}]"#,
            "",
            "null",
        ] {
            assert!(Sent::of(document).is_err(), "{document}");
        }
    }
}
