//! The event of a stored document.

use super::check::present;
use super::draft::{ActorDraft, ChangeDraft, ClientContextDraft, ContextDraft, Draft, OutcomeDraft, TargetDraft};
use super::lenient::{Field, List, Object, Text, TextOr, Texts};
use super::model::{Actor, Change, ClientRef, Context, Crud, Event, HttpContext, Outcome, Stamp, Target};
use super::sent::Sent;
use super::unreadable::Unreadable;

/// A stored document as a draft: the one way from bytes to an event, whatever the bytes are.
pub fn read(document: &[u8]) -> Result<Draft<'_>, Unreadable> {
    let text = std::str::from_utf8(document).map_err(|_| Unreadable::Encoding)?;
    let draft = Draft::parse(text).map_err(|_| Unreadable::Json)?;
    if draft.note != Field::Absent {
        Sent::of(text)?;
    }
    Ok(draft)
}

impl Event {
    /// The event of a stored document, in the log of a client; what stands for it where it cannot be read.
    pub fn of_document(document: &[u8], stamp: Stamp, client: &str) -> Self {
        let draft = match read(document) {
            Ok(draft) => draft,
            Err(why) => return Self::unreadable(stamp, client, why),
        };
        let mut event = draft.into_event(stamp);
        // An event is of the client in whose log it is, whatever it says.
        client.clone_into(&mut event.client.uuid);
        event
    }
}

impl Draft<'_> {
    /// The event of a stored document. What a later version would refuse is read as absent: the log never fails to show.
    pub fn into_event(self, stamp: Stamp) -> Event {
        let nanos = self.nanos();
        let action = owned(&self.action).unwrap_or_default();
        let crud = owned(&self.crud).and_then(|crud| Crud::parse(&crud));
        let client = object(self.client);
        let mut targets: Vec<Target> = object(self.target).and_then(target).into_iter().collect();
        if let Field::Given(list) = self.targets {
            targets.extend(list.0.into_iter().filter_map(object).filter_map(target));
        }
        if let Some(user) = object(self.target_user).and_then(actor) {
            targets.push(Target {
                kind: "user".to_owned(),
                uuid: user.uuid,
                label: user.name.or(user.email),
                url: user.url,
                metadata: user.metadata,
            });
        }
        Event {
            stamp,
            nanos,
            uuid: owned(&self.uuid),
            client: ClientRef {
                uuid: client.as_ref().and_then(|client| owned(&client.uuid)).unwrap_or_default(),
                name: client.as_ref().and_then(|client| owned(&client.name)),
            },
            crud: crud.unwrap_or_else(|| Crud::of_action(&action)),
            action,
            description: owned(&self.description),
            url: owned(&self.url),
            outcome: outcome(self.outcome),
            actor: object(self.actor).and_then(actor),
            impersonator: object(self.impersonator).and_then(actor),
            targets,
            context: context(object(self.context).unwrap_or_default()),
            session_id: owned(&self.session_id),
            correlation_id: owned(&self.correlation_id),
            external_id: owned(&self.external_id),
            schema_version: self.schema_version.given().copied(),
            changes: changes(self.changes),
            metadata: self.metadata.given().map(|object| object.0.clone()).unwrap_or_default(),
            fields: self.fields.given().map(|object| object.0.clone()).unwrap_or_default(),
            detail: owned(&self.detail),
            api: self.note.given().and_then(|Object(note)| owned(&note.api)),
            masked: self.note.given().map(|Object(note)| texts(&note.masked)).unwrap_or_default(),
            replaced: self.note.given().map(|Object(note)| texts(&note.replaced)).unwrap_or_default(),
            unreadable: None,
        }
    }
}

fn owned(field: &Field<Text<'_>>) -> Option<String> {
    field.given().and_then(|text| present(text)).map(str::to_owned)
}

fn texts(field: &Field<List<Field<Text<'_>>>>) -> Vec<String> {
    field.given().map(|list| list.0.iter().filter_map(owned).collect()).unwrap_or_default()
}

fn object<T>(field: Field<Object<T>>) -> Option<T> {
    match field {
        Field::Given(Object(object)) => Some(object),
        Field::Absent | Field::Wrong(_) => None,
    }
}

