//! What a dashboard is made from.

use super::place::{Place, through};
use crate::domain::access::ClientId;
use crate::domain::query::Filter;
use crate::domain::stats::{Bar, ClientSummary, Quarter, Span, Stats, Step, Week, bars, week};
use crate::domain::time::Timestamp;
use crate::ui::viewer;
use jiff::tz::TimeZone;

/// Whose events a dashboard is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    AllClients,
    Client(Box<OneClient>),
}

/// The client that a dashboard is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OneClient {
    pub summary: ClientSummary,
    /// The views that it may look through, for those who may say how they look to it.
    pub views: Vec<OwnLook>,
}

/// How a view looks to a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnLook {
    /// What the view is called.
    pub view: String,
    /// Where it can be changed.
    pub address: String,
    /// Whether something is the client's own.
    pub own: bool,
}

/// A dashboard, laid out.
pub struct Dashboard<'a> {
    pub subject: Subject,
    /// Its own path, without a query.
    pub address: String,
    /// The path of the project, such as `/admin/projects/default`.
    pub project: String,
    pub place: Place,
    pub span: Span,
    pub step: Step,
    pub stats: Stats,
    pub bars: Vec<Bar>,
    pub week: Week,
    pub habits: Habits<'a>,
}

/// How its reader tells times and numbers.
#[derive(Clone)]
pub struct Habits<'a> {
    pub zone: TimeZone,
    /// As people read it, such as `Europe/Stockholm, UTC+1`.
    pub zone_name: String,
    /// The reader's own as an IANA name, if it is known.
    pub local_zone: Option<String>,
    /// Groups a number's digits.
    pub number: &'a dyn Fn(u64) -> String,
}

impl<'a> Dashboard<'a> {
    /// Lays out the sums of a span.
    pub fn lay_out(
        subject: Subject,
        address: String,
        project: String,
        place: Place,
        (span, stats): (Span, Stats),
        habits: Habits<'a>,
    ) -> Self {
        let step = Step::of(span);
        let bars = bars(&stats.quarters, &step.starts(span, &habits.zone), span);
        let week = week(&stats.quarters, &habits.zone);
        Self { subject, address, project, place, span, step, stats, bars, week, habits }
    }

    /// Everything in the span.
    pub fn total(&self) -> Quarter {
        self.bars.iter().fold(Quarter::default(), |mut total, bar| {
            total.add(&bar.sums);
            total
        })
    }

    /// The table of the events between two moments that a change of the filter chooses; of the client looked at.
    pub fn events(&self, from: Timestamp, until: Timestamp, change: impl FnOnce(&mut Filter)) -> String {
        self.events_of(self.client(), Span::around(from, until), change)
    }

    /// The same of the whole span.
    pub fn all_events(&self, change: impl FnOnce(&mut Filter)) -> String {
        self.events_of(self.client(), self.span, change)
    }

    /// The same of a client.
    pub fn events_of(&self, client: Option<ClientId>, span: Span, change: impl FnOnce(&mut Filter)) -> String {
        let mut filter = Filter { from: Some(span.from()), through: Some(through(span)), ..Filter::default() };
        change(&mut filter);
        let place = viewer::Place { filter, client, zone: self.place.zone.clone(), ..viewer::Place::default() };
        place.link(&format!("{}/events", self.project))
    }

    fn client(&self) -> Option<ClientId> {
        match &self.subject {
            Subject::AllClients => None,
            Subject::Client(client) => Some(client.summary.id.clone()),
        }
    }
}
