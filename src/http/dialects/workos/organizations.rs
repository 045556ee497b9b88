//! Organizations: what is registered of them, beside those that only ever had an event.

use super::answer::Refused;
use super::list::{List, Paging};
use super::object::{MOST_NAMES, Object};
use crate::backend::Backend;
use crate::backend::auth::Holder;
use crate::backend::secrets::random_name;
use crate::backend::shelf::{Kept, New, Shelf};
use crate::backend::storage::{Exchanged, Name, Side, Stretch};
use crate::domain::access::ClientId;
use crate::domain::problem::{Faults, Problem};
use crate::http::AppState;
use crate::http::body::JsonBytes;
use crate::http::caller::{ApiHolder, ApiReader, ApiWriter};
use crate::http::uri::Path;
use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

const ORGANIZATIONS: Shelf<Organization> = Shelf::of_clients("workos/organizations");
/// Most characters of a name or an external id.
const LONGEST: usize = 255;
/// Most domains of an organization.
const MOST_DOMAINS: usize = 100;

/// What is kept of an organization, under its id; its external id is the document's alias.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Organization {
    pub name: String,
    /// Whether that is what somebody called it by this API; else it is what the log called it when it was seen first.
    is_named: bool,
    domains: Vec<Domain>,
    metadata: Map<String, Value>,
    #[serde(rename = "allow_profiles_outside_organization")]
    outsiders: bool,
    /// How long its events are to be kept, in days.
    pub retention_days: Option<u32>,
    /// Deleted by its company. Its log stays, but nothing more comes in or goes out by this API.
    pub deleted: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Domain {
    id: String,
    #[serde(rename = "domain")]
    name: String,
    state: String,
}

impl Organization {
    /// What somebody called it by this API, which its events then say.
    pub fn given_name(self) -> Option<String> {
        self.is_named.then_some(self.name)
    }
}

/// An organization, where it is one that was deleted too.
pub async fn recorded(backend: &Backend, holder: &Holder, id: &str) -> Result<Option<Kept<Organization>>, Problem> {
    ORGANIZATIONS.get(backend, holder, Name::Id(id)).await
}

/// An organization that is registered, or has events.
pub async fn known(backend: &Backend, holder: &Holder, id: &str) -> Result<Kept<Organization>, Refused> {
    let unknown = || Refused::NoOrganization(id.to_owned());
    let mut found = recorded(backend, holder, id).await?;
    if found.is_none() {
        ORGANIZATIONS.adopt_clients(backend, holder).await?;
        found = recorded(backend, holder, id).await?;
    }
    found.filter(|kept| !kept.body.deleted).ok_or_else(unknown)
}

/// `POST /organizations`
pub async fn create(
    State(state): State<AppState>,
    ApiHolder { holder, .. }: ApiHolder<ApiWriter>,
    JsonBytes(body): JsonBytes,
) -> Result<(StatusCode, Json<Value>), Refused> {
    let body = super::json(&body, super::LONGEST)?;
    let said = Said::read(&body)?;
    let mut organization = Organization::default();
    if said.name.is_none() {
        return Err(Faults::one("name", "is required").into());
    }
    let id = random_name("org_");
    let alias = if let NewId::Now(alias) = said.external_id { Some(alias) } else { None };
    said.apply(&mut organization);
    let client = ClientId::parse(id.as_str()).map_err(|_| Problem::Internal)?;
    let new = New { id: &id, alias, client: Some(client), body: &organization };
    if !ORGANIZATIONS.put(&state.backend, &holder, new).await? {
        return Err(Refused::ExternalIdTaken);
    }
    let kept = known(&state.backend, &holder, &id).await?;
    Ok((StatusCode::CREATED, Json(told(&kept))))
}

