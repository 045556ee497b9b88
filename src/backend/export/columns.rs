//! The columns of an exported table.

use crate::backend::auth::Reader;
use crate::backend::calendar::IsoCalendar;
use crate::domain::event::{Actor, Crud, Event, Target, UNREADABLE_TEXT};
use crate::domain::view::{Column, Field, whole_text};
use serde::Serialize;
use std::borrow::Cow;

/// A column: its title, and what stands in its cells.
pub type ColumnOf = (&'static str, fn(&Event) -> Cow<'_, str>);

/// Every field of an event, in an order that stays: new ones are added at the end. The titles are the fields' paths in
/// our API's JSON; lists and objects are JSON in a cell, and empty where they are empty.
pub static CANONICAL: [ColumnOf; 52] = [
    ("id", |event| Cow::Owned(event.stamp.id.to_string())),
    ("uuid", |event| text(event.uuid.as_deref())),
    ("receptionTime", |event| Cow::Owned(event.stamp.id.received_at().to_string())),
    ("time", |event| Cow::Owned(event.exact_time().to_string())),
    ("client.uuid", |event| Cow::Borrowed(&event.client.uuid)),
    ("client.name", |event| text(event.client.name.as_deref())),
    ("action", |event| Cow::Borrowed(&event.action)),
    ("crud", |event| Cow::Borrowed(crud(event.crud))),
    ("outcome.result", |event| Cow::Borrowed(&event.outcome.result)),
    ("outcome.reason", |event| text(event.outcome.reason.as_deref())),
    ("outcome.code", |event| text(event.outcome.code.as_deref())),
    ("description", |event| text(event.description.as_deref())),
    ("url", |event| text(event.url.as_deref())),
    ("anonymous", |event| Cow::Borrowed(if event.actor.is_none() { "true" } else { "false" })),
    ("actor.uuid", |event| of(event.actor.as_ref(), |actor| Cow::Borrowed(&actor.uuid))),
    ("actor.name", |event| of(event.actor.as_ref(), |actor| text(actor.name.as_deref()))),
    ("actor.email", |event| of(event.actor.as_ref(), |actor| text(actor.email.as_deref()))),
    ("actor.type", |event| of(event.actor.as_ref(), |actor| text(actor.kind.as_deref()))),
    ("actor.url", |event| of(event.actor.as_ref(), |actor| text(actor.url.as_deref()))),
    ("actor.metadata", |event| of(event.actor.as_ref(), metadata)),
    ("impersonator.uuid", |event| of(event.impersonator.as_ref(), |actor| Cow::Borrowed(&actor.uuid))),
    ("impersonator.name", |event| of(event.impersonator.as_ref(), |actor| text(actor.name.as_deref()))),
    ("impersonator.email", |event| of(event.impersonator.as_ref(), |actor| text(actor.email.as_deref()))),
    ("impersonator.type", |event| of(event.impersonator.as_ref(), |actor| text(actor.kind.as_deref()))),
    ("impersonator.url", |event| of(event.impersonator.as_ref(), |actor| text(actor.url.as_deref()))),
    ("impersonator.metadata", |event| of(event.impersonator.as_ref(), metadata)),
    ("target.type", |event| of(target(event), |target| Cow::Borrowed(&target.kind))),
    ("target.uuid", |event| of(target(event), |target| Cow::Borrowed(&target.uuid))),
    ("target.label", |event| of(target(event), |target| text(target.label.as_deref()))),
    ("target.url", |event| of(target(event), |target| text(target.url.as_deref()))),
    ("targets", |event| json(&event.targets, event.targets.is_empty())),
    ("context.client.ipAddress", |event| text(event.context.ip_address.as_deref())),
    ("context.client.browserAgent", |event| text(event.context.browser_agent.as_deref())),
    ("context.client.location", |event| text(event.context.location.as_deref())),
    ("context.server.serverId", |event| text(event.context.server_id.as_deref())),
    ("context.server.version", |event| text(event.context.version.as_deref())),
    ("context.server.service", |event| text(event.context.service.as_deref())),
    ("context.http.method", |event| text(event.context.http.method.as_deref())),
    ("context.http.path", |event| text(event.context.http.path.as_deref())),
    ("context.http.domain", |event| text(event.context.http.domain.as_deref())),
    ("sessionId", |event| text(event.session_id.as_deref())),
    ("correlationId", |event| text(event.correlation_id.as_deref())),
    ("externalId", |event| text(event.external_id.as_deref())),
    ("schemaVersion", |event| {
        event.schema_version.map_or(Cow::Borrowed(""), |version| Cow::Owned(version.to_string()))
    }),
    ("changes", |event| json(&event.changes, event.changes.is_empty())),
    ("metadata", |event| json(&event.metadata, event.metadata.is_empty())),
    ("fields", |event| json(&event.fields, event.fields.is_empty())),
    ("detail", |event| text(event.detail.as_deref())),
    ("api", |event| text(event.api.as_deref())),
    ("masked", |event| json(&event.masked, event.masked.is_empty())),
    ("context.client.ipAddresses", |event| json(&event.context.ip_addresses, event.context.ip_addresses.is_empty())),
    ("replaced", |event| json(&event.replaced, event.replaced.is_empty())),
];

