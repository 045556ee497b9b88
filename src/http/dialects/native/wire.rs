//! This API's JSON. Texts of events are as their senders wrote them: never trusted, never HTML.

use crate::domain::event::{Crud, EventId};
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// The event of our documentation's example, in the words of AuditLog.co's.
pub const EXAMPLE: &str = r#"{
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

/// [`EXAMPLE`] as a value.
pub fn example() -> Value {
    serde_json::from_str(EXAMPLE).expect("the example is JSON")
}

/// Receipts, in the order of the events sent. The list comes twice, under both names that AuditLog.co's API is known for.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReceivedEvents {
    #[serde(rename = "ReceivedEvents")]
    pub upper: Vec<Received>,
    #[serde(rename = "receivedEvents")]
    pub lower: Vec<Received>,
}

/// The receipt of an event that is stored.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Received {
    /// Our id for it, a UUIDv7.
    #[schema(value_type = String, format = "uuid")]
    pub id: EventId,
    /// Its own `uuid`, or null if it had none.
    #[schema(example = "sample-event-001")]
    pub uuid: Option<String>,
    /// It was stored before, and this is its first receipt again.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    pub duplicate: bool,
}

/// A page of found events, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct Page {
    #[serde(rename = "_id")]
    pub about: About,
    pub entries: Vec<Recorded>,
    #[serde(rename = "_links")]
    pub links: PageLinks,
    /// Ask again with this to see older events; null on the last page.
    pub cursor: Option<String>,
}

/// What was asked, and when it was answered.
#[derive(Debug, Serialize, ToSchema)]
pub struct About {
    #[schema(format = DateTime)]
    pub timestamp: String,
    #[serde(rename = "type")]
    #[schema(example = "events")]
    pub kind: &'static str,
    pub href: String,
    #[schema(example = "Events")]
    pub label: &'static str,
}

/// The ways from a page.
#[derive(Debug, Serialize, ToSchema)]
pub struct PageLinks {
    /// To older events; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<Link>,
}

/// A way somewhere.
#[derive(Debug, Serialize, ToSchema)]
pub struct Link {
    #[schema(example = "Older events")]
    pub label: &'static str,
    #[serde(rename = "type")]
    #[schema(example = "events")]
    pub kind: &'static str,
    pub href: String,
}

/// Where the event itself is.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventLinks {
    pub href: String,
}

/// An event with the JSON it was sent as.
#[derive(Debug, Serialize, ToSchema)]
pub struct Found {
    #[serde(flatten)]
    pub event: Recorded,
    /// As it was sent, but for blanks between tokens: unknown fields, spelling of numbers and order included.
    #[schema(value_type = Object)]
    pub original: Box<RawValue>,
}

/// An event as it is stored. What the sender left out, or sent empty, is null.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Recorded {
    #[serde(rename = "_links")]
    pub links: EventLinks,
    /// Our id for it, a UUIDv7.
    #[schema(value_type = String, format = "uuid")]
    pub id: EventId,
    /// When we received it.
    #[schema(format = DateTime, example = "2018-06-30T16:35:53.120Z")]
    pub reception_time: String,
    /// The sender's id for it.
    #[schema(example = "sample-event-001")]
    pub uuid: Option<String>,
    pub client: Client,
    /// When it happened: as the sender said, or else when we received it.
    #[schema(format = DateTime, example = "2018-06-30T16:35:52.000Z")]
    pub time: String,
    #[schema(example = "user.invite")]
    pub action: String,
    pub description: Option<String>,
    pub url: Option<String>,
    /// What kind of act it was: as the sender said, or else judged by the action's last word.
    #[schema(value_type = Kind)]
    pub crud: Crud,
    pub outcome: Outcome,
    /// Nobody in particular acted.
    pub anonymous: bool,
    pub actor: Option<Actor>,
    /// Who really acted, where `actor` is somebody they stood in for.
    pub impersonator: Option<Actor>,
    /// The principal target.
    pub target: Option<Target>,
    /// All targets, the principal one first.
    pub targets: Vec<Target>,
    pub context: Context,
    pub session_id: Option<String>,
    pub correlation_id: Option<String>,
    pub external_id: Option<String>,
    pub schema_version: Option<i64>,
    pub changes: Vec<Change>,
    #[schema(value_type = Object)]
    pub metadata: Map<String, Value>,
    #[schema(value_type = Object)]
    pub fields: Map<String, Value>,
    pub detail: Option<String>,
}

