//! What a question to the largest client's log costs, in a large and in a small log.

use super::compare;
use daybook::backend::clock::Clock;
use daybook::backend::storage::sqlite::{Options, Sqlite};
use daybook::backend::storage::{Query, Storage};
use daybook::domain::access::{ClientId, ClientScope, ProjectId, Scope};
use daybook::domain::event::Event;
use daybook::domain::query::{Cursor, Filter};

/// A log to question, and what to ask it.
struct Log {
    storage: Sqlite,
    scope: Scope,
    events: u64,
    questions: Vec<(&'static str, Question)>,
}

enum Question {
    Page(Query),
    Count(Query),
}

/// Asks both logs the same, alternating, and prints how the costs compare.
pub async fn run(small: &tempfile::TempDir, large: &tempfile::TempDir) -> anyhow::Result<()> {
    let (small, large) = (Log::open(small).await?, Log::open(large).await?);
    println!("## Questions to the largest client's log\n");
    println!("{} events in the small log's largest client, {} in the large one's.\n", small.events, large.events);
    println!("{}", compare::HEAD);
    for ((name, in_small), (_, in_large)) in small.questions.iter().zip(&large.questions) {
        compare::print(name, async || small.ask(in_small).await, async || large.ask(in_large).await).await?;
    }
    println!();
    Ok(())
}

impl Log {
    async fn open(folder: &tempfile::TempDir) -> anyhow::Result<Self> {
        let storage =
            Sqlite::open(folder.path(), Clock::system(), Options { append: false, ..Options::default() }).await?;
        let all = Scope { project: ProjectId(1), clients: ClientScope::All };
        let client = largest_client(&storage, &all).await?;
        let scope = Scope { clients: ClientScope::One(client), ..all };
        let events = storage.count(&scope, &Query::default(), None).await?.count;
        let questions = questions(&storage, &scope, events).await?;
        Ok(Self { storage, scope, events, questions })
    }

    async fn ask(&self, question: &Question) -> anyhow::Result<()> {
        match question {
            Question::Page(query) => {
                std::hint::black_box(self.storage.page(&self.scope, query).await?);
            }
            Question::Count(query) => {
                std::hint::black_box(self.storage.count(&self.scope, query, Some(10_000)).await?);
            }
        }
        Ok(())
    }
}

/// The one with most among the newest thousand.
async fn largest_client(storage: &Sqlite, all: &Scope) -> anyhow::Result<ClientId> {
    let page = storage.page(all, &Query { limit: 1_000, ..Query::default() }).await?;
    let mut counts = std::collections::HashMap::new();
    for stored in &page.items {
        *counts.entry(stored.event().client.uuid).or_insert(0) += 1;
    }
    let (uuid, _) =
        counts.into_iter().max_by_key(|(_, count)| *count).ok_or_else(|| anyhow::anyhow!("an empty log"))?;
    Ok(ClientId::parse(uuid)?)
}

/// Made from events a tenth of the way into the log, so that what is asked for is there, and not only at the top.
async fn questions(storage: &Sqlite, scope: &Scope, events: u64) -> anyhow::Result<Vec<(&'static str, Question)>> {
    let page = |filter: Filter| Question::Page(Query { filter, limit: 50, ..Query::default() });
    let (deep, _) = walk(storage, scope, events / 2).await?;
    let (_, sample) = walk(storage, scope, events / 10).await?;
    let action = Filter { action: Some(sample.action.clone()), ..Filter::default() };
    let actor = sample.actor.as_ref().map(|actor| actor.uuid.clone());
    let target = sample.targets.first().map(|target| target.uuid.clone());
    let label = sample.targets.first().and_then(|target| target.label.clone()).unwrap_or_default();
    let words = sample.description.clone().unwrap_or(label.clone());
    let common: String = words.split_whitespace().next().unwrap_or("invited").to_owned();
    Ok(vec![
        ("first page", page(Filter::default())),
        ("deep page (half-way down)", Question::Page(Query { after: Some(deep), limit: 50, ..Query::default() })),
        ("by actor", page(Filter { actor, ..Filter::default() })),
        ("by action", page(action.clone())),
        ("by target", page(Filter { target, ..Filter::default() })),
        ("failures only", page(Filter { outcome: Some(daybook::domain::event::Ending::Failure), ..Filter::default() })),
        ("substring, common", page(Filter { text: common, ..Filter::default() })),
        ("substring, rare", page(Filter { text: format!("\"{label}\""), ..Filter::default() })),
        ("substring, absent", page(Filter { text: "qzxvkw".to_owned(), ..Filter::default() })),
        ("count, all", Question::Count(Query::default())),
        ("count by action, to 10,000", Question::Count(Query { filter: action, ..Query::default() })),
    ])
}

async fn walk(storage: &Sqlite, scope: &Scope, down: u64) -> anyhow::Result<(Cursor, Event)> {
    let mut query = Query { limit: 1_000, ..Query::default() };
    let mut seen = 0;
    loop {
        let page = storage.page(scope, &query).await?;
        seen += page.items.len() as u64;
        let last = page.items.last().ok_or_else(|| anyhow::anyhow!("an empty page"))?;
        match page.next {
            Some(next) if seen < down => query.after = Some(next),
            next => {
                let cursor = next.unwrap_or(Cursor { occurred_at: last.stamp.occurred_at, id: last.stamp.id });
                return Ok((cursor, last.event()));
            }
        }
    }
}
