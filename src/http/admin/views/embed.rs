//! How a view gets into a company's pages, and a bench to try it on.

use super::super::super::{AppState, address, headers};
use super::super::session::{SignedInMember, shell};
use super::super::{ALONE, Around, Told, html_around, mistakes, style};
use super::Named;
use super::security::{client, origin};
use crate::backend::auth::{self, Findings, Member, Pass, Trial};
use crate::backend::views::{self, Secret, Security};
use crate::domain::access::{Origin, ViewId};
use crate::domain::problem::{Problem, Refusal};
use crate::domain::query::Total;
use crate::ui::admin::{
    Bench, Check, Mistakes, Run, Values, Verdict, ViewEmbed, ViewHead, render_bench, render_view_embed,
};
use axum::Router;
use axum::extract::{Form, Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use axum::routing::get;
use serde::Deserialize;

/// Everything under a view's `/embed`.
pub fn routes() -> Router<AppState> {
    Router::new().route("/", get(show).post(show_with_key)).route("/bench", get(bench).post(test))
}

/// What is to be tried.
#[derive(Deserialize)]
struct Asked {
    client: String,
    #[serde(default)]
    origin: String,
    with: String,
    #[serde(default)]
    token: String,
}

impl Asked {
    fn trial(self) -> Result<Trial, Problem> {
        let pass = match self.with.as_str() {
            "key" => Pass::AccessKey,
            "signed" => Pass::Signed,
            "token" if self.token.trim().is_empty() => return Err(Problem::invalid("token", "Paste a token")),
            "token" => Pass::Token(self.token.trim().to_owned()),
            _ => return Err(Problem::invalid("with", "Choose what to test with")),
        };
        let named = Some(self.origin.trim()).filter(|text| !text.is_empty());
        Ok(Trial { client: client(&self.client)?, origin: named.map(origin).transpose()?, pass })
    }
}

async fn show(
    State(state): State<AppState>,
    SignedInMember(member): SignedInMember,
    Path(view): Path<Named>,
    browser: HeaderMap,
) -> Result<Response, Told> {
    answer(&state, &member, &view.id()?, &browser, None).await
}

async fn show_with_key(
    State(state): State<AppState>,
    SignedInMember(member): SignedInMember,
    Path(view): Path<Named>,
    browser: HeaderMap,
) -> Result<Response, Told> {
    let id = view.id()?;
    let key = views::reveal(&state.backend, &member, &id, &Secret::AccessKey).await?;
    answer(&state, &member, &id, &browser, Some(key)).await
}

async fn answer(
    state: &AppState,
    member: &Member,
    id: &ViewId,
    browser: &HeaderMap,
    access_key: Option<String>,
) -> Result<Response, Told> {
    let Security { id, name, secrets, rules, origins, .. } = views::security(&state.backend, member, id).await?;
    let nonce = headers::nonce();
    let kid = secrets.into_iter().next().ok_or(Problem::Internal)?.kid;
    let embed = ViewEmbed {
        values: Values { view: id.to_string(), host: address::of(state, browser), kid },
        head: ViewHead { id: id.to_string(), name, may_secure: true },
        tokens_only: rules.tokens_only,
        access_key,
        origin: origins.into_iter().map(Origin::into).find(|origin: &String| !origin.contains('*')).unwrap_or_default(),
    };
    let around = Around { frames: "'self'", ..ALONE };
    let page = render_view_embed(&shell(member), &embed);
    Ok(html_around(StatusCode::OK, &nonce, &around, page))
}

/// The bench before anything is tried on it.
async fn bench(
    State(state): State<AppState>,
    SignedInMember(member): SignedInMember,
    Path(view): Path<Named>,
    browser: HeaderMap,
) -> Result<Response, Told> {
    views::security(&state.backend, &member, &view.id()?).await?;
    Ok(benched(&state, &browser, StatusCode::OK, &Bench::Empty))
}

async fn test(
    State(state): State<AppState>,
    SignedInMember(member): SignedInMember,
    Path(view): Path<Named>,
    browser: HeaderMap,
    Form(asked): Form<Asked>,
) -> Result<Response, Told> {
    let id = view.id()?;
    let run = match asked.trial() {
        Ok(trial) => run(&state, &member, &id, &browser, trial).await,
        Err(problem) => views::security(&state.backend, &member, &id).await.and(Err(problem)),
    };
    Ok(match run {
        Ok(run) => benched(&state, &browser, StatusCode::OK, &Bench::Run(Box::new(run))),
        Err(problem) => {
            let Mistakes(wrong) = mistakes(problem)?;
            let told = wrong.into_values().map(|told| format!("{told}.")).collect();
            benched(&state, &browser, StatusCode::BAD_REQUEST, &Bench::Wrong(told))
        }
    })
}

async fn run(
    state: &AppState,
    member: &Member,
    id: &ViewId,
    browser: &HeaderMap,
    trial: Trial,
) -> Result<Run, Problem> {
    let (client, origin) = (trial.client.clone(), trial.origin.clone());
    let Findings { page, events, access_key, token } = auth::attempt(&state.backend, member, id, trial).await?;
    Ok(Run {
        checks: vec![of_page(origin.as_ref().zip(page)), of_credential(&events), of_events(events.ok())],
        script: format!("{}/embed.js", address::of(state, browser)),
        view: id.to_string(),
        client: client.into(),
        access_key,
        token,
    })
}

/// A page of ours that is framed by ours, and frames the view.
fn benched(state: &AppState, browser: &HeaderMap, status: StatusCode, bench: &Bench) -> Response {
    let nonce = headers::nonce();
    let frames = format!("'self' {}", address::of(state, browser));
    let around = Around { frames: &frames, forms: &frames, framed_by: "'self'" };
    let mut response = html_around(status, &nonce, &around, render_bench(bench, &style(), &nonce));
    // The form that opens the view says where it comes from.
    response.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("strict-origin"));
    response
}

