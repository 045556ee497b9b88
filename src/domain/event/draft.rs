//! An event as its sender wrote it: the JSON shape of our own API, which is also the stored shape.
//!
//! The shape is the one of the AuditLog.co events API, extended; unknown fields are kept in the stored document.
//! Reading is lenient (see [`super::lenient`]); [`Draft::check`] finds the faults, [`Draft::into_event`] makes the event.

use super::lenient::{AnyObject, Field, List, Moment, Object, Text, TextOr};
use serde::Deserialize;

macro_rules! draft {
    ($(#[$doc:meta])* $name:ident { $($field:ident : $type:ty),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Default, PartialEq, Deserialize)]
        #[serde(rename_all = "camelCase", default)]
        pub struct $name<'a> {
            $(#[serde(borrow)] pub(super) $field: Field<$type>,)+
        }
    };
}

/// An event's JSON, read without judging it.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Draft<'a> {
    #[serde(borrow)]
    pub(super) uuid: Field<Text<'a>>,
    #[serde(borrow)]
    pub(super) client: Field<Object<ClientDraft<'a>>>,
    #[serde(borrow)]
    pub(super) time: Field<Moment<'a>>,
    #[serde(borrow)]
    pub(super) action: Field<Text<'a>>,
    #[serde(borrow)]
    pub(super) description: Field<Text<'a>>,
    #[serde(borrow)]
    pub(super) url: Field<Text<'a>>,
    #[serde(borrow)]
    pub(super) crud: Field<Text<'a>>,
    #[serde(borrow)]
    pub(super) outcome: Field<TextOr<'a, OutcomeDraft<'a>>>,
    #[serde(borrow)]
    pub(super) actor: Field<Object<ActorDraft<'a>>>,
    pub(super) anonymous: Field<bool>,
    #[serde(borrow)]
    pub(super) impersonator: Field<Object<ActorDraft<'a>>>,
    #[serde(borrow)]
    pub(super) target: Field<Object<TargetDraft<'a>>>,
    #[serde(borrow)]
    pub(super) targets: Field<List<Field<Object<TargetDraft<'a>>>>>,
    #[serde(borrow)]
    pub(super) target_user: Field<Object<ActorDraft<'a>>>,
    #[serde(borrow)]
    pub(super) context: Field<Object<ContextDraft<'a>>>,
    #[serde(borrow)]
    pub(super) session_id: Field<Text<'a>>,
    #[serde(borrow)]
    pub(super) correlation_id: Field<Text<'a>>,
    #[serde(borrow)]
    pub(super) external_id: Field<Text<'a>>,
    pub(super) schema_version: Field<i64>,
    pub(super) changes: Field<List<Field<Object<ChangeDraft>>>>,
    pub(super) metadata: Field<AnyObject>,
    pub(super) fields: Field<AnyObject>,
    #[serde(borrow)]
    pub(super) detail: Field<Text<'a>>,
    /// Ours, never a sender's.
    #[serde(borrow, rename = "$daybook")]
    pub(super) note: Field<Object<NoteDraft<'a>>>,
}

draft!(ClientDraft { uuid: Text<'a>, name: Text<'a> });
draft!(OutcomeDraft { result: Text<'a>, reason: Text<'a>, code: Text<'a> });
draft!(ContextDraft { client: Object<ClientContextDraft<'a>>, server: Object<ServerContextDraft<'a>>, http: Object<HttpDraft<'a>> });
draft!(ClientContextDraft { ip_address: Text<'a>, browser_agent: Text<'a>, location: Text<'a> });
draft!(ServerContextDraft { server_id: Text<'a>, version: Text<'a>, service: Text<'a> });
draft!(NoteDraft { masked: List<Field<Text<'a>>>, api: Text<'a>, repeat: Text<'a> });
draft!(HttpDraft { method: Text<'a>, path: Text<'a>, domain: Text<'a> });

/// Whoever acts.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct ActorDraft<'a> {
    #[serde(borrow)]
    pub(super) uuid: Field<Text<'a>>,
    #[serde(borrow)]
    pub(super) name: Field<Text<'a>>,
    #[serde(borrow)]
    pub(super) email: Field<Text<'a>>,
    #[serde(borrow, rename = "type")]
    pub(super) kind: Field<Text<'a>>,
    #[serde(borrow)]
    pub(super) url: Field<Text<'a>>,
    pub(super) metadata: Field<AnyObject>,
}

/// Whatever is acted on.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct TargetDraft<'a> {
    #[serde(borrow, rename = "type")]
    pub(super) kind: Field<Text<'a>>,
    #[serde(borrow)]
    pub(super) uuid: Field<Text<'a>>,
    #[serde(borrow)]
    pub(super) label: Field<Text<'a>>,
    #[serde(borrow)]
    pub(super) url: Field<Text<'a>>,
    pub(super) metadata: Field<AnyObject>,
}

/// One field's value before and after.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct ChangeDraft {
    pub(super) field: Field<String>,
    #[serde(deserialize_with = "given")]
    pub(super) before: Option<serde_json::Value>,
    #[serde(deserialize_with = "given")]
    pub(super) after: Option<serde_json::Value>,
}

/// A value that was sent, `null` being one.
fn given<'de, D: serde::Deserializer<'de>>(value: D) -> Result<Option<serde_json::Value>, D::Error> {
    serde_json::Value::deserialize(value).map(Some)
}

impl super::lenient::Shape<'_> for String {
    const EXPECTED: &'static str = "a text";
    fn text(text: std::borrow::Cow<'_, str>) -> Option<Self> {
        Some(text.into_owned())
    }
}
