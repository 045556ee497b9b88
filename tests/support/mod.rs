//! A whole server for one test: a folder of its own, a clock that the test moves, and people who call it.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Request, Response, StatusCode};
use daybook::backend::Backend;
use daybook::backend::auth::Steward;
use daybook::backend::clock::Clock;
use daybook::backend::keys::{self, CreatedKey, NewKey};
use daybook::backend::people::oidc::Provider;
use daybook::backend::projects;
use daybook::backend::rate::RateLimits;
use daybook::backend::secrets::ServerSecret;
use daybook::backend::storage::Storage;
use daybook::backend::storage::sqlite::{Options, Sqlite};
use daybook::domain::access::{ProjectId, ProjectName};
use daybook::domain::time::Timestamp;
use daybook::http::{AppState, metrics_routes, router};
use http_body_util::BodyExt;
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use tower::ServiceExt;

/// 2026-01-15T12:00:00Z, when every test begins.
pub const START: i64 = 1_768_478_400_000;

/// What a test's server may differ in.
#[derive(Default)]
pub struct Differing {
    pub rates: Option<RateLimits>,
    pub monthly_quota: Option<u64>,
    pub public_url: Option<String>,
    pub trust_proxy: bool,
    pub provider: Option<Provider>,
    pub serving: daybook::http::Options,
    /// While true, nothing can be written, as on a full disk.
    pub filled: Option<&'static AtomicBool>,
}

/// A server over a fresh database.
pub struct TestApp {
    pub backend: Backend,
    pub storage: Arc<Sqlite>,
    pub project: ProjectId,
    pub key: CreatedKey,
    /// What its routes can reach.
    pub state: AppState,
    router: Router,
    now: Arc<AtomicI64>,
    folder: tempfile::TempDir,
}

impl TestApp {
    pub async fn new() -> Self {
        Self::differing(Differing::default()).await
    }

    pub async fn differing(differing: Differing) -> Self {
        let Differing { rates, monthly_quota, public_url, trust_proxy, provider, serving, filled } = differing;
        let folder = tempfile::tempdir().unwrap();
        let now = Arc::new(AtomicI64::new(START));
        let shown = Arc::clone(&now);
        let clock = Clock::fixed(move || Timestamp::from_millis(shown.load(Ordering::Relaxed)));
        let options = Options { monthly_quota, filled, ..Options::default() };
        let storage = Arc::new(Sqlite::open(folder.path(), clock.clone(), options).await.unwrap());
        let backend = Backend::new(
            Arc::clone(&storage) as Arc<dyn Storage>,
            clock,
            ServerSecret::random(),
            rates.unwrap_or_default(),
        );
        let backend = match provider {
            Some(provider) => backend.with_provider(provider),
            None => backend,
        };
        let project = create_project(&backend, "default").await;
        let steward = Steward::of_the_machine(project);
        let key = keys::create(&backend, &steward, NewKey::named("a test's")).await;
        let key = key.unwrap_or_else(|problem| panic!("{problem}"));
        let public_url = public_url.map(Into::into);
        let state = AppState { public_url, trust_proxy, ..AppState::with(backend.clone(), serving) };
        let router = router(state.clone());
        Self { backend, storage, project, key, state, router, now, folder }
    }

    /// Where the data lies.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// A project beside the one that the key belongs to.
    pub async fn another_project(&self) -> ProjectId {
        create_project(&self.backend, "another").await
    }

    /// Time goes on.
    pub fn later(&self, millis: i64) {
        self.now.fetch_add(millis, Ordering::Relaxed);
    }

    /// What the listener for metrics answers.
    pub async fn metrics(&self) -> Answer {
        let router = metrics_routes(self.state.clone());
        Caller { router, headers: HeaderMap::new() }.get("/metrics").await.expect(200)
    }

    /// Every route, as a debugging text of the router has them: none can be left out.
    pub fn routes(&self) -> Vec<String> {
        let text = format!("{:?}", self.router);
        let paths = text.split("RouteId(").filter_map(|rest| rest.split_once("): \"")?.1.split('"').next());
        let paths: std::collections::BTreeSet<String> = paths.map(str::to_owned).collect();
        assert!(paths.len() > 100, "{text}");
        paths.into_iter().collect()
    }

    /// Somebody without a credential.
    pub fn stranger(&self) -> Caller {
        Caller { router: self.router.clone(), headers: HeaderMap::new() }
    }

    /// A server of the company, with its API key: may write and read.
    pub fn writer(&self) -> Caller {
        self.stranger().with("x-api-key", &format!("{}:{}", self.key.id, self.key.secret))
    }

    /// A server of another project on the same installation.
    pub async fn writer_of_another_project(&self) -> Caller {
        let steward = Steward::of_the_machine(self.another_project().await);
        let key = keys::create(&self.backend, &steward, NewKey::named("another's")).await;
        let key = key.unwrap_or_else(|problem| panic!("{problem}"));
        self.stranger().with("authorization", &format!("Bearer {}", key.bearer))
    }

    /// Whoever has the data folder.
    pub fn steward(&self) -> Steward {
        Steward::of_the_machine(self.project)
    }

    /// A server of the company with a key of its own.
    pub async fn server(&self, key: NewKey) -> Caller {
        let key = keys::create(&self.backend, &self.steward(), key).await.unwrap_or_else(|problem| panic!("{problem}"));
        self.stranger().with("authorization", &format!("Bearer {}", key.bearer))
    }
}

async fn create_project(backend: &Backend, name: &str) -> ProjectId {
    let name = ProjectName::parse(name).unwrap();
    let made = projects::create_for(backend, &name, None).await;
    made.unwrap_or_else(|problem| panic!("{problem}")).id
}

/// Somebody who calls, with the headers they always send.
#[derive(Clone)]
pub struct Caller {
    router: Router,
    headers: HeaderMap,
}

impl Caller {
    /// The same caller with one more header.
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.insert(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        self
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, Body::empty()).await
    }

    /// Sends JSON.
    pub async fn post(&self, path: &str, json: &Value) -> Answer {
        self.clone().with("content-type", "application/json").send("POST", path, Body::from(json.to_string())).await
    }

    /// Sends bytes as they are, with no more headers than this caller has.
    pub async fn post_bytes(&self, path: &str, body: impl Into<Body>) -> Answer {
        self.send("POST", path, body.into()).await
    }

    /// The answer as it begins; its body may still be on the way.
    pub async fn begin(&self, method: &str, path: &str, body: Body) -> Response<Body> {
        let mut request = Request::builder().method(method).uri(path).body(body).unwrap();
        request.headers_mut().clone_from(&self.headers);
        self.router.clone().oneshot(request).await.unwrap()
    }

    pub async fn send(&self, method: &str, path: &str, body: Body) -> Answer {
        let (parts, body) = self.begin(method, path, body).await.into_parts();
        let body = body.collect().await.unwrap().to_bytes().to_vec();
        Answer { status: parts.status, headers: parts.headers, body }
    }
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    /// The same answer, which had this status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", String::from_utf8_lossy(&self.body));
        self
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A header's text, empty where there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// The least that is an event.
pub fn event(client: &str, uuid: &str) -> Value {
    serde_json::json!({"uuid": uuid, "client": {"uuid": client}, "action": "user.invite", "actor": {"uuid": "u-1"}})
}
