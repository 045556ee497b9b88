//! One stretch of somebody's doings: who, from where, in which session, and the acts in their order.

use super::company::{Actor, Company, Shipment};
use super::random::Random;
use crate::domain::time::Timestamp;
use serde_json::{Map, Value, json};

/// The longest a scene lasts, in milliseconds.
pub const LONGEST: i64 = 54 * 60_000;

/// Where Harbour's pages are.
pub const SITE: &str = "https://app.harbour.example";

/// A scene as it is told.
pub struct Scene<'c> {
    pub company: &'c mut Company,
    pub actor: Actor,
    pub impersonator: Option<Actor>,
    pub session: Option<String>,
    pub correlation: Option<String>,
    /// Which part of Harbour answers.
    pub service: &'static str,
    start: i64,
    at: i64,
    told: Vec<(i64, Value)>,
}

/// One act: what goes beyond who and where.
#[derive(Debug, Default)]
pub struct Act {
    action: &'static str,
    description: String,
    url: Option<String>,
    targets: Vec<Value>,
    changes: Vec<Value>,
    outcome: Option<Value>,
    request: Option<(&'static str, String)>,
    metadata: Option<Value>,
    detail: Option<String>,
    anonymous: bool,
}

impl Act {
    pub fn new(action: &'static str, description: impl Into<String>) -> Self {
        Self { action, description: description.into(), ..Self::default() }
    }

    pub fn on(mut self, target: Value) -> Self {
        self.targets.push(target);
        self
    }

    pub fn change(mut self, field: &str, before: Value, after: Value) -> Self {
        let mut change = Map::from_iter([("field".to_owned(), json!(field))]);
        change.extend([("before", before), ("after", after)].map(|(name, value)| (name.to_owned(), value)));
        change.retain(|_, value| !value.is_null());
        self.changes.push(change.into());
        self
    }

    pub fn failed(mut self, reason: &str, code: &str) -> Self {
        self.outcome = Some(json!({"result": "failure", "reason": reason, "code": code}));
        self
    }

    pub fn request(mut self, method: &'static str, path: impl Into<String>) -> Self {
        self.request = Some((method, path.into()));
        self
    }

    pub fn with(mut self, metadata: Value) -> Self {
        self.metadata = Some(metadata);
        self
    }

    pub fn link(mut self, path: &str) -> Self {
        self.url = Some(format!("{SITE}{path}"));
        self
    }

    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Nobody is known to have done it.
    pub fn by_nobody(mut self) -> Self {
        self.anonymous = true;
        self
    }
}

impl<'c> Scene<'c> {
    /// A scene that begins at a moment (milliseconds since 1970).
    pub fn new(company: &'c mut Company, actor: Actor, start: i64) -> Self {
        Self {
            company,
            actor,
            impersonator: None,
            session: None,
            correlation: None,
            service: "web",
            start,
            at: start,
            told: Vec::new(),
        }
    }

    pub fn random(&mut self) -> &mut Random {
        &mut self.company.random
    }

    /// Lets some seconds pass.
    pub fn wait(&mut self, low: u32, high: u32) {
        let millis = self.random().between(low * 1_000, high * 1_000);
        self.at = (self.at + i64::from(millis)).min(self.start + LONGEST);
    }

    /// The day so many days from now, as a date.
    pub fn date(&self, days: i64) -> String {
        Timestamp::from_millis(self.at + days * 86_400_000).to_string()[..10].to_owned()
    }

    /// Notes that it happened, now.
    pub fn tell(&mut self, act: Act) {
        let Act { action, description, url, mut targets, changes, outcome, request, metadata, detail, anonymous } = act;
        let uuid = self.random().uuid();
        let mut event = json!({
            "uuid": uuid,
            "client": {"uuid": self.company.id, "name": self.company.name},
            "time": Timestamp::from_millis(self.at).to_string(),
            "action": action,
            "description": description,
            "context": self.context(request),
            "schemaVersion": 2,
        });
        let mut set = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                event[name] = value;
            }
        };
        set("anonymous", anonymous.then_some(json!(true)));
        set("actor", (!anonymous).then(|| person(&self.actor)));
        set("impersonator", self.impersonator.as_ref().map(person));
        set("sessionId", self.session.clone().map(Value::from));
        set("correlationId", self.correlation.clone().map(Value::from));
        set("url", url.map(Value::from));
        set("outcome", outcome);
        set("metadata", metadata);
        set("detail", detail.map(Value::from));
        set("changes", (!changes.is_empty()).then(|| changes.into()));
        set("target", (!targets.is_empty()).then(|| targets.remove(0)));
        set("targets", (!targets.is_empty()).then(|| targets.into()));
        self.told.push((self.at, event));
    }

    fn context(&mut self, request: Option<(&'static str, String)>) -> Value {
        let machine = self.random().between(1, 6);
        // A release every week.
        let weeks = self.at / (7 * 86_400_000);
        let server = json!({
            "serverId": format!("harbour-{}-{machine:02}", self.service),
            "version": format!("5.{}.{}", weeks.rem_euclid(100), self.at / 86_400_000 % 3),
            "service": self.service,
        });
        let from = self.impersonator.as_ref().unwrap_or(&self.actor);
        let mut client = Map::new();
        let parts = [("ipAddress", from.address.as_deref()), ("browserAgent", from.agent), ("location", from.location)];
        for (name, value) in parts {
            client.extend(value.map(|value| (name.to_owned(), json!(value))));
        }
        let mut context = json!({"server": server});
        if !client.is_empty() {
            context["client"] = client.into();
        }
        if let Some((method, path)) = request {
            context["http"] = json!({"method": method, "path": path, "domain": "app.harbour.example"});
        }
        context
    }

    /// Everything told, each with its moment.
    pub fn end(self) -> Vec<(i64, Value)> {
        self.told
    }
}

/// An actor as an event names one.
pub fn person(actor: &Actor) -> Value {
    let mut person = json!({"uuid": actor.id, "name": actor.name, "type": actor.kind});
    if let Some(email) = &actor.email {
        person["email"] = json!(email);
    }
    person
}

/// A user as a target.
pub fn user(actor: &Actor) -> Value {
    json!({"type": "user", "uuid": actor.id, "label": actor.name, "url": format!("{SITE}/people/{}", &actor.id[..8])})
}

/// A shipment as a target.
pub fn shipment(shipment: &Shipment) -> Value {
    json!({
        "type": "shipment",
        "uuid": shipment.id,
        "label": format!("{} · {}", shipment.number, shipment.route()),
        "url": format!("{SITE}/shipments/{}", shipment.number),
    })
}

/// Another kind of thing as a target.
pub fn thing(kind: &str, id: &str, label: &str) -> Value {
    json!({"type": kind, "uuid": id, "label": label})
}
