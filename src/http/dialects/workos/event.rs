//! An event as this API's clients write it, and the way from it to ours.

use super::bounds::MOST_TARGETS;
use super::object::Object;
use crate::backend::ingest::Translation;
use crate::domain::access::ClientId;
use crate::domain::problem::Faults;
use crate::http::dialects::fields::without_nulls;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::net::IpAddr;

/// For how long a request that is sent again is known, in milliseconds.
pub const KNOWN_FOR: i64 = 24 * 60 * 60 * 1000;

/// An event that has everything it must have.
pub struct Received<'v> {
    pub organization: ClientId,
    pub action: &'v str,
    /// The version of the action's schema that it was written for.
    pub version: Option<i64>,
    /// The event's own object, as it came.
    pub event: &'v Value,
}

impl<'v> Received<'v> {
    /// Reads a request's body, or finds every fault in it.
    pub fn read(body: &'v Value) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let whole = Object::of(body, &mut faults);
        let organization = organization(&whole, &mut faults);
        let event = whole.object("event", &mut faults);
        let event = whole.require("event", event, &mut faults);
        let (action, version) = event.as_ref().map_or((None, None), |event| check(event, &mut faults));
        match (organization, action, body.get("event")) {
            (Some(organization), Some(action), Some(event)) if faults.is_empty() => {
                Ok(Self { organization, action, version, event })
            }
            _ => Err(faults),
        }
    }

    /// What an event without a key of its own is known by: everything it says.
    pub fn digest(body: &Value) -> String {
        URL_SAFE_NO_PAD.encode(Sha256::digest(body.to_string().as_bytes()))
    }
}

/// How a request's event becomes one of ours.
pub struct Translated {
    /// What repeats of it are known by.
    pub uuid: Option<String>,
    /// The organization's.
    pub name: Option<String>,
}

impl Translation for Translated {
    fn api(&self) -> &'static str {
        "workos"
    }

    fn translate(&self, sent: &Value) -> Value {
        let event = &sent["event"];
        let location = event["context"]["location"].as_str().unwrap_or_default();
        let place = if location.trim().parse::<IpAddr>().is_ok() { "ipAddress" } else { "location" };
        let targets = event["targets"].as_array().map(Vec::as_slice).unwrap_or_default();
        let mut document = json!({
            "uuid": self.uuid,
            "client": {"uuid": sent["organization_id"], "name": self.name},
            "time": event["occurred_at"],
            "action": event["action"],
            "context": {"client": {place: location, "browserAgent": event["context"]["user_agent"]}},
            "schemaVersion": event["version"],
        });
        // Apart, since `json!` would write the exponents of numbers in its own way.
        document["actor"] = somebody(&event["actor"], "name");
        document["targets"] = targets.iter().map(|target| somebody(target, "label")).collect();
        document["metadata"] = event["metadata"].clone();
        without_nulls(document)
    }

    fn their_path(&self, ours: &str) -> String {
        let renamed = match ours {
            "client" | "client.uuid" => return "organization_id".to_owned(),
            "time" => "occurred_at".to_owned(),
            "schemaVersion" => "version".to_owned(),
            "context.client.browserAgent" => "context.user_agent".to_owned(),
            "context.client.ipAddress" | "context.client.location" => "context.location".to_owned(),
            ours => ours.replace(".uuid", ".id").replace(".label", ".name"),
        };
        format!("event.{renamed}")
    }

    fn uuid_holds(&self) -> Option<i64> {
        Some(KNOWN_FOR)
    }
}

fn organization(whole: &Object<'_>, faults: &mut Faults) -> Option<ClientId> {
    let text = whole.text("organization_id", faults);
    match ClientId::parse(whole.require("organization_id", text, faults)?) {
        Ok(id) => Some(id),
        Err(error) => {
            faults.add("organization_id", error.to_string());
            None
        }
    }
}

