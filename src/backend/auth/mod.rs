//! Who calls. [`Writer`] and [`Reader`] have private fields: only this folder can make one, from a credential that
//! was checked, and every verb that touches an event asks for one.

mod api_key;
mod basis;
mod embed;
mod half;
mod hide;
mod member;
mod pass;
mod session;
pub(super) mod signed;
mod sightings;
mod steward;
mod trial;
mod view_token;

use api_key::SecretMark;
pub use api_key::{ApiCredential, KnownKeys};
use basis::Basis;
pub use embed::{Embedder, OpenedView, open_by_pass, open_view, renew, view_of_key};
pub use half::{HALFWAY, Halfway};
pub use member::{Member, Person};
pub use pass::{PassTo, Passed, issue as issue_pass, open as open_pass};
pub use session::{LONGEST_SESSION, Look, Resumed, Session, resume};
pub use sightings::{MOST_ORIGINS, Sightings};
pub use steward::{By, Known, Steward, Whence};
pub use trial::{Findings, Pass, Trial, attempt};
pub use view_token::{LONGEST_PLACE, Replays};

use crate::domain::access::{ClientId, ClientScope, KeyId, ProjectId, Scope, ViewId};
use crate::domain::opening::Rights;
use crate::domain::query::Filter;
use serde::{Deserialize, Serialize};

/// Somebody who may add events to a project: of one client, or of all of them.
#[derive(Debug, Clone)]
pub struct Writer {
    scope: Scope,
    key: KeyId,
}

impl Writer {
    /// The project written to.
    pub fn project(&self) -> ProjectId {
        self.scope.project
    }

    /// Whether they may add events of this client.
    pub fn may_write(&self, client: &ClientId) -> bool {
        self.scope.clients.holds(&ClientScope::One(client.clone()))
    }

    /// The only client that they may write for; `None` for all.
    pub fn client(&self) -> Option<&ClientId> {
        self.scope.client()
    }

    /// The key used.
    pub fn key(&self) -> &KeyId {
        &self.key
    }

    /// As the account trail names them.
    pub fn by(&self) -> By {
        By::Key(self.key.clone())
    }
}

/// Somebody with an API key, or with what one was given out for: whose small documents beside the log they may reach.
/// That alone opens no log.
#[derive(Debug, Clone)]
pub struct Holder {
    scope: Scope,
    key: KeyId,
    /// Whose own documents of that client they reach, where they came with a pass: see [`Self::reader_mark`].
    reader: Option<String>,
    /// Which of the key's secrets they had; `None` where that is no matter.
    secret: Option<SecretMark>,
}

impl Holder {
    /// Whose documents.
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// What tells one reader of a client's log from any other of it: who they are, and which part they see. `None` for a
    /// server with a key.
    pub fn reader_mark(&self) -> Option<&str> {
        self.reader.as_deref()
    }

    /// The same holder for one client's documents alone; `None` for one who may not reach them.
    pub fn of_client(&self, client: &ClientId) -> Option<Self> {
        let clients = ClientScope::One(client.clone());
        let theirs = self.scope.clients.holds(&clients);
        theirs.then(|| Self { scope: Scope { project: self.scope.project, clients }, ..self.clone() })
    }

    /// The same, for passes that are to hold when the key gets another secret: somebody's program has them.
    #[must_use]
    pub fn whatever_secret(&self) -> Self {
        Self { secret: None, ..self.clone() }
    }
}

/// Somebody who may read events: of one client, or of all clients of a project.
#[derive(Debug, Clone)]
pub struct Reader {
    scope: Scope,
    restriction: Option<Filter>,
    hide: Vec<String>,
    rights: Rights,
    /// Whether they may read the project's account trail besides.
    trail: bool,
    view: Option<ViewId>,
    identity: ReaderIdentity,
    basis: Basis,
    source: Whence,
}

/// Who reads, as far as the credential tells.
#[derive(Debug, Clone)]
pub enum ReaderIdentity {
    /// A server of the company's, with an API key.
    Server,
    /// Somebody in a page of the company's, as a signed token names them.
    Visitor(Visitor),
    /// Whoever has a credential that names nobody.
    Unnamed(SharedCredential),
    /// A member of the project.
    Member(By),
}

/// A credential that many people may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SharedCredential {
    /// A view's.
    AccessKey,
    /// A link that a server of the company's has made.
    Link,
}

/// A user of the company's, as its token names them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visitor {
    pub uuid: String,
    pub name: Option<String>,
}

impl Reader {
    /// Whose rows.
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// Which of those rows, where the credential says so.
    pub fn restriction(&self) -> Option<&Filter> {
        self.restriction.as_ref()
    }

    /// Paths of the event's document that this reader may not see, such as `context.client.ipAddress`.
    pub fn hide(&self) -> &[String] {
        &self.hide
    }

    /// What else they may do.
    pub fn rights(&self) -> Rights {
        self.rights
    }

    /// The view they look through, if they do.
    pub fn view(&self) -> Option<&ViewId> {
        self.view.as_ref()
    }

    /// Who they are.
    pub fn identity(&self) -> &ReaderIdentity {
        &self.identity
    }

    /// Where their request came from; unknown unless [`Self::with_source`] said it.
    pub fn source(&self) -> &Whence {
        &self.source
    }

    /// The same reader, whose request came from there.
    #[must_use]
    pub fn with_source(self, source: Whence) -> Self {
        Self { source, ..self }
    }

    /// The one client they may read; `None` for all.
    pub fn client(&self) -> Option<&ClientId> {
        self.scope.client()
    }

    /// The same reader without the account trail, which is no client's.
    #[must_use]
    pub fn of_clients(&self) -> Self {
        Self { trail: false, ..self.clone() }
    }

    /// Whether they may read every client's log.
    pub fn is_of_all_clients(&self) -> bool {
        self.scope.clients == ClientScope::All
    }

    /// The same reader of this log alone; `None` for one who may not read it.
    pub fn of(&self, clients: &ClientScope) -> Option<Self> {
        let theirs = self.scope.clients.holds(clients) || (self.trail && *clients == ClientScope::Trail);
        let scope = Scope { project: self.scope.project, clients: clients.clone() };
        theirs.then(|| Self { scope, ..self.clone() })
    }
}
