//! What a view shows one client of itself.

use crate::domain::time::Timestamp;
use crate::ui::admin::form::{Field, Mistakes};
use crate::ui::admin::shell::{Section, Shell, page};
use crate::ui::admin::time::moment;
use crate::ui::admin::view_tabs::{ViewHead, ViewTab};
use crate::ui::text;
use leptos::prelude::*;
use serde::Deserialize;

/// Puts the address of a picture that is uploaded into its field.
const UPLOAD: &str = include_str!("upload.js");

/// The fields as typed; an empty one leaves the view's own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BrandingForm {
    pub title: String,
    pub logo: String,
    pub dark_logo: String,
    pub accent: String,
    pub dark_accent: String,
    /// A line each: the label, a blank, the address.
    pub links: String,
}

/// The page of one client.
#[derive(Debug, Clone, Default)]
pub struct ClientBranding {
    pub head: ViewHead,
    pub client: String,
    /// The page's own path.
    pub address: String,
    /// The path of what it looks like.
    pub preview: String,
    /// The path that takes pictures.
    pub pictures: String,
    pub form: BrandingForm,
    /// By whom and when, where something is the client's own.
    pub saved: Option<(String, Timestamp)>,
    pub mistakes: Mistakes,
    pub nonce: String,
}

/// The whole document.
pub fn render_client_branding(shell: &Shell, branding: &ClientBranding) -> String {
    let ClientBranding { head, client, address, preview, saved, nonce, .. } = branding.clone();
    page(shell, Section::Views, "A client’s own branding", || {
        let state = match saved {
            Some((author, at)) => view! { {format!("Last saved by {author}, ")} {moment(at)} "." }.into_any(),
            None => "This client sees the view’s own branding.".into_any(),
        };
        view! {
            {head.view(shell, ViewTab::Clients)}
            <div class="branding">
                <section aria-labelledby="theirs">
                    <h2 id="theirs">"For the client " <bdi>{text::text(&client)}</bdi></h2>
                    <p class="hint">{state} " Leave a field empty to use the view’s own."</p>
                    {fields(branding)}
                    {way_back(branding)}
                </section>
                <section aria-labelledby="seen">
                    <h2 id="seen">"What the client sees"</h2>
                    <iframe class="seen" src=preview title="Preview, as saved"></iframe>
                    <p class="hint">"As it is saved, with made-up events. " <a href=all(&address)>"All clients of this view"</a></p>
                </section>
            </div>
            <script type="module" nonce=nonce inner_html=UPLOAD></script>
        }
        .into_any()
    })
}

/// The list that the page belongs to.
fn all(address: &str) -> String {
    address.rsplit_once('/').map_or(address, |(list, _)| list).to_owned()
}

fn fields(branding: &ClientBranding) -> AnyView {
    let ClientBranding { address, form, mistakes, .. } = branding;
    let BrandingForm { title, logo, dark_logo, accent, dark_accent, links } = form.clone();
    let line = |name, label, value, hint| Field::text(name, label, value, hint).optional().view(mistakes);
    let wrong = mistakes.0.get("links").cloned();
    let invalid = wrong.is_some().then_some("true");
    let told = match wrong {
        Some(wrong) => view! { <span class="mistake" id="links-told">{wrong}</span> }.into_any(),
        None => view! { <span class="hint" id="links-told">"One per line: a label, a space, an https address. They replace all of the view’s links."</span> }.into_any(),
    };
    view! {
        {mistakes.above()}
        <form method="post" action=address.clone()>
            {line("title", "Title", title, "Above the log, and the name of the page.")}
            {line("logo", "Logo", logo, "An https address, or a file of at most 256 KB.")}
            {upload("logo", "Upload: Logo", &branding.pictures)}
            {line("darkLogo", "Dark logo", dark_logo, "Without one, the light logo is used.")}
            {upload("darkLogo", "Upload: Dark logo", &branding.pictures)}
            {line("accent", "Accent", accent, "A color, such as #2a5bd0.")}
            {line("darkAccent", "Dark accent", dark_accent, "A lighter color, readable on dark pages.")}
            <p class="field">
                <label for="links">"Links"</label>
                <textarea id="links" name="links" rows="4" spellcheck="false" aria-describedby="links-told" aria-invalid=invalid>{links}</textarea>
                {told}
            </p>
            <button type="submit">"Save changes"</button>
        </form>
    }
    .into_any()
}

/// Takes a file, where scripts run.
fn upload(fills: &'static str, label: &'static str, pictures: &str) -> AnyView {
    view! {
        <p class="upload" hidden=true>
            <input
                type="file" aria-label=label accept="image/svg+xml,image/png,image/jpeg,image/webp,image/gif"
                data-fills=fills data-to=pictures.to_owned()
            />
            <span class="hint" role="status"></span>
        </p>
    }
    .into_any()
}

/// One button that leaves nothing of the client's own.
fn way_back(branding: &ClientBranding) -> Option<AnyView> {
    branding.saved.as_ref()?;
    let reset = format!("{}/reset", branding.address);
    Some(
        view! {
            <form method="post" action=reset><button type="submit" class="danger">"Reset to the view’s branding"</button></form>
        }
        .into_any(),
    )
}
