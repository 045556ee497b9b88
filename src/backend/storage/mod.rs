//! What the product asks of a database. Each database answers in its own SQL; one contract suite tests them all.
//!
//! Every method that touches rows takes whose rows first: a project, or a [`Scope`] of a project and its clients.

mod health;
mod openings;
mod people;
mod pictures;
mod requests;
mod seals;
mod second_factor;
mod shelves;
pub mod sqlite;
mod views;
mod violations;

pub use health::{Ailment, Disk, Health, Meters, Vitals};
pub use openings::{ClosedClient, Openings, SeenOrigin};
pub use people::{InvitationRecord, Joined, Joining, MemberRecord, NewPerson, People, PersonRecord, SignInRecord};
pub use pictures::{Picture, PictureLimits, PictureRoom, PictureStored, Pictures};
pub use requests::{NamedRequest, NamedRequests};
pub use seals::{FreshSeals, SealedValues, Seals};
pub use second_factor::{SecondFactorRecord, SecondFactors};
pub use shelves::{Exchanged, KeptDocument, Name, NewDocument, Put, Shelves, Side, Stretch};
pub use views::{BrandingRecord, FormerKey, NewView, SigningSecret, VersionRecord, ViewRecord, Views};
pub use violations::{ViolationRecord, Violations};

use crate::backend::usage::Usage;
use crate::domain::access::{ClientId, KeyId, ProjectId, ProjectName, Scope};
use crate::domain::event::{self, Event, EventId, Sent, Stamp, Unreadable};
use crate::domain::key::KeyScopes;
use crate::domain::people::PersonId;
use crate::domain::query::{Cursor, FacetField, FacetList, Facets, Filter, Order, Page, Total};
use crate::domain::stats::{ClientSummary, Span, Stats};
use crate::domain::time::Timestamp;
use async_trait::async_trait;
use sha2::{Digest, Sha256};

/// A failure of the database itself; "not found" is none.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// The queue of writes is full; nothing was stored.
    #[error("the write queue is full")]
    Busy,
    /// There is no room on the disk; nothing was stored.
    #[error("the disk is full")]
    Full,
    /// A name is taken.
    #[error("{what} exists already")]
    Conflict { what: &'static str },
    /// The project has no events left this month; nothing was stored.
    #[error("the monthly limit of {limit} events is used up")]
    OverQuota { limit: u64 },
    /// The stored bytes are not what was written.
    #[error("stored data is damaged: {0}")]
    Damaged(String),
    /// What is derived from the log is damaged, or of another log; the log itself is not concerned.
    #[error("the index cannot be used ({0}); `daybook reindex` builds it anew")]
    Index(String),
    /// The disk or the engine failed.
    #[error(transparent)]
    Engine(#[from] anyhow::Error),
}

/// An event about to be stored.
#[derive(Debug, Clone)]
pub struct Append {
    pub client: ClientId,
    pub client_name: Option<String>,
    /// The sender's identifier; a second event of the same project, client and `uuid` is not stored.
    pub uuid: Option<String>,
    /// For so many milliseconds after the first one was stored; for good where `None`.
    pub uuid_holds: Option<i64>,
    /// The moment of reception where `None`.
    pub occurred_at: Option<Timestamp>,
    /// The sender's JSON, as it came.
    pub document: Box<[u8]>,
}

/// What became of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    pub id: EventId,
    pub uuid: Option<String>,
    /// It was stored before: this is the first receipt again.
    pub repeated: bool,
}

/// An event as stored, whatever its bytes are: one that cannot be read is told as such and stops nothing.
#[derive(Debug, Clone)]
pub struct Stored {
    pub stamp: Stamp,
    /// The client in whose log it is, as its row says.
    pub client: String,
    /// The event in our own API's JSON, and what we note of it (see [`Sent`]); or why the row has no document.
    pub document: Result<Box<[u8]>, Unreadable>,
}

impl Stored {
    /// The canonical event; what stands for it where it cannot be read.
    pub fn event(&self) -> Event {
        match &self.document {
            Ok(document) => Event::of_document(document, self.stamp, &self.client),
            Err(why) => Event::unreadable(self.stamp, &self.client, *why),
        }
    }

