//! `/api/v1/views`: what AuditLog.co's drop-in asks for.

use crate::support::{TestApp, event};
use daybook::backend::{start, views};
use serde_json::{Value, json};

struct House {
    app: TestApp,
    view: String,
    key: String,
}

impl House {
    async fn new() -> Self {
        let app = TestApp::new().await;
        let id = start::view(&app.backend, app.project).await.unwrap();
        let key = views::show(&app.backend, &id).await.unwrap().access_key;
        Self { view: id.to_string(), key, app }
    }

    async fn sent(&self, client: &str, uuid: &str, time: &str) {
        let mut event = event(client, uuid);
        event["time"] = time.into();
        self.app.writer().post("/api/v1/events", &event).await.expect(200);
    }

    async fn get(&self, path: &str) -> Value {
        let caller = self.app.stranger().with("x-view-key", &format!("{}:{}", self.view, self.key));
        let answer = caller.with("origin", "http://localhost:5000").get(path).await.expect(200);
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        answer.json()
    }
}

fn uuids(page: &Value) -> String {
    page["entries"].as_array().unwrap().iter().map(|entry| entry["uuid"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn the_configuration_has_the_columns_by_their_fields() {
    let house = House::new().await;
    let found = house.get(&format!("/api/v1/views/configuration/{}", house.view)).await;
    assert_eq!((&found["id"], &found["accessKey"]), (&json!(house.view), &json!(house.key)));
    assert!(found["custom"]["title"].is_string() && found["custom"]["headerLinks"].is_array());
    let columns = found["columns"].as_array().unwrap();
    assert_eq!(columns[1]["order"], 1);
    let fields: Vec<&str> = columns
        .iter()
        .flat_map(|column| column["lines"].as_array().unwrap())
        .map(|line| line["field"].as_str().unwrap())
        .collect();
    assert!(fields.contains(&"action") && fields.contains(&"actor.name"), "{fields:?}");
}

#[tokio::test]
async fn pages_are_months_and_those_without_events_hide_none() {
    let house = House::new().await;
    for (uuid, time) in
        [("a", "2025-09-30T23:59:59.999Z"), ("b", "2026-01-01"), ("c", "2026-01-31T23:00:00Z"), ("d", "2026-03-05")]
    {
        house.sent("acme", uuid, time).await;
    }
    house.sent("other", "x", "2026-04-01").await;
    let base = format!("/api/v1/views/{}/acme", house.view);
    let newest = house.get(&base).await;
    assert_eq!((uuids(&newest).as_str(), &newest["_links"]["next"]), ("d", &Value::Null));
    assert_eq!(newest["_id"]["href"], format!("{base}?page=202603"));
    let january = house.get(newest["_links"]["previous"]["href"].as_str().unwrap()).await;
    assert_eq!(uuids(&january), "cb");
    let february = house.get(january["_links"]["next"]["href"].as_str().unwrap()).await;
    assert_eq!((uuids(&february).as_str(), &february["_links"]["next"]["label"]), ("", &json!("Next")));
    let september = house.get(january["_links"]["previous"]["href"].as_str().unwrap()).await;
    assert_eq!((uuids(&september).as_str(), &september["_links"]["previous"]), ("a", &Value::Null));
    assert_eq!(uuids(&house.get(&format!("/api/v1/views/{}/nobody", house.view)).await), "");
}

#[tokio::test]
async fn only_the_view_s_own_key_opens_it_and_only_to_pages_that_may() {
    let house = House::new().await;
    let (view, key) = (&house.view, &house.key);
    for path in [format!("/api/v1/views/{view}/acme"), format!("/api/v1/views/configuration/{view}")] {
        house.app.stranger().get(&path).await.expect(401);
        for wrong in [format!("{view}:wrong"), format!("vw_other:{key}"), key.clone()] {
            let body = house.app.stranger().with("x-view-key", &wrong).get(&path).await.expect(403).json();
            assert_eq!(body["statusCode"], 403);
        }
        let right = house.app.stranger().with("x-view-key", &format!("{view}:{key}"));
        right.clone().with("origin", "https://evil.test").get(&path).await.expect(403);
        let asked = right.with("origin", "http://localhost:1").with("access-control-request-method", "GET");
        let allowed =
            asked.with("access-control-request-headers", "x-view-key").send("OPTIONS", &path, "".into()).await;
        assert_eq!(allowed.header("access-control-allow-headers"), "x-view-key,content-type");
    }
    let wrong = house.app.stranger().with("x-view-key", &format!("{view}:{key}"));
    let path = format!("/api/v1/views/{view}/acme?page=2026-01&cursor=");
    assert_eq!(
        wrong.get(&path).await.expect(400).json()["details"],
        json!({"page": ["expected a year and a month such as 202611"]})
    );
}
