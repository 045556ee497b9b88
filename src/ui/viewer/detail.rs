//! What the side panel says about one event.

use super::model::Row;
use crate::domain::event::{Actor, Change, Event, EventId, Target};
use crate::domain::query::Filter;
use crate::domain::time::Timestamp;
use crate::domain::view::{self, Calendar, SafeLink, value_text};
use serde_json::{Map, Value};
use std::borrow::Cow;

/// How far around an event "what happened then" looks, in milliseconds.
const AROUND: i64 = 5 * 60_000;

/// Everything about one event, ready to be set.
#[derive(Debug, Clone, PartialEq)]
pub struct Detail {
    pub id: EventId,
    /// The whole event as one sentence, its names set apart.
    pub summary: Vec<Phrase>,
    /// Such as `21 Nov 2026, 14:03:22`.
    pub moment: String,
    pub occurred_at: Timestamp,
    pub description: Option<String>,
    pub failed: bool,
    /// Why it failed, with the code if there is one.
    pub reason: Option<String>,
    pub changes: Vec<ChangeRow>,
    pub sections: Vec<Section>,
    /// The document as the sender wrote it, on indented lines.
    pub raw: String,
    pub pivots: Vec<Pivot>,
    /// Its neighbours on this page.
    pub newer: Option<EventId>,
    pub older: Option<EventId>,
}

/// A part of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Phrase {
    Plain(Cow<'static, str>),
    /// A name out of the event.
    Name(String),
}

/// A group of facts.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    pub title: String,
    pub facts: Vec<Fact>,
}

/// A name and what it stands for.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    pub name: String,
    pub value: Datum,
}

/// What a fact says.
#[derive(Debug, Clone, PartialEq)]
pub enum Datum {
    Text(String),
    /// An identifier or an address, in a fixed-width face.
    Code(String),
    Link(SafeLink),
    Facts(Vec<Fact>),
    List(Vec<Datum>),
}

/// One changed field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeRow {
    pub field: String,
    pub kind: ChangeKind,
    pub before: Option<String>,
    pub after: Option<String>,
}

/// What happened to a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    Added,
    Removed,
    Changed,
    Unchanged,
}

/// A question that this event leads to: the end of "Show everything …".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pivot {
    pub label: &'static str,
    pub of: Option<String>,
    pub filter: Filter,
}

impl ChangeKind {
    /// In words.
    pub fn label(self) -> &'static str {
        match self {
            Self::Added => "Added",
            Self::Removed => "Removed",
            Self::Changed => "Changed",
            Self::Unchanged => "Unchanged",
        }
    }
}

impl Detail {
    /// An event's details. `document` is its JSON as the sender wrote it; `rows` are those of the page it stands on.
    pub fn of(event: &Event, document: &[u8], rows: &[Row], calendar: &dyn Calendar) -> Self {
        let id = event.stamp.id;
        let at = rows.iter().position(|row| row.id == id);
        let neighbour = |at: Option<usize>| at.and_then(|at| rows.get(at)).map(|row| row.id);
        Self {
            id,
            summary: summary(event),
            moment: calendar.both(event.stamp.occurred_at),
            occurred_at: event.stamp.occurred_at,
            description: event.description.clone(),
            failed: event.outcome.failed,
            reason: reason(event),
            changes: event.changes.iter().map(change).collect(),
            sections: sections(event, calendar),
            raw: super::pretty::indented(&String::from_utf8_lossy(document)),
            pivots: pivots(event),
            newer: neighbour(at.and_then(|at| at.checked_sub(1))),
            older: neighbour(at.map(|at| at + 1)),
        }
    }
}