/// `GET /organizations/{id}`
pub async fn one(
    State(state): State<AppState>,
    ApiHolder { holder, .. }: ApiHolder<ApiReader>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Refused> {
    Ok(Json(told(&known(&state.backend, &holder, &id).await?)))
}

/// `GET /organizations/external_id/{external_id}`
pub async fn by_external_id(
    State(state): State<AppState>,
    ApiHolder { holder, .. }: ApiHolder<ApiReader>,
    Path(external_id): Path<String>,
) -> Result<Json<Value>, Refused> {
    let found = ORGANIZATIONS.get(&state.backend, &holder, Name::Alias(&external_id)).await?;
    let found = found.ok_or(Refused::NoOrganization(external_id))?;
    Ok(Json(told(&found)))
}

/// `GET /organizations`
pub async fn list(
    State(state): State<AppState>,
    ApiHolder { holder, .. }: ApiHolder<ApiReader>,
    RawQuery(query): RawQuery,
) -> Result<Json<List<Value>>, Refused> {
    let paging = Paging::parse(query.as_deref())?;
    ORGANIZATIONS.adopt_clients(&state.backend, &holder).await?;
    let found = living(&state.backend, &holder, paging.stretch()).await?;
    Ok(Json(paging.page(found, |kept| kept.id.clone(), |kept| told(&kept))))
}

/// As many as a stretch asks for, over those that were deleted.
async fn living(backend: &Backend, holder: &Holder, mut stretch: Stretch) -> Result<Vec<Kept<Organization>>, Problem> {
    let side = stretch.beside.as_ref().map_or(Side::After, |(side, _)| *side);
    let mut living = Vec::new();
    loop {
        let found = ORGANIZATIONS.list(backend, holder, &stretch).await?;
        let edge = if side == Side::After { found.last() } else { found.first() };
        let further = edge.filter(|_| found.len() == stretch.limit as usize).map(|kept| (side, kept.id.clone()));
        let alive = found.into_iter().filter(|kept| !kept.body.deleted);
        living =
            if side == Side::After { living.into_iter().chain(alive).collect() } else { alive.chain(living).collect() };
        if further.is_none() || living.len() >= stretch.limit as usize {
            return Ok(living);
        }
        stretch.beside = further;
    }
}

/// `PUT /organizations/{id}`
pub async fn update(
    State(state): State<AppState>,
    ApiHolder { holder, .. }: ApiHolder<ApiWriter>,
    Path(id): Path<String>,
    JsonBytes(body): JsonBytes,
) -> Result<Json<Value>, Refused> {
    let body = super::json(&body, super::LONGEST)?;
    let said = Said::read(&body)?;
    let external_id = said.external_id;
    change(&state.backend, &holder, &id, |kept| {
        match external_id {
            NewId::AsItIs => {}
            NewId::Gone => kept.alias = None,
            NewId::Now(id) => kept.alias = Some(id.to_owned()),
        }
        said.apply(&mut kept.body);
        has_room(&kept.body)
    })
    .await?;
    Ok(Json(told(&known(&state.backend, &holder, &id).await?)))
}

/// Whether an organization may have so much metadata: changes add to what is there.
fn has_room(organization: &Organization) -> Result<(), Faults> {
    let fits = organization.metadata.len() <= MOST_NAMES;
    if fits { Ok(()) } else { Err(Faults::one("metadata", format!("must have at most {MOST_NAMES} keys in all"))) }
}

/// `DELETE /organizations/{id}`
pub async fn delete(
    State(state): State<AppState>,
    ApiHolder { holder, .. }: ApiHolder<ApiWriter>,
    Path(id): Path<String>,
) -> Result<StatusCode, Refused> {
    change(&state.backend, &holder, &id, |kept| {
        kept.alias = None;
        kept.body = Organization { deleted: true, ..Organization::default() };
        Ok(())
    })
    .await?;
    Ok(StatusCode::ACCEPTED)
}

/// Changes an organization, whoever else does at the same time.
pub async fn change(
    backend: &Backend,
    holder: &Holder,
    id: &str,
    change: impl Fn(&mut Kept<Organization>) -> Result<(), Faults>,
) -> Result<(), Refused> {
    const TRIES: u32 = 10;
    for _ in 0..TRIES {
        let mut kept = known(backend, holder, id).await?;
        change(&mut kept)?;
        match ORGANIZATIONS.exchange(backend, holder, &kept).await? {
            Exchanged::Done => return Ok(()),
            Exchanged::AliasTaken => return Err(Refused::ExternalIdTaken),
            Exchanged::Stale => {}
        }
    }
    Err(Problem::Busy { retry_after: 1 }.into())
}

/// What becomes of an external id.
#[derive(Clone, Copy)]
enum NewId<'v> {
    AsItIs,
    Gone,
    Now(&'v str),
}

/// What a body says of an organization; nothing of what it does not mention.
struct Said<'v> {
    name: Option<&'v str>,
    external_id: NewId<'v>,
    domains: Option<Vec<Domain>>,
    metadata: Option<&'v Map<String, Value>>,
    outsiders: Option<bool>,
}

