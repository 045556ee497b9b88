//! From AuditLedge's events to ours, and back.

use super::wire;
use crate::backend::export::ColumnOf;
use crate::backend::ingest::Translation;
use crate::backend::storage::{StorageError, Stored};
use crate::domain::event::{Context, Ending, Event, Target};
use crate::http::dialects::fields::{Fields, number_to_text, put};
use serde::Serialize;
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};
use std::borrow::Cow;
use std::collections::BTreeMap;

const API: &str = "auditledge";
/// The log of events that name no organization. There, a key belongs to one; ours belong to a project.
const NO_ORGANIZATION: &str = "default";

const FIELDS: Fields = Fields(&[
    ("actor.id", "actor.uuid"),
    ("actor.name", "actor.name"),
    ("actor.email", "actor.email"),
    ("action", "action"),
    ("resource.type", "target.type"),
    ("resource.id", "target.uuid"),
    ("resource.name", "target.label"),
    ("metadata", "metadata"),
    ("organization_id", "client.uuid"),
    ("timestamp", "time"),
]);

/// The API's events as ours.
pub struct AuditLedge;

impl Translation for AuditLedge {
    fn api(&self) -> &'static str {
        API
    }

    fn translate(&self, sent: &Value) -> Value {
        let mut event = FIELDS.moved(sent);
        for path in ["actor.uuid", "target.uuid", "client.uuid"] {
            number_to_text(&mut event, path);
        }
        if event.pointer("/client/uuid").is_none_or(|id| id == "") {
            put(&mut event, "client.uuid", NO_ORGANIZATION.into());
        }
        event
    }

    fn their_path(&self, ours: &str) -> String {
        if ours.starts_with("client") { "organization_id".to_owned() } else { FIELDS.theirs(ours) }
    }
}

/// A table's columns, which the vendor's documentation names.
pub static COLUMNS: [ColumnOf; 9] = [
    ("id", |event| Cow::Owned(event.stamp.id.to_string())),
    ("timestamp", |event| Cow::Owned(event.exact_time().to_string())),
    ("actor_id", |event| cell(event.actor.as_ref().map(|actor| actor.uuid.as_str()))),
    ("actor_name", |event| cell(event.actor.as_ref().and_then(|actor| actor.name.as_deref()))),
    ("action", |event| Cow::Borrowed(&event.action)),
    ("resource_type", |event| cell(event.targets.first().map(|target| target.kind.as_str()))),
    ("resource_id", |event| cell(event.targets.first().map(|target| target.uuid.as_str()))),
    ("resource_name", |event| cell(event.targets.first().and_then(|target| target.label.as_deref()))),
    ("organization_id", |event| Cow::Borrowed(&event.client.uuid)),
];

fn cell(text: Option<&str>) -> Cow<'_, str> {
    Cow::Borrowed(text.unwrap_or_default())
}

/// An event as this API reads it, whichever it was sent to.
pub fn stored(stored: &Stored) -> Result<wire::Stored, StorageError> {
    let sent = stored.sent();
    let event = stored.event();
    let own = sent.as_ref().and_then(|sent| own_parts(sent.to(API)?).ok());
    let (metadata, more) = match own {
        Some(own) => own,
        None => other_parts(&event).map_err(anyhow::Error::from)?,
    };
    let key = sent.and_then(|sent| sent.note.key.map(Cow::into_owned));
    Ok(flat(event, key, metadata, more)?)
}

fn flat(
    event: Event,
    key: Option<String>,
    metadata: Option<Box<RawValue>>,
    mut more: More,
) -> anyhow::Result<wire::Stored> {
    if !event.masked.is_empty() {
        more.insert("masked".to_owned(), to_raw_value(&event.masked)?);
    }
    let timestamp = event.exact_time().to_string();
    let actor = event.actor.unwrap_or_default();
    let resource = event.targets.into_iter().next();
    let (kind, id, name) =
        resource.map_or((None, None, None), |Target { kind, uuid, label, .. }| (Some(kind), Some(uuid), label));
    Ok(wire::Stored {
        id: event.stamp.id.to_string(),
        timestamp,
        actor_id: Some(actor.uuid).filter(|id| !id.is_empty()),
        actor_name: actor.name,
        actor_email: actor.email,
        action: event.action,
        resource_type: kind,
        resource_id: id,
        resource_name: name,
        metadata,
        organization_id: event.client.uuid,
        api_key_id: key,
        more,
    })
}

