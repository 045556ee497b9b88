//! What could not be stored: the first few lines for people, all of them for a file.

use super::super::output::tell;
use super::events::{Line, Unreadable};
use anyhow::Context;
use daybook::backend::private_files;
use daybook::domain::problem::Faults;
use serde_json::{Value, json};
use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write};
use std::path::Path;

/// Lines that are told on the screen.
const TOLD: u64 = 20;

/// Where refused lines go.
pub struct Refused {
    file: Option<BufWriter<File>>,
    told: u64,
    count: u64,
}

impl Refused {
    /// Into a file as well, if there is one. An import that goes on adds to it.
    pub fn open(path: Option<&Path>, goes_on: bool) -> anyhow::Result<Self> {
        let open = |path: &Path| {
            let options = &mut OpenOptions::new();
            let options = options.create(true).write(true).append(goes_on).truncate(!goes_on);
            private_files::open(path, options)
                .map(BufWriter::new)
                .with_context(|| format!("cannot write {}", path.display()))
        };
        Ok(Self { file: path.map(open).transpose()?, told: 0, count: 0 })
    }

    /// Notes one: what it is, and what is wrong with it.
    pub fn note(&mut self, source: &str, line: &Line, faults: &Faults) -> anyhow::Result<()> {
        let field = faults.iter().next().map(|(field, _)| field).unwrap_or_default();
        let reason = sentence(faults);
        self.count += 1;
        if self.told < TOLD {
            self.told += 1;
            tell(&format!("{source}, line {}: {reason}", line.number));
        }
        let Some(file) = &mut self.file else { return Ok(()) };
        let event = match &line.event {
            Ok(text) => serde_json::from_str(text).unwrap_or_else(|_| Value::from(text.as_str())),
            Err(Unreadable { text, .. }) => Value::from(text.as_str()),
        };
        let entry = json!({"file": source, "line": line.number, "field": field, "reason": reason, "event": event});
        writeln!(file, "{entry}").context("cannot write the refused lines")
    }

    /// What was noted is in the file.
    pub fn flush(&mut self) -> anyhow::Result<()> {
        self.file.as_mut().map_or(Ok(()), Write::flush).context("cannot write the refused lines")
    }

    /// A word about those that were not told.
    pub fn end(&mut self) -> anyhow::Result<()> {
        let more = self.count - self.told;
        if more > 0 {
            let hint = if self.file.is_some() { "" } else { "; --refused FILE keeps them all" };
            tell(&format!("and {more} more{hint}"));
        }
        self.flush()
    }
}

/// Everything that is wrong, such as `actor.id is required; timestamp expected …`.
fn sentence(faults: &Faults) -> String {
    let told = faults.iter().flat_map(|(field, expected)| {
        expected.iter().map(move |expected| format!("{field} {expected}").trim().to_owned())
    });
    told.collect::<Vec<_>>().join("; ")
}
