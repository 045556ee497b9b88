//! The canonical event, as screens and answers show it.

use super::{EventId, Unreadable};
use crate::domain::time::{ExactTime, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What the server adds to a sender's document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// Our id; carries the moment of reception.
    pub id: EventId,
    /// When it happened: the sender's `time`, or the moment of reception where none was given.
    pub occurred_at: Timestamp,
}

impl Stamp {
    /// When it happened, with the digits of its sender's own time.
    pub fn exactly(self, nanos: u32) -> ExactTime {
        ExactTime { moment: self.occurred_at, nanos }
    }
}

/// An audit event. Texts are as the sender wrote them: never trusted, never HTML. Empty texts are `None`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    pub stamp: Stamp,
    /// What the sender's time says below the millisecond, in nanoseconds.
    pub nanos: u32,
    /// The sender's own identifier, unique per project and client for good.
    pub uuid: Option<String>,
    pub client: ClientRef,
    pub action: String,
    pub description: Option<String>,
    pub url: Option<String>,
    pub crud: Crud,
    pub outcome: Outcome,
    /// Absent only when the event is anonymous.
    pub actor: Option<Actor>,
    /// Who really acted, when `actor` is somebody they stood in for.
    pub impersonator: Option<Actor>,
    /// Everything acted on, the principal one first.
    pub targets: Vec<Target>,
    pub context: Context,
    pub session_id: Option<String>,
    pub correlation_id: Option<String>,
    pub external_id: Option<String>,
    pub schema_version: Option<i64>,
    pub changes: Vec<Change>,
    pub metadata: Map<String, Value>,
    pub fields: Map<String, Value>,
    pub detail: Option<String>,
    /// The other API that it was sent to, such as `epilot`; `None` for our own.
    pub api: Option<String>,
    /// Paths of the values that were secrets and are not kept.
    pub masked: Vec<String>,
    /// Paths of the texts in which something stood that is no text (half of a surrogate pair), and now U+FFFD does.
    pub replaced: Vec<String>,
    /// Why the stored event cannot be read; this one stands for it then, see [`Event::unreadable`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unreadable: Option<Unreadable>,
}

impl Event {
    /// When it happened, to the last digit that its sender gave.
    pub fn exact_time(&self) -> ExactTime {
        self.stamp.exactly(self.nanos)
    }
}

/// The client (tenant) whose log the event is in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientRef {
    pub uuid: String,
    pub name: Option<String>,
}

/// A person, a key or a machine.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Actor {
    pub uuid: String,
    pub name: Option<String>,
    pub email: Option<String>,
    /// Such as `user`, `api`, `automation`, `system`.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    pub url: Option<String>,
    pub metadata: Map<String, Value>,
}

/// A thing acted on.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Target {
    #[serde(rename = "type")]
    pub kind: String,
    pub uuid: String,
    pub label: Option<String>,
    pub url: Option<String>,
    pub metadata: Map<String, Value>,
}

/// What kind of act it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Crud {
    Create,
    Read,
    Update,
    Delete,
}

/// Which of three ways an event ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ending {
    #[default]
    Success,
    Failure,
    /// Neither, such as `skipped` or `unknown`.
    Other,
}

/// How it ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    pub ending: Ending,
    /// The sender's word for it; `success` or `failure` where it was another word for these.
    pub result: String,
    pub reason: Option<String>,
    pub code: Option<String>,
}

/// Where it came from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Context {
    /// The actor's address as sent; IPv4 or IPv6 by custom, any text by right. The first one where several were sent.
    pub ip_address: Option<String>,
    /// All addresses that the sender named, such as those of proxies on the way; empty where it was one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ip_addresses: Vec<String>,
    pub browser_agent: Option<String>,
    pub location: Option<String>,
    pub server_id: Option<String>,
    pub version: Option<String>,
    pub service: Option<String>,
    pub http: HttpContext,
}

