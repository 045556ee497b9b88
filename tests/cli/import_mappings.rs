//! `daybook import` of services that Daybook does not speak to: by the mappings that are shipped, and by one's own.

use super::import::{Place, figure};
use super::{complaint, out};
use serde_json::{Value, json};

/// Imports samples of one service, which are told by themselves, and answers with the events.
fn imported(service: &str, text: &str, words: &[&str]) -> Vec<Value> {
    let place = Place::new();
    let file = place.file("sample.json", text);
    let first = place.import(&[&[file.as_str()], words].concat());
    assert!(first.status.success(), "{}{}", out(&first), complaint(&first));
    assert!(complaint(&first).contains(&format!("events of {service};")), "{}", complaint(&first));
    let again = place.import(&[&[file.as_str(), "--format", service], words].concat());
    assert_eq!(figure(&again, "stored"), 0, "{}", out(&again));
    assert_eq!(figure(&again, "duplicates"), figure(&first, "stored"));
    let events = place.events();
    assert!(events.iter().all(|event| event["api"] == service), "{events:?}");
    events
}

fn assert_has(event: &Value, expected: &[(&str, Value)]) {
    for (pointer, value) in expected {
        assert_eq!(event.pointer(pointer).unwrap_or(&Value::Null), value, "{pointer} of {event:#}");
    }
}

#[test]
fn the_audit_log_of_github() {
    let sample = json!([
        {"@timestamp": 1_606_929_874_512_i64, "_document_id": "xJJFlFOhQ6b-5vaAFy9Rjw", "action": "team.add_member",
            "actor": "octocat", "actor_id": 583_231, "actor_ip": "203.0.113.7", "actor_location": {"country_code": "NO"},
            "created_at": 1_606_929_874_512_i64, "operation_type": "create", "org": "octo-corp", "org_id": 6, "user": "mona",
            "user_id": 9, "user_agent": "curl/8", "team": "octo-corp/writers"},
        {"@timestamp": 1_606_507_117_008_i64, "_document_id": "Vqvg6kZ4MYqwWRKFDzlMoQ", "action": "repo.create", "actor": null,
            "org": "octo-corp", "repo": "octo-corp/octo-repo", "repo_id": 42, "visibility": "private"}
    ]);
    let events = imported("github", &sample.to_string(), &[]);
    assert_has(
        &events[1],
        &[
            ("/uuid", json!("xJJFlFOhQ6b-5vaAFy9Rjw")),
            ("/time", json!("2020-12-02T17:24:34.512Z")),
            ("/action", json!("team.add_member")),
            ("/crud", json!("create")),
            ("/client/uuid", json!("octo-corp")),
            ("/actor/uuid", json!("583231")),
            ("/actor/name", json!("octocat")),
            ("/target/uuid", json!("9")),
            ("/target/label", json!("mona")),
            ("/context/client/ipAddress", json!("203.0.113.7")),
            ("/context/client/location", json!("NO")),
            ("/metadata/team", json!("octo-corp/writers")),
        ],
    );
    let repository = [
        ("/anonymous", json!(true)),
        ("/target/type", json!("repository")),
        ("/target/uuid", json!("42")),
        ("/metadata/visibility", json!("private")),
    ];
    assert_has(&events[0], &repository);
    // As log streams write it: a line each.
    let lines: String =
        sample.as_array().unwrap().iter().fold(String::new(), |text, event| text + &format!("{event}\n"));
    assert_eq!(imported("github", &lines, &[]), events);
    let table = "@timestamp,action,actor,org,repo\n1606929874512,repo.create,octocat,octo-corp,octo-corp/x\n";
    let events = imported("github", table, &[]);
    assert_has(&events[0], &[("/actor/uuid", json!("octocat")), ("/target/label", json!("octo-corp/x"))]);
}