/// What kind of act it was.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
#[expect(dead_code, reason = "describes the words of the domain's type, which knows no API")]
enum Kind {
    Create,
    Read,
    Update,
    Delete,
}

/// The company's customer in whose log the event is.
#[derive(Debug, Serialize, ToSchema)]
pub struct Client {
    #[schema(example = "1234567890")]
    pub uuid: String,
    /// The log is called by the latest one.
    #[schema(example = "Great Client")]
    pub name: Option<String>,
}

/// A person, a key or a machine.
#[derive(Debug, Serialize, ToSchema)]
pub struct Actor {
    #[schema(example = "bd275099-e808-4c1a-bd32-57a589b7cf93")]
    pub uuid: String,
    #[schema(example = "Roberta Wharton")]
    pub name: Option<String>,
    #[schema(example = "rwharton@great-client.test")]
    pub email: Option<String>,
    /// Such as `user`, `api`, `automation` or `system`.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    pub url: Option<String>,
    #[schema(value_type = Object, required = false)]
    pub metadata: Map<String, Value>,
}

/// A thing acted on.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Target {
    #[serde(rename = "type")]
    #[schema(example = "user")]
    pub kind: String,
    #[schema(example = "95c102ae-5930-413f-b794-8f0934fdb136")]
    pub uuid: String,
    #[schema(example = "Salman Randall")]
    pub label: Option<String>,
    pub url: Option<String>,
    #[schema(value_type = Object, required = false)]
    pub metadata: Map<String, Value>,
}

/// How it ended.
#[derive(Debug, Serialize, ToSchema)]
pub struct Outcome {
    /// `success` or `failure`.
    #[schema(example = "success")]
    pub result: &'static str,
    pub reason: Option<String>,
    pub code: Option<String>,
}

/// Where it came from.
#[derive(Debug, Serialize, ToSchema)]
pub struct Context {
    #[schema(required = false)]
    pub client: ClientContext,
    #[schema(required = false)]
    pub server: ServerContext,
    #[schema(required = false)]
    pub http: HttpContext,
}

/// Where the actor was.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClientContext {
    /// IPv4 or IPv6 by custom; any text is kept.
    #[schema(example = "203.0.113.7")]
    pub ip_address: Option<String>,
    pub browser_agent: Option<String>,
    pub location: Option<String>,
}

/// Which of the company's servers took part.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ServerContext {
    pub server_id: Option<String>,
    pub version: Option<String>,
    pub service: Option<String>,
}

/// The HTTP request behind the act.
#[derive(Debug, Serialize, ToSchema)]
pub struct HttpContext {
    pub method: Option<String>,
    pub path: Option<String>,
    pub domain: Option<String>,
}

/// One field's value before and after, any JSON; null where the field was not there.
#[derive(Debug, Serialize, ToSchema)]
pub struct Change {
    #[schema(example = "role")]
    pub field: String,
    #[schema(value_type = Option<Value>)]
    pub before: Option<Value>,
    #[schema(value_type = Option<Value>)]
    pub after: Option<Value>,
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
    /// When it happened: ISO 8601 (UTC unless it says otherwise), or seconds or milliseconds since 1970. Left out: now.
    #[schema(example = "2018-06-30T16:35:52")]
    time: Option<String>,
    /// What was done, such as `user.invite`.
    action: String,
    /// The same in words.
    description: Option<String>,
    /// Where more is to be seen. Only http, https and mailto addresses become links.
    url: Option<String>,
    crud: Option<Kind>,
    /// The word `success` or `failure`, or the object. Left out: success.
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