fn check<'v>(event: &Object<'v>, faults: &mut Faults) -> (Option<&'v str>, Option<i64>) {
    let action = event.text("action", faults);
    let action = event.require("action", action, faults);
    let moment = event.moment("occurred_at", faults);
    event.require("occurred_at", moment, faults);
    let actor = event.object("actor", faults);
    if let Some(actor) = event.require("actor", actor, faults) {
        check_somebody(&actor, faults);
    }
    let targets = event.objects("targets", faults);
    if targets.as_ref().is_some_and(|targets| targets.len() > MOST_TARGETS) {
        faults.add(event.path("targets"), format!("must have at most {MOST_TARGETS} entries"));
        return (action, None);
    }
    for target in event.require("targets", targets, faults).unwrap_or_default() {
        check_somebody(&target, faults);
    }
    let context = event.object("context", faults);
    if let Some(context) = event.require("context", context, faults) {
        let location = context.text("location", faults);
        context.require("location", location, faults);
        context.text("user_agent", faults);
    }
    event.metadata("metadata", faults);
    (action, event.whole_number("version", faults))
}

/// An actor, or a target.
fn check_somebody(one: &Object<'_>, faults: &mut Faults) {
    for name in ["id", "type"] {
        let text = one.text(name, faults);
        one.require(name, text, faults);
    }
    one.text("name", faults);
    one.metadata("metadata", faults);
}

/// `label` is what we call a name: actors have names, targets have labels.
fn somebody(one: &Value, label: &str) -> Value {
    let mut somebody = json!({"uuid": one["id"], "type": one["type"], label: one["name"]});
    somebody["metadata"] = one["metadata"].clone();
    somebody
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::event::Draft;

    const TRANSLATED: Translated = Translated { uuid: None, name: None };

    fn whole() -> Value {
        json!({"organization_id": "org_1", "event": {
            "action": "user.signed_in", "occurred_at": "2026-01-02T03:04:05.678Z", "version": 2,
            "actor": {"id": "user_1", "type": "user", "name": "Ann", "metadata": {"role": "admin"}},
            "targets": [{"id": "team_1", "type": "team", "name": "Core"}],
            "context": {"location": "203.0.113.7", "user_agent": "curl"}, "metadata": {"on": true},
        }})
    }

    #[test]
    fn every_fault_of_a_request_is_found_by_its_path() {
        let body = json!({"event": {
            "action": "", "occurred_at": "soon", "actor": {"id": 7}, "targets": [{"type": "team"}, "x"],
            "context": {}, "version": "2", "metadata": {"a b": 1, "list": [1], "long": "x".repeat(501)},
        }});
        let Err(faults) = Received::read(&body) else { panic!() };
        let paths: Vec<&str> = faults.iter().map(|(path, _)| path).collect();
        assert_eq!(
            paths,
            [
                "event.action",
                "event.actor.id",
                "event.actor.type",
                "event.context.location",
                "event.metadata.a b",
                "event.metadata.list",
                "event.metadata.long",
                "event.occurred_at",
                "event.targets[0].id",
                "event.targets[1]",
                "event.version",
                "organization_id",
            ]
        );
    }

    #[test]
    fn a_whole_event_is_one_of_ours() {
        let body = whole();
        let received = Received::read(&body).unwrap_or_else(|faults| panic!("{faults:?}"));
        assert_eq!((received.action, received.version), ("user.signed_in", Some(2)));
        let document = TRANSLATED.translate(&body).to_string();
        let draft: Draft<'_> = serde_json::from_str(&document).unwrap();
        let mut faults = Faults::default();
        assert!(draft.check("", &mut faults).is_some(), "{faults:?}");
        assert!(!document.contains("null"), "{document}");
    }

    #[test]
    fn a_location_that_is_no_address_stays_a_place() {
        let mut body = whole();
        body["event"]["context"]["location"] = json!("Oslo");
        let document = TRANSLATED.translate(&body);
        assert_eq!(document["context"]["client"], json!({"browserAgent": "curl", "location": "Oslo"}));
    }
}
