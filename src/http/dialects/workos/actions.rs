//! Actions and the versions of their schemas.

use super::answer::Refused;
use super::bounds;
use super::list::{List, Paging};
use super::schema::Rules;
use crate::backend::Backend;
use crate::backend::auth::{Holder, Steward};
use crate::backend::shelf::{Kept, New, Shelf};
use crate::backend::storage::{Exchanged, Name};
use crate::backend::trail::{Deed, OnApis};
use crate::domain::access::ProjectId;
use crate::domain::problem::{Faults, Problem};
use crate::domain::time::Timestamp;
use crate::http::AppState;
use crate::http::body::JsonBytes;
use crate::http::caller::{ApiHolder, ApiReader, ApiWriter};
use crate::http::uri::Path;
use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::json;

const ACTIONS: Shelf<Action> = Shelf::of_project("workos/actions");
/// Most versions of an action's schema, and most bytes of all of them: each event of the action reads them.
const MOST_VERSIONS: usize = 100;
const MOST_BYTES: usize = 256 * 1024;
/// How often a change is tried while others are faster.
const TRIES: u32 = 10;

/// What is kept of an action, under its name.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Action {
    /// At least one; the first is version 1.
    versions: Vec<Version>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Version {
    rules: Rules,
    created_at: Timestamp,
}

impl Action {
    /// The rules of a version; of the first one where an event names none.
    pub fn rules(&self, version: Option<i64>) -> Option<&Rules> {
        let at = usize::try_from(version.unwrap_or(1)).ok()?.checked_sub(1)?;
        self.versions.get(at).map(|version| &version.rules)
    }

    /// Every version, the first one first.
    fn schemas(&self) -> Vec<Schema> {
        let schema = |(at, version): (usize, &Version)| Schema {
            object: "audit_log_schema",
            version: at + 1,
            rules: version.rules.clone(),
            created_at: version.created_at.to_string(),
        };
        self.versions.iter().enumerate().map(schema).collect()
    }
}

/// A version of a schema, as it is told.
#[derive(Serialize)]
pub struct Schema {
    object: &'static str,
    version: usize,
    #[serde(flatten)]
    rules: Rules,
    created_at: String,
}

/// An action, as it is told: with its latest schema.
#[derive(Serialize)]
pub struct ActionToTell {
    object: &'static str,
    name: String,
    schema: Option<Schema>,
    created_at: String,
    updated_at: String,
}

/// The action of this name, if anybody registered one.
pub async fn known(backend: &Backend, holder: &Holder, name: &str) -> Result<Option<Action>, Problem> {
    Ok(ACTIONS.get(backend, holder, Name::Id(name)).await?.map(|kept| kept.body))
}

/// `POST /audit_logs/actions/{action}/schemas`: the latest version where nothing is new, else one more.
pub async fn register(
    State(state): State<AppState>,
    ApiHolder { holder, .. }: ApiHolder<ApiWriter>,
    Path(name): Path<String>,
    JsonBytes(body): JsonBytes,
) -> Result<(StatusCode, Json<Schema>), Refused> {
    ACTIONS.may_change(&holder)?;
    bounds::check_length(&body)?;
    let said = super::json(&body, super::LONGEST)?;
    bounds::check(&said)?;
    let rules = Rules::read(&said)?;
    for _ in 0..TRIES {
        if let Some(action) = registered(&state.backend, &holder, &name, &rules).await? {
            let latest = action.schemas().pop().ok_or(Problem::Internal)?;
            return Ok((StatusCode::CREATED, Json(latest)));
        }
    }
    Err(Problem::Busy { retry_after: 1 }.into())
}

