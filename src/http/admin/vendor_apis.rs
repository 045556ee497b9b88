//! How strictly the rules of other vendors' APIs are kept.

use super::super::{AppState, headers};
use super::session::{SignedInMember, shell};
use super::{Told, html, mistakes};
use crate::backend::auth::Member;
use crate::backend::storage::ViolationRecord;
use crate::backend::{search, strictness};
use crate::domain::people::Right;
use crate::domain::problem::Problem;
use crate::domain::strictness::{Api, Strictness};
use crate::http::dialects::workos::made;
use crate::ui::admin::{MadeSchema, Mistakes, Rule, SchemaForm, VendorApi, VendorApis, render_vendor_apis};
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use std::collections::HashSet;

/// Actions that are listed, with a schema and without one.
const LISTED: u32 = 100;
const LISTED_WITHOUT: usize = 20;

#[derive(Deserialize)]
pub struct Chosen {
    strictness: String,
}

/// An action, as typed.
#[derive(Deserialize)]
pub struct Named {
    action: String,
}

/// What was just done, and what is wrong.
#[derive(Default)]
struct Outcome {
    done: Option<String>,
    action: String,
    made: Option<MadeSchema>,
    mistakes: Mistakes,
}

pub async fn show(State(state): State<AppState>, SignedInMember(member): SignedInMember) -> Result<Response, Told> {
    answer(&state, &member, StatusCode::OK, Outcome::default()).await
}

pub async fn choose(
    State(state): State<AppState>,
    SignedInMember(member): SignedInMember,
    Path((_, api)): Path<(String, String)>,
    Form(chosen): Form<Chosen>,
) -> Result<Response, Told> {
    let steward = member.steward(Right::SetStrictness)?;
    let api = Api::of_word(&api).ok_or(Problem::NotFound)?;
    let Some(chosen) = Strictness::of_word(&chosen.strictness) else {
        let mistakes = Mistakes::whole("Choose open, observe or strict.");
        return answer(&state, &member, StatusCode::BAD_REQUEST, Outcome { mistakes, ..Outcome::default() }).await;
    };
    strictness::choose(&state.backend, &steward, api, chosen).await?;
    let done = Some(format!("{} is {chosen} from now on.", api.name()));
    answer(&state, &member, StatusCode::OK, Outcome { done, ..Outcome::default() }).await
}

pub async fn reset(
    State(state): State<AppState>,
    SignedInMember(member): SignedInMember,
    Path((_, api)): Path<(String, String)>,
) -> Result<Response, Told> {
    let steward = member.steward(Right::SetStrictness)?;
    let api = Api::of_word(&api).ok_or(Problem::NotFound)?;
    strictness::reset_counts(&state.backend, &steward, api).await?;
    let done = Some(format!("The counts of {} begin anew.", api.name()));
    answer(&state, &member, StatusCode::OK, Outcome { done, ..Outcome::default() }).await
}

pub async fn make_schema(
    State(state): State<AppState>,
    SignedInMember(member): SignedInMember,
    Form(Named { action }): Form<Named>,
) -> Result<Response, Told> {
    let steward = member.steward(Right::SetStrictness)?;
    let reader = member.reader()?;
    match made::make(&state.backend, &steward, &reader, &action).await {
        Ok(made) => {
            let outcome = Outcome { made: Some(shown(&action, &made)), ..Outcome::default() };
            answer(&state, &member, StatusCode::OK, outcome).await
        }
        Err(problem) => {
            let outcome = Outcome { action, mistakes: of_action(mistakes(problem)?), ..Outcome::default() };
            answer(&state, &member, StatusCode::BAD_REQUEST, outcome).await
        }
    }
}

fn shown(action: &str, made: &made::Made) -> MadeSchema {
    let made::Made { version, is_new, events, schema } = made;
    let events = if *events == 1 { "1 event".to_owned() } else { format!("{events} events") };
    let title = if *is_new {
        format!("Made version {version} of the schema of {action} from {events}.")
    } else {
        format!("Version {version} of the schema of {action} says the same as its last {events} already.")
    };
    MadeSchema { title, json: format!("{schema:#}") }
}

/// The form has one field: what is wrong with the schema is said there too.
fn of_action(mistakes: Mistakes) -> Mistakes {
    let all: Vec<String> = mistakes.0.into_values().collect();
    Mistakes([("action".to_owned(), all.join(". "))].into())
}

/// The page, with what was done or why it was not.
async fn answer(state: &AppState, member: &Member, status: StatusCode, outcome: Outcome) -> Result<Response, Told> {
    let backend = &state.backend;
    let project = member.project_to(Right::SetStrictness)?;
    let chosen = strictness::chosen(backend, project).await?;
    let counted = strictness::counted(backend, project).await?;
    let of = |api: Api| VendorApi {
        api,
        strictness: chosen.of(api),
        rules: counted.iter().filter(|record| record.violation.api() == api).map(rule).collect(),
    };
    let known = made::actions(backend, project, LISTED).await?;
    let unknown = without_schema(state, member, &known).await?;
    let Outcome { done, action, made, mistakes } = outcome;
    let schemas = SchemaForm { action, known, unknown, made };
    let page = VendorApis { apis: Api::ALL.map(of).into(), schemas, mistakes, done };
    Ok(html(status, &headers::nonce(), render_vendor_apis(&shell(member), &page)))
}

fn rule(record: &ViolationRecord) -> Rule {
    let (name, answer) = record.violation.told();
    let ViolationRecord { accepted, refused, at, example, .. } = record;
    Rule { name, answer, accepted: *accepted, refused: *refused, last: *at, example: example.clone() }
}

/// The most frequent actions that have no schema.
async fn without_schema(state: &AppState, member: &Member, known: &[(String, usize)]) -> Result<Vec<String>, Problem> {
    let known: HashSet<&str> = known.iter().map(|(name, _)| name.as_str()).collect();
    let frequent = search::facets(&state.backend, &member.reader()?, LISTED).await?.actions;
    let unknown = frequent.into_iter().map(|action| action.value).filter(|name| !known.contains(name.as_str()));
    Ok(unknown.take(LISTED_WITHOUT).collect())
}
