//! Actions, their schemas, and what these do to events.

use super::{client, event, stored};
use crate::support::TestApp;
use daybook::backend::auth::Reader;
use daybook::backend::keys::NewKey;
use daybook::backend::storage::{NewDocument, Shelves};
use daybook::domain::access::ClientId;
use daybook::domain::time::Timestamp;
use daybook::http::schemas;
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

#[tokio::test]
async fn a_schema_that_is_too_large_too_deep_or_too_costly_is_refused_by_name() {
    let app = TestApp::new().await;
    let within = |metadata: Value| json!({"targets": [{"type": "team"}], "metadata": metadata});
    let named = |count: usize, one: Value| -> Value {
        (0..count).map(|number| (format!("p{number}"), one.clone())).collect::<serde_json::Map<_, _>>().into()
    };
    let deep = |levels: usize| (0..levels).fold(json!({}), |inner, _| json!({"not": inner}));
    for (metadata, expected) in [
        (json!({"title": "x".repeat(65 * 1024)}), "must have at most 65536 bytes"),
        (deep(40), "must have at most 32 levels"),
        (json!({"properties": named(51, json!({"pattern": "^a$"}))}), "must have at most 50 regular expressions"),
        (json!({"patternProperties": named(51, json!(true))}), "must have at most 50 regular expressions"),
        (json!({"properties": named(17, json!({"$ref": "#"}))}), "must have at most 16 references"),
    ] {
        let answer = client(&app).post(SCHEMAS, &within(metadata)).await.expect(422).json();
        assert_eq!(answer["errors"], json!([{"code": "invalid", "field": "body", "message": expected}]));
    }
    let costly = within(json!({"pattern": "(a{1000}){1000}"}));
    let answer = client(&app).post(SCHEMAS, &costly).await.expect(422).json();
    assert_eq!(answer["errors"][0]["field"], "metadata");
    let usual = within(json!({"properties": {"email": {"pattern": "^\\w+@\\w+\\.[a-z]{2,}$"}}, "not": deep(20)}));
    client(&app).post(SCHEMAS, &usual).await.expect(201);
}

#[tokio::test]
async fn what_was_registered_can_be_listed_and_used_however_deep_it_is() {
    let app = TestApp::new().await;
    for levels in [28, 60, 123] {
        let deep = (0..levels).fold(json!({}), |inner, _| json!({"not": inner}));
        client(&app).post(SCHEMAS, &json!({"targets": [{"type": "team"}], "metadata": deep})).await;
    }
    client(&app).get("/audit_logs/actions").await.expect(200);
    client(&app).post("/audit_logs/events", &event("org_1", "user.invited")).await.expect(200);
}

#[tokio::test]
async fn an_action_has_a_hundred_versions_and_no_more() {
    let app = TestApp::new().await;
    let kinds = |number: usize| json!({"targets": [{"type": format!("team{number}")}]});
    for number in 0..100 {
        client(&app).post(SCHEMAS, &kinds(number)).await.expect(201);
    }
    let answer = client(&app).post(SCHEMAS, &kinds(100)).await.expect(422).json();
    assert_eq!(answer["errors"][0]["field"], "action");
    let large =
        |number: usize| json!({"targets": [{"type": "team", "metadata": {"title": "x".repeat(60 * 1024 + number)}}]});
    let path = "/audit_logs/actions/team.made/schemas";
    for (number, status) in [201, 201, 201, 201, 422].into_iter().enumerate() {
        client(&app).post(path, &large(number)).await.expect(status);
    }
}

#[tokio::test]
async fn a_key_of_one_client_learns_nothing_of_what_it_would_register() {
    let app = TestApp::new().await;
    let key = NewKey { client: Some(ClientId::parse("org_1").unwrap()), ..NewKey::named("one client's") };
    let one = app.server(key).await;
    let answer = one.post(SCHEMAS, &json!({"targets": "wrong"})).await.expect(403).json();
    assert!(answer["errors"].is_null(), "{answer}");
}

