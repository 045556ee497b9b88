//! What is sent comes out as it was sent: numbers, times, texts, outcomes and addresses.

use crate::embed::{House, cookie, told};
use crate::support::{TestApp, event};
use proptest::prelude::Strategy;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

const PATH: &str = "/api/v1/events";

/// Numbers as JSON writes them (RFC 8259 section 6), the hard ones first.
fn numbers() -> Vec<String> {
    let hard = ["1e400", "-1e-400", "123456789012345678901234567890", "0.1000000000000000055", "1.50", "-0", "1E+2"];
    let any = "-?(0|[1-9][0-9]{0,40})(\\.[0-9]{1,40})?([eE][+-]?[0-9]{1,4})?";
    let any = proptest::string::string_regex(any).unwrap();
    let mut runner = TestRunner::deterministic();
    let drawn = (0..200).map(|_| any.new_tree(&mut runner).unwrap().current());
    hard.into_iter().map(str::to_owned).chain(drawn).collect()
}

/// An event with a number in every place that takes any JSON.
fn with_number(at: usize, number: &str) -> String {
    format!(
        r#"{{"uuid":"n{at}","client":{{"uuid":"acme"}},"action":"a","actor":{{"uuid":"u","metadata":{{"a":{number}}}}},
        "target":{{"type":"t","uuid":"t","metadata":{{"b":[{number}]}}}},"fields":{{"f":{number}}},
        "metadata":{{"m":{number},"deep":{{"list":[{number}]}}}},"changes":[{{"field":"x","before":{number},"after":0}}],
        "unknown":{{"z":{number}}}}}"#
    )
}

/// How often a number stands in some JSON as a whole.
fn times(json: &str, number: &str) -> usize {
    let is_part = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit() || "+-.eE".contains(c));
    let whole = |(at, _): &(usize, &str)| {
        !is_part(json[..*at].chars().last()) && !is_part(json[at + number.len()..].chars().next())
    };
    json.match_indices(number).filter(whole).count()
}

#[tokio::test]
async fn a_number_comes_out_of_every_way_of_reading_as_it_was_sent() {
    let app = TestApp::new().await;
    let numbers = numbers();
    let body = numbers.iter().enumerate().map(|(at, number)| with_number(at, number)).collect::<Vec<_>>().join(",");
    let sender = app.writer().with("content-type", "application/json");
    let receipts = sender.post_bytes(PATH, format!("[{body}]")).await.expect(200).json();
    let lines = app.writer().get("/api/v1/events/export?format=ndjson").await.expect(200).text();
    let table = app.writer().get("/api/v1/events/export?format=csv").await.expect(200).text().replace("\"\"", "\"");
    let list = app.writer().get("/api/v1/events?limit=1000").await.expect(200).text();
    let array = app.writer().get("/api/v1/events/export?format=json").await.expect(200).text();
    for (at, number) in numbers.iter().enumerate() {
        let of = |text: &str, least: usize| {
            let mark = format!("\"n{at}\"");
            let line = text.lines().find(|line| line.contains(&mark)).unwrap_or_else(|| panic!("{mark} is missing"));
            assert!(times(line, number) >= least, "{number}: {line}");
        };
        // The principal target stands there twice.
        of(&lines, 7);
        of(&array, 7);
        of(&table, 5);
        let id = receipts["receivedEvents"][at]["id"].as_str().unwrap();
        let one = app.writer().get(&format!("{PATH}/{id}")).await.expect(200).text();
        assert!(times(&one, number) >= 14, "{number}: {one}");
        assert!(times(&list, number) >= 7, "{number}");
    }
}

#[tokio::test]
async fn a_private_name_of_the_json_reader_s_stays_a_name_or_is_refused() {
    let app = TestApp::new().await;
    for inner in ["\"5\"", "\"x\"", "7", "null"] {
        let text = format!(
            r#"{{"client":{{"uuid":"acme"}},"action":"a","actor":{{"uuid":"u"}},"metadata":{{"$serde_json::private::Number":{inner}}}}}"#
        );
        let sender = app.writer().with("content-type", "application/json");
        let answer = sender.post_bytes(PATH, text).await;
        let list = app.writer().get(PATH).await.expect(200).text();
        let expected = format!("\"$serde_json::private::Number\":{inner}");
        assert!(answer.status == 400 || list.contains(&expected), "{inner}: {list}");
    }
}

