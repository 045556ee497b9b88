//! What the side panel says about one event.

use super::facts::{self, Datum, Section};
use super::model::Row;
use crate::domain::characters::{Depth, look_alike};
use crate::domain::event::{Actor, Change, Ending, Event, EventId, Target, UNREADABLE_TEXT};
use crate::domain::query::Filter;
use crate::domain::time::Timestamp;
use crate::domain::view::{self, Calendar};
use serde_json::Value;
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
    /// The zone that `moment` is of, with its offset then.
    pub zone: String,
    pub occurred_at: Timestamp,
    /// Why the event cannot be read; nothing but its moment, client and id is shown then.
    pub unreadable: Option<String>,
    pub description: Option<String>,
    /// To the last digit, as RFC 3339 has it.
    pub exact: String,
    pub ending: Ending,
    /// How it ended, in a word.
    pub outcome: String,
    /// Why it did, with the code if there is one.
    pub reason: Option<String>,
    pub changes: Vec<ChangeRow>,
    pub sections: Vec<Section>,
    /// The document as the sender wrote it, on indented lines.
    pub raw: String,
    pub pivots: Vec<Pivot>,
    /// Its neighbours on this page.
    pub above: Option<EventId>,
    pub below: Option<EventId>,
}

/// A part of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Phrase {
    Plain(Cow<'static, str>),
    /// A name out of the event.
    Name(String),
    /// Another text out of the event.
    Value(String),
}

/// One changed field.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangeRow {
    pub field: String,
    pub kind: ChangeKind,
    /// `None` where the field was not there.
    pub before: Option<Datum>,
    pub after: Option<Datum>,
    /// How much of both must be marked for their difference to be seen.
    pub depth: Depth,
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
            zone: calendar.zone(event.stamp.occurred_at),
            occurred_at: event.stamp.occurred_at,
            exact: event.exact_time().to_string(),
            unreadable: event.unreadable.map(|why| why.to_string()),
            description: event.description.clone().filter(|_| event.unreadable.is_none()),
            ending: event.outcome.ending,
            outcome: view::outcome_word(&event.outcome).to_owned(),
            reason: reason(event),
            changes: event.changes.iter().map(change).collect(),
            sections: facts::sections(event, calendar),
            raw: super::pretty::indented(&String::from_utf8_lossy(document)),
            pivots: pivots(event),
            above: neighbour(at.and_then(|at| at.checked_sub(1))),
            below: neighbour(at.map(|at| at + 1)),
        }
    }
}

/// `Ann, acting as Roberta Wharton, performed user.invite on user Salman Randall`.
fn summary(event: &Event) -> Vec<Phrase> {
    let name = |text: &str| Phrase::Name(text.to_owned());
    let plain = |text: &'static str| Phrase::Plain(Cow::Borrowed(text));
    if event.unreadable.is_some() {
        return vec![plain(UNREADABLE_TEXT)];
    }
    let mut said = Vec::new();
    if let Some(real) = &event.impersonator {
        said.extend([name(best_name(real)), plain(", acting as ")]);
    }
    said.push(view::actor_name(event).map_or(plain("Somebody anonymous"), name));
    if event.impersonator.is_some() {
        said.push(plain(","));
    }
    said.push(plain(match event.outcome.ending {
        Ending::Success => " performed ",
        Ending::Failure => " failed to perform ",
        Ending::Other => " attempted ",
    }));
    said.push(name(&event.action));
    if let Some(target) = event.targets.first() {
        said.extend([plain(" on "), Phrase::Value(target.kind.clone()), plain(" "), name(target_name(target))]);
        match event.targets.len() {
            1 => {}
            2 => said.push(plain(" and one more")),
            all => said.push(Phrase::Plain(format!(" and {} more", all - 1).into())),
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
    // Many senders write null for what is not there.
    let is_there = |value: &Option<Value>| value.as_ref().is_some_and(|value| !value.is_null());
    let kind = match (is_there(before), is_there(after)) {
        _ if before == after => ChangeKind::Unchanged,
        (false, true) => ChangeKind::Added,
        (true, false) => ChangeKind::Removed,
        _ => ChangeKind::Changed,
    };
    let alike = match (before, after) {
        (Some(before), Some(after)) => look_alike(&view::value_text(before), &view::value_text(after)),
        _ => false,
    };
    let depth = if alike { Depth::Every } else { Depth::Exact };
    let side = |value: &Option<Value>| value.as_ref().map(facts::flat);
    ChangeRow { field: field.clone(), kind, before: side(before), after: side(after), depth }
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
                Phrase::Name(name) | Phrase::Value(name) => name.as_str(),
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
        let changed = row(Some(json!("qa")), Some(json!("dev")));
        let text = |text: &str| Some(Datum::Text(text.to_owned()));
        assert_eq!(changed.kind, ChangeKind::Changed);
        assert_eq!((changed.before, changed.after), (text("qa"), text("dev")));
    }

    #[test]
    fn a_change_shows_types_emptiness_and_what_only_looks_alike() {
        let row =
            |before: Option<Value>, after: Option<Value>| change(&Change { field: "x".to_owned(), before, after });
        let values = [
            None,
            Some(json!(null)),
            Some(json!("")),
            Some(json!(" ")),
            Some(json!(1)),
            Some(json!("1")),
            Some(json!("null")),
            Some(json!([])),
            Some(json!(["a"])),
            Some(json!("a")),
        ];
        for before in &values {
            for after in &values {
                let row = row(before.clone(), after.clone());
                assert_eq!(before == after, row.before == row.after, "{before:?} and {after:?}");
                assert_eq!(before == after, row.kind == ChangeKind::Unchanged);
            }
        }
        assert_eq!(row(Some(json!(null)), Some(json!("qa"))).kind, ChangeKind::Added);
        assert_eq!(row(Some(json!("é")), Some(json!("e\u{301}"))).depth, Depth::Every);
        assert_eq!(row(Some(json!("a")), Some(json!("b"))).depth, Depth::Exact);
    }

    #[test]
    fn the_summary_says_how_many_targets_there_are() {
        let target = |id: &str| json!({"type": "user", "uuid": id});
        let with = |ids: &[&str]| {
            let targets: Vec<Value> = ids.iter().map(|id| target(id)).collect();
            said(&sample::event(1, &json!({"action": "x", "anonymous": true, "targets": targets})))
        };
        assert_eq!(with(&["a", "b"]), "Somebody anonymous performed x on user a and one more");
        assert_eq!(with(&["a", "b", "c"]), "Somebody anonymous performed x on user a and 2 more");
    }

    #[test]
    fn neighbours_are_those_of_the_page() {
        let events: Vec<Event> =
            (1..=3).rev().map(|at| sample::event(at, &json!({"action": "x", "anonymous": true}))).collect();
        let rows: Vec<Row> = events.iter().map(|event| Row::of(event, &[], &sample::Utc)).collect();
        let detail = Detail::of(&events[1], b"{}", &rows, &sample::Utc);
        assert_eq!((detail.above, detail.below), (Some(events[0].stamp.id), Some(events[2].stamp.id)));
        assert_eq!(Detail::of(&events[0], b"{}", &rows, &sample::Utc).above, None);
    }
}
