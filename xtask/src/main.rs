//! The build's own steps, run as `cargo xtask …`.

mod check;
mod front;
mod site;
mod strip;
mod wasm;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask front [--release]   build what the browser loads into target/site
cargo xtask check               lint the three builds: server, browser, neither";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments.as_slice() {
        ["front"] => front::build(front::Profile::Dev),
        ["front", "--release"] => front::build(front::Profile::Release),
        ["check"] => check::lint(),
        _ => {
            eprintln!("{HELP}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
