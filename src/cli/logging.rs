//! Where the log goes: to standard error, so that standard output stays for what was asked.

use anyhow::Context;
use daybook::backend::settings::{LogFormat, Settings};
use std::io;
use tracing_subscriber::EnvFilter;

/// Starts it.
pub fn start(settings: &Settings) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&settings.log_level)
        .with_context(|| format!("log_level is {:?}; expected a filter such as info", settings.log_level))?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    match settings.log {
        LogFormat::Text => log.with_ansi(io::IsTerminal::is_terminal(&io::stderr())).init(),
        LogFormat::Json => log.json().flatten_event(true).init(),
    }
    Ok(())
}
