//! `daybook masking …`

use super::output::{print, print_json};
use super::product::{Use, open};
use super::project_commands::{MaskingChange, MaskingCommand};
use super::views::in_full;
use daybook::backend::auth::Steward;
use daybook::backend::masking::{self, MaskingRules};
use daybook::backend::projects;
use daybook::backend::settings::Settings;
use daybook::domain::access::ProjectName;

/// Shows or sets.
pub async fn run(settings: &Settings, project: &ProjectName, command: MaskingCommand) -> anyhow::Result<()> {
    let backend = open(settings, Use::Existing).await?;
    let project = projects::id(&backend, project).await?;
    let steward = Steward::of_the_machine(project);
    match command {
        MaskingCommand::Show { json } => {
            let rules = masking::rules(&backend, project).await?;
            if json { print_json(&rules)? } else { print(&told(&rules))? }
        }
        MaskingCommand::Set(change) => {
            let rules = masking::change(&backend, &steward, |rules| changed(rules, change)).await.map_err(in_full)?;
            print(&told(&rules))?;
        }
    }
    backend.close().await;
    Ok(())
}

fn changed(rules: MaskingRules, change: MaskingChange) -> MaskingRules {
    let MaskingChange { on, also, except } = change;
    let list =
        |text: String| text.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect();
    MaskingRules {
        on: on.map_or(rules.on, |on| on == "yes"),
        also: also.map_or(rules.also, list),
        except: except.map_or(rules.except, list),
    }
}

fn told(rules: &MaskingRules) -> String {
    let MaskingRules { on, also, except } = rules;
    let list = |names: &[String]| if names.is_empty() { "-".to_owned() } else { names.join(", ") };
    let on = if *on { "yes" } else { "no" };
    format!("Masks secrets   {on}\nAlso            {}\nExcept          {}", list(also), list(except))
}
