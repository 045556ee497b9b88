//! The server that cases are tried on, with an event of two clients each, and those who call it.

use super::call::{Case, KNOWN, Who};
use super::dialect::Dialect;
use super::text::escape;
use crate::support::{Answer, Caller, Differing, TestApp};
use axum::body::Body;
use daybook::backend::keys::{self, NewKey};
use daybook::backend::rate::{Rate, RateLimits};
use daybook::backend::{start, views};
use daybook::domain::access::ClientId;
use serde_json::{Value, json};
use std::cell::RefCell;
use tokio::runtime::{Builder, Runtime};

/// In the event of `acme` alone.
pub const MARKER: &str = "Zq7Marker";
/// After so many cases a new server: a log that grows makes every case slower.
const CASES: u32 = 300;

/// Servers, one after the other.
pub struct Stages {
    dialect: Dialect,
    runtime: Runtime,
    stage: RefCell<Option<(Stage, u32)>>,
}

impl Stages {
    pub fn new(dialect: Dialect) -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        Self { dialect, runtime, stage: RefCell::new(None) }
    }

    /// Tries something.
    pub fn with<T>(&self, tried: impl AsyncFnOnce(&Stage) -> T) -> T {
        self.runtime.block_on(async {
            let used = self.stage.borrow_mut().take().filter(|(_, cases)| *cases < CASES);
            let (stage, cases) = match used {
                Some(used) => used,
                None => (Stage::new(self.dialect).await, 0),
            };
            let result = tried(&stage).await;
            self.stage.replace(Some((stage, cases + 1)));
            result
        })
    }
}

pub struct Stage {
    pub app: TestApp,
    insider: Caller,
    bystander: Caller,
    forger: Caller,
    /// A server with the key for all clients, and one for `other` alone, by our own API.
    pub everyone: Caller,
    pub other: Caller,
    known: [String; KNOWN],
}

impl Stage {
    async fn new(dialect: Dialect) -> Self {
        let rates = Some(RateLimits::new(Rate::NONE, Rate::NONE));
        let app = TestApp::differing(Differing { rates, ..Differing::default() }).await;
        let of_other = NewKey { client: Some(ClientId::parse("other").unwrap()), ..NewKey::named("other's") };
        let of_other = keys::create(&app.backend, &app.steward(), of_other).await.unwrap();
        let everyone = bearer(&app, &app.key.bearer);
        let other = bearer(&app, &of_other.bearer);
        let event = |client: &str, text: &str| {
            json!({"client": {"uuid": client, "name": text}, "action": "user.invite", "actor": {"uuid": "u-1", "name": text},
                "target": {"type": "t", "uuid": "t-1", "label": text}, "description": text, "metadata": {"text": text}})
        };
        let sent = everyone.post("/api/v1/events", &json!([event("acme", MARKER), event("other", "Else")])).await;
        let id = sent.expect(200).json()["ReceivedEvents"][0]["id"].as_str().unwrap().to_owned();
        let view = start::view(&app.backend, app.project).await.unwrap();
        let (insider, bystander, forger) = match dialect {
            Dialect::DropIn => {
                let key = views::show(&app.backend, &view).await.unwrap().access_key;
                let with = |key: &str| app.stranger().with("x-view-key", &format!("{view}:{key}"));
                (with(&key), with(&key), with("wrong"))
            }
            Dialect::Publisher => (token(&app, &app.key.bearer), token(&app, &of_other.bearer), token(&app, "ck_1.x")),
            Dialect::Viewer => (session(&app, "acme").await, session(&app, "other").await, bearer(&app, "x.y.z")),
            _ => (everyone.clone(), other.clone(), bearer(&app, "ck_1.wrong")),
        };
        let third = match dialect {
            Dialect::DropIn => view.to_string(),
            Dialect::Viewer => made(&insider, "/export", &json!({"name": "All", "exportBody": {}})).await,
            Dialect::WorkOs => ordered(&everyone).await,
            _ => id.replace('-', ""),
        };
        let fourth = match dialect {
            Dialect::Viewer => made(&insider, "/eitapi_token", &json!({"displayName": "Ours"})).await,
            _ => "u-1".to_owned(),
        };
        let known = [id, "acme".to_owned(), third, fourth].map(|text| escape(text.as_bytes()));
        Self { app, insider, bystander, forger, everyone, other, known }
    }

    /// Makes a case's call.
    pub async fn call(&self, case: &Case) -> Answer {
        let caller = match case.who {
            Who::Insider => self.insider.clone(),
            Who::Bystander => self.bystander.clone(),
            Who::Stranger => self.app.stranger(),
            Who::Forger => self.forger.clone(),
        };
        let mut caller = caller;
        if !case.body.media.is_empty() {
            caller = caller.with("content-type", case.body.media);
        }
        if let Some(coding) = case.body.coding {
            caller = caller.with("content-encoding", coding);
        }
        if let Some((name, value)) = &case.header {
            caller = caller.with(name, value);
        }
        let mut uri = case.uri.clone();
        for (at, known) in self.known.iter().enumerate() {
            uri = uri.replace(&format!("{{{at}}}"), known);
        }
        caller.send(case.method, &uri, Body::from(case.body.bytes.clone())).await
    }
}

fn bearer(app: &TestApp, key: &str) -> Caller {
    app.stranger().with("authorization", &format!("Bearer {key}"))
}

fn token(app: &TestApp, key: &str) -> Caller {
    app.stranger().with("authorization", &format!("token={key}"))
}

/// A browser of a group's.
async fn session(app: &TestApp, group: &str) -> Caller {
    let path = format!("/auditlog/publisher/v1/project/p1/viewertoken?group_id={group}&actor_id=u-1&is_admin=true");
    let passed = token(app, &app.key.bearer).get(&path).await.expect(201).json();
    let session = app.stranger().post("/auditlog/viewer/v1/viewersession", &passed).await.expect(200).json();
    app.stranger().with("authorization", session["token"].as_str().unwrap())
}

/// What a viewer made, by its id.
async fn made(viewer: &Caller, path: &str, body: &Value) -> String {
    let made = viewer.post(&format!("/auditlog/viewer/v1/project/p1{path}"), body).await.expect(201).json();
    made["id"].as_str().unwrap().to_owned()
}

/// An export of `acme`, by its id.
async fn ordered(server: &Caller) -> String {
    let body = json!({"organization_id": "acme", "range_start": "2026-01-01", "range_end": "2026-02-01"});
    let made = server.post("/audit_logs/exports", &body).await.expect(201).json();
    made["id"].as_str().unwrap().to_owned()
}
