//! `daybook project …`

use super::arguments::ProjectCommand;
use super::output::print;
use super::product::{Use, open};
use anyhow::Context;
use daybook::backend::projects;
use daybook::backend::settings::Settings;
use daybook::domain::people::Email;

/// Makes or lists.
pub async fn run(settings: &Settings, command: ProjectCommand) -> anyhow::Result<()> {
    let backend = open(settings, Use::Settings).await?;
    match command {
        ProjectCommand::Create { name, owner } => {
            let owner = owner.map(|email| Email::parse(&email)).transpose().context("--owner")?;
            projects::create_for(&backend, &name, owner.as_ref()).await.map_err(super::views::in_full)?;
            print(&format!("Made {name}."))?;
        }
        ProjectCommand::List => {
            for project in projects::all(&backend).await? {
                print(project.name.as_str())?;
            }
        }
    }
    backend.close().await;
    Ok(())
}
