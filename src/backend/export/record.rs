//! Who took a log away, in a log: a customer's reader in the customer's own, a member in the project's account trail.

use crate::backend::Backend;
use crate::backend::auth::{Looker, Reader, Visitor};
use crate::backend::storage::Append;
use crate::backend::trail::{self, Deed};
use crate::domain::access::ClientId;
use crate::domain::problem::Problem;
use serde_json::{Value, json};

/// Records an export that is about to be handed over. One made with an API key is the company's own affair.
pub async fn record(backend: &Backend, reader: &Reader) -> Result<(), Problem> {
    let project = reader.scope().project;
    let recorded = match (reader.looker(), reader.client()) {
        (Looker::Server, _) | (Looker::Visitor(_), None) => Ok(()),
        (Looker::Visitor(visitor), Some(client)) => {
            let event = exported(reader, client, visitor.as_ref());
            backend.storage.append_uncounted(project, vec![event]).await.map(|_| ())
        }
        (Looker::Member(by), _) => {
            let line = trail::line(backend, by, &Deed::LogExported { log: &reader.scope().clients });
            backend.storage.record(project, &line).await
        }
    };
    recorded.map_err(|error| backend.internal(error))
}

fn exported(reader: &Reader, client: &ClientId, visitor: Option<&Visitor>) -> Append {
    let mut event = json!({
        "client": {"uuid": client},
        "action": "audit_log.exported",
        "crud": "read",
        "description": "Exported the audit log",
    });
    match visitor {
        Some(Visitor { uuid, name }) => event["actor"] = json!({"uuid": uuid, "name": name, "type": "user"}),
        None => event["anonymous"] = Value::Bool(true),
    }
    if let Some(view) = reader.view() {
        event["target"] = json!({"type": "audit_log", "uuid": view});
    }
    let document = event.to_string().into_bytes().into();
    Append { client: client.clone(), client_name: None, uuid: None, uuid_holds: None, occurred_at: None, document }
}
