//! Who took a log away, in a log: a customer's reader in the customer's own, a member in the project's account trail.

use crate::backend::Backend;
use crate::backend::auth::{Looker, Reader, Visitor};
use crate::backend::ingest::ingest_own;
use crate::backend::trail::{self, Deed};
use crate::domain::access::ClientId;
use crate::domain::problem::Problem;
use serde_json::{Value, json};

/// Records an export that is about to be handed over. One made with an API key is the company's own affair.
pub async fn record(backend: &Backend, reader: &Reader) -> Result<(), Problem> {
    let project = reader.scope().project;
    match (reader.looker(), reader.client()) {
        (Looker::Server, _) | (Looker::Visitor(_), None) => Ok(()),
        (Looker::Visitor(visitor), Some(client)) => {
            ingest_own(backend, project, &exported(reader, client, visitor.as_ref())).await
        }
        (Looker::Member(by), _) => {
            let line = trail::line(backend, by, &Deed::LogExported { log: &reader.scope().clients });
            backend.storage.record(project, &line).await.map_err(|error| backend.internal(error))
        }
    }
}

fn exported(reader: &Reader, client: &ClientId, visitor: Option<&Visitor>) -> Value {
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
    event
}
