//! The command line.

mod arguments;
mod greeting;
mod keys;
mod logging;
mod output;
mod product;
mod serve;
mod upkeep;
mod views;

use anyhow::Context;
use arguments::{Arguments, Command};
use daybook::backend::settings::Settings;
use std::process::ExitCode;

/// Runs the command that the process was started with. The exit code is 0 when it is done, 1 when it failed and 2 when
/// the arguments or settings cannot be used.
pub fn run() -> ExitCode {
    let Arguments { command, settings } = match arguments::read() {
        Ok(arguments) => arguments,
        Err(error) => return refused(&error),
    };
    if let Err(error) = logging::start(&settings) {
        return refused(&error);
    }
    match execute(command, &settings) {
        Ok(code) => code,
        Err(error) => {
            output::complain(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn refused(error: &anyhow::Error) -> ExitCode {
    output::complain(&format!("{error:#}"));
    ExitCode::from(2)
}

fn execute(command: Command, settings: &Settings) -> anyhow::Result<ExitCode> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().context("cannot start the worker threads")?;
    runtime.block_on(async {
        match command {
            Command::Serve { demo } => serve::serve(settings, demo).await?,
            Command::Demo => serve::fill(settings).await?,
            Command::Key(command) => keys::run(settings, command).await?,
            Command::View(command) => views::run(settings, command).await?,
            Command::Backup { file } => upkeep::backup(settings, &file).await?,
            Command::Check => return upkeep::check(settings).await,
            Command::Reindex => upkeep::reindex(settings).await?,
        }
        Ok(ExitCode::SUCCESS)
    })
}