/// `Ann, acting as Roberta Wharton, performed user.invite on user Salman Randall`.
fn summary(event: &Event) -> Vec<Phrase> {
    let name = |text: &str| Phrase::Name(text.to_owned());
    let plain = |text: &'static str| Phrase::Plain(Cow::Borrowed(text));
    let mut said = Vec::new();
    if let Some(real) = &event.impersonator {
        said.extend([name(best_name(real)), plain(", acting as ")]);
    }
    said.push(view::actor_name(event).map_or(plain("Somebody anonymous"), name));
    if event.impersonator.is_some() {
        said.push(plain(","));
    }
    said.push(plain(if event.outcome.failed { " failed to perform " } else { " performed " }));
    said.push(name(&event.action));
    if let Some(target) = event.targets.first() {
        said.extend([Phrase::Plain(format!(" on {} ", target.kind).into()), name(target_name(target))]);
        match event.targets.len() {
            1 => {}
            2 => said.push(plain(" and one more")),
            _ => said.push(plain(" and others")),
        }
    }
    said
}

fn best_name(actor: &Actor) -> &str {
    actor.name.as_deref().or(actor.email.as_deref()).unwrap_or(&actor.uuid)
}

fn target_name(target: &Target) -> &str {
    target.label.as_deref().unwrap_or(&target.uuid)
}

fn reason(event: &Event) -> Option<String> {
    match (&event.outcome.reason, &event.outcome.code) {
        (Some(reason), Some(code)) => Some(format!("{reason} ({code})")),
        (one, other) => one.clone().or(other.clone()),
    }
}

fn change(change: &Change) -> ChangeRow {
    let Change { field, before, after } = change;
    let kind = match (before, after) {
        (None, Some(_)) => ChangeKind::Added,
        (Some(_), None) => ChangeKind::Removed,
        (before, after) if before == after => ChangeKind::Unchanged,
        _ => ChangeKind::Changed,
    };
    let text = |value: &Option<Value>| value.as_ref().map(plain_text);
    ChangeRow { field: field.clone(), kind, before: text(before), after: text(after) }
}

/// Facts are added one by one; those that an event does not have are left out, and so is a section without any.
struct Facts(Vec<Fact>);

impl Facts {
    fn text(&mut self, name: &str, value: Option<&str>) {
        self.put(name, value.map(|text| Datum::Text(text.to_owned())));
    }

    fn code(&mut self, name: &str, value: Option<&str>) {
        self.put(name, value.map(|text| Datum::Code(text.to_owned())));
    }

    /// An address that is not safe to follow is shown as the text it is.
    fn link(&mut self, name: &str, value: Option<&str>) {
        self.put(
            name,
            value.map(|text| SafeLink::parse(text).map_or_else(|| Datum::Text(text.to_owned()), Datum::Link)),
        );
    }

    fn put(&mut self, name: &str, value: Option<Datum>) {
        self.0.extend(value.map(|value| Fact { name: name.to_owned(), value }));
    }

    fn person(&mut self, actor: &Actor) {
        let Actor { uuid, name, email, kind, url, metadata } = actor;
        self.text("Name", name.as_deref());
        self.text("E-mail", email.as_deref());
        self.text("Type", kind.as_deref());
        self.code("ID", Some(uuid));
        self.link("Link", url.as_deref());
        self.0.extend(facts_of(metadata));
    }

    fn thing(&mut self, target: &Target) {
        let Target { kind, uuid, label, url, metadata } = target;
        self.text("Name", label.as_deref());
        self.text("Type", Some(kind));
        self.code("ID", Some(uuid));
        self.link("Link", url.as_deref());
        self.0.extend(facts_of(metadata));
    }
}