fn text(value: Option<&str>) -> Cow<'_, str> {
    Cow::Borrowed(value.unwrap_or_default())
}

fn of<'e, T>(part: Option<&'e T>, cell: impl Fn(&'e T) -> Cow<'e, str>) -> Cow<'e, str> {
    part.map_or(Cow::Borrowed(""), cell)
}

fn target(event: &Event) -> Option<&Target> {
    event.targets.first()
}

fn metadata(actor: &Actor) -> Cow<'_, str> {
    json(&actor.metadata, actor.metadata.is_empty())
}

fn json(value: &impl Serialize, empty: bool) -> Cow<'static, str> {
    if empty {
        return Cow::Borrowed("");
    }
    Cow::Owned(serde_json::to_string(value).expect("what was read from JSON is JSON again"))
}

fn crud(crud: Crud) -> &'static str {
    match crud {
        Crud::Create => "create",
        Crud::Read => "read",
        Crud::Update => "update",
        Crud::Delete => "delete",
    }
}

/// What an exported table shows.
pub enum Table {
    /// Such as [`CANONICAL`], every field.
    Columns(&'static [ColumnOf]),
    /// The fields of a view's columns, each in a column of its own.
    Fields { titles: Vec<String>, fields: Vec<Field>, calendar: IsoCalendar },
}

impl Table {
    /// What a view shows to a reader, its times as ISO 8601 in the calendar's zone. A field on a column's second line
    /// gets a column of its own; a moment, however often it is shown, has one; what is hidden has none.
    pub fn of_view(columns: &[Column], reader: &Reader, calendar: IsoCalendar) -> Self {
        let (mut titles, mut fields) = (Vec::<String>::new(), Vec::<Field>::new());
        for column in columns {
            for (at, field) in std::iter::once(&column.lines.first).chain(&column.lines.second).enumerate() {
                if is_hidden(field, reader) || fields.iter().any(|shown| is_same(shown, field)) {
                    continue;
                }
                let label = if at == 0 { column.label.clone() } else { field.label() };
                titles.push(if titles.contains(&label) { format!("{label} ({field})") } else { label });
                fields.push(field.clone());
            }
        }
        Self::Fields { titles, fields, calendar }
    }

    pub(super) fn titles(&self) -> Vec<&str> {
        match self {
            Self::Columns(columns) => columns.iter().map(|(title, _)| *title).collect(),
            Self::Fields { titles, .. } => titles.iter().map(String::as_str).collect(),
        }
    }

    pub(super) fn row<'e>(&self, event: &'e Event) -> Vec<Cow<'e, str>> {
        match self {
            Self::Columns(columns) => columns.iter().map(|(_, cell)| cell(event)).collect(),
            Self::Fields { fields, calendar, .. } => {
                let cells = fields.iter().map(|field| Cow::Owned(exact_text(event, field, calendar))).collect();
                if event.unreadable.is_some() { told_unreadable(event, cells) } else { cells }
            }
        }
    }
}

/// A field's text, the time of its sender to the last digit.
fn exact_text(event: &Event, field: &Field, calendar: &IsoCalendar) -> String {
    let text = whole_text(event, field, calendar);
    let (exact, millis) = (event.exact_time().to_string(), event.stamp.occurred_at.to_string());
    // What stands behind the milliseconds, whatever the zone is.
    let more = millis.strip_suffix('Z').and_then(|millis| exact.strip_prefix(millis)?.strip_suffix('Z'));
    match (field, more, text.find('.')) {
        (Field::Time(_), Some(more), Some(at)) if !more.is_empty() && text.is_char_boundary(at + 4) => {
            format!("{}{more}{}", &text[..at + 4], &text[at + 4..])
        }
        _ => text,
    }
}

/// The cells of an event that cannot be read, which say so whatever the columns are.
fn told_unreadable<'e>(event: &Event, mut cells: Vec<Cow<'e, str>>) -> Vec<Cow<'e, str>> {
    let free = cells.iter().position(|cell| cell.is_empty()).unwrap_or(cells.len().saturating_sub(1));
    if !cells.iter().any(|cell| cell == UNREADABLE_TEXT)
        && let Some(cell) = cells.get_mut(free)
    {
        *cell = Cow::Owned(format!("{UNREADABLE_TEXT} ({})", event.stamp.id));
    }
    cells
}

/// The same field, or the same moment in another form.
fn is_same(one: &Field, other: &Field) -> bool {
    match (one, other) {
        (Field::Time(_), Field::Time(_)) | (Field::ReceptionTime(_), Field::ReceptionTime(_)) => true,
        _ => one == other,
    }
}

/// An actor without `uuid` is none at all.
fn is_hidden(field: &Field, reader: &Reader) -> bool {
    let name = field.to_string();
    let path = name.split('[').next().unwrap_or_default();
    reader.hides(path) || (path.starts_with("actor.") && reader.hides("actor.uuid"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documentation_lists_every_column_in_its_order() {
        let said = include_str!("../../../docs/export.md");
        let list = said.split("## Columns").nth(1).unwrap();
        let listed: Vec<&str> = list.split('`').skip(1).step_by(2).collect();
        assert_eq!(listed, CANONICAL.map(|(title, _)| title));
    }
}
