//! `daybook view …`

use super::output::{print, print_json};
use super::product::{Use, open};
use super::project_commands::{ViewChange, ViewCommand};
use anyhow::Context;
use daybook::backend::auth::Steward;
use daybook::backend::settings::Settings;
use daybook::backend::views::{self, Change, OwnedView};
use daybook::backend::{projects, start};
use daybook::domain::access::{Origin, ProjectName, ViewId};
use daybook::domain::opening::RecordedOpenings;
use daybook::domain::problem::Problem;
use serde::Serialize;

/// What a script gets.
#[derive(Serialize)]
struct Shown<'v> {
    id: &'v ViewId,
    access_key: &'v str,
}

/// Shows or changes the first view, made where there is none.
pub async fn run(settings: &Settings, project: &ProjectName, command: ViewCommand) -> anyhow::Result<()> {
    let backend = open(settings, Use::Settings).await?;
    let project = projects::id(&backend, project).await?;
    let id = start::view(&backend, project).await?;
    let steward = Steward::of_the_machine(project);
    let json = match command {
        ViewCommand::Show { json } => json,
        ViewCommand::Set(change) => {
            views::change(&backend, &steward, &id, read(change)?).await.map_err(in_full)?;
            false
        }
    };
    let view = views::show_to(&backend, &steward, &id).await?;
    backend.close().await;
    if json {
        return print_json(&Shown { id: &id, access_key: &view.access_key });
    }
    print(&text(&view))?;
    Ok(())
}

fn text(view: &OwnedView) -> String {
    let OwnedView { id, name, config, access_key, kid, signing_secret, tokens_only, origins } = view;
    let origins = match origins.as_slice() {
        [] => "pages of this machine only".to_owned(),
        origins => origins.iter().map(Origin::as_str).collect::<Vec<_>>().join(", "),
    };
    let tokens_only = if *tokens_only { "yes" } else { "no" };
    let columns = config.columns.iter().map(|column| column.label.as_str()).collect::<Vec<_>>().join(", ");
    format!(
        "View            {id}\nName            {name}\nTitle           {}\nColumns         {columns}\nAccess key      {access_key}\nSigning key id  {kid}\nSigning secret  {signing_secret}\nTokens only     {tokens_only}\nFramed by       {origins}",
        config.brand.title
    )
}

fn read(change: ViewChange) -> anyhow::Result<Change> {
    let ViewChange { tokens_only, record_openings, origins, appearance, new_access_key, new_signing_secret } = change;
    let config = appearance.map(|file| {
        let text = std::fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        serde_json::from_str(&text).with_context(|| format!("{} is not a view document", file.display()))
    });
    Ok(Change {
        tokens_only: tokens_only.map(|answer| answer == "yes"),
        recorded: record_openings.as_deref().and_then(RecordedOpenings::of_word),
        origins: origins.map(|list| self::origins(&list)).transpose()?,
        config: config.transpose()?,
        new_access_key,
        new_signing_secret,
    })
}

fn origins(list: &str) -> anyhow::Result<Vec<Origin>> {
    let given = list.split(',').map(str::trim).filter(|origin| !origin.is_empty());
    given.map(|origin| Origin::parse(origin).with_context(|| format!("--origins names {origin:?}"))).collect()
}

/// Faults by name: "1 invalid field" would not help.
pub(super) fn in_full(problem: Problem) -> anyhow::Error {
    match problem {
        Problem::Invalid { faults } => {
            let faults: Vec<String> =
                faults.iter().map(|(path, expected)| format!("{path}: {}", expected.join(", "))).collect();
            anyhow::anyhow!("{}", faults.join("; "))
        }
        problem => problem.into(),
    }
}
