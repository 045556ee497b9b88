//! `daybook secret …`

use super::arguments::SecretCommand;
use super::output::{print, print_json};
use super::product::{Use, ensure_log, open_storage, over};
use daybook::backend::secret_reset::{self, ResetView};
use daybook::backend::server_secret::{self, Replacement};
use daybook::backend::settings::Settings;
use daybook::backend::storage::{SealedValues, Seals, Storage};
use std::path::Path;
use std::process::ExitCode;

/// Makes a new secret, or says what that would cost.
pub async fn run(settings: &Settings, command: SecretCommand) -> anyhow::Result<ExitCode> {
    let SecretCommand::Reset { yes, json } = command;
    let folder = &settings.data;
    ensure_log(folder)?;
    let storage = open_storage(settings, Use::Append).await?;
    let sealed = storage.sealed_values().await?;
    if !yes {
        storage.close().await;
        print(&cost(folder, &sealed))?;
        return Ok(ExitCode::from(2));
    }
    let replacement = Replacement::make(folder)?;
    let backend = over(settings, storage, replacement.secret.clone())?;
    let views = secret_reset::reset(&backend).await;
    backend.close().await;
    let views = views?;
    let aside = replacement.commit()?;
    if json {
        print_json(&views)?;
    } else {
        print(&done(folder, aside.as_deref(), &views))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn cost(folder: &Path, sealed: &SealedValues) -> String {
    let SealedValues { access_keys, signing_secrets, second_factors, .. } = sealed;
    format!(
        "This makes a new {}, and cannot be undone. What the secret before has sealed or signed ends:

  access keys       {}: every view gets a new one, for the pages that show it
  signing secrets   {}: every view gets a new one, for your servers
  second factors    {}: their owners sign in with their password alone until they set one up again
  sessions          everybody signs in again, and every open viewer is opened again by its page
  what was given    links of exports, portal links and Retraced tokens stop working

Events, API keys, passwords and what views look like stay. The account trail of every project tells of it.
Nothing was changed. To do it: daybook secret reset --yes",
        server_secret::path(folder).display(),
        access_keys.len(),
        signing_secrets.len(),
        second_factors.len(),
    )
}

fn done(folder: &Path, aside: Option<&Path>, views: &[ResetView]) -> String {
    let path = server_secret::path(folder);
    let mut told = vec![format!("Made a new {}. Keep a copy of it in another place than the backups.", path.display())];
    if let Some(aside) = aside {
        told.push(format!("The one before is {}; remove it unless another log was sealed with it.", aside.display()));
    }
    told.extend(views.iter().map(|view| {
        let ResetView { project, view, name, access_key, kid, signing_secret } = view;
        format!(
            "\nProject         {project}\nView            {view}  {name}\nAccess key      {access_key}\nSigning key id  {kid}\nSigning secret  {signing_secret}"
        )
    }));
    told.join("\n")
}
