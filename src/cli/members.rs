//! `daybook member …`

use super::arguments::MemberCommand;
use super::output::print;
use super::product::{Use, open};
use daybook::backend::people;
use daybook::backend::settings::Settings;

/// Resets an account.
pub async fn run(settings: &Settings, command: MemberCommand) -> anyhow::Result<()> {
    let MemberCommand::Reset { email } = command;
    let backend = open(settings, Use::Existing).await?;
    let password = people::reset(&backend, &email).await.map_err(super::views::in_full)?;
    backend.close().await;
    print(&format!(
        "{email} signs in with this password from now on, and nowhere is signed in still:

  {password}

It is not shown again. Their second factor is off; both can be set anew at /admin/account."
    ))?;
    Ok(())
}
