//! An event as its sender wrote it: the JSON shape of our own API, which is also the stored shape.
//!
//! The shape is the one of the AuditLog.co events API, extended; unknown fields are kept in the stored document.
//! Reading is lenient (see [`super::lenient`]); [`Draft::check`] finds the faults, [`Draft::into_event`] makes the event.

use super::lenient::{AnyObject, Field, FromMembers, List, Members, Moment, Object, Text, TextOr, Texts};
use super::sent::NOTE;
use crate::domain::json::{self, Json, JsonError};
use serde::de::{Deserialize, Deserializer, Error};
use serde_json::Value;
use serde_json::value::RawValue;

macro_rules! draft {
    ($(#[$doc:meta])* $name:ident { $($field:ident $key:literal : $type:ty),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Default, PartialEq)]
        pub struct $name<'a> {
            $(pub(super) $field: Field<$type>,)+
        }

        impl<'a> FromMembers<'a> for $name<'a> {
            fn from_members(mut members: Members<'a>) -> Self {
                Self { $($field: members.field($key),)+ }
            }
        }
    };
}

/// An event's JSON, read without judging it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Draft<'a> {
    pub(super) uuid: Field<Text<'a>>,
    pub(super) client: Field<Object<ClientDraft<'a>>>,
    pub(super) time: Field<Moment<'a>>,
    pub(super) action: Field<Text<'a>>,
    pub(super) description: Field<Text<'a>>,
    pub(super) url: Field<Text<'a>>,
    pub(super) crud: Field<Text<'a>>,
    pub(super) outcome: Field<TextOr<'a, OutcomeDraft<'a>>>,
    pub(super) actor: Field<Object<ActorDraft<'a>>>,
    pub(super) anonymous: Field<bool>,
    pub(super) impersonator: Field<Object<ActorDraft<'a>>>,
    pub(super) target: Field<Object<TargetDraft<'a>>>,
    pub(super) targets: Field<List<Field<Object<TargetDraft<'a>>>>>,
    pub(super) target_user: Field<Object<ActorDraft<'a>>>,
    pub(super) context: Field<Object<ContextDraft<'a>>>,
    pub(super) session_id: Field<Text<'a>>,
    pub(super) correlation_id: Field<Text<'a>>,
    pub(super) external_id: Field<Text<'a>>,
    pub(super) schema_version: Field<i64>,
    pub(super) changes: Field<List<Field<Object<ChangeDraft>>>>,
    pub(super) metadata: Field<AnyObject>,
    pub(super) fields: Field<AnyObject>,
    pub(super) detail: Field<Text<'a>>,
    /// Ours, never a sender's.
    pub(super) note: Field<Object<NoteDraft<'a>>>,
}

impl<'a> Draft<'a> {
    /// Reads a document. Fails only where it is no JSON object at all.
    pub fn parse(document: &'a str) -> Result<Self, JsonError> {
        let Json::Object(members) = json::parse(document)? else {
            return Err(JsonError { reason: "expected an object".into(), at: 0 });
        };
        Ok(Self::from_members(Members(members)))
    }
}

impl<'a> FromMembers<'a> for Draft<'a> {
    fn from_members(mut members: Members<'a>) -> Self {
        Self {
            uuid: members.field("uuid"),
            client: members.field("client"),
            time: members.field("time"),
            action: members.field("action"),
            description: members.field("description"),
            url: members.field("url"),
            crud: members.field("crud"),
            outcome: members.field("outcome"),
            actor: members.field("actor"),
            anonymous: members.field("anonymous"),
            impersonator: members.field("impersonator"),
            target: members.field("target"),
            targets: members.field("targets"),
            target_user: members.field("targetUser"),
            context: members.field("context"),
            session_id: members.field("sessionId"),
            correlation_id: members.field("correlationId"),
            external_id: members.field("externalId"),
            schema_version: members.field("schemaVersion"),
            changes: members.field("changes"),
            metadata: members.field("metadata"),
            fields: members.field("fields"),
            detail: members.field("detail"),
            // Ours is the last one, whatever a sender may have written once.
            note: members.last(NOTE),
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Draft<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(<&RawValue>::deserialize(deserializer)?.get()).map_err(D::Error::custom)
    }
}

draft!(ClientDraft { uuid "uuid": Text<'a>, name "name": Text<'a> });
draft!(OutcomeDraft { result "result": Text<'a>, reason "reason": Text<'a>, code "code": Text<'a> });
draft!(ContextDraft {
    client "client": Object<ClientContextDraft<'a>>,
    server "server": Object<ServerContextDraft<'a>>,
    http "http": Object<HttpDraft<'a>>,
});
draft!(ClientContextDraft {
    ip_address "ipAddress": Texts<'a>,
    ip_addresses "ipAddresses": Texts<'a>,
    browser_agent "browserAgent": Text<'a>,
    location "location": Text<'a>,
});
draft!(ServerContextDraft { server_id "serverId": Text<'a>, version "version": Text<'a>, service "service": Text<'a> });
draft!(NoteDraft {
    masked "masked": List<Field<Text<'a>>>,
    replaced "replaced": List<Field<Text<'a>>>,
    api "api": Text<'a>,
    repeat "repeat": Text<'a>,
});
draft!(HttpDraft { method "method": Text<'a>, path "path": Text<'a>, domain "domain": Text<'a> });
draft!(
    /// Whoever acts.
    ActorDraft {
        uuid "uuid": Text<'a>,
        name "name": Text<'a>,
        email "email": Text<'a>,
        kind "type": Text<'a>,
        url "url": Text<'a>,
        metadata "metadata": AnyObject,
    }
);
draft!(
    /// Whatever is acted on.
    TargetDraft {
        kind "type": Text<'a>,
        uuid "uuid": Text<'a>,
        label "label": Text<'a>,
        url "url": Text<'a>,
        metadata "metadata": AnyObject,
    }
);

/// One field's value before and after.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ChangeDraft {
    pub(super) field: Field<String>,
    pub(super) before: Option<Value>,
    pub(super) after: Option<Value>,
}

impl FromMembers<'_> for ChangeDraft {
    fn from_members(mut members: Members<'_>) -> Self {
        Self { field: members.field("field"), before: members.any("before"), after: members.any("after") }
    }
}
