//! What a write costs by the other APIs, beside our own: the same events to the same server, in turns.

use super::client::Connection;
use super::corpus::Corpus;
use super::server::Server;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Turns of each; the middle one is told.
const TURNS: usize = 5;
/// Connections that send at once.
const CONNECTIONS: usize = 16;

/// An API that takes events.
struct Dialect {
    name: &'static str,
    path: &'static str,
    credential: fn(&str) -> String,
    /// One of our events as its clients write it.
    event: fn(&Value) -> Value,
    /// Several of them in one body, where it takes several.
    several: Option<fn(Vec<Value>) -> Value>,
}

const OWN: Dialect = Dialect {
    name: "our own",
    path: "/api/v1/events",
    credential: bearer,
    event: Value::clone,
    several: Some(Value::Array),
};

const OTHERS: [Dialect; 4] = [
    Dialect { name: "AuditLedge", path: "/v1/events", credential: bearer, event: auditledge, several: None },
    Dialect { name: "WorkOS", path: "/audit_logs/events", credential: bearer, event: workos, several: None },
    Dialect { name: "epilot", path: "/v1/logs/ingest", credential: bearer, event: epilot, several: Some(Value::Array) },
    Dialect {
        name: "Retraced",
        path: "/auditlog/publisher/v1/project/p/event",
        credential: |key| format!("authorization: token={}", key.replacen(':', ".", 1)),
        event: retraced,
        several: Some(|events| json!({"events": events})),
    },
];

/// Measures single events, and batches of 50 by those that take them.
pub async fn run(corpus: &Corpus) -> anyhow::Result<()> {
    println!("## Writes by other APIs, {CONNECTIONS} connections, {TURNS} turns\n");
    println!("| API | batch | events/s | time beside our own API's |\n| --- | --- | --- | --- |");
    let server = Server::start().await?;
    for (batch, events) in [(1, 4_000), (50, 50_000)] {
        let corpus = corpus.first(events.min(corpus.len()));
        let mut of_others = OTHERS.map(|_| (Vec::new(), Vec::new()));
        for turn in 0..TURNS {
            for (at, (other, (times, ratios))) in OTHERS.iter().zip(&mut of_others).enumerate() {
                if batch > 1 && other.several.is_none() {
                    continue;
                }
                let turn = turn * OTHERS.len() + at;
                let own = send(&server, &OWN, &corpus, batch, turn).await?.as_secs_f64();
                let time = send(&server, other, &corpus, batch, turn).await?.as_secs_f64();
                times.push(time);
                ratios.push(time / own);
            }
        }
        for (other, (times, ratios)) in OTHERS.iter().zip(of_others) {
            if let (Some(time), Some(ratio)) = (middle(times), middle(ratios)) {
                println!("| {} | {batch} | {:.0} | {ratio:.2} |", other.name, corpus.len() as f64 / time);
            }
        }
    }
    println!();
    server.stop()?;
    Ok(())
}

fn middle(mut figures: Vec<f64>) -> Option<f64> {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied()
}

/// Sends the events as those of another client in each turn: none of them is a repeat.
async fn send(server: &Server, to: &Dialect, corpus: &Corpus, batch: usize, turn: usize) -> anyhow::Result<Duration> {
    let bodies = bodies(to, corpus, batch, turn)?;
    let share = bodies.len().div_ceil(CONNECTIONS);
    let path = if batch > 1 && to.name == "Retraced" { format!("{}/bulk", to.path) } else { to.path.to_owned() };
    let mut ready = Vec::new();
    for bodies in bodies.chunks(share) {
        let connection = Connection::open_as(&server.address, (to.credential)(&server.key)).await?;
        ready.push((connection, bodies.to_vec(), path.clone()));
    }
    let begun = Instant::now();
    let senders = ready.into_iter().map(|(mut connection, bodies, path)| {
        tokio::spawn(async move {
            for body in bodies {
                connection.post_to(&path, &body).await?;
            }
            anyhow::Ok(())
        })
    });
    for sender in senders.collect::<Vec<_>>() {
        sender.await??;
    }
    Ok(begun.elapsed())
}

fn bodies(to: &Dialect, corpus: &Corpus, batch: usize, turn: usize) -> anyhow::Result<Vec<String>> {
    let mut events = Vec::new();
    for document in corpus.documents() {
        let mut event: Value = serde_json::from_str(document)?;
        event["client"]["uuid"] = format!("{} {batch} {turn}", to.name).into();
        events.push((to.event)(&event));
    }
    let body = |events: &[Value]| match (batch, to.several) {
        (1, _) | (_, None) => events[0].to_string(),
        (_, Some(several)) => several(events.to_vec()).to_string(),
    };
    Ok(events.chunks(batch).map(body).collect())
}

fn bearer(key: &str) -> String {
    format!("authorization: Bearer {}", key.replacen(':', ".", 1))
}

fn target(event: &Value) -> &Value {
    event.get("target").unwrap_or(&event["targets"][0])
}

fn auditledge(event: &Value) -> Value {
    let (actor, target) = (&event["actor"], target(event));
    json!({"organization_id": event["client"]["uuid"], "action": event["action"], "timestamp": event["time"],
        "actor": {"id": actor["uuid"], "name": actor["name"], "email": actor["email"]},
        "resource": {"type": target["type"], "id": target["uuid"], "name": target["label"]},
        "metadata": {"description": event["description"], "context": event["context"]}})
}

fn workos(event: &Value) -> Value {
    let (actor, target, client) = (&event["actor"], target(event), &event["context"]["client"]);
    let text = |value: &Value, otherwise: &str| value.as_str().unwrap_or(otherwise).to_owned();
    json!({"organization_id": event["client"]["uuid"], "event": {
        "action": event["action"], "occurred_at": event["time"], "version": 1,
        "actor": {"type": "user", "id": text(&actor["uuid"], "system"), "name": actor["name"]},
        "targets": [{"type": text(&target["type"], "thing"), "id": text(&target["uuid"], "x"), "name": target["label"]}],
        "context": {"location": text(&client["ipAddress"], "unknown"), "user_agent": client["browserAgent"]},
        "metadata": {"description": event["description"]}}})
}

fn epilot(event: &Value) -> Value {
    let (actor, client) = (&event["actor"], &event["context"]["client"]);
    json!({"org_id": event["client"]["uuid"], "event_name": event["action"], "timestamp": event["time"], "status_code": 200,
        "service_name": "bench", "activity": event["description"], "source_url": event["url"],
        "caller": {"user_id": actor["uuid"], "user_email": actor["email"], "trigger_type": "user"},
        "http": {"method": "POST", "ip": client["ipAddress"], "path": "/v1/things", "domainName": "bench.test",
            "headers": {"User-Agent": client["browserAgent"]}, "query": {}, "pathParams": {}}})
}

fn retraced(event: &Value) -> Value {
    let (actor, target) = (&event["actor"], target(event));
    let id = actor["uuid"].as_str().unwrap_or("system");
    let target = if target.is_object() {
        json!({"id": target["uuid"], "name": target["label"], "type": target["type"]})
    } else {
        json!({})
    };
    json!({"action": event["action"], "crud": "u", "created": event["time"], "description": event["description"],
        "group": {"id": event["client"]["uuid"], "name": event["client"]["name"]},
        "actor": {"id": id, "name": actor["name"]}, "target": target,
        "source_ip": event["context"]["client"]["ipAddress"], "component": "bench", "version": "1"})
}
