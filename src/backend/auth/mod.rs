//! Who calls. [`Writer`] and [`Reader`] have private fields: only this folder can make one, from a credential that
//! was checked, and every verb that touches an event asks for one.

mod api_key;
mod embed;
mod hide;
mod member;
mod session;
mod sightings;
mod trial;
mod view_token;

pub use api_key::{ApiCredential, KnownKeys};
pub use embed::{Embedder, OpenedView, open_view, renew};
pub use member::{Member, Person};
pub use session::{LONGEST_SESSION, Look, Resumed, Session, resume};
pub use sightings::{MOST_ORIGINS, Sightings};
pub use trial::{Findings, Pass, Trial, attempt};
pub use view_token::Replays;

use crate::domain::access::{ClientScope, KeyId, ProjectId, Scope, ViewId};
use crate::domain::opening::Rights;
use crate::domain::query::Filter;

/// Somebody who may add events to a project.
#[derive(Debug, Clone)]
pub struct Writer {
    project: ProjectId,
    key: KeyId,
}

impl Writer {
    /// The project written to.
    pub fn project(&self) -> ProjectId {
        self.project
    }

    /// The key used.
    pub fn key(&self) -> &KeyId {
        &self.key
    }
}

/// Somebody who may read events: of one client, or of all clients of a project.
#[derive(Debug, Clone)]
pub struct Reader {
    scope: Scope,
    restriction: Option<Filter>,
    hide: Vec<String>,
    rights: Rights,
    view: Option<ViewId>,
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

    /// The one client they may read; `None` for all.
    pub fn client(&self) -> Option<&crate::domain::access::ClientId> {
        match &self.scope.clients {
            ClientScope::One(client) => Some(client),
            ClientScope::All => None,
        }
    }

    /// The same reader, of fewer rows. The caller has made sure that `scope` is within the own one.
    pub(super) fn narrowed(&self, scope: Scope) -> Self {
        Self { scope, ..self.clone() }
    }
}