/// Registers rules, made from so many events, as an action's latest version for somebody who looks after the project. The
/// version, and whether it is new.
pub async fn register_by(
    backend: &Backend,
    steward: &Steward,
    name: &str,
    rules: &Rules,
    events: usize,
) -> Result<(usize, bool), Problem> {
    let invalid = |faults: Faults| Problem::Invalid { faults };
    let deed = |version| Deed::OnApis(OnApis::SchemaMade { action: name, version, events });
    for _ in 0..TRIES {
        let version = Version { rules: rules.clone(), created_at: backend.clock().now() };
        let Some(mut kept) = ACTIONS.get_of(backend, steward.project(), name).await? else {
            let action = Action { versions: vec![version] };
            has_room(&action).map_err(invalid)?;
            let new = New { id: name, alias: None, client: None, body: &action };
            if ACTIONS.put_by(backend, steward, new, &deed(1)).await? {
                return Ok((1, true));
            }
            continue;
        };
        let versions = kept.body.versions.len();
        if kept.body.versions.last().is_some_and(|latest| latest.rules == *rules) {
            return Ok((versions, false));
        }
        kept.body.versions.push(version);
        has_room(&kept.body).map_err(invalid)?;
        if ACTIONS.exchange_by(backend, steward, &kept, &deed(versions + 1)).await? == Exchanged::Done {
            return Ok((versions + 1, true));
        }
    }
    Err(Problem::Busy { retry_after: 1 })
}

/// The names of a project's actions, each with the number of its latest version, the newest actions first.
pub async fn latest_of(backend: &Backend, project: ProjectId, limit: u32) -> Result<Vec<(String, usize)>, Problem> {
    let found = ACTIONS.list_of(backend, project, limit).await?;
    Ok(found.into_iter().map(|kept| (kept.id, kept.body.versions.len())).collect())
}

/// The action with these rules as its latest; `None` where somebody else changed it meanwhile.
async fn registered(backend: &Backend, holder: &Holder, name: &str, rules: &Rules) -> Result<Option<Action>, Refused> {
    let version = Version { rules: rules.clone(), created_at: backend.clock().now() };
    let Some(mut kept) = ACTIONS.get(backend, holder, Name::Id(name)).await? else {
        let action = Action { versions: vec![version] };
        let new = New { id: name, alias: None, client: None, body: &action };
        return Ok(ACTIONS.put(backend, holder, new).await?.then_some(action));
    };
    if kept.body.versions.last().is_some_and(|latest| latest.rules == *rules) {
        return Ok(Some(kept.body));
    }
    kept.body.versions.push(version);
    has_room(&kept.body)?;
    let exchanged = ACTIONS.exchange(backend, holder, &kept).await?;
    Ok((exchanged == Exchanged::Done).then_some(kept.body))
}

/// Whether an action may have so many versions.
fn has_room(action: &Action) -> Result<(), Faults> {
    let bytes: usize = action.versions.iter().map(|version| json!(version.rules).to_string().len()).sum();
    if action.versions.len() > MOST_VERSIONS || bytes > MOST_BYTES {
        let expected = format!("may have {MOST_VERSIONS} versions of its schema, and {MOST_BYTES} bytes of them");
        return Err(Faults::one("action", expected));
    }
    Ok(())
}

/// `GET /audit_logs/actions/{action}/schemas`
pub async fn schemas(
    State(state): State<AppState>,
    ApiHolder { holder, .. }: ApiHolder<ApiReader>,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Json<List<Schema>>, Refused> {
    let paging = Paging::parse(query.as_deref())?;
    let action = known(&state.backend, &holder, &name).await?;
    let action = action.ok_or(Refused::Nothing { what: "Audit Log action", id: name })?;
    Ok(Json(paging.page_of_all(action.schemas(), |schema| schema.version.to_string(), |schema| schema)))
}

/// `GET /audit_logs/actions`
pub async fn list(
    State(state): State<AppState>,
    ApiHolder { holder, .. }: ApiHolder<ApiReader>,
    RawQuery(query): RawQuery,
) -> Result<Json<List<ActionToTell>>, Refused> {
    let paging = Paging::parse(query.as_deref())?;
    let found = ACTIONS.list(&state.backend, &holder, &paging.stretch()).await?;
    Ok(Json(paging.page(found, |kept| kept.id.clone(), told)))
}

fn told(kept: Kept<Action>) -> ActionToTell {
    ActionToTell {
        object: "audit_log_action",
        schema: kept.body.schemas().pop(),
        name: kept.id,
        created_at: kept.created_at.to_string(),
        updated_at: kept.updated_at.to_string(),
    }
}