/// Fields that the flat form has no place for.
type More = BTreeMap<String, Box<RawValue>>;
type Raw<'r> = BTreeMap<String, &'r RawValue>;

/// The metadata as it came, and every field that the API does not know.
fn own_parts(sent: &str) -> serde_json::Result<(Option<Box<RawValue>>, More)> {
    let event: Raw<'_> = serde_json::from_str(sent)?;
    let mut more = More::new();
    for (name, value) in &event {
        match name.as_str() {
            "actor" => more.extend(unknown(value, "actor", &["id", "name", "email"])?),
            "resource" => more.extend(unknown(value, "resource", &["type", "id", "name"])?),
            "action" | "metadata" | "organization_id" | "timestamp" => {}
            name if is_flat(name) => {}
            name => {
                more.insert(name.to_owned(), (*value).to_owned());
            }
        }
    }
    let metadata = event.get("metadata").filter(|value| value.get() != "null");
    Ok((metadata.map(|value| (*value).to_owned()), more))
}

/// The members of a part that its flat form does not have.
fn unknown(part: &RawValue, prefix: &str, known: &[&str]) -> serde_json::Result<More> {
    if !part.get().starts_with('{') {
        return Ok(More::new());
    }
    let part: Raw<'_> = serde_json::from_str(part.get())?;
    let unknown = part.into_iter().filter(|(name, _)| !known.contains(&name.as_str()));
    Ok(unknown
        .map(|(name, value)| (format!("{prefix}_{name}"), value.to_owned()))
        .filter(|(name, _)| !is_flat(name))
        .collect())
}

/// Whether the flat form has a field of this name, which a sender's own must not double.
fn is_flat(name: &str) -> bool {
    const FLAT: [&str; 14] = [
        "id",
        "timestamp",
        "actor_id",
        "actor_name",
        "actor_email",
        "action",
        "resource_type",
        "resource_id",
        "resource_name",
        "metadata",
        "organization_id",
        "api_key_id",
        "success",
        "masked",
    ];
    FLAT.contains(&name)
}

/// Of another API's event, what this one has no field for.
fn other_parts(event: &Event) -> serde_json::Result<(Option<Box<RawValue>>, More)> {
    let mut more = More::new();
    let mut put = |name: &str, value: Option<Box<RawValue>>| more.extend(value.map(|value| (name.to_owned(), value)));
    put("description", raw(event.description.as_ref())?);
    put("url", raw(event.url.as_ref())?);
    if let Some(actor) = &event.actor {
        put("actor_type", raw(actor.kind.as_ref())?);
        put("actor_url", raw(actor.url.as_ref())?);
        put("actor_metadata", raw(Some(&actor.metadata).filter(|metadata| !metadata.is_empty()))?);
    }
    if let Some(target) = event.targets.first() {
        put("resource_url", raw(target.url.as_ref())?);
        put("resource_metadata", raw(Some(&target.metadata).filter(|metadata| !metadata.is_empty()))?);
    }
    put("outcome", raw(Some(&event.outcome.result).filter(|_| event.outcome.ending != Ending::Success))?);
    put("targets", raw(Some(&event.targets).filter(|targets| targets.len() > 1))?);
    put("changes", raw(Some(&event.changes).filter(|changes| !changes.is_empty()))?);
    let context = Some(&event.context).filter(|context| **context != Context::default());
    put("context", raw(context)?);
    Ok((raw(Some(&event.metadata).filter(|metadata| !metadata.is_empty()))?, more))
}

fn raw(value: Option<impl Serialize>) -> serde_json::Result<Option<Box<RawValue>>> {
    value.map(|value| to_raw_value(&value)).transpose()
}
