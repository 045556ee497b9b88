//! How an import goes on: a bar on a terminal, elsewhere a line now and then.

use super::super::output::tell;
use indicatif::{HumanCount, ProgressBar, ProgressStyle};
use std::io::IsTerminal;
use std::time::{Duration, Instant};

/// Between two lines where there is no terminal.
const EVERY: Duration = Duration::from_secs(10);

/// Shows how far one file is.
pub struct Meter {
    name: String,
    length: Option<u64>,
    bar: Option<ProgressBar>,
    told: Instant,
}

impl Meter {
    /// For a file of so many bytes, if that is known.
    pub fn new(name: &str, length: Option<u64>) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| bar(name, length));
        Self { name: name.to_owned(), length, bar, told: Instant::now() }
    }

    /// So many bytes are read, and so many events dealt with.
    pub fn show(&mut self, bytes: u64, events: u64) {
        if let Some(bar) = &self.bar {
            bar.set_position(bytes);
            bar.set_message(format!("{} events", HumanCount(events)));
        } else if self.told.elapsed() >= EVERY {
            self.told = Instant::now();
            let part = self.length.filter(|length| *length > 0).map(|length| bytes.min(length) * 100 / length);
            let part = part.map(|part| format!(", {part} %")).unwrap_or_default();
            tell(&format!("{}: {} events{part}", self.name, HumanCount(events)));
        }
    }

    /// Something else is to be said meanwhile.
    pub fn aside(&self, say: impl FnOnce() -> anyhow::Result<()>) -> anyhow::Result<()> {
        match &self.bar {
            Some(bar) => bar.suspend(say),
            None => say(),
        }
    }

    /// It is done.
    pub fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn bar(name: &str, length: Option<u64>) -> ProgressBar {
    let (bar, template) = match length {
        Some(length) => (ProgressBar::new(length), "{prefix} [{bar:30}] {percent} %  {msg}  {eta} left"),
        None => (ProgressBar::no_length(), "{prefix} {spinner}  {bytes}  {msg}"),
    };
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    bar.with_style(style.progress_chars("=> ")).with_prefix(name.to_owned())
}