impl Context {
    /// Whether an address is one of those that the actor came from.
    pub fn came_from(&self, ip: &str) -> bool {
        self.ip_address.as_deref() == Some(ip) || self.ip_addresses.iter().any(|address| address == ip)
    }
}

/// The HTTP request behind the act, when there was one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HttpContext {
    pub method: Option<String>,
    pub path: Option<String>,
    pub domain: Option<String>,
}

/// One field's value before and after; `None` where the field was not there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Change {
    pub field: String,
    pub before: Option<Value>,
    pub after: Option<Value>,
}

impl Ending {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 3] = [Self::Success, Self::Failure, Self::Other];

    /// Its word in URLs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failure => "failure",
            Self::Other => "other",
        }
    }

    /// The ending of a word in a URL.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|ending| ending.word() == word)
    }
}

impl Outcome {
    /// The outcome that a word says, without a reason.
    pub fn of(word: &str) -> Self {
        let lower = word.trim().to_lowercase();
        let (ending, result) = match lower.as_str() {
            "success" | "succeeded" | "ok" => (Ending::Success, "success"),
            "failure" | "failed" | "error" => (Ending::Failure, "failure"),
            // What was not let through did not succeed; its word tells it from what broke.
            "denied" => (Ending::Failure, word),
            _ => (Ending::Other, word),
        };
        Self { ending, result: result.to_owned(), reason: None, code: None }
    }

    /// Whether it failed.
    pub fn failed(&self) -> bool {
        self.ending == Ending::Failure
    }
}

impl Default for Outcome {
    /// What says nothing succeeded.
    fn default() -> Self {
        Self::of("success")
    }
}

impl Crud {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 4] = [Self::Create, Self::Read, Self::Update, Self::Delete];

    /// Its word, as events and URLs have it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Read => "read",
            Self::Update => "update",
            Self::Delete => "delete",
        }
    }

    /// Reads the word or its first letter.
    pub fn parse(text: &str) -> Option<Self> {
        match text.to_ascii_lowercase().as_str() {
            "c" | "create" => Some(Self::Create),
            "r" | "read" => Some(Self::Read),
            "u" | "update" => Some(Self::Update),
            "d" | "delete" => Some(Self::Delete),
            _ => None,
        }
    }

    /// Judges by the last word of an action such as `user.invite`; what says nothing is an update.
    pub fn of_action(action: &str) -> Self {
        let word = action.rsplit(['.', ':', '/', '_', '-', ' ']).next().unwrap_or(action).to_ascii_lowercase();
        let is = |stems: &[&str]| stems.iter().any(|stem| word.starts_with(stem));
        if is(&["creat", "add", "invit", "upload", "import", "insert", "regist", "issue", "signup"]) {
            Self::Create
        } else if is(&["view", "read", "list", "get", "export", "download", "search", "login", "signin", "access"]) {
            Self::Read
        } else if is(&["delet", "remov", "revok", "destroy", "purge", "drop"]) {
            Self::Delete
        } else {
            Self::Update
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Crud, Ending, Outcome};

    #[test]
    fn an_outcome_beyond_success_and_failure_keeps_its_word() {
        for (word, ending, result) in [
            ("success", Ending::Success, "success"),
            ("OK", Ending::Success, "success"),
            ("error", Ending::Failure, "failure"),
            ("denied", Ending::Failure, "denied"),
            ("Skipped", Ending::Other, "Skipped"),
            ("unknown", Ending::Other, "unknown"),
        ] {
            let outcome = Outcome::of(word);
            assert_eq!((outcome.ending, outcome.result.as_str()), (ending, result), "{word}");
        }
        assert_eq!(Outcome::default().ending, Ending::Success);
    }

    #[test]
    fn the_last_word_of_an_action_tells_its_kind() {
        for (action, kind) in [
            ("user.invite", Crud::Create),
            ("report.exported", Crud::Read),
            ("api_key.revoked", Crud::Delete),
            ("role.assign", Crud::Update),
            ("created.something", Crud::Update),
        ] {
            assert_eq!(Crud::of_action(action), kind, "{action}");
        }
    }
}
