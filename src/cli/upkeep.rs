//! `daybook backup`, `daybook check`, `daybook reindex`

use super::output::print;
use super::product::{Use, ensure_log, open};
use anyhow::Context;
use daybook::backend::settings::Settings;
use daybook::backend::storage::sqlite::Sqlite;
use daybook::backend::upkeep;
use std::path::Path;
use std::process::ExitCode;

/// Copies the log.
pub async fn backup(settings: &Settings, file: &Path) -> anyhow::Result<()> {
    let backend = open(settings, Use::Existing).await?;
    upkeep::backup(&backend, file).await.with_context(|| format!("cannot copy the log to {}", file.display()))?;
    backend.close().await;
    print(&format!("Copied the log to {}. Keep {} as well, in another place.", file.display(), secret(settings)))?;
    Ok(())
}

fn secret(settings: &Settings) -> String {
    settings.data.join("server.secret").display().to_string()
}

/// Reads everything; the exit code says whether it is sound.
pub async fn check(settings: &Settings) -> anyhow::Result<ExitCode> {
    let backend = open(settings, Use::Existing).await?;
    let report = upkeep::check(&backend).await.context("cannot read the log")?;
    backend.close().await;
    for fault in &report.faults {
        print(fault)?;
    }
    print(&match report.faults.len() {
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
