//! What goes on without anybody watching.

use super::super::company::{Actor, Company, Key};
use super::super::scene::{Act, Scene, thing};
use super::{billing, shipping};
use serde_json::{Value, json};

fn machine(kind: &'static str, id: &str, name: &str) -> Actor {
    Actor { id: id.to_owned(), name: name.to_owned(), email: None, kind, address: None, agent: None, location: None }
}

/// A carrier tells where its containers are.
pub fn carrier_feed(company: &mut Company, start: i64) -> Vec<(i64, Value)> {
    let (id, name) =
        *company.random.pick(&[("auto_tidewater", "Tidewater carrier feed"), ("auto_kumo", "雲海ライン EDI")]);
    let mut scene = Scene::new(company, machine("automation", id, name), start);
    scene.service = "feeds";
    scene.correlation = Some(format!("edi-{}", scene.random().hex(12)));
    for _ in 0..scene.random().between(1, 5) {
        scene.wait(1, 4);
        shipping::advance(&mut scene);
    }
    scene.end()
}

fn some_key(company: &mut Company) -> Key {
    if company.keys.is_empty() {
        let key = company.new_key();
        company.keys.push(key);
    }
    let at = company.random.index(company.keys.len());
    company.keys[at].clone()
}

/// A customer's own software calls: mostly a booking or two, now and then a whole night's import.
pub fn api_calls(company: &mut Company, start: i64) -> Vec<(i64, Value)> {
    let key = some_key(company);
    let mut scene = Scene::new(company, key.actor.clone(), start);
    scene.service = "api";
    scene.correlation = Some(format!("req-{}", scene.random().hex(12)));
    match scene.random().below(100) {
        0..64 => {
            for _ in 0..scene.random().between(1, 3) {
                scene.wait(1, 20);
                if scene.random().chance(60) { shipping::book(&mut scene) } else { shipping::look(&mut scene) }
            }
        }
        64..84 => refused(&mut scene, &key),
        _ => import(&mut scene),
    }
    scene.end()
}

fn refused(scene: &mut Scene<'_>, key: &Key) {
    let (path, scope) = *scene.random().pick(&[("/api/invoices", "invoices:read"), ("/api/members", "members:read")]);
    scene.tell(
        Act::new("api.request_denied", format!("{} was refused: it lacks {scope}", key.prefix))
            .on(thing("api_key", &key.actor.id, &key.actor.name))
            .request("GET", path)
            .failed("The key lacks a permission", "insufficient_scope")
            .with(json!({"required": scope, "status": 403})),
    );
}

fn import(scene: &mut Scene<'_>) {
    let (rows, id) = (scene.random().between(8, 16), format!("imp_{}", scene.random().hex(10)));
    for _ in 0..rows {
        scene.wait(1, 6);
        shipping::book(scene);
    }
    scene.wait(2, 10);
    let wrong = scene.random().between(0, 2);
    let act = Act::new("import.completed", format!("Imported {rows} bookings, left out {wrong}"))
        .on(thing("import", &id, "Nightly bookings"))
        .with(json!({"rows": rows, "rejected": wrong, "source": {"kind": "sftp", "file": format!("bookings-{}.csv", scene.date(0))}}));
    scene.tell(if wrong == 0 { act } else { act.failed("Some rows have no consignee", "partly_rejected") });
}

/// The scheduler issues what is due and takes what was agreed.
pub fn invoice_run(company: &mut Company, start: i64) -> Vec<(i64, Value)> {
    let mut scene = Scene::new(company, machine("system", "sys_scheduler", "Harbour scheduler"), start);
    scene.service = "billing";
    scene.correlation = Some(format!("run-{}", scene.random().hex(8)));
    for _ in 0..scene.random().between(1, 4) {
        scene.wait(1, 3);
        if scene.random().chance(55) { billing::issue(&mut scene) } else { billing::pay(&mut scene) }
    }
    scene.end()
}

/// The customer's endpoint does not answer; after the last attempt the webhook is switched off.
pub fn webhook_failures(company: &mut Company, start: i64) -> Vec<(i64, Value)> {
    let Some(id) = company.webhook.clone() else { return carrier_feed(company, start) };
    let host = format!("hooks.{}", company.domain);
    let mut scene = Scene::new(company, machine("system", "sys_webhooks", "Harbour webhooks"), start);
    scene.service = "webhooks";
    scene.correlation = Some(format!("delivery-{}", scene.random().hex(10)));
    let attempts = scene.random().between(1, 4);
    for attempt in 1..=attempts {
        let status = *scene.random().pick(&[502, 503, 504]);
        scene.tell(
            Act::new("webhook.delivery_failed", format!("{host} answered {status}, attempt {attempt} of 4"))
                .on(thing("webhook", &id, &host))
                .request("POST", "/harbour")
                .failed("The receiver did not accept the delivery", "upstream_error")
                .with(json!({"attempt": attempt, "status": status, "nextTrySeconds": 60 * attempt * attempt}))
                .detail(format!("HTTP/1.1 {status}\nserver: nginx\ncontent-type: text/html\n\n<html><body>upstream timed out</body></html>")),
        );
        scene.wait(60 * attempt, 70 * attempt * attempt + 60);
    }
    if attempts == 4 {
        scene.company.webhook = None;
        scene.tell(
            Act::new("webhook.disabled", format!("Switched off the webhook to {host} after four failed deliveries"))
                .on(thing("webhook", &id, &host))
                .change("enabled", json!(true), json!(false)),
        );
    }
    scene.end()
}