#[tokio::test]
async fn a_viewer_shows_numbers_times_and_outcomes_as_they_were_sent() {
    let house = House::new().await;
    let text = r#"{"client":{"uuid":"acme"},"action":"odd","actor":{"uuid":"u"},"time":"2026-01-14T10:00:00.123456789Z",
        "outcome":{"result":"denied","reason":"not on the list"},"metadata":{"price":1.50,"atoms":1e400},
        "context":{"client":{"ipAddress":"203.0.113.7, 198.51.100.2"}},
        "changes":[{"field":"f","before":123456789012345678901234567890,"after":0.1000000000000000055}]}"#;
    let sender = house.app.writer().with("content-type", "application/json");
    let receipts = sender.post_bytes(PATH, text).await.expect(200).json();
    let id = receipts["receivedEvents"][0]["id"].as_str().unwrap();
    let opened = house.open_with_key("acme").await;
    let reader = house.app.stranger().with("cookie", &cookie(&opened));
    let page = reader.get(&format!("{}?event={id}", told(&opened, "base"))).await.expect(200).text();
    for shown in [
        "1.50",
        "1e400",
        "123456789012345678901234567890",
        "0.1000000000000000055",
        "2026-01-14T10:00:00.123456789Z",
        "denied",
        "203.0.113.7, 198.51.100.2",
    ] {
        assert!(page.contains(shown), "{shown}");
    }
    let table = reader.get(&format!("{}/export?format=csv", told(&opened, "base"))).await.expect(200).text();
    assert!(table.contains("2026-01-14T10:00:00.123456789+00:00"), "{table}");
}

#[tokio::test]
async fn the_digits_and_the_zone_of_a_time_are_kept() {
    let app = TestApp::new().await;
    for (at, (time, kept)) in [
        ("2026-01-01T00:00:00.123456789Z", "2026-01-01T00:00:00.123456789Z"),
        ("2026-01-01T00:00:00[Europe/Berlin]", "2025-12-31T23:00:00.000Z"),
        ("2026-01-01T00:00:00.5+01:00[Europe/Berlin]", "2025-12-31T23:00:00.500Z"),
    ]
    .into_iter()
    .enumerate()
    {
        let mut sent = event("acme", &at.to_string());
        sent["time"] = time.into();
        app.writer().post(PATH, &sent).await.expect(200);
        let newest = app.writer().get("/api/v1/events/export?format=ndjson").await.expect(200).text();
        let mark = format!("\"uuid\":\"{at}\"");
        let line = newest.lines().find(|line| line.contains(&mark)).unwrap();
        assert_eq!(serde_json::from_str::<Value>(line).unwrap()["time"], kept);
    }
    for time in ["2026-01-01T00:00:00+99:99", "2026-01-01T00:00:00+24:00", "2026-01-01T00:00:00[Mars/Olympus]"] {
        let mut sent = event("acme", "x");
        sent["time"] = time.into();
        let refused = app.writer().post(PATH, &sent).await.expect(400).json();
        assert!(refused["details"]["[0].time"].is_array(), "{time}: {refused}");
    }
}

#[tokio::test]
async fn half_a_surrogate_pair_costs_no_batch_and_is_told() {
    let app = TestApp::new().await;
    let text = format!(
        r#"[{},{{"uuid":"2","client":{{"uuid":"acme"}},"action":"a\ud800b","actor":{{"uuid":"u","name":"\udfffZo"}},
        "metadata":{{"k\ud800":"v","whole":"\ud83d\ude00","nul":"a\u0000b","bell":"\u0007"}}}}]"#,
        event("acme", "1")
    );
    let sender = app.writer().with("content-type", "application/json");
    sender.post_bytes(PATH, text).await.expect(200);
    let page = app.writer().get("/api/v1/events?action=a%EF%BF%BDb").await.expect(200).json();
    let kept = &page["entries"][0];
    assert_eq!(kept["action"], "a\u{fffd}b");
    assert_eq!(kept["actor"]["name"], "\u{fffd}Zo");
    assert_eq!(kept["metadata"], json!({"k\u{fffd}": "v", "whole": "😀", "nul": "a\0b", "bell": "\u{7}"}));
    assert_eq!(kept["replaced"], json!(["action", "actor.name", "metadata.k\u{fffd}"]));
    let id = kept["id"].as_str().unwrap();
    let one = app.writer().get(&format!("{PATH}/{id}")).await.expect(200).json();
    assert_eq!(one["original"]["action"], "a\u{fffd}b");
    app.writer().get("/api/v1/events/export?format=csv").await.expect(200);
}

#[tokio::test]
async fn outcomes_beyond_success_and_failure_are_kept_and_found() {
    let app = TestApp::new().await;
    for (at, outcome) in ["success", "failure", "denied", "skipped", "unknown", "Partially done"].iter().enumerate() {
        let mut sent = event("acme", &at.to_string());
        sent["outcome"] = if at % 2 == 0 { json!(outcome) } else { json!({"result": outcome, "reason": "why"}) };
        app.writer().post(PATH, &sent).await.expect(200);
    }
    for settled in [false, true] {
        if settled {
            daybook::backend::storage::Storage::settle(&*app.storage).await.unwrap();
        }
        for (asked, expected) in
            [("success", "success"), ("failure", "denied failure"), ("other", "Partially done unknown skipped")]
        {
            let page = app.writer().get(&format!("{PATH}?outcome={asked}")).await.expect(200).json();
            let found: Vec<&str> = page["entries"]
                .as_array()
                .unwrap()
                .iter()
                .map(|one| one["outcome"]["result"].as_str().unwrap())
                .collect();
            assert_eq!(found.join(" "), expected, "{asked} {settled}");
        }
    }
    let mut long = event("acme", "x");
    long["outcome"] = "x".repeat(256).into();
    app.writer().post(PATH, &long).await.expect(400);
}

