//! The fields of an event that a column can show.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// One selectable field. The names are those of the AuditLog.co view document, which has 22 of them; `metadata.` with
/// a path reaches any value of the event's metadata.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Field {
    ReceptionTime(MomentFormat),
    /// How long after the event it was received.
    ReceptionDelay,
    Uuid,
    ClientUuid,
    ClientName,
    Time(MomentFormat),
    Action,
    Description,
    Url,
    ActorUuid,
    ActorName,
    ActorEmail,
    IpAddress,
    BrowserAgent,
    ServerId,
    ServerVersion,
    TargetType,
    TargetUuid,
    TargetLabel,
    TargetUrl,
    Outcome,
    /// What was changed, before and after.
    Changes,
    /// A path into the metadata, its parts parted by dots.
    Metadata(String),
}

/// How much of a moment a cell shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MomentFormat {
    Date,
    Time,
    /// Date and time.
    Both,
    /// How long ago, such as `3 h ago`.
    Relative,
}

/// Why a text names no field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected the name of a field such as actor.name, time[date] or metadata.plan")]
pub struct NotAField;

/// Every named field, as written in a view document.
const NAMES: [(&str, Field); 28] = [
    ("receptionTime", Field::ReceptionTime(MomentFormat::Both)),
    ("receptionTime[time]", Field::ReceptionTime(MomentFormat::Time)),
    ("receptionTime[date]", Field::ReceptionTime(MomentFormat::Date)),
    ("receptionTime[relative]", Field::ReceptionTime(MomentFormat::Relative)),
    ("receptionTime[diff]", Field::ReceptionDelay),
    ("uuid", Field::Uuid),
    ("client.uuid", Field::ClientUuid),
    ("client.name", Field::ClientName),
    ("time", Field::Time(MomentFormat::Both)),
    ("time[time]", Field::Time(MomentFormat::Time)),
    ("time[date]", Field::Time(MomentFormat::Date)),
    ("time[relative]", Field::Time(MomentFormat::Relative)),
    ("action", Field::Action),
    ("description", Field::Description),
    ("url[anchor]", Field::Url),
    ("actor.uuid", Field::ActorUuid),
    ("actor.name", Field::ActorName),
    ("actor.email", Field::ActorEmail),
    ("context.client.ipAddress", Field::IpAddress),
    ("context.client.browserAgent", Field::BrowserAgent),
    ("context.server.serverId", Field::ServerId),
    ("context.server.version", Field::ServerVersion),
    ("target.type", Field::TargetType),
    ("target.uuid", Field::TargetUuid),
    ("target.label", Field::TargetLabel),
    ("target.url[anchor]", Field::TargetUrl),
    ("outcome", Field::Outcome),
    ("changes", Field::Changes),
];

impl Field {
    /// The fields by name, without those of metadata.
    pub fn named() -> impl Iterator<Item = (&'static str, &'static Self)> {
        NAMES.iter().map(|(name, field)| (*name, field))
    }

    /// What it is called among all fields.
    pub fn title(&self) -> String {
        let format = |format: &MomentFormat| match format {
            MomentFormat::Date => "date",
            MomentFormat::Time => "time of day",
            MomentFormat::Both => "date and time",
            MomentFormat::Relative => "how long ago",
        };
        let title = match self {
            Self::ReceptionTime(moment) => return format!("Received: {}", format(moment)),
            Self::Time(moment) => return format!("Time: {}", format(moment)),
            Self::Metadata(path) => return format!("Metadata: {path}"),
            Self::ReceptionDelay => "Received: how long after",
            Self::Uuid => "Event: id",
            Self::ClientUuid => "Client: id",
            Self::ClientName => "Client: name",
            Self::Action => "Action",
            Self::Description => "Description",
            Self::Url => "Link of the event",
            Self::ActorUuid => "Actor: id",
            Self::ActorName => "Actor: name",
            Self::ActorEmail => "Actor: e-mail address",
            Self::IpAddress => "IP address",
            Self::BrowserAgent => "Browser",
            Self::ServerId => "Server: id",
            Self::ServerVersion => "Server: version",
            Self::TargetType => "Target: type",
            Self::TargetUuid => "Target: id",
            Self::TargetLabel => "Target: name",
            Self::TargetUrl => "Target: link",
            Self::Outcome => "Outcome",
            Self::Changes => "Changes, before and after",
        };
        title.to_owned()
    }

    /// What a new column of this field is called.
    pub fn label(&self) -> String {
        let label = match self {
            Self::ReceptionTime(_) => "Received",
            Self::ReceptionDelay => "Delay",
            Self::Uuid => "Event",
            Self::ClientUuid | Self::ClientName => "Client",
            Self::Time(_) => "Time",
            Self::Action => "Action",
            Self::Description => "Description",
            Self::Url => "Link",
            Self::ActorUuid | Self::ActorName => "Actor",
            Self::ActorEmail => "Actor e-mail",
            Self::IpAddress => "IP address",
            Self::BrowserAgent => "Browser",
            Self::ServerId => "Server",
            Self::ServerVersion => "Version",
            Self::TargetType | Self::TargetUuid | Self::TargetLabel => "Target",
            Self::TargetUrl => "Target link",
            Self::Outcome => "Outcome",
            Self::Changes => "Changes",
            Self::Metadata(path) => path,
        };
        label.to_owned()
    }
}

impl FromStr for Field {
    type Err = NotAField;
    fn from_str(text: &str) -> Result<Self, NotAField> {
        if let Some((_, field)) = NAMES.iter().find(|(name, _)| *name == text) {
            return Ok(field.clone());
        }
        match text.strip_prefix("metadata.") {
            Some(path) if !path.is_empty() && path.len() <= 200 => Ok(Self::Metadata(path.to_owned())),
            _ => Err(NotAField),
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, NAMES.iter().find(|(_, field)| field == self)) {
            (Self::Metadata(path), _) => write!(f, "metadata.{path}"),
            (_, Some((name, _))) => f.write_str(name),
            (_, None) => unreachable!("every field but those of metadata is in NAMES"),
        }
    }
}

impl TryFrom<String> for Field {
    type Error = NotAField;
    fn try_from(text: String) -> Result<Self, NotAField> {
        text.parse()
    }
}

impl From<Field> for String {
    fn from(field: Field) -> Self {
        field.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_reads_back_from_its_name() {
        for (name, field) in Field::named() {
            assert_eq!(&name.parse::<Field>().unwrap(), field);
            assert_eq!(field.to_string(), name);
        }
        assert_eq!("metadata.plan.seats".parse(), Ok(Field::Metadata("plan.seats".to_owned())));
        assert_eq!("metadata.".parse::<Field>(), Err(NotAField));
        assert_eq!("actor.password".parse::<Field>(), Err(NotAField));
    }
}
