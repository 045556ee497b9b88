//! The facts of an event, in groups: who, what, on what, where, and whatever the sender added.

use crate::domain::event::{Actor, Event, Target};
use crate::domain::json;
use crate::domain::view::{Calendar, SafeLink, is_mistakable};
use serde_json::{Map, Value};

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
    /// A text that would be taken for another value if it were not in quotation marks, such as `1`.
    Quoted(String),
    /// A number, `true`, `null`, `[]`, or values within values, as JSON writes them.
    Literal(String),
    /// An identifier or an address, in a fixed-width face.
    Code(String),
    Link(SafeLink),
    Facts(Vec<Fact>),
    /// Values on one line.
    Words(Vec<Datum>),
    List(Vec<Datum>),
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

/// An event's facts, group by group.
pub(super) fn sections(event: &Event, calendar: &dyn Calendar) -> Vec<Section> {
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
        facts.code("Exact time", (event.nanos > 0).then(|| event.exact_time().to_string()).as_deref());
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
        facts.put("Detail", event.detail.as_deref().map(detail));
    });
    for (at, target) in event.targets.iter().enumerate() {
        let title = if at == 0 { "On".to_owned() } else { format!("Also on ({})", at + 1) };
        section(&title, &|facts| facts.thing(target));
    }
    section("Where", &|facts| {
        let context = &event.context;
        facts.code("IP address", context.ip_address.as_deref());
        let addresses = context.ip_addresses.join(", ");
        facts.code("All addresses", Some(addresses.as_str()).filter(|addresses| !addresses.is_empty()));
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
        facts.code("Sender’s ID", event.uuid.as_deref().filter(|uuid| !is_made(uuid, event.api.as_deref())));
        facts.code("Correlation", event.correlation_id.as_deref());
        facts.code("External ID", event.external_id.as_deref());
        facts.code("Schema", event.schema_version.map(|version| version.to_string()).as_deref());
        facts.code("Client", Some(&event.client.uuid));
        facts.text("Sent to", event.api.as_deref().map(|api| format!("{}’s API", vendor(api))).as_deref());
        facts.text("Replaced characters", Some(event.replaced.join(", ").as_str()).filter(|paths| !paths.is_empty()));
        facts.text("Masked", Some(event.masked.join(", ").as_str()).filter(|paths| !paths.is_empty()));
    });
    sections
}

/// Some senders write JSON as a text there; anything else is the text that it is.
fn detail(text: &str) -> Datum {
    match json::value(text).as_ref().map(datum) {
        Ok(facts @ (Datum::Facts(_) | Datum::List(_) | Datum::Words(_))) => facts,
        _ => Datum::Text(text.to_owned()),
    }
}

/// Whether an id is not the sender's but what repeats of the event are known by, where its API has other ways to tell them.
fn is_made(uuid: &str, api: Option<&str>) -> bool {
    api.and_then(|api| uuid.strip_prefix(api)).is_some_and(|rest| rest.starts_with(':'))
}

/// Whose API it is, as they write themselves.
fn vendor(api: &str) -> &str {
    match api {
        "auditledge" => "AuditLedge",
        "retraced" => "Retraced",
        "workos" => "WorkOS",
        other => other,
    }
}

fn facts_of(object: &Map<String, Value>) -> impl Iterator<Item = Fact> {
    object.iter().map(|(name, value)| Fact { name: name.clone(), value: datum(value) })
}

fn datum(value: &Value) -> Datum {
    match value {
        Value::Object(object) if !object.is_empty() => Datum::Facts(facts_of(object).collect()),
        Value::Array(list) if list.iter().any(is_nested) => Datum::List(list.iter().map(datum).collect()),
        other => flat(other),
    }
}

/// A value on one line, its type being told.
pub(super) fn flat(value: &Value) -> Datum {
    match value {
        Value::String(text) if is_mistakable(text) => Datum::Quoted(text.clone()),
        Value::String(text) => Datum::Text(text.clone()),
        Value::Array(list) if !list.is_empty() && !list.iter().any(is_nested) => {
            Datum::Words(list.iter().map(word).collect())
        }
        other => Datum::Literal(other.to_string()),
    }
}

fn is_nested(value: &Value) -> bool {
    value.is_object() || value.is_array()
}

/// A value of a list, which must not be taken for two.
fn word(value: &Value) -> Datum {
    match flat(value) {
        Datum::Text(text) if text.contains([',', '[', ']', '\n', '\r']) => Datum::Quoted(text),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_unsafe_address_is_text() {
        let mut facts = Facts(Vec::new());
        facts.link("Link", Some("javascript:alert(1)"));
        assert_eq!(facts.0[0].value, Datum::Text("javascript:alert(1)".to_owned()));
    }

    #[test]
    fn json_in_a_text_is_shown_as_what_it_says() {
        assert!(matches!(detail("{\"id\": 7}"), Datum::Facts(facts) if facts[0].name == "id"));
        for text in ["7", "plain words", "{broken", "{}"] {
            assert_eq!(detail(text), Datum::Text(text.to_owned()));
        }
    }

    #[test]
    fn an_id_that_only_tells_repeats_is_not_the_sender_s() {
        assert!(is_made("workos:key:k", Some("workos")));
        assert!(!is_made("workos:key:k", None) && !is_made("workos-1", Some("workos")));
    }

    #[test]
    fn values_of_different_types_and_empty_ones_are_different_facts() {
        let values = [
            json!("1"),
            json!(1),
            json!("null"),
            json!(null),
            json!(""),
            json!("  "),
            json!([]),
            json!("[]"),
            json!({}),
            json!("true"),
            json!(true),
            json!(["1"]),
            json!([1]),
            json!(["a, b"]),
            json!(["a", "b"]),
            json!([""]),
        ];
        for (at, value) in values.iter().enumerate() {
            for other in &values[at + 1..] {
                assert_ne!(datum(value), datum(other), "{value} and {other}");
            }
        }
        assert_eq!(datum(&json!("QA")), Datum::Text("QA".to_owned()));
        assert_eq!(datum(&json!("")), Datum::Quoted(String::new()));
    }

    #[test]
    fn metadata_keeps_its_nesting() {
        let words = vec![Datum::Text("a".to_owned()), Datum::Literal("2".to_owned())];
        assert_eq!(datum(&json!(["a", 2])), Datum::Words(words));
        let Datum::Facts(facts) = datum(&json!({"plan": {"seats": 5}})) else { panic!("an object is facts") };
        assert!(matches!(&facts[0].value, Datum::Facts(inner) if inner[0].value == Datum::Literal("5".to_owned())));
        assert!(matches!(datum(&json!([{"a": 1}])), Datum::List(list) if list.len() == 1));
    }
}