impl<'v> Said<'v> {
    fn read(body: &'v Value) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let whole = Object::of(body, &mut faults);
        let name = whole.text("name", &mut faults);
        let said_id = whole.text("external_id", &mut faults);
        let external_id = match (said_id, body.get("external_id")) {
            (Some(id), _) => NewId::Now(id),
            (None, Some(_)) => NewId::Gone,
            (None, None) => NewId::AsItIs,
        };
        for (field, text) in [("name", name), ("external_id", said_id)] {
            if text.is_some_and(|text| text.chars().count() > LONGEST) {
                faults.add(field, format!("must have at most {LONGEST} characters"));
            }
        }
        let domains = read_domains(&whole, &mut faults);
        let metadata = whole.metadata("metadata", &mut faults);
        let outsiders = body.get("allow_profiles_outside_organization").and_then(Value::as_bool);
        if faults.is_empty() { Ok(Self { name, external_id, domains, metadata, outsiders }) } else { Err(faults) }
    }

    /// Metadata is merged; a null takes its key away.
    fn apply(&self, organization: &mut Organization) {
        if let Some(name) = self.name {
            name.clone_into(&mut organization.name);
            organization.is_named = true;
        }
        if let Some(domains) = &self.domains {
            organization.domains.clone_from(domains);
        }
        if let Some(outsiders) = self.outsiders {
            organization.outsiders = outsiders;
        }
        for (key, value) in self.metadata.into_iter().flatten() {
            organization.metadata.insert(key.clone(), value.clone());
        }
        organization.metadata.retain(|_, value| !value.is_null());
    }
}

/// `domains` is the older form, of names alone.
fn read_domains(whole: &Object<'_>, faults: &mut Faults) -> Option<Vec<Domain>> {
    if ["domain_data", "domains"].into_iter().any(|name| has_too_many(whole, name, faults)) {
        return None;
    }
    if let Some(domains) = whole.objects("domain_data", faults) {
        return Some(domains.iter().filter_map(|domain| read_domain(domain, faults)).collect());
    }
    whole.value("domains")?;
    let domain = |name| Domain { id: random_name("org_domain_"), name, state: "verified".to_owned() };
    Some(whole.texts("domains", faults).into_iter().map(domain).collect())
}

fn has_too_many(whole: &Object<'_>, name: &str, faults: &mut Faults) -> bool {
    let too_many = whole.value(name).and_then(Value::as_array).is_some_and(|list| list.len() > MOST_DOMAINS);
    if too_many {
        faults.add(name, format!("must have at most {MOST_DOMAINS} entries"));
    }
    too_many
}

fn read_domain(domain: &Object<'_>, faults: &mut Faults) -> Option<Domain> {
    let name = domain.text("domain", faults);
    let name = domain.require("domain", name, faults)?.to_owned();
    let state = domain.text("state", faults).unwrap_or("pending").to_owned();
    Some(Domain { id: random_name("org_domain_"), name, state })
}

fn told(kept: &Kept<Organization>) -> Value {
    let (created_at, updated_at) = (kept.created_at.to_string(), kept.updated_at.to_string());
    let Organization { name, domains, metadata, outsiders, .. } = &kept.body;
    let domain = |domain: &Domain| {
        json!({
            "object": "organization_domain", "id": domain.id, "organization_id": kept.id, "domain": domain.name,
            "state": domain.state, "created_at": created_at, "updated_at": updated_at,
        })
    };
    json!({
        "object": "organization",
        "id": kept.id,
        "name": name,
        "domains": domains.iter().map(domain).collect::<Vec<_>>(),
        "metadata": metadata,
        "external_id": kept.alias,
        "allow_profiles_outside_organization": outsiders,
        "created_at": created_at,
        "updated_at": updated_at,
    })
}