#[tokio::test]
async fn ids_may_have_2048_characters() {
    let app = TestApp::new().await;
    let id = |start: &str, length: usize| format!("{start}{}", "é".repeat(length - start.len()));
    let long = |length: usize| {
        json!({"uuid": id("u", length), "client": {"uuid": id("c", length)}, "action": "a",
            "actor": {"uuid": id("a", length)}, "target": {"type": "t", "uuid": id("t", length)},
            "sessionId": id("s", length), "correlationId": id("k", length), "externalId": id("e", length)})
    };
    let receipts = app.writer().post(PATH, &long(2_048)).await.expect(200).json();
    let again = app.writer().post(PATH, &long(2_048)).await.expect(200).json();
    assert_eq!(again["receivedEvents"][0]["id"], receipts["receivedEvents"][0]["id"]);
    daybook::backend::storage::Storage::settle(&*app.storage).await.unwrap();
    for (name, start) in [("client", "c"), ("actor", "a"), ("target", "t"), ("sessionId", "s"), ("correlationId", "k")]
    {
        let query = form_urlencoded(name, &id(start, 2_048));
        let page = app.writer().get(&format!("{PATH}?{query}")).await.expect(200).json();
        assert_eq!(page["entries"].as_array().unwrap().len(), 1, "{name}");
    }
    let refused = app.writer().post(PATH, &long(2_049)).await.expect(400).json();
    assert_eq!(refused["details"].as_object().unwrap().len(), 7, "{refused}");
}

fn form_urlencoded(name: &str, value: &str) -> String {
    let bytes = value.bytes().map(|byte| format!("%{byte:02X}"));
    format!("{name}={}", bytes.collect::<String>())
}

#[tokio::test]
async fn of_several_addresses_the_first_is_the_address_and_all_are_kept() {
    let app = TestApp::new().await;
    let client = |value: Value| json!({"context": {"client": {"ipAddress": value}}});
    for (at, (sent, first, all)) in [
        (client(json!("203.0.113.7")), "203.0.113.7", Value::Null),
        (
            client(json!("203.0.113.7, 198.51.100.2,2001:db8::1")),
            "203.0.113.7",
            json!(["203.0.113.7", "198.51.100.2", "2001:db8::1"]),
        ),
        (client(json!(["203.0.113.7", "198.51.100.2"])), "203.0.113.7", json!(["203.0.113.7", "198.51.100.2"])),
    ]
    .into_iter()
    .enumerate()
    {
        let mut whole = event("acme", &at.to_string());
        whole["context"] = sent["context"].clone();
        app.writer().post(PATH, &whole).await.expect(200);
        let page = app.writer().get(&format!("{PATH}?limit=1")).await.expect(200).json();
        let kept = &page["entries"][0]["context"]["client"];
        assert_eq!((&kept["ipAddress"], &kept["ipAddresses"]), (&json!(first), &all));
    }
    let found = app.writer().get(&format!("{PATH}?ip=198.51.100.2")).await.expect(200).json();
    assert_eq!(found["entries"].as_array().unwrap().len(), 2);
    let mut wrong = event("acme", "x");
    wrong["context"] = client(json!(["x".repeat(65)]))["context"].clone();
    app.writer().post(PATH, &wrong).await.expect(400);
}

#[tokio::test]
async fn a_search_takes_all_spellings_and_all_white_space_for_the_same() {
    let app = TestApp::new().await;
    for (at, text) in ["Große Straße", "Łódź", "Søren Ærø", "ısı", "ΟΔΟΣ", "New\u{a0} York", "two\r\nlines", "tab\tbed"]
        .iter()
        .enumerate()
    {
        let mut sent = event("acme", &at.to_string());
        sent["description"] = (*text).into();
        app.writer().post(PATH, &sent).await.expect(200);
    }
    for settled in [false, true] {
        if settled {
            daybook::backend::storage::Storage::settle(&*app.storage).await.unwrap();
        }
        for (query, found) in [
            ("GROSSE STRASSE", "0"),
            ("straße", "0"),
            ("lodz", "1"),
            ("soren aero", "2"),
            ("ISI", "3"),
            ("οδος", "4"),
            ("\"new york\"", "5"),
            ("\"two lines\"", "6"),
            ("\"tab  bed\"", "7"),
        ] {
            let page = app.writer().get(&format!("{PATH}?{}", form_urlencoded("q", query))).await.expect(200).json();
            let uuids: Vec<&Value> = page["entries"].as_array().unwrap().iter().map(|one| &one["uuid"]).collect();
            assert_eq!(uuids, [found], "{query} {settled}");
        }
    }
}
