//! `daybook key …`

use super::arguments::KeyCommand;
use super::output::{print, print_json};
use super::product::{Use, open};
use daybook::backend::keys::{self, CreatedKey, KeySummary};
use daybook::backend::projects;
use daybook::backend::settings::Settings;
use daybook::domain::access::{KeyId, ProjectName};
use daybook::domain::problem::Problem;

/// Makes, lists or revokes.
pub async fn run(settings: &Settings, project: &ProjectName, command: KeyCommand) -> anyhow::Result<()> {
    let purpose = if matches!(command, KeyCommand::Create { .. }) { Use::Settings } else { Use::Existing };
    let backend = open(settings, purpose).await?;
    let project = projects::id(&backend, project).await?;
    match command {
        KeyCommand::Create { name, json } => {
            let key = keys::create(&backend, project, &name).await?;
            if json { print_json(&key)? } else { print(&created(&key))? }
        }
        KeyCommand::List { json } => {
            let keys = keys::list(&backend, project).await?;
            if json { print_json(&keys)? } else { print(&table(&keys))? }
        }
        KeyCommand::Revoke { id } => {
            let id = KeyId::parse(id)?;
            keys::revoke(&backend, project, &id).await.map_err(|problem| match problem {
                Problem::NotFound => anyhow::anyhow!("there is no key {id}"),
                problem => problem.into(),
            })?;
            print(&format!("Revoked {id}."))?;
        }
    }
    backend.close().await;
    Ok(())
}

fn created(key: &CreatedKey) -> String {
    let CreatedKey { id, secret, bearer } = key;
    format!(
        "Consumer id  {id}\nSecret       {secret}\n\nThe secret is shown only now. Send both as\n\n  x-api-key: {id}:{secret}\n\nor as\n\n  authorization: Bearer {bearer}"
    )
}

fn table(keys: &[KeySummary]) -> String {
    let mut lines = vec![format!("{:<19}  {:<24}  {:<24}  {}", "id", "created", "revoked", "name")];
    lines.extend(keys.iter().map(|key| {
        let revoked = key.revoked_at.map_or_else(|| "-".to_owned(), |at| at.to_string());
        format!("{:<19}  {:<24}  {revoked:<24}  {}", key.id.as_str(), key.created_at.to_string(), key.name)
    }));
    lines.join("\n")
}
