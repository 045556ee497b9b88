//! Exports: prepared behind the request, then read from the log by whoever has the link.

use super::answer::Refused;
use super::object::Object;
use super::organizations;
use crate::backend::Backend;
use crate::backend::auth::{Holder, PassTo, Reader, Whence, issue_pass, open_pass};
use crate::backend::export::{CANONICAL, CsvPen, Export, Pen, Table, Wanted};
use crate::backend::search;
use crate::backend::secrets::random_name;
use crate::backend::shelf::{Kept, New, Shelf};
use crate::backend::storage::{Exchanged, Name, Put, StorageError, Stored};
use crate::domain::access::{ClientId, ClientScope};
use crate::domain::event::Event;
use crate::domain::export::Format;
use crate::domain::problem::{Faults, Problem};
use crate::domain::query::Filter;
use crate::domain::time::Timestamp;
use crate::http::AppState;
use crate::http::address;
use crate::http::answer::Failure;
use crate::http::body::JsonBytes;
use crate::http::caller::{ApiExporter, ApiHolder};
use crate::http::download;
use crate::http::uri::{Path, Query};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use serde_json::Value;

const EXPORTS: Shelf<Order> = Shelf::of_clients("workos/exports");
/// What the links' passes are for.
const LINK: &str = "workos/export";
/// How long a link holds, in seconds.
const LINK_SECONDS: i64 = 10 * 60;
/// Most bytes of a request, most values of each of its lists, and most exports of an organization that are kept.
const LONGEST: u64 = 16 * 1024;
const MOST_VALUES: usize = 200;
const MOST: u32 = 500;
/// After how many seconds to try again where there are so many.
const RETRY_AFTER: u32 = 3_600;
/// How long an export can be had, in milliseconds.
const LIFE: i64 = 7 * 24 * 60 * 60 * 1000;
/// After so many milliseconds nobody is preparing an export any more: the server was stopped meanwhile.
const ABANDONED: i64 = 30 * 1000;

/// What is kept of an export, under its id.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Order {
    organization: ClientId,
    from: Timestamp,
    through: Timestamp,
    /// Any of each; all where there are none.
    actions: Vec<String>,
    actor_names: Vec<String>,
    actor_ids: Vec<String>,
    target_types: Vec<String>,
    state: Stage,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Stage {
    Pending,
    /// It holds what was received until this moment: what comes later would make two files of one export.
    Ready {
        until: Timestamp,
    },
    Error,
}

impl Order {
    /// Reads a request's body, or finds every fault in it.
    fn read(body: &Value) -> Result<Self, Refused> {
        let mut faults = Faults::default();
        let whole = Object::of(body, &mut faults);
        let organization = whole.text("organization_id", &mut faults);
        let organization = whole.require("organization_id", organization, &mut faults);
        let mut range = |name| {
            let moment = whole.moment(name, &mut faults);
            whole.require(name, moment, &mut faults)
        };
        let (from, through) = (range("range_start"), range("range_end"));
        let mut texts = |name| {
            let texts = whole.texts(name, &mut faults);
            if texts.len() > MOST_VALUES {
                faults.add(name, format!("must have at most {MOST_VALUES} entries"));
            }
            texts
        };
        let (actions, actor_ids, target_types) = (texts("actions"), texts("actor_ids"), texts("targets"));
        let actor_names = [texts("actor_names"), texts("actors")].concat();
        let (Some(organization), Some(from), Some(through), true) = (organization, from, through, faults.is_empty())
        else {
            return Err(faults.into());
        };
        if through < from {
            return Err(Refused::EmptyRange);
        }
        let organization =
            ClientId::parse(organization).map_err(|_| Refused::NoOrganization(organization.to_owned()))?;
        let state = Stage::Pending;
        Ok(Self { organization, from, through, actions, actor_names, actor_ids, target_types, state })
    }

    /// What the log itself can choose by; [`Self::holds`] chooses the rest.
    fn filter(&self) -> Filter {
        let only = |values: &[String]| match values {
            // A star at the end would mean more than itself.
            [one] if !one.contains('*') => Some(one.clone()),
            _ => None,
        };
        Filter {
            actor: only(&self.actor_ids),
            action: only(&self.actions),
            target_type: only(&self.target_types),
            from: Some(self.from),
            through: Some(self.through),
            ..Filter::default()
        }
    }

    fn holds(&self, event: &Event, until: Timestamp) -> bool {
        let actor = event.actor.as_ref();
        event.stamp.id.received_at() <= until
            && any(&self.actions, [event.action.as_str()])
            && any(&self.actor_ids, actor.map(|actor| actor.uuid.as_str()))
            && any(&self.actor_names, actor.and_then(|actor| actor.name.as_deref()))
            && any(&self.target_types, event.targets.iter().map(|target| target.kind.as_str()))
    }

    fn wanted(&self) -> Wanted {
        Wanted { clients: ClientScope::One(self.organization.clone()), filter: self.filter(), after: None }
    }
}

/// Whether any of what an event says is wanted, or nothing in particular is.
fn any<'e>(wanted: &[String], said: impl IntoIterator<Item = &'e str>) -> bool {
    wanted.is_empty() || said.into_iter().any(|said| wanted.iter().any(|wanted| wanted == said))
}

/// An export, as it is told.
#[derive(Serialize)]
pub struct ToTell {
    object: &'static str,
    id: String,
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    created_at: String,
    updated_at: String,
}

