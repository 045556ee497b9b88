//! Everything that the trail tells of, each with its words.

use super::on_apis::OnApis;
use super::on_events::OnEvents;
use crate::backend::views::Secret;
use crate::domain::access::{ClientId, ClientScope, KeyId, ProjectName, ViewId};
use crate::domain::key::{KeyScopes, Overlap};
use crate::domain::people::{Email, Role};
use crate::domain::time::Timestamp;
use crate::domain::view::Branding;
use serde_json::{Value, json};
use std::borrow::Cow;

/// Something done to a project or to an account.
#[derive(Debug, Clone)]
pub enum Deed<'a> {
    ProjectCreated {
        name: &'a ProjectName,
    },
    SignedIn {
        /// Such as "their password".
        means: &'a str,
    },
    SignInFailed {
        /// Such as "a wrong password".
        means: &'a str,
    },
    /// Of the browser they sat at.
    SignedOut,
    /// Of every other browser, of which there were so many.
    SignedOutElsewhere {
        sessions: u64,
    },
    /// By somebody signed in who was asked for it once more.
    PasswordRefused,
    SecondFactorSet,
    SecondFactorOff,
    RecoveryCodeUsed,
    SecondFactorRequired {
        required: bool,
    },
    PasswordChanged,
    AccountReset {
        email: &'a Email,
        name: &'a str,
    },
    MemberInvited {
        role: Role,
    },
    InvitationWithdrawn {
        role: Role,
    },
    MemberJoined {
        email: &'a Email,
    },
    RoleChanged {
        email: &'a Email,
        name: &'a str,
        before: Role,
        after: Role,
    },
    MemberRemoved {
        email: &'a Email,
        name: &'a str,
    },
    KeyCreated {
        id: &'a KeyId,
        name: &'a str,
        scopes: KeyScopes,
        client: Option<&'a ClientId>,
        expires_at: Option<Timestamp>,
    },
    KeyRolled {
        id: &'a KeyId,
        name: &'a str,
        overlap: Overlap,
    },
    KeyRevoked {
        id: &'a KeyId,
        name: &'a str,
    },
    ViewCreated {
        id: &'a ViewId,
        name: &'a str,
    },
    /// Fields of a view, each with its value before and after.
    ViewChanged {
        id: &'a ViewId,
        name: &'a str,
        changes: Vec<(Cow<'static, str>, Value, Value)>,
    },
    /// How a view looks to one client.
    ClientBranded {
        id: &'a ViewId,
        name: &'a str,
        client: &'a ClientId,
        before: &'a Branding,
        after: &'a Branding,
    },
    AccessKeyReplaced {
        id: &'a ViewId,
        name: &'a str,
    },
    SecretsShown {
        id: &'a ViewId,
        name: &'a str,
        secrets: &'a [Secret],
    },
    /// A token of ours, for whoever tries an embedding.
    TokenSigned {
        id: &'a ViewId,
        name: &'a str,
        client: &'a ClientId,
        kid: &'a str,
    },
    PictureUploaded {
        address: &'a str,
    },
    /// Something done to what events say.
    OnEvents(OnEvents<'a>),
    /// Something done to how other vendors' APIs are kept.
    OnApis(OnApis<'a>),
    LogExported {
        log: &'a ClientScope,
    },
    /// Of the whole server, told in each project: its views, and the second factors of all accounts.
    ServerSecretReset {
        views: usize,
        second_factors: usize,
    },
}

/// A deed as an event tells it.
pub struct Told {
    pub action: &'static str,
    /// A word that [`crate::domain::event::Crud`] reads.
    pub crud: &'static str,
    pub description: String,
    /// Type, id and label.
    pub target: Option<(&'static str, String, String)>,
    /// As an event's `changes`.
    pub changes: Vec<Value>,
    pub failed: bool,
}

impl Told {
    pub(super) fn new(action: &'static str, crud: &'static str, description: impl Into<String>) -> Self {
        Self { action, crud, description: description.into(), target: None, changes: Vec::new(), failed: false }
    }

    pub(super) fn on(mut self, kind: &'static str, id: &impl ToString, label: &str) -> Self {
        self.target = Some((kind, id.to_string(), label.to_owned()));
        self
    }

    pub(super) fn changing(mut self, field: &str, before: &Value, after: &Value) -> Self {
        self.changes.push(json!({"field": field, "before": before, "after": after}));
        self
    }
}

impl Deed<'_> {
    /// Its words.
    pub(super) fn told(&self) -> Told {
        match self {
            Self::ProjectCreated { name } => {
                let text = format!("Made the project “{name}”");
                Told::new("project.created", "create", text).on("project", name, name.as_str())
            }
            Self::SignedIn { means } => Told::new("member.signed_in", "read", format!("Signed in with {means}")),
            Self::SignInFailed { means } => {
                let text = format!("Tried to sign in with {means}");
                Told { failed: true, ..Told::new("member.signed_in", "read", text) }
            }
            Self::SignedOut => Told::new("member.signed_out", "update", "Signed out"),
            Self::SignedOutElsewhere { sessions } => ended(*sessions),
            Self::PasswordRefused => {
                let text = "Gave a wrong password for their account while signed in";
                Told { failed: true, ..Told::new("member.password_refused", "read", text) }
            }
            Self::AccountReset { email, name } => {
                let text = format!("Gave {name} a new password and took their second factor away");
                Told::new("member.account_reset", "update", text).on("member", email, name)
            }
            Self::SecondFactorSet => {
                Told::new("member.second_factor_set", "create", "Set up a second factor for their account")
            }
            Self::SecondFactorOff => {
                Told::new("member.second_factor_removed", "delete", "Turned their second factor off")
            }
            Self::RecoveryCodeUsed => Told::new("member.recovery_code_used", "update", "Used up a recovery code"),
            Self::SecondFactorRequired { required } => {
                let text = if *required {
                    "Asked all members for a second factor"
                } else {
                    "Let members in without a second factor"
                };
                let (before, after) = (json!(!required), json!(required));
                Told::new("project.second_factor", "update", text).changing("required", &before, &after)
            }
            Self::PasswordChanged => Told::new("member.password_changed", "update", "Changed their password"),
            Self::MemberInvited { role } => {
                let text = format!("Invited somebody as {}", role.word());
                Told::new("member.invited", "create", text)
            }
            Self::InvitationWithdrawn { role } => {
                let text = format!("Took back an invitation as {}", role.word());
                Told::new("member.invitation_withdrawn", "delete", text)
            }
            Self::MemberJoined { email } => {
                Told::new("member.joined", "create", "Joined the project").on("member", email, "")
            }
            Self::RoleChanged { email, name, before, after } => role_changed(email, name, *before, *after),
            Self::MemberRemoved { email, name } => {
                let text = format!("Removed {name} from the project");
                Told::new("member.removed", "delete", text).on("member", email, name)
            }
            Self::KeyCreated { id, name, scopes, client, expires_at } => {
                let told = Told::new("api_key.created", "create", format!("Made the API key “{name}”"));
                let told = told.on("api_key", id, name).changing("scopes", &Value::Null, &json!(scopes));
                let told = with(told, "client", client.map(ToString::to_string));
                with(told, "expires", expires_at.map(|at| at.to_string()))
            }
            Self::KeyRolled { id, name, overlap } => {
                let text = format!("Gave the API key “{name}” a new secret; the old one holds for {}", overlap.name());
                Told::new("api_key.rolled", "update", text).on("api_key", id, name)
            }
            Self::KeyRevoked { id, name } => {
                Told::new("api_key.revoked", "delete", format!("Revoked the API key “{name}”")).on("api_key", id, name)
            }
            Self::ViewCreated { id, name } => {
                Told::new("view.created", "create", format!("Made the view “{name}”")).on("view", id, name)
            }
            Self::ViewChanged { id, name, changes } => {
                let told =
                    Told::new("view.changed", "update", format!("Changed the view “{name}”")).on("view", id, name);
                changes.iter().fold(told, |told, (field, before, after)| told.changing(field, before, after))
            }
            Self::ClientBranded { id, name, client, before, after } => {
                let text = format!("Changed how the view “{name}” looks to the client “{client}”");
                let told = Told::new("view.client_branded", "update", text).on("view", id, name);
                told.changing("branding", &json!(before), &json!(after))
            }
            Self::AccessKeyReplaced { id, name } => {
                Told::new("view.access_key_replaced", "update", format!("Replaced the access key of the view “{name}”"))
                    .on("view", id, name)
            }
            Self::SecretsShown { id, name, secrets } => {
                let secrets = secrets.iter().map(ToString::to_string).collect::<Vec<_>>().join(" and ");
                let text = format!("Looked at {secrets} of the view “{name}”");
                Told::new("view.secrets_shown", "read", text).on("view", id, name)
            }
            Self::OnEvents(deed) => deed.told(),
            Self::OnApis(deed) => deed.told(),
            Self::TokenSigned { id, name, client, kid } => {
                let text = format!("Signed a token of the view “{name}” for the client {client} with {kid}");
                Told::new("view.token_signed", "create", text).on("view", id, name)
            }
            Self::PictureUploaded { address } => {
                Told::new("picture.uploaded", "create", "Uploaded a picture").on("picture", address, "")
            }
            Self::LogExported { log } => exported(log),
            Self::ServerSecretReset { views, second_factors } => secret_reset(*views, *second_factors),
        }
    }
}

fn ended(sessions: u64) -> Told {
    let others = if sessions == 1 { "1 other session" } else { &format!("{sessions} other sessions") };
    Told::new("member.signed_out_elsewhere", "update", format!("Ended {others} of theirs"))
}

fn exported(log: &ClientScope) -> Told {
    let exported = |what| Told::new("audit_log.exported", "read", format!("Exported {what}"));
    match log {
        ClientScope::One(client) => exported("events").on("client", client, ""),
        ClientScope::All => exported("events"),
        ClientScope::Trail => exported("the account trail"),
    }
}

fn secret_reset(views: usize, second_factors: usize) -> Told {
    let plural = |count: usize, one: &str| format!("{count} {one}{}", if count == 1 { "" } else { "s" });
    let text = format!(
        "Replaced the server secret: {} with a new access key and signing secret, {} removed, all sessions ended",
        plural(views, "view"),
        plural(second_factors, "second factor")
    );
    Told::new("server.secret_reset", "update", text)
}

fn role_changed(email: &Email, name: &str, before: Role, after: Role) -> Told {
    let told = Told::new("member.role_changed", "update", format!("Made {name} {}", after.word()));
    told.on("member", email, name).changing("role", &json!(before.word()), &json!(after.word()))
}

/// A value that was not there before, if it is now.
fn with(told: Told, field: &str, value: Option<String>) -> Told {
    match value {
        Some(value) => told.changing(field, &Value::Null, &json!(value)),
        None => told,
    }
}
