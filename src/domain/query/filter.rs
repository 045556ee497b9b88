//! Which events a reader wants, and how that is written in a URL.

use super::Condition;
use super::fold::fold;
use crate::domain::event::{Crud, Ending, Event};
use crate::domain::problem::Faults;
use crate::domain::time::Timestamp;
use serde::{Deserialize, Serialize};

/// A choice of events. Everything given must hold; an empty filter chooses all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    /// Words that must all occur somewhere in the event's values, its time aside; `"in quotes"` keeps blanks. Case and
    /// accents do not matter.
    pub text: String,
    /// The actor's `uuid`, exactly.
    pub actor: Option<String>,
    /// The action, exactly; or its beginning when it ends with `*`; or any part of it, whatever its case, when it begins
    /// with `*` as well.
    pub action: Option<String>,
    /// The `uuid` of any target, exactly.
    pub target: Option<String>,
    /// The `type` of any target, exactly.
    pub target_type: Option<String>,
    /// Only those that ended so.
    pub outcome: Option<Ending>,
    /// The `sessionId`, exactly.
    pub session: Option<String>,
    /// The `correlationId`, exactly.
    pub correlation: Option<String>,
    /// Any of the addresses that the actor came from, exactly.
    pub ip: Option<String>,
    /// The `uuid` of whoever stood in for the actor, exactly.
    pub impersonator: Option<String>,
    /// Not before this moment.
    pub from: Option<Timestamp>,
    /// Not after this moment.
    pub through: Option<Timestamp>,
    /// A span that ends now; resolved into `from` by whoever has a clock.
    pub last: Option<Preset>,
    /// What else must hold; no URL says it.
    #[serde(skip)]
    pub conditions: Vec<Condition>,
    /// One of these kinds of act; any where there is none.
    #[serde(skip)]
    pub kinds: Vec<Crud>,
    /// Received from the first moment on and before the second. No URL says it.
    #[serde(skip)]
    pub received: Option<(Timestamp, Timestamp)>,
}

/// A span of time up to now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Preset {
    #[serde(rename = "1h")]
    Hour,
    #[serde(rename = "24h")]
    Day,
    #[serde(rename = "7d")]
    Week,
    #[serde(rename = "30d")]
    Month,
    #[serde(rename = "90d")]
    Quarter,
}

impl Preset {
    /// All of them, shortest first.
    pub const ALL: [Self; 5] = [Self::Hour, Self::Day, Self::Week, Self::Month, Self::Quarter];

    /// As a URL writes it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Hour => "1h",
            Self::Day => "24h",
            Self::Week => "7d",
            Self::Month => "30d",
            Self::Quarter => "90d",
        }
    }

    /// As a person reads it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Hour => "Last hour",
            Self::Day => "Last 24 hours",
            Self::Week => "Last 7 days",
            Self::Month => "Last 30 days",
            Self::Quarter => "Last 90 days",
        }
    }

    /// Its length in milliseconds.
    pub fn millis(self) -> i64 {
        const HOUR: i64 = 3_600_000;
        match self {
            Self::Hour => HOUR,
            Self::Day => 24 * HOUR,
            Self::Week => 7 * 24 * HOUR,
            Self::Month => 30 * 24 * HOUR,
            Self::Quarter => 90 * 24 * HOUR,
        }
    }
}