/// `POST /audit_logs/exports`
pub async fn create(
    State(state): State<AppState>,
    ApiHolder { right: ApiExporter(reader), holder }: ApiHolder<ApiExporter>,
    JsonBytes(body): JsonBytes,
) -> Result<(StatusCode, Json<ToTell>), Refused> {
    let order = Order::read(&super::json(&body, LONGEST)?)?;
    organizations::known(&state.backend, &holder, order.organization.as_str()).await?;
    // Until then they are told to be expired.
    EXPORTS.take_before(&state.backend, &holder, state.backend.clock().now().plus_millis(1 - 2 * LIFE)).await?;
    let id = random_name("audit_log_export_");
    let new = New { id: &id, alias: None, client: Some(order.organization.clone()), body: &order };
    match EXPORTS.put_within(&state.backend, &holder, MOST, new).await? {
        Put::Done => {}
        Put::Full => return Err(Problem::TooMany { retry_after: RETRY_AFTER }.into()),
        Put::Taken => return Err(Problem::Internal.into()),
    }
    let kept = found(&state.backend, &holder, &id).await?;
    let told = told(&kept, state.backend.clock().now(), None);
    tokio::spawn(prepare(state.backend, holder, reader, kept));
    Ok((StatusCode::CREATED, Json(told)))
}

/// `GET /audit_logs/exports/{id}`
pub async fn one(
    State(state): State<AppState>,
    ApiHolder { right: ApiExporter(reader), holder }: ApiHolder<ApiExporter>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Json<ToTell>, Refused> {
    let backend = &state.backend;
    let kept = found(backend, &holder, &id).await?;
    let now = backend.clock().now();
    let link = match kept.body.state {
        Stage::Ready { .. } if !expired(&kept, now) => {
            let to = PassTo { client: kept.body.organization.clone(), filter: None, visitor: None, note: id.clone() };
            let pass = issue_pass(backend, (&holder, &reader), LINK, to, LINK_SECONDS)?;
            Some(format!("{}/audit_logs/exports/{id}/file?pass={pass}", address::of(&state, &headers)))
        }
        _ => None,
    };
    let answer = told(&kept, now, link);
    if kept.body.state == Stage::Pending && kept.created_at.plus_millis(ABANDONED) < now {
        tokio::spawn(prepare(state.backend, holder, reader, kept));
    }
    Ok(Json(answer))
}

/// What a link says.
#[derive(Deserialize)]
pub struct Link {
    pass: String,
}

/// `GET /audit_logs/exports/{id}/file`: for whoever has the link.
pub async fn file(
    State(state): State<AppState>,
    source: Whence,
    Path(id): Path<String>,
    Query(Link { pass }): Query<Link>,
) -> Result<Response, Refused> {
    let passed = open_pass::<String>(&state.backend, LINK, &pass).await?;
    if passed.to.note != id {
        return Err(Problem::NotFound.into());
    }
    let kept = found(&state.backend, &passed.holder, &id).await?;
    let Stage::Ready { until } = kept.body.state else { return Err(Problem::NotFound.into()) };
    let wanted = kept.body.wanted();
    let pen = Sieve { order: kept.body, until, pen: CsvPen::of(Table::Columns(&CANONICAL)) };
    let reader = passed.reader.with_source(source);
    let export = Export::begin(&state.backend, &reader, wanted, Box::new(pen)).await?;
    Ok(download::answer(export, Format::Csv, &TimeZone::UTC).await.map_err(Failure::from)?)
}

async fn found(backend: &Backend, holder: &Holder, id: &str) -> Result<Kept<Order>, Refused> {
    let kept = EXPORTS.get(backend, holder, Name::Id(id)).await?;
    kept.ok_or_else(|| Refused::Nothing { what: "Audit Log Export", id: id.to_owned() })
}

fn expired(kept: &Kept<Order>, now: Timestamp) -> bool {
    kept.created_at.plus_millis(LIFE) <= now
}

fn told(kept: &Kept<Order>, now: Timestamp, url: Option<String>) -> ToTell {
    let state = match kept.body.state {
        _ if expired(kept, now) => "expired",
        Stage::Pending => "pending",
        Stage::Ready { .. } => "ready",
        Stage::Error => "error",
    };
    ToTell {
        object: "audit_log_export",
        id: kept.id.clone(),
        state,
        url,
        created_at: kept.created_at.to_string(),
        updated_at: kept.updated_at.to_string(),
    }
}

/// Fixes what an export holds, once the log is seen to answer for it. The file itself is made while it is sent, so that
/// it costs no room however many wait for theirs.
async fn prepare(backend: Backend, holder: Holder, reader: Reader, mut kept: Kept<Order>) {
    let until = backend.clock().now();
    let organization = ClientScope::One(kept.body.organization.clone());
    let read = search::page_of(&backend, &reader, &organization, kept.body.filter(), None, 1).await;
    kept.body.state = match read {
        Ok(_) => Stage::Ready { until },
        // The cause is in the log already.
        Err(_) => Stage::Error,
    };
    match EXPORTS.exchange(&backend, &holder, &kept).await {
        // Stale: it was prepared twice, and the other was faster.
        Ok(Exchanged::Done | Exchanged::Stale) => {}
        Ok(Exchanged::AliasTaken) | Err(_) => tracing::error!(export = kept.id, "an export could not be prepared"),
    }
}

/// Writes only what an export holds.
struct Sieve {
    order: Order,
    until: Timestamp,
    pen: CsvPen,
}

impl Pen for Sieve {
    fn begin(&mut self, file: &mut Vec<u8>) -> Result<(), StorageError> {
        self.pen.begin(file)
    }

    fn write(&mut self, events: &[Stored], file: &mut Vec<u8>) -> Result<(), StorageError> {
        let mut held = Vec::new();
        for stored in events {
            if self.order.holds(&stored.event(), self.until) {
                held.push(stored.clone());
            }
        }
        self.pen.write(&held, file)
    }

    fn end(&mut self, file: &mut Vec<u8>) {
        self.pen.end(file);
    }
}
