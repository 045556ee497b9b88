//! What a company says of the opening of its views: what readers may do, how long tokens hold, how keys give way.

use super::access::{NotAName, Origin};

/// What a reader may do besides reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rights {
    /// Take the log home as a file.
    pub export: bool,
    /// Learn that events have arrived without asking for the page again.
    pub tail: bool,
}

impl Rights {
    /// Everything.
    pub const ALL: Self = Self { export: true, tail: true };

    /// What both allow.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self { export: self.export && other.export, tail: self.tail && other.tail }
    }
}

/// The longest that a view's tokens may hold, from `iat` to `exp`: 5 to 60 minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenLife(u8);

impl TokenLife {
    /// What no token may exceed, and what a new view allows.
    pub const LONGEST: Self = Self(60);

    /// Less would refuse what examples and libraries sign.
    const SHORTEST: Self = Self(5);

    /// Reads it as people write it.
    pub fn parse(minutes: &str) -> Result<Self, NotAName> {
        let minutes = minutes.trim().parse().ok().and_then(Self::of_minutes);
        minutes.ok_or_else(|| NotAName { expected: format!("{} to {} minutes", Self::SHORTEST.0, Self::LONGEST.0) })
    }

    /// Nothing where a token may not hold so long, or where that is too short for a slow page.
    pub fn of_minutes(minutes: u8) -> Option<Self> {
        (Self::SHORTEST.0..=Self::LONGEST.0).contains(&minutes).then_some(Self(minutes))
    }

    pub const fn minutes(self) -> u8 {
        self.0
    }

    pub fn seconds(self) -> i64 {
        i64::from(self.0) * 60
    }
}

/// Whose opening of a view is recorded in the log that it shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RecordedOpenings {
    /// Nobody's.
    Never,
    /// Of readers whom a signed token names. An access key stands in pages: whoever has one could fill a log.
    #[default]
    Named,
    /// Those of an access key and of links too.
    All,
}

impl RecordedOpenings {
    pub const ALL: [Self; 3] = [Self::Named, Self::All, Self::Never];

    /// Its word in forms and in storage.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::Named => "named",
            Self::All => "all",
        }
    }

    /// The choice of a word.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|choice| choice.word() == word)
    }
}

/// How long an access key that was replaced still opens its view, so that pages can be changed one by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Grace {
    #[default]
    None,
    Hour,
    Day,
    Week,
}

impl Grace {
    pub const ALL: [Self; 4] = [Self::None, Self::Hour, Self::Day, Self::Week];

    /// Its word in forms.
    pub const fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
        }
    }

    /// The grace of a word.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|grace| grace.word() == word)
    }

    pub const fn millis(self) -> i64 {
        const HOUR: i64 = 60 * 60 * 1000;
        match self {
            Self::None => 0,
            Self::Hour => HOUR,
            Self::Day => 24 * HOUR,
            Self::Week => 7 * 24 * HOUR,
        }
    }
}

/// Whether a page of this origin may show a view. While nobody is listed, only this machine's own pages may: a view
/// starts in test mode.
pub fn may_frame(origins: &[Origin], origin: &str) -> bool {
    if origins.is_empty() {
        return ["http://localhost", "http://127.0.0.1"]
            .iter()
            .any(|own| origin.strip_prefix(own).is_some_and(is_port_or_nothing));
    }
    origins.iter().any(|allowed| allowed.covers(origin))
}

/// Whatever else may follow a host, such as `:80@evil.test`, makes it another one.
fn is_port_or_nothing(rest: &str) -> bool {
    rest.is_empty() || rest.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok() && !port.starts_with('+'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_lives_five_to_sixty_minutes() {
        assert_eq!(TokenLife::parse(" 10 ").unwrap().seconds(), 600);
        assert_eq!(TokenLife::parse("60"), Ok(TokenLife::LONGEST));
        for text in ["0", "4", "61", "-1", "1.5", "", "ten", "300"] {
            assert!(TokenLife::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn every_grace_has_a_word_of_its_own_and_is_longer_than_the_one_before() {
        for grace in Grace::ALL {
            assert_eq!(Grace::of_word(grace.word()), Some(grace));
        }
        assert!(Grace::ALL.map(Grace::millis).is_sorted_by(|a, b| a < b));
        assert_eq!(Grace::of_word("ever"), None);
    }

    #[test]
    fn every_choice_of_openings_has_a_word_of_its_own() {
        for choice in RecordedOpenings::ALL {
            assert_eq!(RecordedOpenings::of_word(choice.word()), Some(choice));
        }
        assert_eq!(RecordedOpenings::of_word("ever"), None);
    }

    #[test]
    fn rights_together_allow_what_both_allow() {
        let live = Rights { export: false, tail: true };
        assert_eq!(Rights::ALL.and(live), live);
        assert_eq!(live.and(Rights { export: true, tail: false }), Rights { export: false, tail: false });
    }

    #[test]
    fn a_view_that_lists_nobody_is_for_this_machine_only() {
        for page in ["http://localhost", "http://localhost:5173", "http://127.0.0.1:3001"] {
            assert!(may_frame(&[], page), "{page}");
        }
        for page in [
            "null",
            "",
            "https://localhost",
            "http://localhost.evil.test",
            "http://localhost:",
            "http://localhost:80@evil.test",
            "http://localhost:+80",
            "http://127.0.0.10:80",
            "https://app.example.com",
        ] {
            assert!(!may_frame(&[], page), "{page}");
        }
    }
}
