//! What must hold of every answer.

use super::call::{Case, Who};
use super::dialect::Dialect;
use super::stage::{MARKER, Stage};
use super::text::escape;
use crate::support::{Answer, Caller};
use daybook::domain::json;
use serde_json::{Value, json};
use std::time::Duration;

/// `Err` says what does not hold.
type Verdict = Result<(), String>;

/// Tries a case.
pub async fn case(stage: &Stage, dialect: Dialect, case: &Case) -> Verdict {
    stage.app.later(1);
    let answer = stage.call(case).await;
    let status = answer.status.as_u16();
    let shown = || format!("{status} {}", answer.text().chars().take(2_000).collect::<String>());
    hold(status < 500, || format!("it broke: {}", shown()))?;
    if status >= 400 {
        let body = serde_json::from_slice(&answer.body).unwrap_or_default();
        return hold(dialect.is_failure(status, &body), || format!("not this API's way to say so: {}", shown()));
    }
    let known = matches!(case.who, Who::Insider | Who::Bystander);
    hold(known || case.path == "/api/v1/limits", || format!("anybody may: {}", shown()))?;
    if dialect == Dialect::DropIn {
        return of_the_client_in_the_path(case, &answer);
    }
    let hidden = case.who == Who::Insider || !answer.text().contains(MARKER);
    hold(hidden, || format!("another client's: {}", shown()))?;
    if case.method == "POST" { reads_back(stage, dialect, case, &answer).await } else { Ok(()) }
}

fn hold(holds: bool, otherwise: impl FnOnce() -> String) -> Verdict {
    if holds { Ok(()) } else { Err(otherwise()) }
}

/// A view's key opens every client's log, one at a time.
fn of_the_client_in_the_path(case: &Case, answer: &Answer) -> Verdict {
    let answer = answer.json();
    let mut clients = answer["entries"].as_array().into_iter().flatten().map(|entry| entry["client"]["uuid"].as_str());
    let path = case.uri.split('?').next().unwrap_or_default();
    let other =
        clients.find(|client| client.is_none_or(|client| !path.ends_with(&format!("/{}", escape(client.as_bytes())))));
    let named = path.contains('{');
    hold(named || other.is_none(), || format!("{other:?} is not the client of {path}"))
}

/// What was taken is there in the same API, and for another client it is not.
async fn reads_back(stage: &Stage, dialect: Dialect, case: &Case, answer: &Answer) -> Verdict {
    let answer = || answer.json();
    let ids = match (dialect, case.path) {
        (Dialect::Native, "/api/v1/events") => by_our_own(stage, case, &answer()).await?,
        (Dialect::AuditLedge, _) => by_auditledge(stage, &answer()).await?,
        (Dialect::Epilot, "/v1/logs/ingest") => return by_epilot(stage, case, &answer()).await,
        (Dialect::Publisher, path) if !path.ends_with("/graphql") => by_retraced(stage, &answer()).await?,
        (Dialect::WorkOs, "/audit_logs/events") => return by_workos(stage, case).await,
        _ => return Ok(()),
    };
    for id in ids {
        is_for_its_client_alone(stage, &id).await?;
    }
    Ok(())
}

async fn is_for_its_client_alone(stage: &Stage, id: &str) -> Verdict {
    let path = format!("/api/v1/events/{id}");
    let event = found(&stage.everyone, &path).await?;
    let own = event["client"]["uuid"] == "other";
    let status = stage.other.get(&path).await.status.as_u16();
    hold(status == if own { 200 } else { 404 }, || format!("{status} for another client: {event}"))
}

async fn found(caller: &Caller, path: &str) -> Result<Value, String> {
    let answer = caller.get(path).await;
    if answer.status == 200 { Ok(answer.json()) } else { Err(format!("{path}: {} {}", answer.status, answer.text())) }
}

/// The same, but for what was masked or forgotten, which the event says.
fn same(sent: &Value, read: &Value, masked: &Value) -> Verdict {
    let changed =
        masked.as_array().is_some_and(|masked| !masked.is_empty()) || read.to_string().contains("[forgotten]");
    hold(changed || sent == read, || format!("sent {sent}\nread {read}"))
}

async fn by_our_own(stage: &Stage, case: &Case, answer: &Value) -> Result<Vec<String>, String> {
    let receipts = answer["ReceivedEvents"].as_array().ok_or("no receipts")?;
    let sent = events(&case.body.plain);
    hold(sent.len() == receipts.len(), || format!("{} events, {} receipts", sent.len(), receipts.len()))?;
    let mut ids = Vec::new();
    for (sent, receipt) in sent.iter().zip(receipts) {
        let id = receipt["id"].as_str().ok_or("no id")?;
        let event = found(&stage.everyone, &format!("/api/v1/events/{id}")).await?;
        if receipt["duplicate"] != true {
            same(sent, &event["original"], &event["masked"])?;
        }
        let client = escape(event["client"]["uuid"].as_str().ok_or("no client")?.as_bytes());
        let page = found(&stage.everyone, &format!("/api/v1/events?client={client}&limit=1000")).await?;
        hold(page["entries"].as_array().is_some_and(|page| page.iter().any(|entry| entry["id"] == id)), || {
            format!("a search does not find {event}")
        })?;
        ids.push(id.to_owned());
    }
    Ok(ids)
}

