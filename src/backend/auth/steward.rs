//! Stewards: whoever may change a project, and the name that its trail keeps what they do under.

use super::basis::Basis;
use super::{Reader, ReaderIdentity};
use crate::domain::access::{KeyId, ProjectId, Scope};
use crate::domain::opening::Rights;
use crate::domain::people::Email;
use std::net::IpAddr;

/// Somebody who may change one project in one way.
#[derive(Debug, Clone)]
pub struct Steward {
    project: ProjectId,
    by: By,
}

/// Who does something.
#[derive(Debug, Clone)]
pub enum By {
    Person(Known),
    /// A server of the company's, with this API key.
    Key(KeyId),
    /// Whoever has the data folder: the command line, and the server's own start.
    Machine,
}

/// A person, and where they sit.
#[derive(Debug, Clone)]
pub struct Known {
    pub name: String,
    pub email: Email,
    pub whence: Whence,
}

/// Where a request came from.
#[derive(Debug, Clone, Default)]
pub struct Whence {
    /// `None` where there is no connection, as in a test.
    pub address: Option<IpAddr>,
    /// What the browser said of itself.
    pub agent: String,
}

impl Whence {
    /// Most characters kept of what a browser says of itself.
    const LONGEST_AGENT: usize = 200;

    /// From what the connection and the browser say.
    pub fn new(address: Option<IpAddr>, agent: &str) -> Self {
        Self { address, agent: agent.chars().filter(|c| !c.is_control()).take(Self::LONGEST_AGENT).collect() }
    }
}

impl Reader {
    /// Whoever has the data folder may read all clients' events in it.
    pub fn of_the_machine(project: ProjectId) -> Self {
        Self {
            scope: Scope::whole(project),
            restriction: None,
            hide: Vec::new(),
            rights: Rights::ALL,
            trail: false,
            view: None,
            identity: ReaderIdentity::Member(By::Machine),
            basis: Basis::Machine,
            source: Whence::default(),
        }
    }
}

impl Steward {
    /// Somebody who has the right to do what they are about to.
    pub(super) fn new(project: ProjectId, by: By) -> Self {
        Self { project, by }
    }

    /// Whoever has the data folder may change everything in it.
    pub fn of_the_machine(project: ProjectId) -> Self {
        Self { project, by: By::Machine }
    }

    /// The project in their care.
    pub fn project(&self) -> ProjectId {
        self.project
    }

    /// Who they are.
    pub fn by(&self) -> &By {
        &self.by
    }
}
