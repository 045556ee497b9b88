//! Whose events a file holds, and what the caller says of that.

use super::mapping::{Mapping, SHIPPED, Shipped};
use super::pages::Pages;
use anyhow::{Context, bail, ensure};
use daybook::backend::ingest::{Item, Translation};
use daybook::domain::access::ClientId;
use daybook::http::history::{Format, repeat_of};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A word for `--format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormatName {
    /// Of an API that Daybook speaks.
    Spoken(Format),
    /// Of a service that a shipped mapping knows.
    Shipped(Shipped),
}

impl FormatName {
    /// All of them.
    pub fn all() -> impl Iterator<Item = Self> {
        Format::ALL.into_iter().map(Self::Spoken).chain(SHIPPED.into_iter().map(Self::Shipped))
    }

    pub fn word(self) -> &'static str {
        match self {
            Self::Spoken(format) => format.word(),
            Self::Shipped(shipped) => shipped.name,
        }
    }

    /// Reads one, as clap wants it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let expected = || format!("expected {}", Self::all().map(Self::word).collect::<Vec<_>>().join(", "));
        Self::all().find(|name| name.word() == text).ok_or_else(expected)
    }
}

/// A word for `--map`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MapArgument {
    /// A file of rules.
    File(PathBuf),
    /// A column of a table, or a path in JSON, and the field that it is.
    Pair(String, String),
}

impl MapArgument {
    /// Reads one, as clap wants it.
    pub fn parse(text: &str) -> Result<Self, String> {
        match text.split_once('=') {
            Some((column, field)) => Ok(Self::Pair(column.trim().to_owned(), field.trim().to_owned())),
            None if Path::new(text).extension().is_some_and(|ending| ending.eq_ignore_ascii_case("toml")) => {
                Ok(Self::File(text.into()))
            }
            None => Err("expected COLUMN=FIELD, or a file of rules that is called *.toml".to_owned()),
        }
    }
}

/// Whose events a file holds.
#[derive(Debug, Clone)]
pub enum EventFormat {
    /// Those of an API that Daybook speaks.
    Spoken(Format),
    /// Those of a service that it has rules for.
    Mapped(Arc<Mapping>),
}

impl EventFormat {
    /// Its word.
    pub fn word(&self) -> &str {
        match self {
            Self::Spoken(format) => format.word(),
            Self::Mapped(mapping) => mapping.name(),
        }
    }

    /// How its events become ours; `None` for our own.
    pub fn translation(&self) -> Option<Arc<dyn Translation>> {
        match self {
            Self::Spoken(format) => {
                format.history().translation().map(|spoken| Arc::new(spoken) as Arc<dyn Translation>)
            }
            Self::Mapped(mapping) => Some(Arc::clone(mapping) as Arc<dyn Translation>),
        }
    }

    /// An event of a file, ready to be taken in.
    pub fn item(&self, text: &str, line: u64, client: Option<&ClientId>) -> Item {
        match self {
            Self::Spoken(format) => format.item(text, line, client),
            Self::Mapped(_) => {
                Item { json: text.to_owned(), uuid: None, repeat: repeat_of(text, line), api: None, masked: Vec::new() }
            }
        }
    }
}

/// What the caller says of files; the rest is asked of each file itself.
#[derive(Debug, Clone, Default)]
pub struct Requested {
    pub format: Option<EventFormat>,
    /// Columns or paths, and the fields that they are.
    pub pairs: Vec<(String, String)>,
    /// Whose log events are that name no client.
    pub client: Option<ClientId>,
}

impl Requested {
    /// From the words of the command line.
    pub fn of(format: Option<FormatName>, map: Vec<MapArgument>, client: Option<ClientId>) -> anyhow::Result<Self> {
        let (mut files, mut pairs) = (Vec::new(), Vec::new());
        for argument in map {
            match argument {
                MapArgument::File(path) => files.push(path),
                MapArgument::Pair(from, field) => pairs.push((from, field)),
            }
        }
        let format = match (format, files.as_slice()) {
            (None, []) => None,
            (Some(FormatName::Spoken(format)), []) => Some(EventFormat::Spoken(format)),
            (Some(FormatName::Shipped(shipped)), []) => Some(EventFormat::Mapped(Arc::new(shipped.mapping()?))),
            (None, [path]) => {
                let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
                let name = path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
                let mapping = Mapping::parse(&text, &name).with_context(|| path.display().to_string())?;
                Some(EventFormat::Mapped(Arc::new(mapping)))
            }
            (Some(_), [_]) => bail!("a mapping file says how events are read; leave --format out"),
            (_, _) => bail!("expected one mapping file"),
        };
        Ok(Self { format, pairs, client })
    }

    /// Where pages hold events.
    pub fn pages(&self) -> Pages {
        match &self.format {
            Some(EventFormat::Mapped(mapping)) => mapping.pages(),
            Some(EventFormat::Spoken(_)) | None => Pages::default(),
        }
    }

    /// How the events of a JSON file are read, of which this is the first.
    pub fn of_json(&self, first: Option<&str>) -> anyhow::Result<EventFormat> {
        let guess = || {
            let event: Value = serde_json::from_str(first?).ok()?;
            guessed(Format::of_event(&event), |mapping| mapping.matches(&event))
        };
        let is_ours = |format: &EventFormat| matches!(format, EventFormat::Spoken(Format::Native));
        match self.format.clone().or_else(guess) {
            Some(EventFormat::Mapped(mapping)) => self.complete(&mapping),
            format if !self.pairs.is_empty() => {
                let is_alone = format.as_ref().is_none_or(is_ours);
                ensure!(is_alone, "--map COLUMN=FIELD is for tables, and for JSON that no other API has made");
                self.complete(&Mapping::of_own_names()?)
            }
            Some(format) => Ok(format),
            // Nothing of nobody's.
            None if first.is_none() => Ok(EventFormat::Spoken(Format::Native)),
            None => {
                bail!("cannot tell whose events these are; name it with --format, or say how they are read with --map")
            }
        }
    }

    /// How the rows of a table are read, whose titles are these.
    pub fn of_table(&self, titles: &[String]) -> anyhow::Result<EventFormat> {
        let renamed: Vec<String> = titles.iter().map(|title| self.renamed(title).to_owned()).collect();
        let guess = || guessed(Format::of_titles(&renamed), |mapping| mapping.matches_titles(titles));
        let format = self.format.clone().or_else(guess);
        for (title, _) in &self.pairs {
            ensure!(titles.contains(title), "--map names the column {title:?}, which is not in the file");
        }
        match format.context("cannot tell whose table this is; name it with --format, and columns with --map")? {
            EventFormat::Mapped(mapping) => self.complete(&mapping),
            format @ EventFormat::Spoken(_) => Ok(format),
        }
    }

    /// What a column is called in the format.
    pub fn renamed<'t>(&'t self, title: &'t str) -> &'t str {
        self.pairs.iter().find(|(from, _)| from == title).map_or(title, |(_, field)| field)
    }

    fn complete(&self, mapping: &Mapping) -> anyhow::Result<EventFormat> {
        let mapping = mapping.clone().with_pairs(&self.pairs)?.with_client(self.client.clone());
        ensure!(
            mapping.names_client(),
            "events of {} name no client; say whose they are with --client",
            mapping.name()
        );
        Ok(EventFormat::Mapped(Arc::new(mapping)))
    }
}

/// The only format that fits.
fn guessed(spoken: Option<Format>, fits: impl Fn(&Mapping) -> bool) -> Option<EventFormat> {
    let mapped = SHIPPED.into_iter().filter_map(|shipped| shipped.mapping().ok()).filter(|mapping| fits(mapping));
    let mut fitting =
        spoken.map(EventFormat::Spoken).into_iter().chain(mapped.map(|mapping| EventFormat::Mapped(Arc::new(mapping))));
    fitting.next().filter(|_| fitting.next().is_none())
}
