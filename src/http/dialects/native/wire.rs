//! This API's JSON. Texts of events are as their senders wrote them: never trusted, never HTML.

use crate::domain::event::{Crud, EventId};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use utoipa::ToSchema;

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
    /// Our id for it, a UUID of version 7.
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
    /// As it was sent, also to another API, but for blanks between tokens and what was masked: unknown fields, spelling of
    /// numbers and order included. Null where the stored event cannot be read.
    #[schema(value_type = Option<Object>)]
    pub original: Option<Box<RawValue>>,
}

/// An event as it is stored. What the sender left out, or sent empty, is null.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Recorded {
    /// Absent where the reader has no way there, as in a customer's own export.
    #[serde(rename = "_links", skip_serializing_if = "Option::is_none")]
    pub links: Option<EventLinks>,
    /// Our id for it, a UUID of version 7.
    #[schema(value_type = String, format = "uuid")]
    pub id: EventId,
    /// When we received it.
    #[schema(format = DateTime, example = "2018-06-30T16:35:53.120Z")]
    pub reception_time: String,
    /// The sender's id for it.
    #[schema(example = "sample-event-001")]
    pub uuid: Option<String>,
    pub client: Client,
    /// When it happened: as the sender said, to the last digit down to the nanosecond, or else when we received it.
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
    /// The other API that the event was sent to, such as `epilot`; null for this one.
    pub api: Option<String>,
    /// Paths of the values that were secrets, and are not kept.
    #[schema(example = json!(["metadata.password"]))]
    pub masked: Vec<String>,
    /// Paths of the texts in which U+FFFD stands for what is no text: half of a surrogate pair.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false, example = json!(["metadata.name"]))]
    pub replaced: Vec<String>,
    /// There where the stored event cannot be read: all that is known of it is its `id`, `client`, `time` and
    /// `receptionTime`; its action is `daybook.unreadable`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unreadable: Option<Unreadable>,
}

/// Why a stored event cannot be read.
#[derive(Debug, Serialize, ToSchema)]
pub struct Unreadable {
    #[schema(example = "its row does not match its checksum")]
    pub reason: String,
}

/// What kind of act it was.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
#[expect(dead_code, reason = "describes the words of the domain's type, which knows no API")]
pub enum Kind {
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
    /// `success`, `failure`, or another word that the sender has for it, such as `denied` or `skipped`.
    #[schema(example = "success")]
    pub result: String,
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
    /// IPv4 or IPv6 by custom; any text is kept. May be sent as several, in a list or parted by commas: this is the first.
    #[schema(example = "203.0.113.7")]
    pub ip_address: Option<String>,
    /// All addresses, where several were sent: those of proxies on the way. `ipAddress` is the first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub ip_addresses: Vec<String>,
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

/// People in the events of a project; always one.
#[derive(Debug, Serialize, ToSchema)]
pub struct Actors {
    pub actors: Vec<KnownActor>,
}

/// What is known of somebody.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct KnownActor {
    #[schema(example = "bd275099-e808-4c1a-bd32-57a589b7cf93")]
    pub uuid: String,
    #[schema(example = "[forgotten]")]
    pub name: Option<String>,
    #[schema(example = "[forgotten]")]
    pub email: Option<String>,
    /// Their name and address are not kept, in events to come either.
    pub is_forgotten: bool,
}

/// What somebody is called from now on; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ActorCorrection {
    #[schema(example = "Roberta Wharton")]
    pub name: Option<String>,
    #[schema(example = "rwharton@great-client.test")]
    pub email: Option<String>,
}

/// How a view looks, as AuditLog.co's drop-in reads it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ViewDocument {
    pub id: String,
    pub access_key: Option<String>,
    pub custom: CustomPart,
    pub columns: Vec<ViewColumn>,
}

/// Whose log it looks like.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CustomPart {
    pub url: Option<String>,
    pub logo: Option<String>,
    pub title: String,
    pub copyright: String,
    pub header_links: Vec<ViewLink>,
}

/// A link in the header.
#[derive(Debug, Serialize, ToSchema)]
pub struct ViewLink {
    pub label: String,
    pub url: String,
}

/// A column of one or two lines.
#[derive(Debug, Serialize, ToSchema)]
pub struct ViewColumn {
    pub order: usize,
    pub label: String,
    pub lines: Vec<ViewLine>,
}

/// Such as `actor.name` or `time[date]`.
#[derive(Debug, Serialize, ToSchema)]
pub struct ViewLine {
    pub field: String,
}

/// A month of a client's log, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct ViewPage {
    #[serde(rename = "_id")]
    pub about: About,
    pub entries: Vec<Recorded>,
    #[serde(rename = "_links")]
    pub links: ViewLinks,
}

/// The months beside it that lead somewhere.
#[derive(Debug, Serialize, ToSchema)]
pub struct ViewLinks {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous: Option<Link>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<Link>,
}
