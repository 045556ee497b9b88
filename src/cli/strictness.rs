//! `daybook strictness …`

use super::arguments::{StrictnessChange, StrictnessCommand};
use super::output::{print, print_json};
use super::product::{Use, open};
use super::views::in_full;
use daybook::backend::auth::Steward;
use daybook::backend::settings::Settings;
use daybook::backend::storage::ViolationRecord;
use daybook::backend::{projects, strictness};
use daybook::domain::access::ProjectName;
use daybook::domain::strictness::{Api, Strictness, StrictnessOf};
use serde_json::json;

/// Shows or sets.
pub async fn run(settings: &Settings, project: &ProjectName, command: StrictnessCommand) -> anyhow::Result<()> {
    let backend = open(settings, Use::Existing).await?;
    let project = projects::id(&backend, project).await?;
    match command {
        StrictnessCommand::Show { json } => {
            let chosen = strictness::chosen(&backend, project).await?;
            let counted = strictness::counted(&backend, project).await?;
            if json { print_json(&as_json(chosen, &counted))? } else { print(&told(chosen, &counted))? }
        }
        StrictnessCommand::Set(StrictnessChange { workos, retraced }) => {
            let steward = Steward::of_the_machine(project);
            for (api, word) in [(Api::WorkOs, workos), (Api::Retraced, retraced)] {
                if let Some(chosen) = word.as_deref().and_then(Strictness::of_word) {
                    strictness::choose(&backend, &steward, api, chosen).await.map_err(in_full)?;
                }
            }
            print(&told(strictness::chosen(&backend, project).await?, &[]))?;
        }
    }
    backend.close().await;
    Ok(())
}

fn as_json(chosen: StrictnessOf, counted: &[ViolationRecord]) -> serde_json::Value {
    let one = |record: &ViolationRecord| {
        json!({"kind": record.violation.word(), "accepted": record.accepted, "refused": record.refused,
            "last": record.at.to_string(), "example": record.example})
    };
    json!({"chosen": chosen, "violations": counted.iter().map(one).collect::<Vec<_>>()})
}

fn told(chosen: StrictnessOf, counted: &[ViolationRecord]) -> String {
    let choices = Api::ALL.map(|api| format!("{:<10}{}", api.name(), chosen.of(api)));
    let counts = counted.iter().map(|record| {
        let ViolationRecord { violation, accepted, refused, at, example } = record;
        let (name, answer) = violation.told();
        format!(
            "\n{}: {name} ({answer})\n  {accepted} accepted, {refused} refused; last {at}: {example}",
            violation.api().name()
        )
    });
    choices.into_iter().chain(counts).collect::<Vec<_>>().join("\n")
}
