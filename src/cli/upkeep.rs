//! `daybook backup`, `daybook restore`, `daybook check`, `daybook reindex`

use super::output::print;
use super::product::{Use, ensure_log, open_storage};
use anyhow::Context;
use daybook::backend::clock::Clock;
use daybook::backend::settings::Settings;
use daybook::backend::storage::sqlite::{CheckedFile, Restored, Sqlite};
use daybook::backend::storage::{CheckReport, Seals, Storage};
use daybook::backend::{private_files, server_secret};
use std::path::Path;
use std::process::ExitCode;

/// Copies the log, whichever version uses it at the moment.
pub async fn backup(settings: &Settings, file: &Path) -> anyhow::Result<()> {
    ensure_log(&settings.data)?;
    private_files::secure(&settings.data)?;
    let copied = Sqlite::backup_of(&settings.data, file).await;
    let copied = copied.with_context(|| format!("cannot copy the log to {}", file.display()))?;
    print(&format!(
        "Copied {} events to {} and checked the copy.\nKeep {} as well, in another place: without it nobody opens the \
         views' access keys and signing secrets.",
        copied.report.events,
        file.display(),
        server_secret::path(&settings.data).display()
    ))?;
    Ok(())
}

/// Puts a copy into a folder, and says what is still to do.
pub async fn restore(file: &Path, folder: &Path, replace: bool) -> anyhow::Result<()> {
    let restored = Sqlite::restore(file, folder, replace, Clock::system().now()).await;
    let Restored { checked, aside } = restored.with_context(|| format!("cannot restore {}", file.display()))?;
    let mut told = vec![format!("Restored {} events into {}.", checked.report.events, folder.display())];
    if checked.is_older {
        told.push(
            "They are of an older version of Daybook: the next start upgrades them, and keeps a copy.".to_owned(),
        );
    }
    if let Some(aside) = aside {
        told.push(format!("The log that was there is now {}; remove it once you do not need it.", aside.display()));
    }
    let sealed = Sqlite::sealed_values_of(&folder.join("daybook.db")).await?;
    if let Some(fault) = server_secret::fault(folder, &sealed)? {
        told.push(format!("Still to do: {fault}."));
    }
    told.push(format!(
        "Then start it: daybook serve --data {}\nIt builds the index anew meanwhile, and finds everything from the start. \
         Imports that were broken off begin anew, and store nothing twice.",
        folder.display()
    ));
    print(&told.join("\n"))?;
    Ok(())
}

/// Reads everything, of the data folder or of a copy; the exit code says whether it is sound.
pub async fn check(settings: &Settings, file: Option<&Path>) -> anyhow::Result<ExitCode> {
    match file {
        Some(file) => {
            let CheckedFile { report, is_older } = Sqlite::check_file(file).await?;
            let code = tell(&report)?;
            if is_older {
                print("It is of an older version of Daybook: its events are checked one by one once it is restored.")?;
            }
            Ok(code)
        }
        None => tell(&check_folder(settings).await?),
    }
}

/// The log, its index, and whether the secret is the one that it was sealed with.
async fn check_folder(settings: &Settings) -> anyhow::Result<CheckReport> {
    let storage = open_storage(settings, Use::Existing).await?;
    let checked = storage.check().await;
    let sealed = storage.sealed_values().await;
    storage.close().await;
    let mut report = checked.context("cannot read the log")?;
    report.faults.extend(server_secret::fault(&settings.data, &sealed?)?);
    Ok(report)
}

fn tell(report: &CheckReport) -> anyhow::Result<ExitCode> {
    for fault in report.faults.iter().chain(&report.unreadable) {
        print(fault)?;
    }
    print(&match report.faults.len() {
        0 if !report.unreadable.is_empty() => format!(
            "{} events, nothing is damaged. {} cannot be read, and were written so: they are shown as such.",
            report.events,
            report.unreadable.len()
        ),
        0 => format!("{} events, nothing is damaged.", report.events),
        faults => format!("{} events, {faults} faults.", report.events),
    })?;
    Ok(if report.faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Builds the index anew, also one that this version cannot open.
pub async fn reindex(settings: &Settings) -> anyhow::Result<()> {
    ensure_log(&settings.data)?;
    let events = Sqlite::rebuild_index(&settings.data).await.context("cannot build the index")?;
    print(&format!("Built the index of {events} events anew."))?;
    Ok(())
}
