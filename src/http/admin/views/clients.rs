//! How a view looks to single clients.

use super::super::super::{AppState, headers};
use super::super::session::{SignedInMember, at, shell};
use super::super::{ALONE, Around, Told, html, html_around, mistakes};
use super::security::client;
use super::{Named, head};
use crate::backend::auth::Member;
use crate::backend::storage::BrandingRecord;
use crate::backend::{clients, views};
use crate::domain::access::{ClientId, ViewId};
use crate::domain::problem::{Faults, Problem};
use crate::domain::view::{Branding, HeaderLink, Image, SafeLink};
use crate::ui::admin::{
    BrandedClients, BrandedRow, BrandingForm, ClientBranding, Mistakes, render_branded_clients, render_client_branding,
};
use crate::ui::dashboard::segment;
use axum::Router;
use axum::extract::{Form, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use serde::Deserialize;

/// Everything under a view's `/clients`.
pub fn routes() -> Router<AppState> {
    Router::new().route("/", get(list)).route("/{client}", get(show).post(save)).route("/{client}/reset", post(reset))
}

/// A client that somebody has typed, to go to.
#[derive(Deserialize)]
struct Wanted {
    #[serde(default)]
    client: String,
}

/// A client of the view that an address names.
#[derive(Deserialize)]
struct OneClient {
    view: String,
    client: String,
}

impl OneClient {
    fn ids(self) -> Result<(ViewId, ClientId), Problem> {
        let client = ClientId::parse(self.client).map_err(|_| Problem::NotFound)?;
        Ok((Named { view: self.view }.id()?, client))
    }
}

async fn list(
    State(state): State<AppState>,
    SignedInMember(member): SignedInMember,
    Path(view): Path<Named>,
    Query(Wanted { client: typed }): Query<Wanted>,
) -> Result<Response, Told> {
    let view = views::designed(&state.backend, &member, &view.id()?).await?;
    let (status, mistakes) = match typed.trim() {
        "" => (StatusCode::OK, Mistakes::default()),
        _ => match client(&typed) {
            Ok(client) => {
                let client = clients::meant(&state.backend, view.project, client).await?;
                return Ok(Redirect::to(&address(&member, &view.id, &client)).into_response());
            }
            Err(problem) => (StatusCode::BAD_REQUEST, mistakes(problem)?),
        },
    };
    let rows = views::brandings(&state.backend, &member, &view.id).await?;
    let rows = rows.into_iter().map(|record| row(&member, &view.id, record)).collect();
    let page = BrandedClients { head: head(&member, &view), rows, client: typed, mistakes };
    Ok(html(status, &headers::nonce(), render_branded_clients(&shell(&member), &page)))
}

fn row(member: &Member, view: &ViewId, record: BrandingRecord) -> BrandedRow {
    let BrandingRecord { client, branding, author, saved_at } = record;
    let Branding { title, logo, dark_logo, accent, dark_accent: _, links } = branding;
    let logo = logo.or(dark_logo).is_some();
    let own = [("title", title.is_some()), ("logo", logo), ("accent", accent.is_some()), ("links", !links.is_empty())];
    let own: Vec<&str> = own.into_iter().filter(|(_, own)| *own).map(|(name, _)| name).collect();
    BrandedRow {
        address: address(member, view, &client),
        client: client.to_string(),
        own: own.join(", "),
        author,
        saved: saved_at,
    }
}

async fn show(
    State(state): State<AppState>,
    SignedInMember(member): SignedInMember,
    Path(one): Path<OneClient>,
) -> Result<Response, Told> {
    answer(&state, &member, one.ids()?, Ok(())).await
}

async fn save(
    State(state): State<AppState>,
    SignedInMember(member): SignedInMember,
    Path(one): Path<OneClient>,
    Form(typed): Form<BrandingForm>,
) -> Result<Response, Told> {
    let (view, client) = one.ids()?;
    // Whoever may not do this learns nothing of what would be wrong with it.
    views::designed(&state.backend, &member, &view).await?;
    let saved = match read(&typed) {
        Ok(branding) => views::set_branding(&state.backend, &member, &view, client.clone(), branding).await,
        Err(problem) => Err(problem),
    };
    match saved {
        Ok(()) => Ok(Redirect::to(&address(&member, &view, &client)).into_response()),
        Err(problem) => answer(&state, &member, (view, client), Err((problem, typed))).await,
    }
}

async fn reset(
    State(state): State<AppState>,
    SignedInMember(member): SignedInMember,
    Path(one): Path<OneClient>,
) -> Result<Response, Told> {
    let (view, client) = one.ids()?;
    views::set_branding(&state.backend, &member, &view, client.clone(), Branding::default()).await?;
    Ok(Redirect::to(&address(&member, &view, &client)).into_response())
}

/// The page, with what is wrong with what was typed.
async fn answer(
    state: &AppState,
    member: &Member,
    (view, client): (ViewId, ClientId),
    done: Result<(), (Problem, BrandingForm)>,
) -> Result<Response, Told> {
    let (view, record) = views::branded(&state.backend, member, &view, &client).await?;
    let saved = record.as_ref().map(|record| (record.author.clone(), record.saved_at));
    let (status, form, mistakes) = match done {
        Ok(()) => (StatusCode::OK, written(record.map(|record| record.branding).unwrap_or_default()), None),
        Err((problem, typed)) => (StatusCode::BAD_REQUEST, typed, Some(mistakes(problem)?)),
    };
    let nonce = headers::nonce();
    let page = ClientBranding {
        head: head(member, &view),
        client: client.to_string(),
        address: address(member, &view.id, &client),
        preview: format!(
            "{}?client={}",
            at(member.project_name(), &format!("/views/{}/preview", view.id)),
            segment(client.as_str())
        ),
        pictures: at(member.project_name(), "/pictures"),
        form,
        saved,
        mistakes: mistakes.unwrap_or_default(),
        nonce: nonce.clone(),
    };
    Ok(html_around(
        status,
        &nonce,
        &Around { frames: "'self'", ..ALONE },
        render_client_branding(&shell(member), &page),
    ))
}

/// Where a client's own branding of a view is.
pub fn address(member: &Member, view: &ViewId, client: &ClientId) -> String {
    at(member.project_name(), &format!("/views/{view}/clients/{}", segment(client.as_str())))
}

fn written(branding: Branding) -> BrandingForm {
    let Branding { title, logo, dark_logo, accent, dark_accent, links } = branding;
    let image = |image: Option<Image>| image.map(String::from).unwrap_or_default();
    let links = links.into_iter().map(|HeaderLink { label, url }| format!("{label} {}", url.as_str()));
    BrandingForm {
        title: title.unwrap_or_default(),
        logo: image(logo),
        dark_logo: image(dark_logo),
        accent: accent.unwrap_or_default(),
        dark_accent: dark_accent.unwrap_or_default(),
        links: links.collect::<Vec<_>>().join("\n"),
    }
}

/// What was typed; an empty field leaves the view's own.
fn read(typed: &BrandingForm) -> Result<Branding, Problem> {
    let mut faults = Faults::default();
    let mut image = |field: &str, text: &str| match text.trim() {
        "" => None,
        text => Image::parse(text).or_else(|| {
            faults.add(field, "Enter an https address");
            None
        }),
    };
    let (logo, dark_logo) = (image("logo", &typed.logo), image("darkLogo", &typed.dark_logo));
    let mut links = Vec::new();
    for line in typed.links.lines().map(str::trim).filter(|line| !line.is_empty()) {
        match link(line) {
            Some(link) => links.push(link),
            None => faults.add("links", format!("Enter “{line}” as a label, a blank and an https address")),
        }
    }
    faults.or(())?;
    let given = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let (accent, dark_accent) = (given(&typed.accent), given(&typed.dark_accent));
    Ok(Branding { title: given(&typed.title), logo, dark_logo, accent, dark_accent, links })
}

fn link(line: &str) -> Option<HeaderLink> {
    let (label, url) = line.rsplit_once(char::is_whitespace)?;
    Some(HeaderLink { label: label.trim().to_owned(), url: SafeLink::parse(url)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_as_it_was() {
        let links = "Help and contact https://help.test/a\nMail mailto:us@acme.test".to_owned();
        let form = BrandingForm { title: "Acme".to_owned(), accent: "#123456".to_owned(), links, ..Default::default() };
        let branding = read(&form).unwrap();
        assert_eq!(branding.links[0].label, "Help and contact");
        assert_eq!(written(branding), form);
        assert!(read(&BrandingForm::default()).unwrap().is_views_own());
    }

    #[test]
    fn what_cannot_be_read_is_named_by_its_field() {
        let typed = |text: &str| text.to_owned();
        let form = BrandingForm { logo: typed("logo.svg"), links: typed("https://a.test"), ..Default::default() };
        let Err(Problem::Invalid { faults }) = read(&form) else { panic!("it reads") };
        assert_eq!(faults.iter().map(|(field, _)| field).collect::<Vec<_>>(), ["links", "logo"]);
    }
}
