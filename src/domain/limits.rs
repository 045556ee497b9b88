//! How large things may be. Published at `/api/v1/limits`; lengths count characters.

use serde::Serialize;

/// Every limit of the ingest API.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Limits {
    /// Bytes of one request's body, after decompression.
    pub body_bytes: u64,
    /// Events in one request.
    pub events_per_request: u64,
    /// Bytes of one event's JSON.
    pub event_bytes: u64,
    /// Levels of nesting in one event's JSON.
    pub nesting: u64,
    /// Entries in `targets`.
    pub targets: u64,
    /// Entries in `changes`.
    pub changes: u64,
    /// Addresses in `context.client.ipAddress`.
    pub addresses: u64,
    /// Characters a text field may hold.
    pub fields: FieldLimits,
}

/// Characters each text field may hold.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FieldLimits {
    /// `uuid`, `client.uuid`, `actor.uuid`, `target.uuid`, `sessionId`, `correlationId`, `externalId`.
    pub identifier: u64,
    /// `client.name`, `actor.name`, `actor.type`, `target.type`, `context.server.*`.
    pub name: u64,
    /// `action`.
    pub action: u64,
    /// `actor.email`.
    pub email: u64,
    /// `target.label`, `outcome.reason`, `changes[].field`.
    pub label: u64,
    /// `description`.
    pub description: u64,
    /// `url`, `actor.url`, `target.url`.
    pub url: u64,
    /// Each address in `context.client.ipAddress`.
    pub ip_address: u64,
    /// `context.client.browserAgent`.
    pub browser_agent: u64,
}

/// The limits in force. Wider everywhere than those of the AuditLog.co API, whose callers must fit.
pub const LIMITS: Limits = Limits {
    body_bytes: 16 * 1024 * 1024,
    events_per_request: 5_000,
    event_bytes: 256 * 1024,
    nesting: 64,
    targets: 100,
    changes: 500,
    addresses: 100,
    fields: FieldLimits {
        identifier: 2_048,
        name: 255,
        action: 255,
        email: 320,
        label: 1_000,
        description: 8_000,
        url: 4_000,
        ip_address: 64,
        browser_agent: 4_096,
    },
};
