//! The events of readers' activities.

use crate::backend::Backend;
use crate::backend::auth::{Reader, ReaderIdentity, SharedCredential, Visitor};
use crate::domain::access::ClientId;
use crate::domain::problem::Problem;
use serde_json::{Map, Value, json};

/// The action of somebody who opened a view.
pub const VIEWED: &str = "audit_log.viewed";
/// The action of somebody who took a log away.
pub(super) const EXPORTED: &str = "audit_log.exported";

/// What a reader has done: who, from where, through which view.
pub(super) async fn of(
    backend: &Backend,
    reader: &Reader,
    client: &ClientId,
    action: &str,
    description: &str,
) -> Result<Value, Problem> {
    let name = backend.storage.client_name(reader.scope().project, client).await;
    let name = name.map_err(|error| backend.internal(error))?;
    let mut event = Map::new();
    let mut set = |member: &str, value: Value| event.insert(member.to_owned(), value);
    set("client", object([("uuid", Some(client.to_string())), ("name", name)]));
    set("action", json!(action));
    set("crud", json!("read"));
    set("description", json!(description));
    set("actor", actor(reader.identity()));
    if let Some(id) = reader.view() {
        let view = backend.storage.view(id).await.map_err(|error| backend.internal(error))?;
        let label = view.map(|view| view.name);
        let target = [("type", Some("audit_log".to_owned())), ("uuid", Some(id.to_string())), ("label", label)];
        set("target", object(target));
    }
    let source = reader.source();
    let address = source.address.map(|address| address.to_canonical().to_string());
    let agent = Some(source.agent.clone()).filter(|agent| !agent.is_empty());
    if address.is_some() || agent.is_some() {
        set("context", json!({"client": object([("ipAddress", address), ("browserAgent", agent)])}));
    }
    Ok(Value::Object(event))
}

fn actor(identity: &ReaderIdentity) -> Value {
    let (name, kind) = match identity {
        ReaderIdentity::Visitor(Visitor { name, .. }) => (name.as_deref(), "user"),
        ReaderIdentity::Unnamed(SharedCredential::AccessKey) => (Some("Access key"), "credential"),
        ReaderIdentity::Unnamed(SharedCredential::Link) => (Some("Shared link"), "credential"),
        ReaderIdentity::Server | ReaderIdentity::Member(_) => (None, "system"),
    };
    let uuid = id(identity).to_owned();
    object([("uuid", Some(uuid)), ("name", name.map(str::to_owned)), ("type", Some(kind.to_owned()))])
}

/// What a reader is called in these events.
pub(super) fn id(identity: &ReaderIdentity) -> &str {
    match identity {
        ReaderIdentity::Visitor(visitor) => &visitor.uuid,
        ReaderIdentity::Unnamed(SharedCredential::AccessKey) => "access-key",
        ReaderIdentity::Unnamed(SharedCredential::Link) => "link",
        ReaderIdentity::Server | ReaderIdentity::Member(_) => "daybook",
    }
}

/// What is known of it.
fn object<const N: usize>(members: [(&str, Option<String>); N]) -> Value {
    members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), Value::String(value?)))).collect()
}
