//! `daybook import …`: events that were kept elsewhere until now.

mod events;
mod format;
mod line_ends;
mod mapping;
mod meter;
mod pages;
mod refused;
mod resume;
mod source;
mod table;
mod values;

use super::output::{print, tell};
use super::product::{Use, open};
use anyhow::Context;
use daybook::backend::auth::Steward;
use daybook::backend::ingest::{self, Became};
use daybook::backend::settings::Settings;
use daybook::backend::trail::Imported;
use daybook::backend::{Backend, projects, start};
use daybook::domain::access::{ClientId, ProjectName};
use daybook::domain::problem::Faults;
use events::{Events, Line};
use format::{EventFormat, FormatName, MapArgument, Requested};
use futures::StreamExt;
use meter::Meter;
use refused::Refused;
use resume::{Done, Progress};
use source::Source;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::mpsc;

/// Events stored at once, and bytes of them: a batch of long ones has fewer.
const BATCH: usize = 2_000;
const BATCH_BYTES: usize = 4 * 1024 * 1024;
/// Batches on their way at once: some are read while others go to the disk.
const AT_ONCE: usize = 3;

/// What to import, and how.
#[derive(clap::Args)]
pub struct ImportArguments {
    /// Files of events: NDJSON, a JSON array, pages of an API, or CSV; UTF-8 or UTF-16; packed with gzip or not; - is
    /// standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Whose events they are; without, the file must tell by itself
    #[arg(long, value_parser = FormatName::parse)]
    format: Option<FormatName>,
    /// A column that is called otherwise than in the format, such as `User ID=actor_id`; or a file of rules (TOML) for
    /// events that Daybook does not know
    #[arg(long, value_name = "COLUMN=FIELD|FILE", value_parser = MapArgument::parse)]
    map: Vec<MapArgument>,
    /// The client of events that name none
    #[arg(long, value_name = "CLIENT", value_parser = client)]
    client: Option<ClientId>,
    /// Write the lines that are refused into a file, one JSON object on each line: file, line, field, reason, event
    #[arg(long, value_name = "FILE")]
    refused: Option<PathBuf>,
}

fn client(text: &str) -> Result<ClientId, String> {
    ClientId::parse(text).map_err(|error| error.to_string())
}

/// Where the events go, and how.
struct Way {
    backend: Backend,
    steward: Steward,
    client: Option<ClientId>,
}