fn sections(event: &Event, calendar: &dyn Calendar) -> Vec<Section> {
    let mut sections = Vec::new();
    let mut section = |title: &str, fill: &dyn Fn(&mut Facts)| {
        let mut facts = Facts(Vec::new());
        fill(&mut facts);
        if !facts.0.is_empty() {
            sections.push(Section { title: title.to_owned(), facts: facts.0 });
        }
    };
    section("When", &|facts| {
        facts.text("Happened", Some(&calendar.both(event.stamp.occurred_at)));
        facts.text("Received", Some(&calendar.both(event.stamp.id.received_at())));
    });
    section("Who", &|facts| match &event.actor {
        Some(actor) => facts.person(actor),
        None => facts.text("Name", Some("Anonymous")),
    });
    section("In reality", &|facts| event.impersonator.iter().for_each(|actor| facts.person(actor)));
    section("What", &|facts| {
        facts.text("Action", Some(&event.action));
        facts.link("Link", event.url.as_deref());
        facts.text("Detail", event.detail.as_deref());
    });
    for (at, target) in event.targets.iter().enumerate() {
        let title = if at == 0 { "On".to_owned() } else { format!("Also on ({})", at + 1) };
        section(&title, &|facts| facts.thing(target));
    }
    section("Where", &|facts| {
        let context = &event.context;
        facts.code("IP address", context.ip_address.as_deref());
        facts.text("Location", context.location.as_deref());
        facts.text("Browser", context.browser_agent.as_deref());
        facts.code("Server", context.server_id.as_deref());
        facts.text("Service", context.service.as_deref());
        facts.text("Version", context.version.as_deref());
        let request =
            [&context.http.method, &context.http.path].into_iter().flatten().cloned().collect::<Vec<_>>().join(" ");
        facts.code("Request", Some(request.as_str()).filter(|request| !request.is_empty()));
        facts.code("Host", context.http.domain.as_deref());
        facts.code("Session", event.session_id.as_deref());
    });
    section("Metadata", &|facts| facts.0.extend(facts_of(&event.metadata)));
    section("Fields", &|facts| facts.0.extend(facts_of(&event.fields)));
    section("Record", &|facts| {
        facts.code("Event", Some(&event.stamp.id.to_string()));
        facts.code("Sender’s ID", event.uuid.as_deref());
        facts.code("Correlation", event.correlation_id.as_deref());
        facts.code("External ID", event.external_id.as_deref());
        facts.code("Schema", event.schema_version.map(|version| version.to_string()).as_deref());
        facts.code("Client", Some(&event.client.uuid));
    });
    sections
}

fn facts_of(object: &Map<String, Value>) -> impl Iterator<Item = Fact> {
    object.iter().map(|(name, value)| Fact { name: name.clone(), value: datum(value) })
}

fn datum(value: &Value) -> Datum {
    match value {
        Value::Object(object) if !object.is_empty() => Datum::Facts(facts_of(object).collect()),
        Value::Array(list) if list.iter().any(|item| item.is_object() || item.is_array()) => {
            Datum::List(list.iter().map(datum).collect())
        }
        other => Datum::Text(plain_text(other)),
    }
}

/// A list of plain values as a person writes one; the rest as [`value_text`] has it.
fn plain_text(value: &Value) -> String {
    match value {
        Value::Array(list) if !list.is_empty() && !list.iter().any(|item| item.is_object() || item.is_array()) => {
            list.iter().map(value_text).collect::<Vec<_>>().join(", ")
        }
        other => value_text(other),
    }
}

