//! epilot's JSON.

use serde::Serialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// A page of events.
#[derive(Debug, Serialize)]
pub struct Found {
    pub logs: Vec<Box<RawValue>>,
    pub total: u64,
}

/// One event.
#[derive(Debug, Serialize)]
pub struct One {
    pub log: Box<RawValue>,
}

/// What was taken in, in order.
#[derive(Debug, Serialize)]
pub struct Ingested {
    pub logs: Vec<Kept>,
}

/// The id under which an event is read: its own if that is a UUID, as epilot's are, else ours.
#[derive(Debug, Serialize)]
pub struct Kept {
    pub id: String,
}

/// An event that was sent to another API.
#[derive(Debug, Serialize)]
pub struct Log {
    pub id: String,
    pub org_id: String,
    pub service_name: Option<String>,
    pub event_name: String,
    pub status_code: u16,
    pub timestamp: String,
    pub caller: Caller,
    pub http: Http,
    /// JSON as a text.
    pub detail: Option<String>,
    pub activity: Option<String>,
    pub source_url: Option<String>,
}

#[derive(Debug, Serialize)]
pub struct Caller {
    pub user_email: Option<String>,
    pub user_id: Option<String>,
    /// `user`, `api` or `automation`.
    pub trigger_type: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Http {
    pub method: Option<String>,
    pub ip: Option<String>,
    pub headers: BTreeMap<&'static str, String>,
    pub query: BTreeMap<String, String>,
    pub path_params: BTreeMap<String, String>,
    pub path: Option<String>,
    pub domain_name: Option<String>,
}

/// Every failure.
#[derive(Debug, Serialize)]
pub struct ErrorBody {
    pub status: u16,
    pub error: String,
}