/// Imports the files one after another. The exit code says whether every line was taken.
pub async fn run(settings: &Settings, project: &ProjectName, import: ImportArguments) -> anyhow::Result<ExitCode> {
    let backend = open(settings, Use::Append).await?;
    let done = import_all(settings, &backend, project, import).await;
    backend.close().await;
    Ok(if done? { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn import_all(
    settings: &Settings,
    backend: &Backend,
    project: &ProjectName,
    import: ImportArguments,
) -> anyhow::Result<bool> {
    let ImportArguments { files, format, map, client, refused } = import;
    let project = match project.as_str() {
        start::PROJECT => start::project(backend).await?,
        _ => projects::id(backend, project).await?,
    };
    let requested = Requested::of(format, map, client.clone())?;
    let way = Arc::new(Way { backend: backend.clone(), steward: Steward::of_the_machine(project), client });
    let mut all_taken = true;
    let mut refused_before = false;
    for path in files {
        let source = Source::open(&path)?;
        let kind = format!("{}-{}", project.0, requested.format.as_ref().map_or("guessed", EventFormat::word));
        let progress = Progress::of(&settings.data, source.identity.as_deref(), &kind);
        let before = progress.read()?;
        let mut refused = Refused::open(refused.as_deref(), before.is_some() || refused_before)?;
        let done = import_one(&way, source, &requested, &progress, before, &mut refused)
            .await
            .with_context(|| format!("importing {}", path.display()))?;
        refused_before = true;
        all_taken &= done.refused == 0;
    }
    Ok(all_taken)
}

async fn import_one(
    way: &Arc<Way>,
    source: Source,
    requested: &Requested,
    progress: &Progress,
    before: Option<Done>,
    refused: &mut Refused,
) -> anyhow::Result<Done> {
    let Source { name, length, bytes_read, reader, .. } = source;
    let events = Events::of(reader, requested)?;
    let (format, is_guess) = (events.format.clone(), events.is_guess);
    if is_guess {
        tell(&format!("{name}: these look like events of {}; --format says otherwise", format.word()));
    }
    if let Some(before) = &before {
        tell(&format!("{name}: going on after {} events, where an earlier run stopped", before.read));
    }
    let history = Imported { file: &name, format: format.word() };
    ingest::begin_import(&way.backend, &way.steward, &history).await?;
    let mut done = before.unwrap_or_default();
    let mut meter = Meter::new(&name, length);
    let batches = read(events, done.read, bytes_read);
    let mut stored = std::pin::pin!(in_turn(batches).map(|batch| store(way, &format, batch)).buffered(AT_ONCE));
    while let Some(batch) = stored.next().await {
        let (batch, became) = batch?;
        for (line, became) in batch.lines.iter().zip(became) {
            count(&mut done, &became);
            if let Became::Refused(faults) = became {
                meter.aside(|| refused.note(&name, line, &faults))?;
            }
        }
        refused.flush()?;
        progress.keep(&done)?;
        meter.show(batch.bytes_read, done.read);
    }
    meter.end();
    refused.end()?;
    ingest::end_import(&way.backend, &way.steward, &history, done.stored, done.refused).await?;
    progress.end()?;
    print(&summary(&name, &format, &done))?;
    Ok(done)
}

fn count(done: &mut Done, became: &Became) {
    done.read += 1;
    match became {
        Became::Stored => done.stored += 1,
        Became::Repeated => done.repeated += 1,
        Became::Refused(_) => done.refused += 1,
    }
}

fn summary(name: &str, format: &EventFormat, done: &Done) -> String {
    let Done { read, stored, repeated, refused } = done;
    format!(
        "{name}, events of {}\n  read        {read:>12}\n  stored      {stored:>12}\n  duplicates  {repeated:>12}\n  refused     {refused:>12}",
        format.word()
    )
}

/// Events that are stored together.
struct Batch {
    lines: Vec<Line>,
    /// Of the file, when they were complete.
    bytes_read: u64,
}

/// Reads a file on a thread of its own, no further ahead than the disk allows. The first events may be known already.
fn read(mut events: Events, skip: u64, bytes_read: Arc<AtomicU64>) -> mpsc::Receiver<anyhow::Result<Batch>> {
    let (sender, batches) = mpsc::channel(1);
    tokio::task::spawn_blocking(move || {
        for _ in 0..skip {
            match events.next() {
                Ok(Some(_)) => {}
                Ok(None) => return,
                Err(error) => return give(&sender, Err(error)),
            }
        }
        while let Fill { batch: Some(batch), end } = fill(&mut events, &bytes_read) {
            give(&sender, Ok(batch));
            if let Some(error) = end {
                return give(&sender, Err(error));
            }
            if sender.is_closed() {
                return;
            }
        }
    });
    batches
}

/// Nobody waits any more where the import has failed; then there is nobody to tell either.
fn give(sender: &mpsc::Sender<anyhow::Result<Batch>>, batch: anyhow::Result<Batch>) {
    if sender.blocking_send(batch).is_err() {
        tracing::debug!("the import has ended before its file");
    }
}

/// What was read, if anything, and why no more can be.
struct Fill {
    batch: Option<Batch>,
    end: Option<anyhow::Error>,
}

fn fill(events: &mut Events, bytes_read: &AtomicU64) -> Fill {
    let (mut lines, mut bytes, mut end) = (Vec::with_capacity(BATCH), 0, None);
    while lines.len() < BATCH && bytes < BATCH_BYTES {
        match events.next() {
            Ok(Some(line)) => {
                bytes += line.event.as_ref().map_or(0, String::len);
                lines.push(line);
            }
            Ok(None) => break,
            Err(error) => {
                end = Some(error);
                break;
            }
        }
    }
    let is_over = lines.is_empty() && end.is_none();
    let batch = (!is_over).then(|| Batch { lines, bytes_read: bytes_read.load(Ordering::Relaxed) });
    Fill { batch, end }
}

fn in_turn(batches: mpsc::Receiver<anyhow::Result<Batch>>) -> impl futures::Stream<Item = anyhow::Result<Batch>> {
    futures::stream::unfold(batches, async |mut batches| batches.recv().await.map(|batch| (batch, batches)))
}

/// Stores what can be stored of a batch, apart from the others.
async fn store(
    way: &Arc<Way>,
    format: &EventFormat,
    batch: anyhow::Result<Batch>,
) -> anyhow::Result<(Batch, Vec<Became>)> {
    let (batch, way, format) = (batch?, Arc::clone(way), format.clone());
    tokio::spawn(async move {
        let (client, translation) = (way.client.clone(), format.translation());
        let read = move || {
            let item = |line: &Line| Some(format.item(line.event.as_ref().ok()?, line.number, client.as_ref()));
            let items = batch.lines.iter().filter_map(item).collect::<Vec<_>>();
            (batch, items)
        };
        let (batch, items) = tokio::task::spawn_blocking(read).await?;
        let mut stored = ingest::import(&way.backend, &way.steward, items, translation).await?.into_iter();
        let became = batch.lines.iter().map(|line| match &line.event {
            Ok(_) => stored.next().context("an event got no answer"),
            Err(unreadable) => Ok(Became::Refused(Faults::one("", &unreadable.reason))),
        });
        let became = became.collect::<anyhow::Result<Vec<_>>>()?;
        Ok((batch, became))
    })
    .await?
}
