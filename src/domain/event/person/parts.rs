//! What the members of an event say: who is meant, what names them, and what is never erased.

use super::tree::{Kind, Tree};
use crate::domain::event::NOTE;
use std::borrow::Cow;

/// Names under which APIs identify who is meant.
pub const IDS: [&str; 3] = ["uuid", "id", "user_id"];
/// Members of an object that means a person which do not say who that is.
const NEUTRAL: [&str; 6] = ["type", "trigger_type", "organization_id", "org_id", "time", "timestamp"];
/// Types of targets that are people: another thing may have the same id.
const PEOPLE: [&str; 4] = ["user", "person", "member", "actor"];
/// Objects that are somebody or something.
const SUBJECTS: [&str; 8] = ["actor", "impersonator", "targetUser", "caller", "user", "target", "targets", "resource"];
/// What an event says at its top that names nobody: its kind, its ids, its moments, its outcome.
const FACTS: [&str; 20] = [
    "uuid",
    "id",
    "external_id",
    "externalId",
    "sessionId",
    "correlationId",
    "action",
    "event_name",
    "crud",
    "time",
    "timestamp",
    "occurred_at",
    "created",
    "received",
    "outcome",
    "status_code",
    "organization_id",
    "org_id",
    "schemaVersion",
    "version",
];
/// The same a step further down.
const FACTS_WITHIN: [(&str, &str); 4] =
    [("outcome", "result"), ("outcome", "code"), ("http", "method"), ("changes", "field")];
/// The customer, not a person.
const CUSTOMERS: [&str; 2] = ["client", "group"];
/// Objects whose members have names of ours or of another API, not of a sender's choice.
const STRUCTURED: [&str; 6] = ["client", "group", "outcome", "context", "http", "changes"];

/// Names of members that say who somebody is, without signs between their words.
const NAMING: [&str; 30] = [
    "name",
    "label",
    "fullname",
    "firstname",
    "lastname",
    "givenname",
    "familyname",
    "middlename",
    "surname",
    "displayname",
    "nickname",
    "username",
    "realname",
    "legalname",
    "preferredname",
    "login",
    "loginname",
    "handle",
    "email",
    "mail",
    "phone",
    "phonenumber",
    "telephone",
    "tel",
    "mobile",
    "mobilenumber",
    "cell",
    "fax",
    "address",
    "street",
];
/// What may stand before such a name.
const OWNERS: [&str; 6] = ["user", "actor", "person", "member", "contact", "caller"];
/// Ends of names that say how somebody is reached.
const REACHING: [&str; 6] = ["email", "emailaddress", "phone", "phonenumber", "mobile", "postaladdress"];

/// Some JSON of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layer {
    /// The whole of it: the event, and in its note the event as another API got it.
    Document,
    /// What one of its texts holds.
    Text,
}

impl Layer {
    /// The names that lead to a value within its event; `None` in what we say of it.
    pub fn within<'p, 'j>(self, path: &'p [Cow<'j, str>]) -> Option<&'p [Cow<'j, str>]> {
        match path {
            [note, event, rest @ ..] if self == Self::Document && note == NOTE && event == "event" => match rest {
                // One API wraps its events.
                [event, rest @ ..] if event == "event" && !rest.is_empty() => Some(rest),
                rest => Some(rest),
            },
            [note, ..] if self == Self::Document && note == NOTE => None,
            path => Some(path),
        }
    }

    /// Whether a value is a fact of the event, in which nobody is named.
    pub fn is_fact(self, path: &[Cow<'_, str>]) -> bool {
        let names: Vec<&str> = path.iter().map(|name| &**name).collect();
        self == Self::Document
            && match names.as_slice() {
                [fact] => FACTS.contains(fact) || CUSTOMERS.contains(fact),
                [customer, ..] if CUSTOMERS.contains(customer) => true,
                [within, fact] => {
                    FACTS_WITHIN.contains(&(within, fact)) || (SUBJECTS.contains(within) && is_neutral(fact))
                }
                ["context", "http", "method"] => true,
                _ => false,
            }
    }

    /// Whether the last of these names was its sender's choice, and may name somebody.
    pub fn is_chosen(self, path: &[Cow<'_, str>]) -> bool {
        match path {
            [first, .., _] if self == Self::Document => {
                !(STRUCTURED.contains(&&**first) || (path.len() == 2 && SUBJECTS.contains(&&**first)))
            }
            _ => self == Self::Text,
        }
    }
}

/// Whether a member of an object that means somebody is no text about them.
pub fn is_neutral(name: &str) -> bool {
    IDS.contains(&name) || NEUTRAL.contains(&name)
}

/// Whether a text about somebody names them: by the name of its member, or by its own form.
pub fn names_somebody(name: &str, text: &str) -> bool {
    let plain: String = name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    let is_naming = |plain: &str| NAMING.contains(&plain) || REACHING.iter().any(|end| plain.ends_with(end));
    let one = plain.strip_suffix("es").unwrap_or(&plain);
    let many = [plain.as_str(), plain.strip_suffix('s').unwrap_or(&plain), one];
    let named = many
        .iter()
        .any(|plain| is_naming(plain) || OWNERS.iter().any(|owner| plain.strip_prefix(owner).is_some_and(is_naming)));
    named || is_address(text)
}

/// Whether a text is an e-mail address and no more.
fn is_address(text: &str) -> bool {
    let is_part = |part: &str| !part.is_empty() && !part.contains([' ', '@', '/', ':', '?']);
    text.split_once('@').is_some_and(|(local, host)| is_part(local) && is_part(host) && host.contains('.'))
}

/// The ids of whom an object means, if it means a person. `name` is its own.
pub fn ids_of<'j>(tree: &Tree<'j>, object: usize, name: &str) -> Vec<Cow<'j, str>> {
    if tree.nodes[object].kind != Kind::Object || !is_person(tree, object, name) {
        return Vec::new();
    }
    IDS.iter().filter_map(|id| tree.said(tree.member(object, id)?)).collect()
}

fn is_person(tree: &Tree<'_>, object: usize, name: &str) -> bool {
    match name {
        "actor" | "impersonator" | "targetUser" | "caller" | "user" => true,
        "target" | "targets" | "resource" => {
            let kind = tree.member(object, "type").and_then(|kind| tree.said(kind)).unwrap_or_default();
            PEOPLE.iter().any(|person| kind.eq_ignore_ascii_case(person))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_addresses_are_told_from_what_else_is_said_of_somebody() {
        let naming =
            ["name", "label", "firstName", "user_name", "userEmail", "emails", "workPhone", "street", "addresses"];
        assert!(naming.iter().all(|name| names_somebody(name, "x")));
        let others = ["role", "status", "city", "role_name", "type", "plan"];
        assert!(!others.iter().any(|name| names_somebody(name, "admin")));
        assert!(names_somebody("login_hint", "ann@b.test") && !names_somebody("url", "https://a@b.test/x"));
    }
}