/// What a filter's `action` means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActionPattern<'f> {
    Exactly(&'f str),
    Start(&'f str),
    /// Case and accents do not matter.
    Part(&'f str),
}

impl<'f> ActionPattern<'f> {
    /// Reads it; see [`Filter::action`].
    pub fn of(action: &'f str) -> Self {
        match (action.strip_prefix('*'), action.strip_suffix('*')) {
            (Some(rest), Some(_)) => Self::Part(rest.strip_suffix('*').unwrap_or(rest)),
            (None, Some(start)) => Self::Start(start),
            (_, None) => Self::Exactly(action),
        }
    }

    /// Whether an action is one of those meant.
    pub fn fits(self, action: &str) -> bool {
        match self {
            Self::Exactly(wanted) => action == wanted,
            Self::Start(start) => action.starts_with(start),
            Self::Part(part) => fold(action).contains(&*fold(part)),
        }
    }
}

impl Filter {
    /// Reads the filter's parts of a query; unknown names are left alone, wrong values are faults.
    pub fn from_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, Faults> {
        let mut filter = Self::default();
        let mut faults = Faults::default();
        for (name, value) in pairs {
            let value = value.trim();
            if value.is_empty() {
                continue;
            }
            match name {
                "q" => value.clone_into(&mut filter.text),
                "actor" => filter.actor = Some(value.to_owned()),
                "action" => filter.action = Some(value.to_owned()),
                "target" => filter.target = Some(value.to_owned()),
                "type" => filter.target_type = Some(value.to_owned()),
                "sessionId" => filter.session = Some(value.to_owned()),
                "correlationId" => filter.correlation = Some(value.to_owned()),
                "ip" => filter.ip = Some(value.to_owned()),
                "impersonator" => filter.impersonator = Some(value.to_owned()),
                "outcome" => match Ending::of_word(value) {
                    Some(ending) => filter.outcome = Some(ending),
                    None => faults.add("outcome", "expected success, failure or other"),
                },
                "crud" => match Crud::parse(value) {
                    Some(kind) => filter.kinds.push(kind),
                    None => faults.add("crud", "expected create, read, update or delete"),
                },
                "from" => match Timestamp::parse(value) {
                    Ok(moment) => filter.from = Some(moment),
                    Err(error) => faults.add("from", error.to_string()),
                },
                "through" => match Timestamp::parse_end(value) {
                    Ok(moment) => filter.through = Some(moment),
                    Err(error) => faults.add("through", error.to_string()),
                },
                "last" => match Preset::ALL.into_iter().find(|preset| preset.code() == value) {
                    Some(preset) => filter.last = Some(preset),
                    None => faults.add("last", "expected 1h, 24h, 7d, 30d or 90d"),
                },
                _ => {}
            }
        }
        if faults.is_empty() { Ok(filter) } else { Err(faults) }
    }

    /// As the query of a URL, without a leading `?`; empty for the empty filter.
    pub fn to_query(&self) -> String {
        let Self { text, actor, action, target, target_type, outcome, kinds, from, through, last, .. } = self;
        let mut query = form_urlencoded::Serializer::new(String::new());
        let mut put = |name: &str, value: Option<&str>| {
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                query.append_pair(name, value);
            }
        };
        put("q", Some(text));
        put("actor", actor.as_deref());
        put("action", action.as_deref());
        put("target", target.as_deref());
        put("type", target_type.as_deref());
        put("outcome", outcome.map(Ending::word));
        for (name, value) in self.exact() {
            put(name, Some(value));
        }
        for kind in kinds {
            put("crud", Some(kind.word()));
        }
        put("from", from.map(|moment| moment.to_string()).as_deref());
        put("through", through.map(|moment| moment.to_string()).as_deref());
        put("last", last.map(Preset::code));
        query.finish()
    }

    /// Whether it chooses everything.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The search text's words, quoted ones whole.
    pub fn terms(&self) -> Vec<String> {
        let mut terms = Vec::new();
        for (at, part) in self.text.split('"').enumerate() {
            if at % 2 == 1 {
                terms.push(part.to_owned());
            } else {
                terms.extend(part.split_whitespace().map(str::to_owned));
            }
        }
        terms.retain(|term| !term.trim().is_empty());
        terms
    }

    /// What is asked of texts that the finding structures know only as words, with its names in URLs.
    pub fn exact(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let Self { session, correlation, ip, impersonator, .. } = self;
        let named =
            [("sessionId", session), ("correlationId", correlation), ("ip", ip), ("impersonator", impersonator)];
        named.into_iter().filter_map(|(name, value)| Some((name, value.as_deref()?)))
    }

    /// Whether more is asked than the finding structures know: only the event itself can tell.
    pub fn asks_more(&self) -> bool {
        self.exact().next().is_some()
            || !self.conditions.is_empty()
            || !self.kinds.is_empty()
            || self.received.is_some()
    }

    /// Whether an event is chosen by everything but the text, which needs the whole document.
    pub fn fits(&self, event: &Event) -> bool {
        let Self {
            text: _,
            actor,
            action,
            target,
            target_type,
            outcome,
            session,
            correlation,
            ip,
            impersonator,
            from,
            through,
            last: _,
            conditions,
            kinds,
            received,
        } = self;
        let time = event.stamp.occurred_at;
        actor.as_ref().is_none_or(|id| event.actor.as_ref().is_some_and(|actor| actor.uuid == *id))
            && action.as_ref().is_none_or(|wanted| ActionPattern::of(wanted).fits(&event.action))
            && target.as_ref().is_none_or(|id| event.targets.iter().any(|target| target.uuid == *id))
            && target_type.as_ref().is_none_or(|kind| event.targets.iter().any(|target| target.kind == *kind))
            && outcome.is_none_or(|ending| event.outcome.ending == ending)
            && session.as_ref().is_none_or(|id| event.session_id.as_ref() == Some(id))
            && correlation.as_ref().is_none_or(|id| event.correlation_id.as_ref() == Some(id))
            && ip.as_ref().is_none_or(|ip| event.context.came_from(ip))
            && impersonator.as_ref().is_none_or(|id| event.impersonator.as_ref().is_some_and(|actor| actor.uuid == *id))
            && from.is_none_or(|from| time >= from)
            && through.is_none_or(|through| time <= through)
            && conditions.iter().all(|condition| condition.holds(event))
            && (kinds.is_empty() || kinds.contains(&event.crud))
            && received.is_none_or(|(from, before)| (from..before).contains(&event.stamp.id.received_at()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_survives_the_url() {
        let filter = Filter {
            text: "två ord & mer".to_owned(),
            action: Some("user.*".to_owned()),
            outcome: Some(Ending::Other),
            session: Some("s & 1".to_owned()),
            correlation: Some("c".to_owned()),
            ip: Some("::1".to_owned()),
            impersonator: Some("i".to_owned()),
            kinds: vec![Crud::Delete, Crud::Create],
            from: Some(Timestamp::from_millis(1)),
            last: Some(Preset::Week),
            ..Filter::default()
        };
        let query = filter.to_query();
        let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let pairs = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        assert_eq!(Filter::from_pairs(pairs), Ok(filter));
    }

    #[test]
    fn an_action_is_meant_whole_by_its_beginning_or_by_a_part() {
        for (pattern, action, fits) in [
            ("user.invite", "user.invite", true),
            ("user.invite", "user.invited", false),
            ("user.*", "user.invite", true),
            ("user.*", "User.invite", false),
            ("*INV*", "user.invite", true),
            ("*inv", "user.inv", false),
            ("*", "anything", true),
        ] {
            assert_eq!(ActionPattern::of(pattern).fits(action), fits, "{pattern} {action}");
        }
    }

    #[test]
    fn quotes_keep_words_together() {
        let filter = Filter { text: r#"invited "QA role" ann"#.to_owned(), ..Filter::default() };
        assert_eq!(filter.terms(), ["invited", "QA role", "ann"]);
    }

    #[test]
    fn wrong_values_are_faults_and_empty_ones_are_absent() {
        let faults = Filter::from_pairs([
            ("outcome", "maybe"),
            ("from", "soon"),
            ("actor", ""),
            ("crud", "burn"),
            ("after", "x"),
        ])
        .unwrap_err();
        assert_eq!(faults.iter().map(|(path, _)| path).collect::<Vec<_>>(), ["crud", "from", "outcome"]);
    }
}