#[test]
fn the_log_files_of_cloudtrail() {
    let sample = json!({"Records": [
        {"eventVersion": "1.08", "userIdentity": {"type": "IAMUser", "principalId": "EXAMPLE6E4XEGITWATV6R",
            "arn": "arn:aws:iam::123456789012:user/Mary_Major", "accountId": "123456789012", "accessKeyId": "AKIAIOSFODNN7EXAMPLE",
            "userName": "Mary_Major"}, "eventTime": "2023-07-19T21:11:57Z", "eventSource": "iam.amazonaws.com",
            "eventName": "CreateUser", "awsRegion": "us-east-1", "sourceIPAddress": "192.0.2.0", "userAgent": "aws-cli/2.13.5",
            "requestParameters": {"userName": "Richard"}, "responseElements": null, "requestID": "2d528c76", "eventID": "ba0801a1",
            "readOnly": false, "eventType": "AwsApiCall", "managementEvent": true, "recipientAccountId": "123456789012"},
        {"eventVersion": "1.08", "userIdentity": {"type": "AWSService", "invokedBy": "logs.amazonaws.com"},
            "eventTime": "2023-07-19T21:12:00Z", "eventSource": "kms.amazonaws.com", "eventName": "Decrypt", "readOnly": true,
            "errorCode": "AccessDenied", "errorMessage": "not authorized", "eventID": "9fe5", "recipientAccountId": "123456789012",
            "resources": [{"ARN": "arn:aws:kms:us-east-1:123456789012:key/1", "accountId": "1", "type": "AWS::KMS::Key"}]}
    ]});
    let events = imported("cloudtrail", &sample.to_string(), &[]);
    assert_has(
        &events[0],
        &[
            ("/uuid", json!("ba0801a1")),
            ("/action", json!("CreateUser")),
            ("/client/uuid", json!("123456789012")),
            ("/actor/uuid", json!("arn:aws:iam::123456789012:user/Mary_Major")),
            ("/actor/name", json!("Mary_Major")),
            ("/outcome/result", json!("success")),
            ("/context/server/service", json!("iam.amazonaws.com")),
            ("/metadata/requestParameters/userName", json!("Richard")),
            ("/metadata/userIdentity/principalId", json!("EXAMPLE6E4XEGITWATV6R")),
        ],
    );
    assert_has(
        &events[1],
        &[
            ("/crud", json!("read")),
            ("/outcome/result", json!("failure")),
            ("/outcome/code", json!("AccessDenied")),
            ("/actor/uuid", json!("logs.amazonaws.com")),
            ("/target/type", json!("AWS::KMS::Key")),
            ("/target/uuid", json!("arn:aws:kms:us-east-1:123456789012:key/1")),
        ],
    );
}

#[test]
fn the_system_log_of_okta() {
    let event = json!({"actor": {"id": "00u1", "type": "User", "alternateId": "ann@example.com", "displayName": "Ann Ward"},
        "client": {"userAgent": {"rawUserAgent": "Mozilla/5.0", "os": "Mac OS X", "browser": "CHROME"}, "zone": "null",
            "ipAddress": "203.0.113.9", "geographicalContext": {"city": "Oslo", "country": "Norway"}},
        "authenticationContext": {"externalSessionId": "102x"}, "displayMessage": "User login to Okta",
        "eventType": "user.session.start", "outcome": {"result": "FAILURE", "reason": "INVALID_CREDENTIALS"},
        "published": "2024-08-13T15:58:20.353Z", "severity": "INFO", "debugContext": {"debugData": {"requestUri": "/api/v1/authn"}},
        "transaction": {"type": "WEB", "id": "ZrtX"}, "uuid": "dc9fd3c0-598c-11ef-8478-2b7584bf8d5a", "version": "0",
        "target": [{"id": "00u2", "type": "User", "alternateId": "bo@example.com", "displayName": "Bo"},
            {"id": "0oa3", "type": "AppInstance", "displayName": "Wiki"}]});
    let list = imported("okta", &json!([event]).to_string(), &["--client", "acme"]);
    assert_has(
        &list[0],
        &[
            ("/uuid", json!("dc9fd3c0-598c-11ef-8478-2b7584bf8d5a")),
            ("/client/uuid", json!("acme")),
            ("/action", json!("user.session.start")),
            ("/description", json!("User login to Okta")),
            ("/outcome/result", json!("failure")),
            ("/outcome/reason", json!("INVALID_CREDENTIALS")),
            ("/actor/email", json!("ann@example.com")),
            ("/actor/name", json!("Ann Ward")),
            ("/targets/1/label", json!("Wiki")),
            ("/context/client/location", json!("Oslo, Norway")),
            ("/context/http/path", json!("/api/v1/authn")),
            ("/sessionId", json!("102x")),
            ("/metadata/severity", json!("INFO")),
        ],
    );
    let hook = json!({"eventType": "com.okta.event_hook", "eventTypeVersion": "1.0", "data": {"events": [event]}});
    assert_eq!(imported("okta", &hook.to_string(), &["--client", "acme"]), list);
    let place = Place::new();
    let output = place.import(&[&place.file("o.json", event.to_string())]);
    assert!(complaint(&output).contains("events of okta name no client; say whose they are with --client"));
}

