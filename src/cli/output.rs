//! What people and scripts read.

use serde::Serialize;
use std::io::{self, Write};

/// Prints a text to standard output. A reader that has gone, such as `head`, is no failure.
pub fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match writeln!(out, "{text}").and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        done => done,
    }
}

/// Prints a value as one line of JSON.
pub fn print_json(value: &impl Serialize) -> anyhow::Result<()> {
    Ok(print(&serde_json::to_string(value)?)?)
}

/// One line to standard error.
#[expect(clippy::print_stderr, reason = "the last word of a command that failed")]
pub fn complain(message: &str) {
    eprintln!("daybook: {}", message.replace('\n', " "));
}

/// One line to standard error, of something that is still under way.
#[expect(clippy::print_stderr, reason = "standard output is for results")]
pub fn tell(message: &str) {
    eprintln!("{}", message.replace('\n', " "));
}
