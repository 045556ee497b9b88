//! The people of the company that runs the logs: who they are and what each may do.

use super::access::NotAName;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A person's number in storage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PersonId(pub i64);

/// An e-mail address, by which a person signs in: lower case, 3 to 320 characters, one `@` with something around it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Email(String);

impl Email {
    /// Reads it from what somebody typed.
    pub fn parse(text: &str) -> Result<Self, NotAName> {
        let text = text.trim().to_lowercase();
        let parts = text.split_once('@').filter(|(name, host)| {
            !name.is_empty()
                && !host.is_empty()
                && !host.contains('@')
                && !host.starts_with('.')
                && !host.ends_with('.')
        });
        let fits = text.chars().count() <= 320 && !text.chars().any(|c| c.is_control() || c.is_whitespace());
        match parts {
            Some(_) if fits => Ok(Self(text)),
            _ => Err(NotAName { expected: "an e-mail address".to_owned() }),
        }
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a person is in a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Everything, the project itself included.
    Owner,
    /// Everything but who the owners are.
    Admin,
    /// To read the events of all clients, and nothing else.
    Analyst,
    /// To change how views look.
    Designer,
}

/// Something that not everybody may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Right {
    /// Read the events of all clients.
    ReadEvents,
    /// Make, see and revoke API keys.
    ManageKeys,
    /// Make views, and say how they look.
    DesignViews,
    /// See and replace views' secrets, and say who may open them.
    SecureViews,
    /// Invite people, give them roles, take them out again.
    ManageMembers,
    /// Open the project to members with a second factor only.
    RequireSecondFactor,
    /// Say which values of events are secrets.
    SetMasking,
    /// Say how strictly the rules of other vendors' APIs are kept.
    SetStrictness,
    /// Read what was done to the project.
    ReadTrail,
}

impl Role {
    /// All of them, the most powerful first.
    pub const ALL: [Self; 4] = [Self::Owner, Self::Admin, Self::Analyst, Self::Designer];

    /// Whether somebody of this role may do this.
    pub const fn may(self, right: Right) -> bool {
        match right {
            Right::RequireSecondFactor => matches!(self, Self::Owner),
            Right::ReadTrail => matches!(self, Self::Owner | Self::Admin),
            Right::ReadEvents => matches!(self, Self::Owner | Self::Admin | Self::Analyst),
            Right::DesignViews => matches!(self, Self::Owner | Self::Admin | Self::Designer),
            Right::ManageKeys
            | Right::SecureViews
            | Right::ManageMembers
            | Right::SetMasking
            | Right::SetStrictness => matches!(self, Self::Owner | Self::Admin),
        }
    }

    /// Whether somebody of this role may give another role to somebody, or take it away: owners are made by owners.
    pub const fn may_give(self, role: Self) -> bool {
        match role {
            Self::Owner => matches!(self, Self::Owner),
            Self::Admin | Self::Analyst | Self::Designer => self.may(Right::ManageMembers),
        }
    }

    /// Its word, in storage and in pages.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Analyst => "analyst",
            Self::Designer => "designer",
        }
    }

    /// The role of a word.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_the_same_however_it_is_typed() {
        assert_eq!(Email::parse(" Anna@Example.COM ").unwrap().as_str(), "anna@example.com");
        for text in ["", "anna", "@example.com", "anna@", "a b@example.com", "a@b@c", "a@.com", "a\n@b.com"] {
            assert!(Email::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn every_role_has_a_word_of_its_own() {
        for role in Role::ALL {
            assert_eq!(Role::of_word(role.word()), Some(role));
        }
        assert_eq!(Role::of_word("root"), None);
    }
}
