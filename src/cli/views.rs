//! `daybook view …`

use super::arguments::ViewCommand;
use super::output::{print, print_json};
use super::product::{Use, open};
use daybook::backend::settings::Settings;
use daybook::backend::{start, views};
use daybook::domain::access::ViewId;
use serde::Serialize;

/// What a script gets.
#[derive(Serialize)]
struct Shown<'v> {
    id: &'v ViewId,
    access_key: &'v str,
}

/// Shows the first view, made where there is none.
pub async fn run(settings: &Settings, command: ViewCommand) -> anyhow::Result<()> {
    let ViewCommand::Show { json } = command;
    let backend = open(settings, Use::Settings).await?;
    let project = start::project(&backend).await?;
    let id = start::view(&backend, project).await?;
    let view = views::show(&backend, &id).await?;
    backend.close().await;
    if json {
        return print_json(&Shown { id: &id, access_key: &view.access_key });
    }
    let origins = match view.origins.as_slice() {
        [] => "pages of this machine only".to_owned(),
        origins => origins.iter().map(|origin| origin.as_str()).collect::<Vec<_>>().join(", "),
    };
    print(&format!(
        "View            {id}\nAccess key      {}\nSigning key id  {}\nSigning secret  {}\nFramed by       {origins}\nTokens only     {}",
        view.access_key,
        view.kid,
        view.signing_secret,
        if view.tokens_only { "yes" } else { "no" },
    ))?;
    Ok(())
}