    /// The event as it was sent, and what is noted of it; `None` where it cannot be read.
    pub fn sent(&self) -> Option<Sent<'_>> {
        let document = self.document.as_ref().ok()?;
        event::read(document).ok()?;
        Sent::of(self.text()?).ok()
    }

    /// How many bytes its document has; none where the row has no document.
    pub fn bytes(&self) -> usize {
        self.document.as_ref().map_or(0, |document| document.len())
    }

    /// The document's text, where it is one, whether or not it is an event's.
    pub fn text(&self) -> Option<&str> {
        std::str::from_utf8(self.document.as_ref().ok()?).ok()
    }
}

/// What becomes of a stored event's document.
#[derive(Debug, Clone)]
pub struct Replacement {
    pub id: EventId,
    pub document: Box<[u8]>,
}

/// A question to a log.
#[derive(Debug, Clone, Default)]
pub struct Query {
    pub filter: Filter,
    /// What the caller's credential narrows the log to; the filter only narrows further.
    pub restriction: Option<Filter>,
    /// The id of somebody whom the event means, in the words of any API.
    pub means: Option<String>,
    pub order: Order,
    pub after: Option<Cursor>,
    pub limit: u32,
}

/// A question about clients.
#[derive(Debug, Clone, Default)]
pub struct ClientsWanted {
    /// A part of the name or the id; all clients where empty. Case and accents do not matter, as in every search.
    pub text: String,
    /// The last client of the page before: when its last event happened, and its id.
    pub after: Option<(Timestamp, ClientId)>,
    pub limit: u32,
}

/// A project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    pub id: ProjectId,
    pub name: ProjectName,
}

/// An API key, as stored: the secret only as its SHA-256.
#[derive(Debug, Clone)]
pub struct KeyRecord {
    pub id: KeyId,
    pub project: ProjectId,
    pub name: String,
    pub secret_hash: [u8; 32],
    /// The secret before this one, as long as it holds beside it.
    pub previous: Option<PreviousSecret>,
    pub scopes: KeyScopes,
    /// The only client that it is for.
    pub client: Option<ClientId>,
    pub created_at: Timestamp,
    pub expires_at: Option<Timestamp>,
    /// To the minute.
    pub used_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
}

/// A secret that a new one replaces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreviousSecret {
    pub hash: [u8; 32],
    /// From then on it counts no more.
    pub until: Timestamp,
}

/// A line of a project's account trail, which a change is stored with in one transaction: neither is there without the
/// other. A change that turns out to change nothing leaves no line.
#[derive(Debug, Clone)]
pub struct TrailLine {
    /// The event's; a line is in a trail once.
    pub uuid: String,
    pub at: Timestamp,
    /// An event's JSON.
    pub document: String,
}

/// Bytes that only this server can open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed(pub Vec<u8>);

impl Sealed {
    /// Tells it from any other, and nothing of what is in it: sealing draws a nonce.
    pub fn mark(&self) -> String {
        format!("{:x}", Sha256::digest(&self.0)).chars().take(32).collect()
    }
}

/// What an integrity check found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CheckReport {
    pub events: u64,
    /// One sentence each.
    pub faults: Vec<String>,
    /// The same of events that are as they were written, and cannot be read or contradict their rows: no damage, and no
    /// reason against a copy.
    pub unreadable: Vec<String>,
}

