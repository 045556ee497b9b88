//! The second factor of one's account.

use super::super::{AppState, headers};
use super::session::{SignedInPerson, shell_of};
use super::{Told, html, mistakes, shown};
use crate::backend::auth::Person;
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

/// A code of the app.
#[derive(Deserialize)]
pub struct Code {
    code: String,
}

/// What it takes to turn it off.
#[derive(Deserialize)]
pub struct Both {
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
    Form(Code { code }): Form<Code>,
) -> Result<Response, Told> {
    match second_factor::confirm(&state.backend, &person, &code).await {
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
    let page = match second_factor::standing(&state.backend, person).await? {
        Standing::None => SecondFactor::Off,
        Standing::Offered(offer) => SecondFactor::SettingUp(setting_up(&offer, mistakes)?),
        Standing::On { recovery_codes } => SecondFactor::On { recovery_codes, mistakes },
    };
    Ok(html(status, &headers::nonce(), render_second_factor(&shell_of(state, person).await?, &page)))
}

fn setting_up(offer: &Offer, mistakes: Mistakes) -> Result<SettingUp, Problem> {
    let code = QrCode::with_error_correction_level(&offer.url, EcLevel::M).map_err(|error| {
        tracing::error!(%error, "a second factor's secret does not fit into a QR code");
        Problem::Internal
    })?;
    let picture = code.render::<svg::Color<'_>>().min_dimensions(220, 220).build();
    let picture = format!("data:image/svg+xml;base64,{}", STANDARD.encode(picture));
    let fours: Vec<String> =
        offer.secret.as_bytes().chunks(4).map(|four| String::from_utf8_lossy(four).into()).collect();
    Ok(SettingUp { picture, secret: fours.join(" "), mistakes })
}