/// An array's events, one, or one on each line.
fn events(body: &[u8]) -> Vec<Value> {
    let body = std::str::from_utf8(body).unwrap_or_default();
    let body = body.strip_prefix('\u{feff}').unwrap_or(body);
    match json::value(body) {
        Ok(Value::Array(list)) => list,
        Ok(one) => vec![one],
        Err(_) => body.lines().filter_map(|line| json::value(line).ok()).collect(),
    }
}

async fn by_auditledge(stage: &Stage, answer: &Value) -> Result<Vec<String>, String> {
    let id = answer["id"].as_str().ok_or("no id")?;
    let event = found(&stage.everyone, &format!("/v1/events/{id}")).await?;
    hold(event == answer["event"], || format!("logged {answer}\nread {event}"))?;
    Ok(vec![id.to_owned()])
}

async fn by_epilot(stage: &Stage, case: &Case, answer: &Value) -> Verdict {
    let logs = answer["logs"].as_array().ok_or("no logs")?;
    for (sent, log) in events(&case.body.plain).iter().zip(logs) {
        let id = log["id"].as_str().ok_or("no id")?;
        let event = found(&stage.everyone, &format!("/v1/logs/{}", escape(id.as_bytes()))).await?["log"].take();
        if sent.get("id").is_none_or(|id| id.is_null() || id == "") {
            let mut sent = sent.clone();
            sent["id"] = event["id"].clone();
            same(&sent, &event, &event["masked"])?;
        }
    }
    Ok(())
}

async fn by_retraced(stage: &Stage, answer: &Value) -> Result<Vec<String>, String> {
    let one = vec![answer.clone()];
    let receipts = answer.as_array().unwrap_or(&one);
    let now = stage.app.backend.clock().now();
    let query = format!("received:{now},{}", now.plus_millis(1));
    let body =
        json!({"query": "{ search(query: $q, last: 500) { edges { node { id } } } }", "variables": {"q": query}});
    let caller = stage.app.stranger().with("authorization", &format!("token={}", stage.app.key.bearer));
    let answer = caller.post("/auditlog/publisher/v1/project/p1/graphql", &body).await;
    let edges = answer.json()["data"]["search"]["edges"].take();
    let mut ids = Vec::new();
    for receipt in receipts {
        let id = receipt["id"].as_str().ok_or("no id")?;
        let is_there = edges.as_array().is_some_and(|edges| edges.iter().any(|edge| edge["node"]["id"] == id));
        hold(is_there, || format!("a search does not find {receipt}: {edges}"))?;
        ids.push(uuid::Uuid::parse_str(id).map_err(|error| error.to_string())?.to_string());
    }
    Ok(ids)
}

/// By an export, the only way that events have out of this API.
async fn by_workos(stage: &Stage, case: &Case) -> Verdict {
    let sent = events(&case.body.plain).remove(0);
    let keyed = case.header.as_ref().is_some_and(|(name, _)| *name == "idempotency-key");
    let order =
        json!({"organization_id": sent["organization_id"], "range_start": "0001-01-01", "range_end": "9999-12-31"});
    let ordered = stage.everyone.post("/audit_logs/exports", &order).await;
    let id = ordered.json()["id"].as_str().map(str::to_owned).ok_or_else(|| ordered.text())?;
    let path = format!("/audit_logs/exports/{id}");
    for _ in 0..2_000 {
        let export = found(&stage.everyone, &path).await?;
        let Some(url) = export["url"].as_str() else {
            tokio::time::sleep(Duration::from_millis(1)).await;
            continue;
        };
        let file = stage.app.stranger().get(url.trim_start_matches("http://localhost")).await.text();
        let mut reader = csv::Reader::from_reader(file.as_bytes());
        let at = reader.headers().ok().and_then(|titles| titles.iter().position(|title| title == "action"));
        let at = at.ok_or("no actions")?;
        let wanted = sent["event"]["action"].as_str().unwrap_or_default().trim().to_owned();
        let is_there = reader
            .records()
            .any(|row| row.is_ok_and(|row| row[at].trim_start_matches('\'').trim() == wanted.trim_start_matches('\'')));
        return hold(keyed || is_there, || format!("{wanted:?} is not in {file}"));
    }
    Err("the export stays pending".to_owned())
}
