//! What there is to call, what a good body looks like, and how each API says that something is wrong.

use serde_json::{Value, json};
use std::fs;
use std::path::Path;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    Native,
    DropIn,
    AuditLedge,
    WorkOs,
    Epilot,
    Publisher,
    Viewer,
}

/// A call: `{…}` in its path stands for anything.
#[derive(Debug, Clone)]
pub struct Call {
    pub method: &'static str,
    pub path: &'static str,
    pub parameters: &'static [&'static str],
    pub bodies: Bodies,
}

#[derive(Debug, Clone)]
pub enum Bodies {
    None,
    Near(Vec<Value>),
    Search,
}

fn get(path: &'static str, parameters: &'static [&'static str]) -> Call {
    Call { method: "GET", path, parameters, bodies: Bodies::None }
}

fn send(method: &'static str, path: &'static str, good: Vec<Value>) -> Call {
    Call { method, path, parameters: &[], bodies: Bodies::Near(good) }
}

fn search(path: &'static str) -> Call {
    Call { method: "POST", path, parameters: &["skipViewLogEvent"], bodies: Bodies::Search }
}

const FINDING: &[&str] = &[
    "client",
    "clientID",
    "from",
    "fromDate",
    "through",
    "throughDate",
    "last",
    "action",
    "actor",
    "target",
    "type",
    "outcome",
    "q",
    "cursor",
    "limit",
    "format",
];
const ASKING: &[&str] = &[
    "limit",
    "offset",
    "search",
    "actor_id",
    "actor_name",
    "action",
    "resource_type",
    "organization_id",
    "start_date",
    "end_date",
    "from",
    "to",
    "format",
];
const PAGING: &[&str] = &["limit", "order", "before", "after"];

impl Dialect {
    pub fn calls(self) -> Vec<Call> {
        match self {
            Self::Native => native(),
            Self::DropIn => vec![
                get("/api/v1/views/configuration/{view}", &[]),
                get("/api/v1/views/{view}/{client}", &["page", "cursor"]),
            ],
            Self::AuditLedge => vec![
                send("POST", "/v1/events", golden("auditledge")),
                get("/v1/events", ASKING),
                get("/v1/events/export", ASKING),
                get("/v1/events/{id}", &[]),
                get("/v1/usage", &[]),
            ],
            Self::WorkOs => workos(),
            Self::Epilot => vec![
                send("POST", "/v1/logs/ingest", golden("epilot")),
                send("POST", "/v1/logs", vec![epilot_search()]),
                get("/v1/logs/{id}", &[]),
            ],
            Self::Publisher => vec![
                send("POST", "/auditlog/publisher/v1/project/{p}/event", golden("retraced")),
                send("POST", "/auditlog/publisher/v1/project/{p}/event/bulk", golden("retraced")),
                search("/auditlog/publisher/v1/project/{p}/graphql"),
                get(
                    "/auditlog/publisher/v1/project/{p}/viewertoken",
                    &["group_id", "actor_id", "is_admin", "target_id", "view_log_action"],
                ),
            ],
            Self::Viewer => viewer(),
        }
    }

    /// Whether an answer says in the API's own words that something is wrong.
    pub fn is_failure(self, status: u16, answer: &Value) -> bool {
        let text = |name: &str| answer[name].as_str().is_some_and(|text| !text.is_empty());
        match self {
            Self::Native | Self::DropIn => {
                let named = answer["details"].as_object().is_some_and(|details| !details.is_empty());
                answer["statusCode"] == status && text("message") && text("error") && (status != 400 || named)
            }
            Self::AuditLedge => text("error") && answer.as_object().is_some_and(|body| body.len() == 1),
            Self::Epilot => text("error") && answer["status"] == status,
            Self::WorkOs => {
                let errors = answer["errors"].as_array();
                let coded = |errors: &Vec<Value>| errors.iter().all(|error| error["code"].is_string());
                let listed = errors.is_some_and(|errors| !errors.is_empty() && (status == 400 || coded(errors)));
                text("message") && answer.get("error").is_none() && (!matches!(status, 400 | 422) || listed)
            }
            Self::Publisher | Self::Viewer => {
                let own = answer["status"] == status && text("type") && text("error");
                own || status == 400 && answer["errors"][0]["message"].is_string()
            }
        }
    }
}

fn native() -> Vec<Call> {
    let event = json!({
        "uuid": "e-1", "client": {"uuid": "acme", "name": "Acme"}, "time": "2026-01-02T03:04:05", "action": "user.invite",
        "description": "Ann invited Bo", "url": "https://a.test/users", "crud": "create",
        "actor": {"uuid": "u-1", "name": "Ann", "email": "ann@a.test", "type": "user", "url": "/u", "metadata": {"a": [1]}},
        "impersonator": {"uuid": "u-2"}, "outcome": {"result": "failure", "reason": "late", "code": "409"},
        "targets": [{"type": "user", "uuid": "u-3", "label": "Bo", "url": "https://a.test", "metadata": {}}],
        "context": {"client": {"ipAddress": "203.0.113.7", "browserAgent": "curl", "location": "Oslo"},
            "server": {"serverId": "s", "version": "1", "service": "api"},
            "http": {"method": "POST", "path": "/users", "domain": "a.test"}},
        "changes": [{"field": "role", "before": null, "after": {"name": "admin"}}], "sessionId": "s-1",
        "correlationId": "c-1", "externalId": "x-1", "schemaVersion": 2, "metadata": {"password": "p", "n": {"m": 1.5}},
        "fields": {"f": "g"}, "detail": "{\"token\":\"t\"}", "unknown": [true, null],
    });
    let least = json!({"client": {"uuid": "acme"}, "action": "a", "anonymous": true});
    let old = json!({"uuid": "sample-event-001", "client": {"uuid": "other"}, "time": 1_530_376_552,
        "action": "a", "actor": {"uuid": "u-1"}, "target": {"type": "t", "uuid": "t-1"}, "outcome": "success"});
    vec![
        send("POST", "/api/v1/events", [golden("auditlog"), vec![json!([event, least]), event, json!([old])]].concat()),
        get("/api/v1/events", FINDING),
        get("/api/v1/events/export", FINDING),
        get("/api/v1/events/{id}", &[]),
        get("/api/v1/limits", &[]),
        get("/api/v1/actors/{uuid}", &[]),
        send("POST", "/api/v1/actors/{uuid}", vec![json!({"name": "Ann", "email": "ann@a.test"})]),
        send("POST", "/api/v1/actors/{uuid}/forget", vec![json!({})]),
    ]
}

fn workos() -> Vec<Call> {
    let metadata = json!({"type": "object", "properties": {"n": {"type": "string", "pattern": "^a+$"}}});
    let schema = json!({"actor": {"metadata": metadata}, "targets": [{"type": "team", "metadata": metadata}],
        "metadata": {"$schema": "https://json-schema.org/draft/2020-12/schema", "$defs": {"a": {"$ref": "#"}},
            "allOf": [{"$ref": "#/$defs/a"}]}});
    let order = json!({"organization_id": "acme", "range_start": "2026-01-01T00:00:00Z", "range_end":
        "2026-02-01T00:00:00Z", "actions": ["a"], "actor_names": [], "actor_ids": ["u"], "targets": ["t"], "actors": ["x"]});
    let organization = json!({"name": "Acme", "external_id": "x-1", "metadata": {"tier": "gold"}, "domains": ["a.test"],
        "domain_data": [{"domain": "b.test", "state": "verified"}], "allow_profiles_outside_organization": true});
    let days = vec![json!({"retention_period_in_days": 30}), json!({"retention_period": "1_MONTH"})];
    let portal = json!({"organization": "acme", "intent": "audit_logs", "return_url": "https://a.test"});
    vec![
        send("POST", "/audit_logs/events", golden("workos")),
        send("POST", "/audit_logs/actions/{action}/schemas", vec![schema]),
        get("/audit_logs/actions/{action}/schemas", PAGING),
        get("/audit_logs/actions", PAGING),
        send("POST", "/audit_logs/exports", vec![order]),
        get("/audit_logs/exports/{id}", &[]),
        get("/audit_logs/exports/{id}/file", &["pass"]),
        send("POST", "/organizations", vec![organization.clone()]),
        get("/organizations", PAGING),
        get("/organizations/{id}", &[]),
        send("PUT", "/organizations/{id}", vec![organization]),
        send("DELETE", "/organizations/{id}", vec![json!({})]),
        get("/organizations/external_id/{x}", &[]),
        get("/organizations/{id}/audit_logs_retention", &[]),
        send("PUT", "/organizations/{id}/audit_logs_retention", days),
        get("/organizations/{id}/audit_log_configuration", &[]),
        send("POST", "/portal/generate_link", vec![portal]),
    ]
}

fn viewer() -> Vec<Call> {
    let export = json!({"name": "All", "exportBody": {"searchQuery": "crud:c", "showCreate": true, "showRead": false,
        "showUpdate": true, "showDelete": null, "version": 1, "startTime": "2026-01-01T00:00:00Z", "endTime": 1.8e12}});
    let named = vec![json!({"displayName": "Ours"})];
    vec![
        send("POST", "/auditlog/viewer/v1/viewersession", vec![json!({"token": "x"})]),
        search("/auditlog/viewer/v1/graphql"),
        send("POST", "/auditlog/viewer/v1/project/p1/export", vec![export]),
        get("/auditlog/viewer/v1/project/p1/exports", &["limit"]),
        get("/auditlog/viewer/v1/project/{p}/export/{id}/rendered", &[]),
        get("/auditlog/viewer/v1/project/p1/eitapi_tokens", &[]),
        send("POST", "/auditlog/viewer/v1/project/p1/eitapi_token", named.clone()),
        send("PUT", "/auditlog/viewer/v1/project/p1/eitapi_token/{token}", named),
        send("DELETE", "/auditlog/viewer/v1/project/p1/eitapi_token/{token}", vec![json!({})]),
    ]
}

fn epilot_search() -> Value {
    json!({"limit": 10, "page": 0, "timestamp": {"from": "2026-01-01", "to": "2026-02-01"}, "service_name": "s",
        "event_name": "a", "outcome": "failure", "method": "POST", "user": {"email": "a@a.test", "user_id": 7}})
}

/// The bodies of a dialect's golden requests.
fn golden(dialect: &str) -> Vec<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/dialects").join(dialect);
    let folders = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir());
    let mut folders: Vec<_> = folders.collect();
    folders.sort();
    let request = |path: &std::path::PathBuf| fs::read(path.join("request.json")).unwrap();
    folders.iter().map(|path| serde_json::from_slice::<Value>(&request(path)).unwrap()["body"].take()).collect()
}
