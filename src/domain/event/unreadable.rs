//! Stored events that cannot be read. They are shown as such, and everything else goes on.

use super::model::{ClientRef, Context, Crud, Event, Outcome, Stamp};
use serde::{Deserialize, Serialize};

/// The action of the event that stands for one that cannot be read, in every API.
pub const UNREADABLE_ACTION: &str = "daybook.unreadable";
/// Its description.
pub const UNREADABLE_TEXT: &str = "This event cannot be read";

/// Why a stored event cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "camelCase")]
pub enum Unreadable {
    /// The row is not what was written: its checksum is missing or another.
    #[error("its row does not match its checksum")]
    Altered,
    /// Its body does not decompress.
    #[error("its body does not decompress")]
    Compression,
    /// Its body was compressed by a version of Daybook that is not known here.
    #[error("its body was written by a later version")]
    Version,
    /// Its document is not UTF-8.
    #[error("its document is not UTF-8")]
    Encoding,
    /// Its document is not one JSON object.
    #[error("its document is not the JSON of one event")]
    Json,
    /// Our note in it stands twice, or where a sender could have put it, or says nothing that we say.
    #[error("the note in its document is not ours")]
    Note,
}

impl Event {
    /// What stands for an event that cannot be read: its id, moment and client, and nothing of its document.
    pub fn unreadable(stamp: Stamp, client: &str, why: Unreadable) -> Self {
        Self {
            stamp,
            nanos: 0,
            uuid: None,
            client: ClientRef { uuid: client.to_owned(), name: None },
            action: UNREADABLE_ACTION.to_owned(),
            description: Some(UNREADABLE_TEXT.to_owned()),
            url: None,
            crud: Crud::Read,
            outcome: Outcome::default(),
            actor: None,
            impersonator: None,
            targets: Vec::new(),
            context: Context::default(),
            session_id: None,
            correlation_id: None,
            external_id: None,
            schema_version: None,
            changes: Vec::new(),
            metadata: serde_json::Map::new(),
            fields: serde_json::Map::new(),
            detail: None,
            api: None,
            masked: Vec::new(),
            replaced: Vec::new(),
            unreadable: Some(why),
        }
    }
}
