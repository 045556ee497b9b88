//! What a cell says: plain words and values, made from an event for a column.

use super::{Column, Field, Look, MomentFormat, SafeLink, typed_text};
use crate::domain::event::{Ending, Event, Outcome, UNREADABLE_TEXT};
use crate::domain::time::Timestamp;
use serde_json::Value;

/// How moments are written for one reader: their language and zone.
pub trait Calendar {
    /// Such as `21 Nov 2026`.
    fn date(&self, moment: Timestamp) -> String;
    /// Such as `14:03:22`.
    fn time(&self, moment: Timestamp) -> String;
    /// Such as `21 Nov 2026, 14:03:22`.
    fn both(&self, moment: Timestamp) -> String;
    /// Such as `3 h ago`; the whole moment where it is not known when this is read.
    fn ago(&self, moment: Timestamp) -> String {
        self.both(moment)
    }
    /// What the zone is called at a moment, such as `UTC` or `Europe/Stockholm, UTC+2`.
    fn zone(&self, moment: Timestamp) -> String;
}

/// One cell: one or two lines.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    pub lines: Vec<Line>,
}

/// One line of a cell.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    pub text: String,
    pub show: Show,
    /// The query name and value that choose events with the same value, where there is such a filter.
    pub filter: Option<(&'static str, String)>,
    /// How many more values of its kind the event has, which are not said here.
    pub more: usize,
}

/// The name of the filter that chooses one client's events, in a log of all clients.
pub const CLIENT: &str = "client";

/// How a line is set.
#[derive(Debug, Clone, PartialEq)]
pub enum Show {
    Text,
    /// Identifiers and addresses, in a fixed-width face.
    Code,
    Moment(Timestamp),
    Link(SafeLink),
    /// On a tinted ground.
    Badge,
    Success,
    Failure,
}

/// An event's cells, in the order of the columns.
pub fn row(event: &Event, columns: &[Column], calendar: &dyn Calendar) -> Vec<Cell> {
    columns
        .iter()
        .map(|column| {
            let first = (Some(&column.lines.first), column.looks.first);
            let second = (column.lines.second.as_ref(), column.looks.second);
            let lines = [first, second].into_iter().filter_map(|(field, look)| {
                let line = line(event, field?, calendar)?;
                Some(look.map_or(line.clone(), |look| line.set_as(look)))
            });
            let mut lines: Vec<Line> = lines.collect();
            // Two lines of the same targets say once how many more there are.
            lines.iter_mut().filter(|line| line.more > 0).skip(1).for_each(|line| line.more = 0);
            Cell { lines }
        })
        .collect()
}

/// The cells of an event that cannot be read: its moments and client where a column has them, and in the first of the
/// others what it is, with its id.
pub fn unreadable_row(event: &Event, columns: &[Column], calendar: &dyn Calendar) -> Vec<Cell> {
    let text = Line::of;
    let mut said =
        Some(vec![text(UNREADABLE_TEXT.to_owned(), Show::Failure), text(event.stamp.id.to_string(), Show::Code)]);
    let known = |field: &Field| {
        matches!(field, Field::Time(_) | Field::ReceptionTime(_) | Field::ClientUuid | Field::ClientName)
    };
    let mut cell = |column: &Column| {
        if !known(&column.lines.first) {
            return Cell { lines: said.take().unwrap_or_default() };
        }
        let second = column.lines.second.as_ref().filter(|field| known(field));
        let lines = std::iter::once(&column.lines.first).chain(second);
        Cell { lines: lines.filter_map(|field| line(event, field, calendar)).collect() }
    };
    let mut cells: Vec<Cell> = columns.iter().map(&mut cell).collect();
    if let (Some(said), Some(last)) = (said, cells.last_mut()) {
        last.lines.extend(said);
    }
    cells
}

impl Line {
    fn of(text: String, show: Show) -> Self {
        Self { text, show, filter: None, more: 0 }
    }

    /// Set as the column asks. A moment stays one: its text says already how it is written.
    fn set_as(self, look: Look) -> Self {
        let show = match (&self.show, look) {
            (Show::Moment(moment), _) => Show::Moment(*moment),
            (_, Look::Plain) => Show::Text,
            (_, Look::Code) => Show::Code,
            (_, Look::Badge) => Show::Badge,
            (_, Look::Link) => SafeLink::parse(&self.text).map_or(Show::Text, Show::Link),
        };
        Self { show, ..self }
    }
}

