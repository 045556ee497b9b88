//! The second factor of one's account.

use super::super::{AppState, headers};
use super::session::{SignedInPerson, shell_of};
use super::{Told, html, mistakes, shown};
use crate::backend::auth::Person;
use crate::backend::people;
use crate::backend::people::second_factor::{self, Offer, Standing};
use crate::domain::problem::Problem;
use crate::ui::admin::{Mistakes, SecondFactor, SettingUp, render_second_factor};
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use base64::{Engine, engine::general_purpose::STANDARD};
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};
use serde::Deserialize;

/// Where it is.
const PAGE: &str = "/admin/account/second-factor";

/// What it takes to turn it on or off.
#[derive(Deserialize)]
pub struct Both {
    /// Not sent by somebody who has none.
    #[serde(default)]
    password: String,
    code: String,
}

pub async fn show(State(state): State<AppState>, SignedInPerson(person): SignedInPerson) -> Result<Response, Told> {
    answer(&state, &person, Mistakes::default()).await
}

/// Makes a secret, over one that was never used.
pub async fn offer(State(state): State<AppState>, SignedInPerson(person): SignedInPerson) -> Result<Response, Told> {
    second_factor::offer_one(&state.backend, &person).await?;
    Ok(Redirect::to(PAGE).into_response())
}

pub async fn confirm(
    State(state): State<AppState>,
    SignedInPerson(person): SignedInPerson,
    Form(Both { password, code }): Form<Both>,
) -> Result<Response, Told> {
    match second_factor::confirm(&state.backend, &person, &password, &code).await {
        Ok(codes) => {
            let page = SecondFactor::JustSet { recovery_codes: codes };
            Ok(shown(render_second_factor(&shell_of(&state, &person).await?, &page)))
        }
        Err(problem) => answer(&state, &person, mistakes(problem)?).await,
    }
}

pub async fn turn_off(
    State(state): State<AppState>,
    SignedInPerson(person): SignedInPerson,
    Form(Both { password, code }): Form<Both>,
) -> Result<Response, Told> {
    match second_factor::turn_off(&state.backend, &person, &password, &code).await {
        Ok(()) => Ok(Redirect::to(PAGE).into_response()),
        Err(problem) => answer(&state, &person, mistakes(problem)?).await,
    }
}

async fn answer(state: &AppState, person: &Person, mistakes: Mistakes) -> Result<Response, Told> {
    let status = if mistakes.0.is_empty() { StatusCode::OK } else { StatusCode::BAD_REQUEST };
    let password = people::has_password(&state.backend, person).await?;
    let page = match second_factor::standing(&state.backend, person).await? {
        Standing::None => SecondFactor::Off,
        Standing::Offered(offer) => {
            let (picture, secret) = shown_to_apps(&offer)?;
            SecondFactor::SettingUp(SettingUp { picture, secret, password, mistakes })
        }
        Standing::On { recovery_codes } => SecondFactor::On { recovery_codes, password, mistakes },
    };
    Ok(html(status, &headers::nonce(), render_second_factor(&shell_of(state, person).await?, &page)))
}

/// A picture of the secret, as the address of an image, and the secret in groups.
fn shown_to_apps(offer: &Offer) -> Result<(String, String), Problem> {
    let code = QrCode::with_error_correction_level(&offer.url, EcLevel::M).map_err(|error| {
        tracing::error!(%error, "a second factor's secret does not fit into a QR code");
        Problem::Internal
    })?;
    let picture = code.render::<svg::Color<'_>>().min_dimensions(220, 220).build();
    let picture = format!("data:image/svg+xml;base64,{}", STANDARD.encode(picture));
    let fours: Vec<String> =
        offer.secret.as_bytes().chunks(4).map(|four| String::from_utf8_lossy(four).into()).collect();
    Ok((picture, fours.join(" ")))
}
