//! From our events and receipts to this API's JSON.

use super::wire;
use crate::backend::export::{WriteEvent, write_json};
use crate::backend::storage::{Receipt, Stored};
use crate::domain::event::{Actor, Change, ClientRef, Context, Event, HttpContext, Outcome, Target};
use crate::domain::query;
use crate::domain::time::Timestamp;
use axum::http::Uri;
use serde_json::value::RawValue;

pub fn received(receipts: Vec<Receipt>) -> wire::ReceivedEvents {
    let receipt = |Receipt { id, uuid, repeated }| wire::Received { id, uuid, duplicate: repeated };
    let receipts: Vec<wire::Received> = receipts.into_iter().map(receipt).collect();
    wire::ReceivedEvents { upper: receipts.clone(), lower: receipts }
}

/// A page of events. `base` stands before every path: this server's public address, or nothing.
pub fn page(found: query::Page<Stored>, base: &str, asked: &Uri, now: Timestamp) -> wire::Page {
    let query::Page { items, next } = found;
    let entries = items.iter().map(|stored| recorded(stored.event(), Some(base))).collect();
    let link = next.map(|cursor| wire::Link {
        label: "Older events",
        kind: "events",
        href: format!("{base}{}?{}", asked.path(), onward(asked.query().unwrap_or_default(), &cursor.to_string())),
    });
    wire::Page {
        about: wire::About {
            timestamp: now.to_string(),
            kind: "events",
            href: format!("{base}{asked}"),
            label: "Events",
        },
        entries,
        links: wire::PageLinks { next: link },
        cursor: next.map(|cursor| cursor.to_string()),
    }
}

/// The same question, from a cursor on.
fn onward(query: &str, cursor: &str) -> String {
    let same = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name != "cursor");
    form_urlencoded::Serializer::new(String::new()).extend_pairs(same).append_pair("cursor", cursor).finish()
}

/// One event, with its original; `null` where that cannot be read.
pub fn found(stored: &Stored, base: &str) -> wire::Found {
    let sent = stored.sent().and_then(|sent| RawValue::from_string(sent.event.into_owned()).ok());
    wire::Found { event: recorded(stored.event(), Some(base)), original: sent }
}

/// How an export writes an event: as a page has it.
pub fn exported(base: String) -> WriteEvent {
    Box::new(move |stored, file| write_json(&recorded(stored.event(), Some(&base)), file))
}

/// An event; without a `base` it names no address of its own.
pub fn recorded(event: Event, base: Option<&str>) -> wire::Recorded {
    let Event {
        stamp,
        nanos,
        uuid,
        client: ClientRef { uuid: client_uuid, name: client_name },
        action,
        description,
        url,
        crud,
        outcome,
        actor: who,
        impersonator,
        targets,
        context: place,
        session_id,
        correlation_id,
        external_id,
        schema_version,
        changes,
        metadata,
        fields,
        detail,
        api,
        masked,
        replaced,
        unreadable,
    } = event;
    let targets: Vec<wire::Target> = targets.into_iter().map(target).collect();
    wire::Recorded {
        links: base.map(|base| wire::EventLinks { href: format!("{base}/api/v1/events/{}", stamp.id) }),
        id: stamp.id,
        reception_time: stamp.id.received_at().to_string(),
        uuid,
        client: wire::Client { uuid: client_uuid, name: client_name },
        time: stamp.exactly(nanos).to_string(),
        action,
        description,
        url,
        crud,
        outcome: result(outcome),
        anonymous: who.is_none(),
        actor: who.map(actor),
        impersonator: impersonator.map(actor),
        target: targets.first().cloned(),
        targets,
        context: context(place),
        session_id,
        correlation_id,
        external_id,
        schema_version,
        changes: changes.into_iter().map(change).collect(),
        metadata,
        fields,
        detail,
        api,
        masked,
        replaced,
        unreadable: unreadable.map(|why| wire::Unreadable { reason: why.to_string() }),
    }
}

fn actor(Actor { uuid, name, email, kind, url, metadata }: Actor) -> wire::Actor {
    wire::Actor { uuid, name, email, kind, url, metadata }
}

fn target(Target { kind, uuid, label, url, metadata }: Target) -> wire::Target {
    wire::Target { kind, uuid, label, url, metadata }
}

fn result(Outcome { ending: _, result, reason, code }: Outcome) -> wire::Outcome {
    wire::Outcome { result, reason, code }
}

fn change(Change { field, before, after }: Change) -> wire::Change {
    wire::Change { field, before, after }
}

fn context(context: Context) -> wire::Context {
    let Context { ip_address, ip_addresses, browser_agent, location, server_id, version, service, http } = context;
    let HttpContext { method, path, domain } = http;
    wire::Context {
        client: wire::ClientContext { ip_address, ip_addresses, browser_agent, location },
        server: wire::ServerContext { server_id, version, service },
        http: wire::HttpContext { method, path, domain },
    }
}
