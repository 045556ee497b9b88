//! The command line.

mod arguments;
mod greeting;
mod import;
mod keys;
mod logging;
mod masking;
mod members;
mod output;
mod product;
mod projects;
mod schemas;
mod secret;
mod serve;
mod strictness;
mod upkeep;
mod views;

use anyhow::Context;
use arguments::{Arguments, Command};
use daybook::backend::settings::Settings;
use rustix::fs::Mode;
use std::process::ExitCode;

/// Runs the command that the process was started with. The exit code is 0 when it is done, 1 when it failed and 2 when
/// the arguments or settings cannot be used.
pub fn run() -> ExitCode {
    // What is made from here on is other people's, and its owner's alone to open.
    rustix::process::umask(Mode::RWXG | Mode::RWXO);
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
    // Threads for long computations, which keep a core busy each: more than a few would only take memory and turns.
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    runtime.enable_all().max_blocking_threads(4 * cores);
    let runtime = runtime.build().context("cannot start the worker threads")?;
    runtime.block_on(async {
        match command {
            Command::Serve { demo } => serve::serve(settings, demo).await?,
            Command::Demo => serve::fill(settings).await?,
            Command::Project(command) => projects::run(settings, command).await?,
            Command::Key { project, command } => keys::run(settings, &project, command).await?,
            Command::View { project, command } => views::run(settings, &project, command).await?,
            Command::Masking { project, command } => masking::run(settings, &project, command).await?,
            Command::Strictness { project, command } => strictness::run(settings, &project, command).await?,
            Command::Schema { project, command } => schemas::run(settings, &project, command).await?,
            Command::Import { project, import } => return import::run(settings, &project, import).await,
            Command::Member(command) => members::run(settings, command).await?,
            Command::Backup { file } => upkeep::backup(settings, &file).await?,
            Command::Restore { file, folder, replace } => upkeep::restore(&file, &folder, replace).await?,
            Command::Check { file } => return upkeep::check(settings, file.as_deref()).await,
            Command::Secret(command) => return secret::run(settings, command).await,
            Command::Reindex => upkeep::reindex(settings).await?,
        }
        Ok(ExitCode::SUCCESS)
    })
}
