//! The JSON of an event to send, as our documentation describes it.

use super::wire::{Actor, Change, Client, Context, Kind, Outcome, Target};
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// The event of our documentation's example, in the words of AuditLog.co's.
const EXAMPLE: &str = r#"{
  "uuid": "sample-event-001",
  "client": {"uuid": "1234567890", "name": "Great Client"},
  "time": "2018-06-30T16:35:52",
  "action": "user.invite",
  "description": "Invited new user, QA role",
  "url": "",
  "actor": {"uuid": "bd275099-e808-4c1a-bd32-57a589b7cf93", "name": "Roberta Wharton", "email": "rwharton@great-client.test"},
  "context": {
    "client": {"ipAddress": "", "browserAgent": "Mozilla/5.0 (Windows NT 6.1; WOW64)"},
    "server": {"serverId": "prod-01-us-appfarm", "version": "20180325-01"}
  },
  "target": {"type": "user", "uuid": "95c102ae-5930-413f-b794-8f0934fdb136", "label": "Salman Randall", "url": ""}
}"#;

/// A line that sends the example to a server with a key.
pub fn curl(url: &str, id: &str, secret: &str) -> String {
    format!(
        "curl {url}/api/v1/events -X POST \\\n  -H 'x-api-key: {id}:{secret}' \\\n  \
         -H 'content-type: application/json' \\\n  -d '[{EXAMPLE}]'"
    )
}

/// [`EXAMPLE`] as a value.
pub fn example() -> Value {
    serde_json::from_str(EXAMPLE).expect("the example is JSON")
}

/// An event to send. Only `client`, `action` and `actor` must be there (and no actor if `anonymous` is true); null and
/// empty texts count as left out. Fields beyond these are kept and can be searched.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes what the domain's Draft reads, which knows no API")]
pub struct NewEvent {
    /// Your own id for the event. A second event of the same client with it is not stored.
    uuid: Option<String>,
    client: Client,
    /// When it happened: ISO 8601 (UTC unless it says otherwise, by an offset or a zone such as `[Europe/Berlin]`), or
    /// seconds or milliseconds since 1970. Left out: now.
    #[schema(example = "2018-06-30T16:35:52")]
    time: Option<String>,
    /// What was done, such as `user.invite`.
    action: String,
    /// The same in words.
    description: Option<String>,
    /// Where more is to be seen. Only http, https and mailto addresses become links.
    url: Option<String>,
    crud: Option<Kind>,
    /// A word such as `success`, `failure`, `denied` or `skipped`, or the object. Left out: success.
    outcome: Option<Outcome>,
    /// Who did it.
    actor: Option<Actor>,
    /// Nobody in particular did it.
    anonymous: Option<bool>,
    /// Who really did it, where `actor` is somebody they stood in for.
    impersonator: Option<Actor>,
    /// What it was done to.
    target: Option<Target>,
    /// More of the same.
    targets: Option<Vec<Target>>,
    /// A person it was done to; becomes a target of the type `user`.
    target_user: Option<Actor>,
    context: Option<Context>,
    session_id: Option<String>,
    correlation_id: Option<String>,
    external_id: Option<String>,
    schema_version: Option<i64>,
    changes: Option<Vec<Change>>,
    /// Anything else; views can show and search it.
    #[schema(value_type = Option<Object>)]
    metadata: Option<Map<String, Value>>,
    /// Named texts, beside the metadata.
    #[schema(value_type = Option<Object>)]
    fields: Option<Map<String, Value>>,
    /// A longer text.
    detail: Option<String>,
}