/// A database.
#[async_trait]
pub trait Storage:
    Health + NamedRequests + Openings + SecondFactors + People + Pictures + Seals + Shelves + Views + Violations
{
    /// Stores a batch whole or not at all, and answers once it is on disk, a receipt for each in order.
    async fn append(&self, project: ProjectId, batch: Vec<Append>) -> Result<Vec<Receipt>, StorageError>;

    /// The same for events that nobody sends now, which do not count in the project's quota: our own, and those of a
    /// history that is brought along.
    async fn append_uncounted(&self, project: ProjectId, batch: Vec<Append>) -> Result<Vec<Receipt>, StorageError>;

    /// A line of a project's account trail that goes with no change.
    async fn record(&self, project: ProjectId, line: &TrailLine) -> Result<(), StorageError>;

    /// One page, in the order that is asked for. Complete at once: an event is found as soon as its receipt was given.
    async fn page(&self, scope: &Scope, query: &Query) -> Result<Page<Stored>, StorageError>;

    /// One event. Another client's event is as absent as one that never was.
    async fn event(&self, scope: &Scope, id: EventId) -> Result<Option<Stored>, StorageError>;

    /// The latest event that repeats of this `uuid`, or of what stands for one in our note, are told by. The account
    /// trail has none.
    async fn named(&self, scope: &Scope, uuid: &str) -> Result<Option<Stored>, StorageError>;

    /// How many events match, counting no further than `cap`, and in reasonable time; without one all are counted,
    /// however long that takes.
    async fn count(&self, scope: &Scope, query: &Query, cap: Option<u64>) -> Result<Total, StorageError>;

    /// The most frequent values of a log, up to `limit` for each field.
    async fn facets(&self, scope: &Scope, limit: u32) -> Result<Facets, StorageError>;

    /// The most frequent of a field's values that have `text` in them or in what is shown for them, whatever its case and
    /// accents; all of them for an empty one. Targets are in no list.
    async fn find_values(
        &self,
        scope: &Scope,
        field: FacetField,
        text: &str,
        limit: u32,
    ) -> Result<FacetList, StorageError>;

    /// How many events a project has stored in the calendar month of a moment, and how many it may.
    async fn usage(&self, project: ProjectId, moment: Timestamp) -> Result<Usage, StorageError>;

    /// The sums of a span, those not indexed yet included, and up to `most` values of each field.
    async fn stats(&self, scope: &Scope, span: Span, most: usize) -> Result<Stats, StorageError>;

    /// The clients that have events, those active last first.
    async fn clients(&self, scope: &Scope, wanted: &ClientsWanted) -> Result<Vec<ClientSummary>, StorageError>;

    /// The name a client was last given.
    async fn client_name(&self, project: ProjectId, client: &ClientId) -> Result<Option<String>, StorageError>;

    /// Whether a project has ever had an event of a client.
    async fn knows_client(&self, project: ProjectId, client: &ClientId) -> Result<bool, StorageError>;

    /// Makes a project with its first view, and with its owner if it has one.
    async fn create_project(
        &self,
        name: &ProjectName,
        owner: Option<PersonId>,
        view: &NewView,
        lines: &[TrailLine],
    ) -> Result<Project, StorageError>;
    async fn project(&self, name: &ProjectName) -> Result<Option<Project>, StorageError>;
    /// All of them, by name.
    async fn projects(&self) -> Result<Vec<Project>, StorageError>;

    async fn create_key(&self, key: &KeyRecord, line: &TrailLine) -> Result<(), StorageError>;
    async fn key(&self, id: &KeyId) -> Result<Option<KeyRecord>, StorageError>;
    async fn keys(&self, project: ProjectId) -> Result<Vec<KeyRecord>, StorageError>;
    /// Puts another secret in the place of a key's, which goes on to hold beside it for a while; one that did so before
    /// holds no more. False where the project has no such key in use.
    async fn roll_key(
        &self,
        project: ProjectId,
        id: &KeyId,
        secret_hash: &[u8; 32],
        until: Timestamp,
        line: &TrailLine,
    ) -> Result<bool, StorageError>;
    /// False where the project has no such key in use.
    async fn revoke_key(
        &self,
        project: ProjectId,
        id: &KeyId,
        at: Timestamp,
        line: &TrailLine,
    ) -> Result<bool, StorageError>;
    /// Notes when a key was used, unless a later moment is known.
    async fn use_key(&self, id: &KeyId, at: Timestamp) -> Result<(), StorageError>;

    /// Puts other documents in the place of a project's own, finding structures included; ids of others are passed over.
    /// Place, id, client, moment and `uuid` of an event stay, so a new document says the same of these.
    async fn replace(&self, project: ProjectId, documents: &[Replacement]) -> Result<(), StorageError>;

    /// Overwrites what replaced documents left behind in the files, as far as nobody is reading it at this moment.
    async fn overwrite(&self) -> Result<(), StorageError>;

    /// How many stored events could not be read when they came into the finding structures.
    async fn unreadable(&self) -> Result<u64, StorageError>;

    /// Waits until everything stored so far is in the finding structures.
    async fn settle(&self) -> Result<(), StorageError>;
    /// Reads everything and compares.
    async fn check(&self) -> Result<CheckReport, StorageError>;
    /// Copies the log, while it is written to, into a new file, which is there once it was checked; how many events it
    /// has.
    async fn backup(&self, to: &std::path::Path) -> Result<u64, StorageError>;
    /// Finishes what was begun and closes.
    async fn close(&self);
}