fn outcome(field: Field<TextOr<'_, OutcomeDraft<'_>>>) -> Outcome {
    match field {
        Field::Given(TextOr::Text(text)) => present(&text).map(Outcome::of).unwrap_or_default(),
        Field::Given(TextOr::Object(outcome)) => Outcome {
            reason: owned(&outcome.reason),
            code: owned(&outcome.code),
            ..owned(&outcome.result).map(|result| Outcome::of(&result)).unwrap_or_default()
        },
        Field::Absent | Field::Wrong(_) => Outcome::default(),
    }
}

fn actor(draft: ActorDraft<'_>) -> Option<Actor> {
    let ActorDraft { uuid, name, email, kind, url, metadata } = draft;
    Some(Actor {
        uuid: owned(&uuid)?,
        name: owned(&name),
        email: owned(&email),
        kind: owned(&kind),
        url: owned(&url),
        metadata: metadata.given().map(|object| object.0.clone()).unwrap_or_default(),
    })
}

fn target(draft: TargetDraft<'_>) -> Option<Target> {
    let TargetDraft { kind, uuid, label, url, metadata } = draft;
    Some(Target {
        kind: owned(&kind)?,
        uuid: owned(&uuid)?,
        label: owned(&label),
        url: owned(&url),
        metadata: metadata.given().map(|object| object.0.clone()).unwrap_or_default(),
    })
}

fn context(draft: ContextDraft<'_>) -> Context {
    let client = object(draft.client).unwrap_or_default();
    let server = object(draft.server).unwrap_or_default();
    let http = object(draft.http).unwrap_or_default();
    let (ip_address, ip_addresses) = addresses(&client);
    Context {
        ip_address,
        ip_addresses,
        browser_agent: owned(&client.browser_agent),
        location: owned(&client.location),
        server_id: owned(&server.server_id),
        version: owned(&server.version),
        service: owned(&server.service),
        http: HttpContext { method: owned(&http.method), path: owned(&http.path), domain: owned(&http.domain) },
    }
}

/// The first address, and all of them where there are several.
fn addresses(client: &ClientContextDraft<'_>) -> (Option<String>, Vec<String>) {
    let all = |field: &Field<Texts<'_>>| -> Vec<String> {
        field.given().map(|texts| texts.addresses().map(str::to_owned).collect()).unwrap_or_default()
    };
    let (mut one, mut several) = (all(&client.ip_address), all(&client.ip_addresses));
    if one.len() > 1 || several.is_empty() {
        several.clone_from(&one);
    }
    let first = if one.is_empty() { several.first().cloned() } else { Some(one.swap_remove(0)) };
    (first, if several.len() > 1 { several } else { Vec::new() })
}

fn changes(field: Field<List<Field<Object<ChangeDraft>>>>) -> Vec<Change> {
    let Field::Given(list) = field else { return Vec::new() };
    list.0
        .into_iter()
        .filter_map(object)
        .filter_map(|change| {
            let field = change.field.given()?.clone();
            Some(Change { field, before: change.before, after: change.after })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::event::EventId;
    use crate::domain::problem::Faults;
    use crate::domain::time::Timestamp;

    #[test]
    fn the_seed_s_sample_is_an_event() {
        let json = r#"{"uuid":"sample-event-001","client":{"uuid":"1234567890","name":"Great Client"},
            "time":"2018-06-30T16:35:52","action":"user.invite","description":"Invited new user, QA role","url":"",
            "actor":{"uuid":"bd275099","name":"Roberta Wharton","email":"rwharton@great-client.test"},
            "context":{"client":{"ipAddress":"","browserAgent":"Mozilla/5.0"},"server":{"serverId":"prod-01","version":"1"}},
            "target":{"type":"user","uuid":"95c102ae","label":"Salman Randall","url":""}}"#;
        let draft: Draft<'_> = serde_json::from_str(json).unwrap();
        assert!(draft.check("", &mut Faults::default()).is_some());
        let stamp = Stamp { id: EventId::from_bytes([1; 16]), occurred_at: Timestamp::from_millis(0) };
        let event = draft.into_event(stamp);
        assert_eq!(event.url, None);
        assert_eq!(event.crud, Crud::Create);
        assert_eq!(event.targets[0].label.as_deref(), Some("Salman Randall"));
        assert_eq!(event.context.ip_address, None);
    }
}
