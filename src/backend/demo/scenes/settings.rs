//! Settings of the company, keys to the API, webhooks.

use super::super::scene::{Act, Scene, thing};
use serde_json::{Value, json};

/// One thing that an admin sets.
pub fn step(scene: &mut Scene<'_>) {
    type Step = fn(&mut Scene<'_>);
    let steps: [(u64, Step); 6] =
        [(26, create_key), (22, revoke_key), (18, security), (14, notifications), (12, webhook), (8, branding)];
    let step = scene.random().weighted(&steps);
    step(scene);
}

fn company(scene: &Scene<'_>, part: &str) -> Value {
    thing("settings", part, &format!("{} settings of {}", part, scene.company.name))
}

fn create_key(scene: &mut Scene<'_>) {
    if scene.company.keys.len() > 5 {
        return revoke_key(scene);
    }
    let key = scene.company.new_key();
    let expires = scene.date(365);
    scene.tell(
        Act::new("api_key.created", format!("Created the API key “{}”", key.actor.name))
            .on(thing("api_key", &key.actor.id, &format!("{} ({}…)", key.actor.name, key.prefix)))
            .request("POST", "/api/keys")
            .link("/settings/api")
            .with(json!({"prefix": key.prefix, "scopes": ["shipments:write", "tracking:read"], "expires": expires})),
    );
    scene.company.keys.push(key);
}

fn revoke_key(scene: &mut Scene<'_>) {
    if scene.company.keys.len() < 2 {
        return create_key(scene);
    }
    let key = scene.company.keys.remove(0);
    let reason =
        *scene.random().pick(&["rotation", "found in a public repository", "integration replaced", "left the company"]);
    scene.tell(
        Act::new("api_key.revoked", format!("Revoked the API key “{}”", key.actor.name))
            .on(thing("api_key", &key.actor.id, &format!("{} ({}…)", key.actor.name, key.prefix)))
            .change("status", json!("active"), json!("revoked"))
            .request("DELETE", format!("/api/keys/{}", key.actor.id))
            .with(json!({"reason": reason, "lastUsed": scene.date(-1)})),
    );
}

fn security(scene: &mut Scene<'_>) {
    let target = company(scene, "Security");
    let (hours, after) = *scene.random().pick(&[(24, 8), (8, 12), (12, 24)]);
    scene.tell(
        Act::new("settings.security_changed", "Changed who must use a second factor, and for how long a session lasts")
            .on(target)
            .change("mfa.required", json!("admins"), json!("everybody"))
            .change("session.hours", json!(hours), json!(after))
            .change("allowedNetworks", json!(["192.0.2.0/24"]), json!(["192.0.2.0/24", "2001:db8:4a1::/48"]))
            .request("PUT", "/api/settings/security"),
    );
}

fn notifications(scene: &mut Scene<'_>) {
    let target = company(scene, "Notification");
    scene.tell(
        Act::new("settings.notifications_changed", "Chose which delays are told to whom")
            .on(target)
            .change("delay.hours", json!(24), json!(6))
            .change("recipients", json!(["ops"]), json!(["ops", "customs-desk"]))
            .request("PUT", "/api/settings/notifications"),
    );
}

fn branding(scene: &mut Scene<'_>) {
    let target = company(scene, "Branding");
    let colour = format!("#{}", scene.random().hex(6));
    scene.tell(
        Act::new("settings.branding_changed", "Changed the look of the tracking page")
            .on(target)
            .change("accent", json!("#1f6feb"), json!(colour))
            .change("logo", Value::Null, json!({"file": "logo-2026.svg", "bytes": 4_120}))
            .request("PUT", "/api/settings/branding"),
    );
}

fn webhook(scene: &mut Scene<'_>) {
    let host = format!("hooks.{}", scene.company.domain);
    let id = format!("wh_{}", scene.random().hex(10));
    let before = scene.company.webhook.replace(id.clone());
    let target = thing("webhook", before.as_ref().unwrap_or(&id), &host);
    let act = match before {
        None => Act::new("webhook.created", format!("Sends events to {host}")).request("POST", "/api/webhooks"),
        Some(_) => Act::new("webhook.updated", "Chose other events for the webhook")
            .change("events", json!(["shipment.*"]), json!(["shipment.*", "invoice.paid"]))
            .request("PATCH", "/api/webhooks"),
    };
    scene.tell(act.on(target));
}