#[tokio::test]
async fn a_small_schema_and_a_small_event_have_a_small_answer() {
    let app = TestApp::new().await;
    let many = |one: Value, count: usize| Value::from(vec![one; count]);
    let costly = json!({"additionalProperties": {"allOf": many(json!({"type": "null"}), 900)}});
    let within = |metadata: &Value| {
        json!({"actor": {"metadata": metadata}, "metadata": metadata,
            "targets": [{"type": "team", "metadata": metadata}]})
    };
    let answer = client(&app).post(SCHEMAS, &within(&costly)).await.expect(422).json();
    let fields: Vec<_> = answer["errors"].as_array().unwrap().iter().map(|error| &error["field"]).collect();
    assert_eq!(fields, ["actor.metadata", "metadata", "targets[0].metadata"]);
    let usual: serde_json::Map<_, _> =
        (0..50).map(|at| (format!("k{at}"), json!({"allOf": many(json!({"type": "null"}), 20)}))).collect();
    client(&app).post(SCHEMAS, &within(&json!({"properties": usual}))).await.expect(201);
    let keys: serde_json::Map<_, _> = (0..50).map(|at| (format!("k{at}"), json!("x"))).collect();
    let mut body = event("org_1", "user.invited");
    body["event"]["metadata"] = keys.clone().into();
    body["event"]["targets"] = many(json!({"type": "team", "id": "t", "metadata": keys}), 40);
    let answer = client(&app).post("/audit_logs/events", &body).await.expect(400);
    assert_eq!(answer.json()["errors"].as_array().unwrap().len(), 20);
    assert!(answer.body.len() < 16 * 1024, "{}", answer.body.len());
    body["event"]["targets"] = many(json!({"type": "team", "id": "t", "metadata": keys}), 100);
    let answer = client(&app).post("/audit_logs/events", &body).await.expect(400).json();
    assert_eq!((&answer["errors"][0]["keyword"], answer["errors"].as_array().unwrap().len()), (&json!("maxSteps"), 1));
    body["event"]["targets"] = many(json!({"type": "team", "id": "t"}), 101);
    let answer = client(&app).post("/audit_logs/events", &body).await.expect(422).json();
    assert_eq!(answer["errors"][0]["field"], "event.targets");
    assert_eq!(stored(&app).await, 0);
}

#[tokio::test]
async fn a_costly_schema_that_was_registered_before_there_was_a_bound_is_not_evaluated() {
    let app = TestApp::new().await;
    let costly = json!({"additionalProperties": {"allOf": vec![json!({"const": "x".repeat(1_000)}); 50]}});
    let action = json!({"versions": [{"created_at": 0, "rules": {"targets": [{"type": "team"}], "metadata": costly}}]});
    let document = NewDocument {
        id: "user.invited".to_owned(),
        alias: None,
        client: None,
        body: action.to_string(),
        created_at: Timestamp::from_millis(0),
    };
    assert!(app.storage.put(app.project, "workos/actions", &document, None).await.unwrap());
    let mut body = event("org_1", "user.invited");
    client(&app).post("/audit_logs/events", &body).await.expect(200);
    body["event"]["metadata"] = json!({"a": 1});
    let answer = client(&app).post("/audit_logs/events", &body).await.expect(400);
    assert_eq!(answer.json()["errors"][0]["keyword"], "maxSteps");
    assert!(answer.body.len() < 1_024);
}

#[tokio::test]
async fn an_answer_to_a_body_of_many_faults_is_smaller_than_the_body() {
    let app = TestApp::new().await;
    let names = |count: usize| (0..count).map(|at| (format!("a b{at}"), json!([]))).collect::<serde_json::Map<_, _>>();
    let mut body = event("org_1", "user.invited");
    body["event"]["metadata"] = names(10_000).into();
    let answer = client(&app).post("/audit_logs/events", &body).await.expect(422);
    assert!(answer.body.len() < body.to_string().len(), "{}", answer.body.len());
    assert!(answer.text().contains("there are more"));
    let large = json!({"name": "x", "metadata": names(10_000)});
    for path in ["/organizations", "/audit_logs/exports", "/portal/generate_link"] {
        let answer = client(&app).post(path, &large).await.expect(413).json();
        assert_eq!(answer["message"], "request entity too large");
    }
    client(&app).post("/audit_logs/events", &json!({"x": "y".repeat(256 * 1024)})).await.expect(413);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schema_is_made_from_the_events_that_came() {
    let app = TestApp::new().await;
    let sent = |metadata: Value, kinds: &[&str]| {
        let mut body = event("org_1", "user.invited");
        body["event"]["metadata"] = metadata;
        body["event"]["targets"] = kinds.iter().map(|kind| json!({"type": kind, "id": "t"})).collect();
        body
    };
    for (metadata, kinds) in
        [(json!({"seats": 3, "note": "x"}), &["team", "user"] as &[&str]), (json!({"seats": "many"}), &["team"])]
    {
        client(&app).post("/audit_logs/events", &sent(metadata, kinds)).await.expect(200);
    }
    let (steward, reader) = (app.steward(), Reader::of_the_machine(app.project));
    let make = async |action: &str| schemas::make(&app.backend, &steward, &reader, action).await;
    let first = make("user.invited").await.unwrap();
    assert_eq!((first.version, first.is_new, first.events), (1, true, 2));
    let again = make("user.invited").await.unwrap();
    assert_eq!((again.version, again.is_new), (1, false));
    assert!(make("nobody.does").await.is_err());
    let told = client(&app).get(SCHEMAS).await.expect(200).json();
    assert_eq!(told["data"][0]["targets"], json!([{"type": "team"}]));
    assert_eq!(told["data"][0]["metadata"]["properties"]["seats"]["type"], json!(["number", "string"]));
    assert_eq!(told["data"][0]["metadata"]["required"], json!(["seats"]));
    client(&app).post("/audit_logs/events", &sent(json!({"seats": 5}), &["team"])).await.expect(200);
    client(&app).post("/audit_logs/events", &sent(json!({"seats": true}), &["team"])).await.expect(400);
    client(&app).post("/audit_logs/events", &sent(json!({"seats": 5}), &["user"])).await.expect(400);
}
