//! What other APIs ask of events beyond a [`super::Filter`]'s own fields.

use super::fold::fold;
use crate::domain::event::Event;

/// One thing that must hold: a text of the event is, or holds, what is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Condition {
    /// Any of these.
    pub part: Vec<Part>,
    pub is: Is,
    pub wanted: String,
}

/// A text of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    Action,
    ActorName,
    ActorEmail,
    TargetType,
    Service,
    Method,
}

/// How a text is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Is {
    Exactly,
    /// Anywhere in the text; case and accents do not matter.
    Within,
}

impl Condition {
    /// A part is exactly this.
    pub fn exactly(part: Part, wanted: impl Into<String>) -> Self {
        Self { part: vec![part], is: Is::Exactly, wanted: wanted.into() }
    }

    /// Any of some parts holds this.
    pub fn within(part: &[Part], wanted: impl Into<String>) -> Self {
        Self { part: part.to_vec(), is: Is::Within, wanted: wanted.into() }
    }

    /// Whether an event meets it.
    pub fn holds(&self, event: &Event) -> bool {
        let wanted = fold(&self.wanted);
        let fits = |text: &str| match self.is {
            Is::Exactly => text == self.wanted,
            Is::Within => fold(text).contains(&*wanted),
        };
        self.part.iter().any(|part| part.texts(event).into_iter().any(fits))
    }
}

impl Part {
    fn texts(self, event: &Event) -> Vec<&str> {
        let actor = event.actor.as_ref();
        match self {
            Self::Action => vec![event.action.as_str()],
            Self::ActorName => actor.and_then(|actor| actor.name.as_deref()).into_iter().collect(),
            Self::ActorEmail => actor.and_then(|actor| actor.email.as_deref()).into_iter().collect(),
            Self::TargetType => event.targets.iter().map(|target| target.kind.as_str()).collect(),
            Self::Service => event.context.service.as_deref().into_iter().collect(),
            Self::Method => event.context.http.method.as_deref().into_iter().collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::event::{Draft, EventId, Stamp};
    use crate::domain::time::Timestamp;

    #[test]
    fn any_of_the_parts_may_hold_what_is_wanted() {
        let draft: Draft<'_> =
            serde_json::from_str(r#"{"action":"user.invite","actor":{"uuid":"1","name":"Zoë Ward"}}"#).unwrap();
        let event = draft.into_event(Stamp { id: EventId::from_bytes([0; 16]), occurred_at: Timestamp::MIN });
        let within = |part: &[Part], text: &str| Condition::within(part, text).holds(&event);
        assert!(within(&[Part::ActorName], "ZOE W") && within(&[Part::ActorName, Part::Action], "INVITE"));
        assert!(!within(&[Part::ActorName], "invite") && !within(&[Part::Service], ""));
        assert!(Condition::exactly(Part::Action, "user.invite").holds(&event));
        assert!(!Condition::exactly(Part::Action, "user").holds(&event));
    }
}
