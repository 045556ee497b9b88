//! Getting started.

use super::super::{AppState, address, headers};
use super::session::{SignedInMember, shell};
use super::{Told, html};
use crate::backend::auth::Member;
use crate::backend::first_steps::{FirstSteps, first_steps};
use crate::backend::keys::{self, NewKey};
use crate::backend::storage::Stored;
use crate::domain::people::Right;
use crate::domain::problem::Problem;
use crate::domain::view::actor_name;
use crate::http::dialects::native;
use crate::ui::admin::{Start, render_start};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// What the key is called that is made here.
const KEY: &str = "Getting started";

pub async fn show(State(state): State<AppState>, SignedInMember(member): SignedInMember) -> Result<Response, Told> {
    answer(&state, &member, None).await
}

/// Makes a key, and shows a line that sends an event with it.
pub async fn make_key(
    State(state): State<AppState>,
    SignedInMember(member): SignedInMember,
    browser: HeaderMap,
) -> Result<Response, Told> {
    let key = keys::create(&state.backend, &member.steward(Right::ManageKeys)?, NewKey::named(KEY)).await?;
    let curl = native::curl(&address::of(&state, &browser), key.id.as_str(), &key.secret);
    answer(&state, &member, Some(curl)).await
}

/// How far the project has come, for the page that waits.
pub async fn state(State(state): State<AppState>, SignedInMember(member): SignedInMember) -> Result<Response, Told> {
    let FirstSteps { customized, embedded, latest, .. } = first_steps(&state.backend, &member).await?;
    let latest = latest.as_ref().map(sentence).transpose()?;
    Ok(Json(json!({ "customized": customized, "embedded": embedded, "latest": latest })).into_response())
}

async fn answer(state: &AppState, member: &Member, curl: Option<String>) -> Result<Response, Told> {
    let FirstSteps { view, customized, embedded, latest } = first_steps(&state.backend, member).await?;
    let nonce = headers::nonce();
    let start = Start {
        view: view.map(String::from),
        customized,
        embedded,
        latest: latest.as_ref().map(sentence).transpose()?,
        curl,
        recipes: recipes(),
        nonce: nonce.clone(),
    };
    Ok(html(StatusCode::OK, &nonce, render_start(&shell(member), &start)))
}

/// Such as `Latest event: user.invite by Roberta, for Northwind.`
fn sentence(stored: &Stored) -> Result<String, Problem> {
    let event = stored.event().map_err(|_| Problem::Internal)?;
    let actor = actor_name(&event).unwrap_or("an anonymous user").to_owned();
    let client = event.client.name.unwrap_or(event.client.uuid);
    Ok(format!("Latest event: {} by {actor}, for {client}.", event.action))
}

/// What customers and their auditors ask for first.
fn recipes() -> Vec<(&'static str, String)> {
    let event = |action: &str, description: &str, more: Value| {
        let mut event = json!({
            "client": { "uuid": "1234567890", "name": "Northwind Trading" },
            "actor": { "uuid": "u-1041", "name": "Roberta Wharton", "email": "roberta@northwind.example" },
            "action": action,
            "description": description,
        });
        if let (Value::Object(event), Value::Object(more)) = (&mut event, more) {
            event.extend(more);
        }
        serde_json::to_string_pretty(&event).unwrap_or_default()
    };
    let salman = json!({ "type": "user", "uuid": "u-1188", "label": "Salman Rahmani" });
    vec![
        ("A user is created", event("user.create", "Created Salman Rahmani", json!({ "target": salman }))),
        ("A user is disabled", event("user.disable", "Disabled Salman Rahmani", json!({ "target": salman }))),
        (
            "Rights are changed",
            event(
                "user.role_change",
                "Made Salman Rahmani an admin",
                json!({ "target": salman, "changes": [{ "field": "role", "before": "member", "after": "admin" }] }),
            ),
        ),
        (
            "An API key is created",
            event(
                "api_key.create",
                "Created the key “Warehouse sync”",
                json!({ "target": { "type": "api_key", "uuid": "k-77", "label": "Warehouse sync" } }),
            ),
        ),
        (
            "Signing in succeeds",
            event("session.begin", "Signed in", json!({ "context": { "client": { "ipAddress": "198.51.100.24" } } })),
        ),
        (
            "Signing in fails",
            event(
                "session.begin",
                "Signing in failed",
                json!({
                    "outcome": { "result": "failure", "reason": "Wrong password" },
                    "context": { "client": { "ipAddress": "198.51.100.24" } },
                }),
            ),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::recipes;
    use crate::domain::event::Draft;
    use crate::domain::problem::Faults;

    #[test]
    fn every_recipe_is_an_event_that_is_taken() {
        for (told, json) in recipes() {
            let draft: Draft<'_> = serde_json::from_str(&json).unwrap_or_else(|error| panic!("{told}: {error}"));
            let mut faults = Faults::default();
            assert!(draft.check("", &mut faults).is_some() && faults.is_empty(), "{told}: {faults:?}");
        }
    }
}
