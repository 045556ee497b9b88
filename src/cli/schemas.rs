//! `daybook schema …`

use super::arguments::SchemaCommand;
use super::output::print;
use super::product::{Use, open};
use super::views::in_full;
use daybook::backend::auth::{Reader, Steward};
use daybook::backend::projects;
use daybook::backend::settings::Settings;
use daybook::domain::access::ProjectName;
use daybook::http::schemas::{Made, actions, make};

/// Makes one, or lists them.
pub async fn run(settings: &Settings, project: &ProjectName, command: SchemaCommand) -> anyhow::Result<()> {
    let backend = open(settings, Use::Existing).await?;
    let project = projects::id(&backend, project).await?;
    match command {
        SchemaCommand::Make { action } => {
            let (steward, reader) = (Steward::of_the_machine(project), Reader::of_the_machine(project));
            let Made { version, is_new, events, schema } =
                make(&backend, &steward, &reader, &action).await.map_err(in_full)?;
            let done = if is_new { "Made version" } else { "The same as version" };
            print(&format!("{done} {version} of the schema of {action}, from {events} events:\n{schema:#}"))?;
        }
        SchemaCommand::List => {
            for (action, version) in actions(&backend, project, u32::MAX).await? {
                print(&format!("{action}  version {version}"))?;
            }
        }
    }
    backend.close().await;
    Ok(())
}