#[test]
fn the_audit_events_of_kubernetes() {
    let event = |stage: &str, code: u16| {
        json!({"kind": "Event", "apiVersion": "audit.k8s.io/v1", "level": "Metadata", "auditID": "a1", "stage": stage,
            "requestURI": "/api/v1/namespaces/shop/pods/web-1/exec", "verb": "create",
            "user": {"username": "admin@example.com", "groups": ["system:authenticated"]},
            "impersonatedUser": {"username": "dev@example.com"}, "sourceIPs": ["203.0.113.3", "10.0.0.1"], "userAgent": "kubectl/v1.30",
            "objectRef": {"resource": "pods", "namespace": "shop", "name": "web-1", "apiVersion": "v1", "subresource": "exec"},
            "responseStatus": {"metadata": {}, "status": "Failure", "message": "forbidden", "code": code},
            "requestReceivedTimestamp": "2026-01-01T00:00:00.000001Z", "stageTimestamp": "2026-01-01T00:00:01.000001Z"})
    };
    let lines = format!("{}\n{}\n", event("ResponseStarted", 101), event("ResponseComplete", 403));
    let events = imported("kubernetes", &lines, &["--client", "cluster-1"]);
    assert_eq!(events.len(), 2, "a request has an event for each of its stages");
    let failed = events.iter().find(|event| event["uuid"] == "a1/ResponseComplete").unwrap();
    assert_has(
        failed,
        &[
            ("/action", json!("pods/exec.create")),
            ("/crud", json!("create")),
            ("/outcome/result", json!("failure")),
            ("/outcome/code", json!("403")),
            ("/actor/uuid", json!("dev@example.com")),
            ("/impersonator/uuid", json!("admin@example.com")),
            ("/target/uuid", json!("shop/web-1")),
            ("/context/client/ipAddress", json!("203.0.113.3")),
            ("/correlationId", json!("a1")),
            ("/metadata/level", json!("Metadata")),
        ],
    );
    let list = json!({"kind": "EventList", "apiVersion": "audit.k8s.io/v1", "metadata": {},
        "items": [event("ResponseStarted", 101), event("ResponseComplete", 403)]});
    assert_eq!(imported("kubernetes", &list.to_string(), &["--client", "cluster-1"]), events);
}

#[test]
fn the_events_of_keycloak() {
    let sample = json!([
        {"id": "6b7c", "time": 1_705_311_000_123_i64, "type": "LOGIN_ERROR", "realmId": "shop", "clientId": "web",
            "userId": "u1", "sessionId": "s1", "ipAddress": "203.0.113.5", "error": "invalid_user_credentials",
            "details": {"auth_method": "openid-connect", "username": "ann"}},
        {"time": 1_705_311_001_000_i64, "realmId": "shop", "authDetails": {"realmId": "master", "clientId": "c", "userId": "admin",
            "ipAddress": "203.0.113.6"}, "operationType": "CREATE", "resourceType": "USER", "resourcePath": "users/u2",
            "representation": "{\"username\":\"bo\"}"}
    ]);
    let events = imported("keycloak", &sample.to_string(), &[]);
    assert_has(
        &events[0],
        &[
            ("/uuid", json!("6b7c")),
            ("/time", json!("2024-01-15T09:30:00.123Z")),
            ("/action", json!("LOGIN_ERROR")),
            ("/outcome/result", json!("failure")),
            ("/outcome/code", json!("invalid_user_credentials")),
            ("/actor/uuid", json!("u1")),
            ("/actor/name", json!("ann")),
            ("/target/uuid", json!("web")),
            ("/client/uuid", json!("shop")),
            ("/metadata/details/auth_method", json!("openid-connect")),
        ],
    );
    assert_has(
        &events[1],
        &[
            ("/action", json!("USER.CREATE")),
            ("/crud", json!("create")),
            ("/actor/uuid", json!("admin")),
            ("/target/type", json!("USER")),
            ("/target/uuid", json!("users/u2")),
            ("/outcome/result", json!("success")),
        ],
    );
}

