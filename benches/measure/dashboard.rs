//! What a dashboard of all clients costs, in a large and in a small log: its sums, and its page with them.

use super::{compare, corpus};
use daybook::backend::calendar::ReaderCalendar;
use daybook::backend::clock::Clock;
use daybook::backend::storage::sqlite::{Options, Sqlite};
use daybook::backend::storage::{ClientsWanted, Storage};
use daybook::domain::access::{ClientScope, ProjectId, Scope};
use daybook::domain::stats::{Range, Span, Stats};
use daybook::ui::admin::{Section, Shell};
use daybook::ui::dashboard::{Dashboard, Habits, Place, Subject, Time, render_dashboard};
use std::hint::black_box;

/// Values of each list, as the product asks for them.
const MOST: usize = 10;

/// A log of all clients.
struct Log {
    storage: Sqlite,
    scope: Scope,
}

pub async fn run(small: &tempfile::TempDir, large: &tempfile::TempDir) -> anyhow::Result<()> {
    let (small, large) = (Log::open(small).await?, Log::open(large).await?);
    println!("## The dashboard of all clients\n\n{}", compare::HEAD);
    let calendar = ReaderCalendar::new("en-GB", "Europe/Stockholm");
    for range in Range::ALL {
        let span = range.span(corpus::now(), calendar.time_zone());
        let sums = async |log: &Log| log.sums(span).await.map(|stats| drop(black_box(stats)));
        let name = format!("sums of {}", range.label());
        compare::print(&name, async || sums(&small).await, async || sums(&large).await).await?;
        let page = async |log: &Log| {
            let stats = log.sums(span).await?;
            black_box(render(range, span, stats, &calendar));
            Ok(())
        };
        let name = format!("page of {}", range.label());
        compare::print(&name, async || page(&small).await, async || page(&large).await).await?;
    }
    let clients = async |log: &Log| {
        let wanted = ClientsWanted { limit: 100, ..ClientsWanted::default() };
        black_box(log.storage.clients(&log.scope, &wanted).await?);
        Ok(())
    };
    compare::print("list of clients", async || clients(&small).await, async || clients(&large).await).await?;
    println!();
    Ok(())
}

impl Log {
    async fn open(folder: &tempfile::TempDir) -> anyhow::Result<Self> {
        let options = Options { append: false, ..Options::default() };
        let storage = Sqlite::open(folder.path(), Clock::system(), options).await?;
        Ok(Self { storage, scope: Scope { project: ProjectId(1), clients: ClientScope::All } })
    }

    async fn sums(&self, span: Span) -> anyhow::Result<Stats> {
        Ok(self.storage.stats(&self.scope, span, MOST).await?)
    }
}

fn render(range: Range, span: Span, stats: Stats, calendar: &ReaderCalendar) -> String {
    let number = |number| calendar.number(number);
    let habits = Habits {
        zone: calendar.time_zone().clone(),
        zone_name: "Europe/Stockholm, UTC+1".to_owned(),
        local_zone: None,
        number: &number,
    };
    let place = Place { time: Time::Range(range), ..Place::default() };
    let (address, project) = ("/admin/projects/default".to_owned(), "/admin/projects/default".to_owned());
    let dashboard = Dashboard::lay_out(Subject::AllClients, address, project, place, (span, stats), habits);
    let shell = Shell {
        person: "Anna Berg".to_owned(),
        project: Some("default".to_owned()),
        projects: vec!["default".to_owned()],
        sections: vec![Section::Overview, Section::Events, Section::Clients],
        style: "/assets/admin.css".to_owned(),
    };
    render_dashboard(&shell, &dashboard, "nonce")
}
