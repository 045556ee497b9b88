//! AuditLedge's JSON: an event is sent nested, and read back flat.

use serde::Serialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// An event as it is read. What nobody said is null.
#[derive(Debug, Serialize)]
pub struct Stored {
    pub id: String,
    /// Such as `2026-05-13T10:23:00.000Z`.
    pub timestamp: String,
    pub actor_id: Option<String>,
    pub actor_name: Option<String>,
    pub actor_email: Option<String>,
    pub action: String,
    pub resource_type: Option<String>,
    pub resource_id: Option<String>,
    pub resource_name: Option<String>,
    /// As it came.
    pub metadata: Option<Box<RawValue>>,
    pub organization_id: String,
    /// Of an event that was sent to this API.
    pub api_key_id: Option<String>,
    /// What the sender wrote beyond all this, flat as well: `actor.role` is `actor_role`. Of an event that was sent to
    /// another API, what that knows beyond all this.
    #[serde(flatten)]
    pub more: BTreeMap<String, Box<RawValue>>,
}

/// The answer to an event. Its id stands beside it as well, since some of the clients' documentation reads it there.
#[derive(Debug, Serialize)]
pub struct Logged {
    pub success: bool,
    pub event: Stored,
    pub id: String,
}

/// A page of events.
#[derive(Debug, Serialize)]
pub struct Found {
    pub events: Vec<Stored>,
    pub total: u64,
    pub limit: u32,
    pub offset: u64,
}

/// What a project has used. No limit is null.
#[derive(Debug, Serialize)]
pub struct Usage {
    pub plan: &'static str,
    pub events_this_month: u64,
    pub events_limit: Option<u64>,
    pub retention_days: Option<u32>,
}

/// Every failure: the clients show this text and nothing else.
#[derive(Debug, Serialize)]
pub struct ErrorBody {
    pub error: String,
}