/// A field's line; `None` where the event has no such value, so that a second line moves up.
fn line(event: &Event, field: &Field, calendar: &dyn Calendar) -> Option<Line> {
    let plain = |text: &str| Some(Line::of(text.to_owned(), Show::Text));
    let code = |text: &str| Some(Line::of(text.to_owned(), Show::Code));
    let by = |line: Option<Line>, name, value: &str| {
        line.map(|line| Line { filter: Some((name, value.to_owned())), ..line })
    };
    let actor = event.actor.as_ref();
    let target = event.targets.first();
    let further = |line: Option<Line>| line.map(|line| Line { more: event.targets.len().saturating_sub(1), ..line });
    match field {
        Field::ReceptionTime(format) => Some(moment(event.stamp.id.received_at(), *format, calendar)),
        Field::Time(format) => Some(moment(event.stamp.occurred_at, *format, calendar)),
        Field::ReceptionDelay => plain(&delay(event)),
        Field::Uuid => code(event.uuid.as_deref().unwrap_or(&event.stamp.id.to_string())),
        Field::ClientUuid => by(code(&event.client.uuid), CLIENT, &event.client.uuid),
        Field::ClientName => {
            by(plain(event.client.name.as_deref().unwrap_or(&event.client.uuid)), CLIENT, &event.client.uuid)
        }
        Field::Action => by(plain(&event.action), "action", &event.action),
        Field::Description => plain(event.description.as_deref()?),
        Field::Url => Some(link(event.url.as_deref()?)),
        Field::ActorUuid => by(code(&actor?.uuid), "actor", &actor?.uuid),
        Field::ActorName => match actor {
            Some(actor) => by(plain(actor_name(event)?), "actor", &actor.uuid),
            None => plain("Anonymous"),
        },
        Field::ActorEmail => {
            let email = actor?.email.as_deref()?;
            // Already said on the first line of someone without a name.
            (actor_name(event) != Some(email))
                .then(|| by(plain(email), "actor", &actor.expect("has an e-mail").uuid))?
        }
        Field::IpAddress => code(event.context.ip_address.as_deref()?),
        Field::BrowserAgent => plain(event.context.browser_agent.as_deref()?),
        Field::ServerId => code(event.context.server_id.as_deref()?),
        Field::ServerVersion => code(event.context.version.as_deref()?),
        Field::TargetType => further(by(plain(&target?.kind), "type", &target?.kind)),
        Field::TargetUuid => further(by(code(&target?.uuid), "target", &target?.uuid)),
        Field::TargetLabel => {
            further(by(plain(target?.label.as_ref().unwrap_or(&target?.uuid)), "target", &target?.uuid))
        }
        Field::TargetUrl => further(Some(link(target?.url.as_deref()?))),
        Field::Outcome => Some(outcome(event)),
        Field::Changes => plain(&changes(event)?),
        Field::Metadata(path) => plain(&value_text(at_path(event, path)?)),
    }
}

/// A field's text where it stands alone, rather than with another in one cell; empty where the event has none.
pub fn whole_text(event: &Event, field: &Field, calendar: &dyn Calendar) -> String {
    let text = match field {
        Field::ActorEmail => event.actor.as_ref().and_then(|actor| actor.email.clone()),
        _ => line(event, field, calendar).map(|line| line.text),
    };
    text.unwrap_or_default()
}

/// The best name there is for whoever acted.
pub fn actor_name(event: &Event) -> Option<&str> {
    let actor = event.actor.as_ref()?;
    Some(actor.name.as_deref().or(actor.email.as_deref()).unwrap_or(&actor.uuid))
}

fn moment(moment: Timestamp, format: MomentFormat, calendar: &dyn Calendar) -> Line {
    let text = match format {
        MomentFormat::Date => calendar.date(moment),
        MomentFormat::Time => calendar.time(moment),
        MomentFormat::Both => calendar.both(moment),
        MomentFormat::Relative => calendar.ago(moment),
    };
    Line::of(text, Show::Moment(moment))
}

/// An address that is not safe to follow is shown as the text it is.
fn link(text: &str) -> Line {
    let show = SafeLink::parse(text).map_or(Show::Text, Show::Link);
    Line::of(text.to_owned(), show)
}

fn outcome(event: &Event) -> Line {
    let show = match event.outcome.ending {
        Ending::Success => Show::Success,
        Ending::Failure => Show::Failure,
        Ending::Other => Show::Badge,
    };
    let filter = Some(("outcome", event.outcome.ending.word().to_owned()));
    Line { filter, ..Line::of(outcome_word(&event.outcome).to_owned(), show) }
}

/// How an event ended, in a word: the sender's where it says more than success or failure.
pub fn outcome_word(outcome: &Outcome) -> &str {
    match outcome.result.as_str() {
        "success" => "Succeeded",
        "failure" => "Failed",
        other => other,
    }
}

/// Such as `role: QA → Developer`; a value that was not there before, or is no more, is a dash.
fn changes(event: &Event) -> Option<String> {
    let side = |value: Option<&Value>| value.map_or_else(|| "–".to_owned(), typed_text);
    let each = event.changes.iter().map(|change| {
        let (before, after) = (side(change.before.as_ref()), side(change.after.as_ref()));
        format!("{}: {before} → {after}", change.field)
    });
    let all = each.collect::<Vec<_>>().join("; ");
    (!all.is_empty()).then_some(all)
}

/// Between happening and reception, in the largest fitting unit; a sender's clock may run ahead.
fn delay(event: &Event) -> String {
    let millis = event.stamp.id.received_at().millis() - event.stamp.occurred_at.millis();
    let sign = if millis < 0 { "−" } else { "" };
    let millis = millis.abs();
    let (count, unit) = match millis {
        0..1_000 => (millis, "ms"),
        1_000..60_000 => (millis / 1_000, "s"),
        60_000..3_600_000 => (millis / 60_000, "min"),
        3_600_000..86_400_000 => (millis / 3_600_000, "h"),
        _ => (millis / 86_400_000, "d"),
    };
    format!("{sign}{count}\u{a0}{unit}")
}

/// The metadata value at a dotted path; a whole path that is itself a name wins.
fn at_path<'e>(event: &'e Event, path: &str) -> Option<&'e Value> {
    if let Some(value) = event.metadata.get(path) {
        return Some(value);
    }
    let mut parts = path.split('.');
    let first = event.metadata.get(parts.next()?)?;
    parts.try_fold(first, |value, part| match value {
        Value::Object(object) => object.get(part),
        Value::Array(list) => list.get(part.parse::<usize>().ok()?),
        _ => None,
    })
}

/// A JSON value as a person reads it: texts bare, the rest as JSON.
pub fn value_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