fn of_page(asked: Option<(&Origin, bool)>) -> Check {
    let (verdict, told) = match asked {
        None => (Verdict::Open, "You named no origin.".to_owned()),
        Some((origin, true)) => (Verdict::Right, format!("{origin} may show this view.")),
        Some((origin, false)) => {
            (Verdict::Wrong, format!("{origin} may not show this view. Add it under “Security”, if it is yours."))
        }
    };
    Check { name: "Page", verdict, told }
}

fn of_credential(events: &Result<Total, Problem>) -> Check {
    let (verdict, told) = match events {
        Ok(_) => (Verdict::Right, "It opens the view for this client.".to_owned()),
        Err(Problem::Invalid { faults }) => {
            let each = faults.iter().map(|(path, told)| format!("{path}: {}.", told.join("; ")));
            (Verdict::Wrong, each.collect::<Vec<_>>().join(" "))
        }
        Err(problem) => (Verdict::Wrong, format!("{problem}.{}", advice(problem))),
    };
    Check { name: "Credential", verdict, told }
}

/// What those who made a token want to know beside the words that everybody gets.
fn advice(problem: &Problem) -> &'static str {
    match problem {
        Problem::CredentialRefused { reason: Refusal::WrongClaims } => {
            " It needs aud, view, client, sub, iat and exp, and may not hold longer than the view allows."
        }
        Problem::CredentialRefused { reason: Refusal::BadSignature } => {
            " It has to be signed with HS256 and the secret that its kid names, whose text is the key as it stands."
        }
        Problem::CredentialRefused { reason: Refusal::WrongOrigin } => {
            " It says that only pages of one origin may use it."
        }
        _ => "",
    }
}

fn of_events(found: Option<Total>) -> Check {
    let (verdict, told) = match found {
        None => (Verdict::Open, "Nothing was looked for, since nothing opens.".to_owned()),
        Some(Total { count: 0, .. }) => {
            (Verdict::Wrong, "There is none of this client. Is this the client.uuid that you send?".to_owned())
        }
        Some(Total { count, exact }) => {
            (Verdict::Right, format!("{}{count} of this client.", if exact { "" } else { "More than " }))
        }
    };
    Check { name: "Events", verdict, told }
}
