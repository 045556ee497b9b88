//! `daybook key …`

use super::arguments::KeyCommand;
use super::output::{print, print_json};
use super::product::{Use, open};
use super::views::in_full;
use daybook::backend::auth::Steward;
use daybook::backend::keys::{self, CreatedKey, KeySummary, NewKey};
use daybook::backend::projects;
use daybook::backend::settings::Settings;
use daybook::domain::access::{KeyId, ProjectName};
use daybook::domain::problem::Problem;

/// Makes, lists or revokes.
pub async fn run(settings: &Settings, project: &ProjectName, command: KeyCommand) -> anyhow::Result<()> {
    let purpose = if matches!(command, KeyCommand::Create { .. }) { Use::Settings } else { Use::Existing };
    let backend = open(settings, purpose).await?;
    let project = projects::id(&backend, project).await?;
    let steward = Steward::of_the_machine(project);
    match command {
        KeyCommand::Create { name, scope, client, expires, json } => {
            let key = NewKey { name, scopes: scope, client, expires_at: expires };
            let key = keys::create(&backend, &steward, key).await.map_err(in_full)?;
            if json { print_json(&key)? } else { print(&created(&key))? }
        }
        KeyCommand::Roll { id, keep_old, json } => {
            let id = KeyId::parse(id)?;
            let key = keys::roll(&backend, &steward, &id, keep_old).await.map_err(|problem| unknown(&id, problem))?;
            if json { print_json(&key)? } else { print(&created(&key))? }
        }
        KeyCommand::List { json } => {
            let keys = keys::list(&backend, project).await?;
            if json { print_json(&keys)? } else { print(&table(&keys))? }
        }
        KeyCommand::Revoke { id } => {
            let id = KeyId::parse(id)?;
            keys::revoke(&backend, &steward, &id).await.map_err(|problem| unknown(&id, problem))?;
            print(&format!("Revoked {id}."))?;
        }
    }
    backend.close().await;
    Ok(())
}

fn unknown(id: &KeyId, problem: Problem) -> anyhow::Error {
    match problem {
        Problem::NotFound => anyhow::anyhow!("there is no key {id} in use"),
        problem => problem.into(),
    }
}

fn created(key: &CreatedKey) -> String {
    let CreatedKey { id, secret, bearer } = key;
    format!(
        "Consumer id  {id}\nSecret       {secret}\n\nThe secret is shown only now. Send both as\n\n  x-api-key: {id}:{secret}\n\nor as\n\n  authorization: Bearer {bearer}"
    )
}

fn table(keys: &[KeySummary]) -> String {
    let mut lines = vec![line("id", "created", "used", "state", "scopes", "name")];
    lines.extend(keys.iter().map(|key| {
        let used = key.last_used_at.map_or_else(|| "never".to_owned(), |at| at.to_string());
        let scopes = match &key.client {
            Some(client) => format!("{} for {client}", key.scopes),
            None => key.scopes.to_string(),
        };
        line(key.id.as_str(), &key.created_at.to_string(), &used, &state(key), &scopes, &key.name)
    }));
    lines.join("\n")
}

fn line(id: &str, created: &str, used: &str, state: &str, scopes: &str, name: &str) -> String {
    format!("{id:<19}  {created:<24}  {used:<24}  {state:<32}  {scopes:<18}  {name}")
}

fn state(key: &KeySummary) -> String {
    match (key.revoked_at, key.expires_at) {
        (Some(at), _) => format!("revoked {at}"),
        (None, Some(at)) => format!("until {at}"),
        (None, None) => "in use".to_owned(),
    }
}
