//! The account trail: what people do to a project and to their accounts, each an event in a log of the project's own.
//!
//! A line is handed to the storage with the change that it tells, and both are kept or neither.

mod deed;
mod on_apis;
mod on_events;

pub use deed::Deed;
use deed::Told;
pub use on_apis::OnApis;
pub use on_events::{Imported, OnEvents};

use super::auth::By;
use super::storage::TrailLine;
use super::{Backend, secrets};
use crate::domain::access::TRAIL;
use crate::domain::time::Timestamp;
use serde_json::{Map, Value, json};

/// What the trail is called where a client's name stands.
const NAME: &str = "Account trail";

/// The line of something that somebody does.
pub(super) fn line(backend: &Backend, by: &By, deed: &Deed<'_>) -> TrailLine {
    let (uuid, at) = (secrets::random_name("tr_"), backend.clock.now());
    let document = document(&uuid, at, by, deed.told()).to_string();
    TrailLine { uuid, at, document }
}

/// The event, in the shape that senders use.
fn document(uuid: &str, at: Timestamp, by: &By, told: Told) -> Value {
    let Told { action, crud, description, target, changes, failed } = told;
    let mut event = Map::new();
    event.insert("uuid".to_owned(), json!(uuid));
    event.insert("client".to_owned(), json!({"uuid": TRAIL, "name": NAME}));
    event.insert("time".to_owned(), json!(at.to_string()));
    event.insert("action".to_owned(), json!(action));
    event.insert("crud".to_owned(), json!(crud));
    event.insert("description".to_owned(), json!(description));
    event.insert("outcome".to_owned(), json!(if failed { "failure" } else { "success" }));
    event.insert("actor".to_owned(), actor(by));
    if let Some((kind, id, label)) = target {
        event.insert("target".to_owned(), json!({"type": kind, "uuid": id, "label": label}));
    }
    if !changes.is_empty() {
        event.insert("changes".to_owned(), Value::Array(changes));
    }
    if let By::Person(person) = by {
        let address = person.whence.address.map(|address| address.to_string());
        let place = json!({"ipAddress": address, "browserAgent": person.whence.agent});
        event.insert("context".to_owned(), json!({"client": place}));
    }
    Value::Object(event)
}

fn actor(by: &By) -> Value {
    match by {
        By::Person(person) => {
            let email = person.email.as_str();
            json!({"uuid": email, "name": person.name, "email": email, "type": "user"})
        }
        By::Key(id) => json!({"uuid": id, "name": "A server with an API key", "type": "api"}),
        By::Machine => json!({"uuid": "daybook", "name": "Whoever runs this server", "type": "system"}),
    }
}
