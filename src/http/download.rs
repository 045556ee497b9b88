//! An export as an answer: a file that is sent while it is written.

use super::dialects::native;
use crate::backend::auth::Reader;
use crate::backend::calendar::IsoCalendar;
use crate::backend::export::{CsvPen, Export, JsonPen, Pen, Table, WriteEvent, write_json};
use crate::domain::export::Format;
use crate::domain::json;
use crate::domain::problem::Problem;
use crate::domain::time::Timestamp;
use crate::domain::view::Column;
use axum::body::{Body, Bytes};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures::{StreamExt, stream};
use jiff::tz::TimeZone;
use tracing::{Instrument, Span};

/// The answer that brings it; the dates in the file's name are days in `zone`.
///
/// What goes wrong before anything was sent still gets an answer of its own. What goes wrong later breaks the
/// connection off, so that nobody takes half a file for a whole one. A caller who hangs up is not read for any more.
pub async fn answer(export: Export, format: Format, zone: &TimeZone) -> Result<Response, Problem> {
    let name = file_name(export.span(), format, zone);
    named(export, format, &name).await
}

/// The same with a name of its own, of letters, digits and the like.
pub async fn named(mut export: Export, format: Format, name: &str) -> Result<Response, Problem> {
    let first = export.next().await?.map(|piece| Ok(Bytes::from(piece)));
    let rest = stream::try_unfold((export, Span::current()), |(mut export, span)| async move {
        let piece = export.next().instrument(span.clone()).await?;
        Ok::<_, Problem>(piece.map(|piece| (Bytes::from(piece), (export, span))))
    });
    let headers = [
        (header::CONTENT_TYPE, media_type(format).to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, Body::from_stream(stream::iter(first).chain(rest))).into_response())
}

fn media_type(format: Format) -> &'static str {
    match format {
        Format::Csv => "text/csv; charset=utf-8; header=present",
        Format::Json => "application/json",
        Format::Ndjson => "application/x-ndjson",
    }
}

/// Such as `events_2026-01-01_2026-01-31.csv`, or `events_until_2026-01-31.csv` from the beginning of the log.
fn file_name((from, through): (Option<Timestamp>, Timestamp), format: Format, zone: &TimeZone) -> String {
    let day = |moment: Timestamp| {
        let instant = jiff::Timestamp::from_millisecond(moment.millis()).unwrap_or(jiff::Timestamp::MAX);
        zone.to_datetime(instant).date().to_string()
    };
    let from = from.map_or_else(|| "until".to_owned(), day);
    format!("events_{from}_{}.{}", day(through), format.code())
}

/// The format that a URL's query names.
pub fn format(query: &str) -> Result<Format, Problem> {
    let given = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "format").map(|(_, value)| value);
    given.unwrap_or_default().parse().map_err(|error| Problem::invalid("format", format!("{error}")))
}

/// The table is what the reader sees, and made for spreadsheets; JSON is the events of our API.
pub fn pen(format: Format, columns: &[Column], reader: &Reader, zone: TimeZone) -> Box<dyn Pen> {
    match format {
        Format::Csv => {
            let table = Table::of_view(columns, reader, IsoCalendar(zone));
            Box::new(CsvPen::marked(table))
        }
        Format::Json => Box::new(JsonPen::array(events(reader))),
        Format::Ndjson => Box::new(JsonPen::lines(events(reader))),
    }
}

/// What is hidden was taken out before it was read; here its place is, so that nobody takes it for empty.
fn events(reader: &Reader) -> WriteEvent {
    if reader.hide().is_empty() {
        return Box::new(|stored, file| write_json(&native::recorded(stored.event()?, None), file));
    }
    let reader = reader.clone();
    Box::new(move |stored, file| {
        let mut event = json::of(&native::recorded(stored.event()?, None)).map_err(anyhow::Error::from)?;
        reader.redact(&mut event);
        // Without its `uuid` an actor is not told from none.
        if let Some(event) = event.as_object_mut().filter(|_| reader.hides("actor.uuid")) {
            event.remove("anonymous");
            event.remove("actor");
        }
        write_json(&event, file)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_by_its_days() {
        let at = |text| Timestamp::parse(text).unwrap();
        let through = at("2026-01-31T23:59:59.999Z");
        let utc = |from| file_name((from, through), Format::Csv, &TimeZone::UTC);
        assert_eq!(utc(Some(at("2026-01-01"))), "events_2026-01-01_2026-01-31.csv");
        assert_eq!(utc(None), "events_until_2026-01-31.csv");
        let tokyo = TimeZone::fixed(jiff::tz::offset(9));
        assert_eq!(file_name((None, through), Format::Ndjson, &tokyo), "events_until_2026-02-01.ndjson");
        assert!(!file_name((Some(Timestamp::MIN), Timestamp::MAX), Format::Json, &tokyo).contains('/'));
    }
}