/// Each asks the whole log, not the choice that led here.
fn pivots(event: &Event) -> Vec<Pivot> {
    let mut pivots = Vec::new();
    if let (Some(actor), Some(name)) = (&event.actor, view::actor_name(event)) {
        let filter = Filter { actor: Some(actor.uuid.clone()), ..Filter::default() };
        pivots.push(Pivot { label: "by", of: Some(name.to_owned()), filter });
    }
    if let Some(target) = event.targets.first() {
        let filter = Filter { target: Some(target.uuid.clone()), ..Filter::default() };
        pivots.push(Pivot { label: "on", of: Some(target_name(target).to_owned()), filter });
    }
    if let Some(address) = &event.context.ip_address {
        let filter = Filter { text: format!("\"{}\"", address.replace('"', "")), ..Filter::default() };
        pivots.push(Pivot { label: "from", of: Some(address.clone()), filter });
    }
    // Whole seconds, which is what date fields can say.
    let second = event.stamp.occurred_at.millis().div_euclid(1_000) * 1_000;
    let (from, through) = (Timestamp::from_millis(second - AROUND), Timestamp::from_millis(second + AROUND));
    let filter = Filter { from: Some(from), through: Some(through), ..Filter::default() };
    pivots.push(Pivot { label: "within five minutes", of: None, filter });
    pivots
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::viewer::sample;
    use serde_json::json;

    fn said(event: &Event) -> String {
        let words = summary(event);
        words
            .iter()
            .map(|phrase| match phrase {
                Phrase::Plain(text) => text.as_ref(),
                Phrase::Name(name) => name.as_str(),
            })
            .collect()
    }

    #[test]
    fn the_summary_is_a_sentence() {
        let event = sample::event(
            1,
            &json!({
                "action": "user.invite", "actor": {"uuid": "a", "name": "Roberta Wharton"},
                "target": {"type": "user", "uuid": "b", "label": "Salman Randall"},
            }),
        );
        assert_eq!(said(&event), "Roberta Wharton performed user.invite on user Salman Randall");
        let event = sample::event(
            1,
            &json!({
                "action": "login", "actor": {"uuid": "a", "email": "r@x.test"}, "outcome": "failure",
                "impersonator": {"uuid": "s", "name": "Support"},
            }),
        );
        assert_eq!(said(&event), "Support, acting as r@x.test, failed to perform login");
        assert_eq!(
            said(&sample::event(1, &json!({"action": "x", "anonymous": true}))),
            "Somebody anonymous performed x"
        );
    }

    #[test]
    fn a_change_says_what_happened_to_the_field() {
        let row =
            |before: Option<Value>, after: Option<Value>| change(&Change { field: "role".to_owned(), before, after });
        assert_eq!(row(None, Some(json!("qa"))).kind, ChangeKind::Added);
        assert_eq!(row(Some(json!("qa")), None).kind, ChangeKind::Removed);
        assert_eq!(row(Some(json!(1)), Some(json!(1))).kind, ChangeKind::Unchanged);
        let changed = row(Some(json!(["a"])), Some(json!("dev")));
        assert_eq!(
            (changed.kind, changed.before.as_deref(), changed.after.as_deref()),
            (ChangeKind::Changed, Some("a"), Some("dev"))
        );
    }

    #[test]
    fn an_unsafe_address_is_text() {
        let mut facts = Facts(Vec::new());
        facts.link("Link", Some("javascript:alert(1)"));
        assert_eq!(facts.0[0].value, Datum::Text("javascript:alert(1)".to_owned()));
    }

    #[test]
    fn neighbours_are_those_of_the_page() {
        let events: Vec<Event> =
            (1..=3).rev().map(|at| sample::event(at, &json!({"action": "x", "anonymous": true}))).collect();
        let rows: Vec<Row> = events.iter().map(|event| Row::of(event, &[], &sample::Utc)).collect();
        let detail = Detail::of(&events[1], b"{}", &rows, &sample::Utc);
        assert_eq!((detail.newer, detail.older), (Some(events[0].stamp.id), Some(events[2].stamp.id)));
        assert_eq!(Detail::of(&events[0], b"{}", &rows, &sample::Utc).newer, None);
    }

    #[test]
    fn metadata_keeps_its_nesting() {
        assert_eq!(datum(&json!(["a", 2])), Datum::Text("a, 2".to_owned()));
        let Datum::Facts(facts) = datum(&json!({"plan": {"seats": 5}})) else { panic!("an object is facts") };
        assert!(matches!(&facts[0].value, Datum::Facts(inner) if inner[0].value == Datum::Text("5".to_owned())));
        assert!(matches!(datum(&json!([{"a": 1}])), Datum::List(list) if list.len() == 1));
    }
}