#[test]
fn a_mapping_of_one_s_own_reads_json_and_tables() {
    let rules = "events = ['result.rows']\n\
        [fields]\n\
        'client.uuid' = {value = 'acme'}\n\
        action = 'what'\n\
        'actor.uuid' = ['who.id', 'who']\n\
        'target.type' = {value = 'door'}\n\
        'target.uuid' = 'door'\n\
        'outcome.result' = {from = 'ok', words = {false = 'failure'}, default = 'success'}\n\
        'metadata.site' = {from = 'site', default = 'main'}\n";
    let place = Place::new();
    let map = place.file("doors.toml", rules);
    let page = json!({"result": {"rows": [{"what": "open", "who": {"id": 7}, "door": "D1", "ok": false, "n": 0.1}]}});
    assert_eq!(place.takes(&[&place.file("doors.json", page.to_string()), "--map", &map]), 1);
    assert_eq!(place.takes(&[&place.file("doors.csv", "what;who;door;n\nshut;8;D2;x\n"), "--map", &map]), 1);
    let events = place.events();
    let opened = events.iter().find(|event| event["action"] == "open").unwrap();
    assert_has(
        opened,
        &[
            ("/client/uuid", json!("acme")),
            ("/actor/uuid", json!("7")),
            ("/outcome/result", json!("failure")),
            // What another word stands for is kept as it was.
            ("/metadata", json!({"site": "main", "n": 0.1, "ok": false})),
            ("/api", json!("doors")),
        ],
    );
    let shut = events.iter().find(|event| event["action"] == "shut").unwrap();
    assert_has(shut, &[("/actor/uuid", json!("8")), ("/target/uuid", json!("D2")), ("/metadata/n", json!("x"))]);
    let pairs = json!({"action": "a", "user": {"id": 3}, "tenant": "t"});
    let words = ["--map", "user.id=actor.uuid", "--map", "tenant=client.uuid"];
    assert_eq!(place.takes(&[&[place.file("pairs.json", pairs.to_string()).as_str()][..], &words].concat()), 1);
}

#[test]
fn a_fault_is_named_by_the_path_that_the_file_has() {
    let place = Place::new();
    let map =
        place.file("m.toml", "fields = {action = 'what', 'actor.uuid' = 'who', 'client.uuid' = 'org', time = 'at'}");
    let file = place.file(
        "x.ndjson",
        "{\"what\":\"a\",\"who\":\"u\",\"org\":\"c\",\"at\":\"soon\"}\n{\"who\":\"u\",\"org\":\"c\"}\n",
    );
    let output = place.import(&[&file, "--map", &map]);
    assert_eq!(figure(&output, "refused"), 2);
    assert!(complaint(&output).contains("x.ndjson, line 1: at expected"), "{}", complaint(&output));
    assert!(complaint(&output).contains("x.ndjson, line 2: what is required"), "{}", complaint(&output));
    let wrong = place.file("w.toml", "fields = {what = 'a'}");
    let output = place.import(&[&file, "--map", &wrong]);
    assert_eq!(output.status.code(), Some(1));
    assert!(complaint(&output).contains("\"what\" is no field of an event"), "{}", complaint(&output));
    let output = place.import(&[&file, "--map", &map, "--format", "okta"]);
    assert!(complaint(&output).contains("a mapping file says how events are read; leave --format out"));
}
