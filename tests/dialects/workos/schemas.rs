//! Actions, their schemas, and what these do to events.

use super::{client, event, stored};
use crate::support::TestApp;
use serde_json::{Value, json};

const SCHEMAS: &str = "/audit_logs/actions/user.invited/schemas";

fn schema(kind: &str) -> Value {
    json!({"actor": {"metadata": {"type": "object", "properties": {"role": {"type": "string"}}}},
        "targets": [{"type": "team", "metadata": {"type": "object", "properties": {"size": {"type": kind}}}}]})
}

#[tokio::test]
async fn the_same_schema_is_the_same_version_and_another_one_more() {
    let app = TestApp::new().await;
    for (rules, version) in [(schema("number"), 1), (schema("number"), 1), (schema("string"), 2), (schema("number"), 3)]
    {
        let answer = client(&app).post(SCHEMAS, &rules).await.expect(201).json();
        assert_eq!(answer["version"], version);
        assert_eq!(answer["object"], "audit_log_schema");
        assert_eq!(answer["targets"], rules["targets"]);
        assert_eq!(answer["actor"], rules["actor"]);
        assert_eq!(answer["created_at"], "2026-01-15T12:00:00.000Z");
        assert_eq!(answer.get("metadata"), None);
    }
    let listed = client(&app).get(&format!("{SCHEMAS}?limit=2")).await.expect(200).json();
    let versions =
        |list: &Value| list["data"].as_array().unwrap().iter().map(|one| one["version"].as_u64()).collect::<Vec<_>>();
    assert_eq!(versions(&listed), [Some(3), Some(2)]);
    assert_eq!(listed["list_metadata"], json!({"before": null, "after": "2"}));
    let rest = client(&app).get(&format!("{SCHEMAS}?limit=2&after=2")).await.expect(200).json();
    assert_eq!(versions(&rest), [Some(1)]);
    assert_eq!(rest["list_metadata"]["after"], Value::Null);
    client(&app).get("/audit_logs/actions/nobody.knows/schemas").await.expect(404);
}

#[tokio::test]
async fn actions_are_listed_to_the_end_each_with_its_latest_schema_and_to_their_own_project() {
    let app = TestApp::new().await;
    let names: Vec<String> = (0..25).map(|number| format!("a/b.{number}")).collect();
    for name in &names {
        let path = format!("/audit_logs/actions/{}/schemas", name.replace('/', "%2F"));
        client(&app).post(&path, &schema("number")).await.expect(201);
    }
    let (mut seen, mut after) = (Vec::new(), String::new());
    loop {
        let list = client(&app).get(&format!("/audit_logs/actions?order=asc{after}")).await.expect(200).json();
        for action in list["data"].as_array().unwrap() {
            assert_eq!((&action["object"], &action["schema"]["version"]), (&json!("audit_log_action"), &json!(1)));
            seen.push(action["name"].as_str().unwrap().to_owned());
        }
        let Some(next) = list["list_metadata"]["after"].as_str() else { break };
        after = format!("&after={}", next.replace('/', "%2F"));
    }
    assert_eq!(seen, names);
    let other = app.writer_of_another_project().await;
    assert_eq!(other.get("/audit_logs/actions").await.expect(200).json()["data"], json!([]));
}

#[tokio::test]
async fn an_event_must_fit_the_version_that_it_names_and_the_first_where_it_names_none() {
    let app = TestApp::new().await;
    client(&app).post(SCHEMAS, &schema("number")).await.expect(201);
    client(&app).post(SCHEMAS, &schema("string")).await.expect(201);
    let of = |size: Value, version: Value| {
        let mut body = event("org_1", "user.invited");
        body["event"]["targets"][0]["metadata"] = json!({"size": size});
        body["event"]["version"] = version;
        body
    };
    client(&app).post("/audit_logs/events", &of(json!(7), Value::Null)).await.expect(200);
    client(&app).post("/audit_logs/events", &of(json!("L"), json!(2))).await.expect(200);
    let answer = client(&app).post("/audit_logs/events", &of(json!("L"), Value::Null)).await.expect(400).json();
    assert_eq!(answer["code"], "invalid_audit_log_event");
    assert_eq!(answer["errors"][0]["instancePath"], "/targets/0/metadata/size");
    assert_eq!(answer.get("error"), None);
    let answer = client(&app).post("/audit_logs/events", &of(json!("L"), json!(3))).await.expect(400).json();
    assert_eq!(answer["errors"][0]["instancePath"], "/version");
    let mut other = event("org_1", "user.invited");
    other["event"]["targets"] = json!([{"type": "user", "id": "u"}]);
    let answer = client(&app).post("/audit_logs/events", &other).await.expect(400).json();
    assert_eq!(answer["errors"][0]["instancePath"], "/targets");
    assert_eq!(answer["errors"][0]["schemaPath"], "#/properties/targets/allOf/0/contains");
    assert_eq!(stored(&app).await, 2);
}

#[tokio::test]
async fn a_schema_that_is_none_is_refused_by_its_path() {
    let app = TestApp::new().await;
    let rules = json!({"targets": [{"metadata": {"type": "what"}}]});
    let answer = client(&app).post(SCHEMAS, &rules).await.expect(422).json();
    let fields: Vec<_> = answer["errors"].as_array().unwrap().iter().map(|error| &error["field"]).collect();
    assert_eq!(fields, ["targets[0].metadata", "targets[0].type"]);
    client(&app).get(SCHEMAS).await.expect(404);
}

#[tokio::test]
async fn a_schema_s_references_lead_within_it_and_round_in_a_circle_to_no_end() {
    let app = TestApp::new().await;
    let client = client(&app);
    let defined = json!({"$defs": {"n": {"type": "number"}}, "properties": {"n": {"$ref": "#/$defs/n"}}});
    for metadata in [
        defined.clone(),
        json!({"$ref": "#"}),
        json!({"allOf": [{"$ref": "#"}]}),
        json!({"$id": "urn:x", "$ref": "urn:x"}),
        json!({"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"}),
    ] {
        let rules = json!({"actor": {"metadata": metadata}, "targets": [{"type": "team", "metadata": metadata}],
            "metadata": metadata});
        client.post(SCHEMAS, &rules).await.expect(201);
        let mut body = event("org_1", "user.invited");
        body["event"]["metadata"] = json!({"n": 1});
        client.post("/audit_logs/events", &body).await.expect(200);
    }
    let mut body = event("org_1", "user.invited");
    body["event"]["actor"]["metadata"] = json!({"n": "1"});
    body["event"]["metadata"] = json!({"n": "1"});
    body["event"]["targets"][0]["metadata"] = json!({"n": "1"});
    let answer = client.post("/audit_logs/events", &body).await.expect(400).json();
    let places: Vec<&Value> = answer["errors"].as_array().unwrap().iter().map(|error| &error["instancePath"]).collect();
    assert_eq!(places, ["/actor/metadata/n", "/targets/0/metadata/n", "/metadata/n"]);
}
