//! What was recorded a moment ago, so that it is not recorded again.

use crate::backend::auth::{Reader, ReaderIdentity};
use crate::backend::secrets;
use crate::domain::access::{ClientId, ProjectId, ViewId};
use crate::domain::time::Timestamp;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

/// In milliseconds.
pub(super) const MINUTE: i64 = 60 * 1000;
pub(super) const HOUR: i64 = 60 * MINUTE;
/// Most that is remembered. Beyond, all is forgotten: that takes as many readers within an hour, whom somebody has let in.
const MOST: usize = 50_000;
/// Readers without a name are told apart by their addresses, but no further than into so many: each is an event more
/// that somebody with many addresses could make.
const UNNAMED: u8 = 8;

/// Something that one reader does in one log, through one view, as far as it is told apart.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Activity {
    project: ProjectId,
    client: ClientId,
    view: Option<ViewId>,
    reader: Who,
    action: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Who {
    Named(String),
    Unnamed(u8),
}

impl Activity {
    pub fn of(reader: &Reader, client: &ClientId, action: &str) -> Self {
        let who = match reader.identity() {
            ReaderIdentity::Visitor(visitor) => Who::Named(visitor.uuid.clone()),
            ReaderIdentity::Server | ReaderIdentity::Unnamed(_) | ReaderIdentity::Member(_) => {
                Who::Unnamed(place(reader.source().address))
            }
        };
        Self {
            project: reader.scope().project,
            client: client.clone(),
            view: reader.view().cloned(),
            reader: who,
            action: action.to_owned(),
        }
    }

    pub fn project(&self) -> ProjectId {
        self.project
    }

    pub fn client(&self) -> &ClientId {
        &self.client
    }
}

/// Of an address, the same one each time.
fn place(address: Option<IpAddr>) -> u8 {
    address.map_or(0, |address| secrets::hash(&address.to_canonical().to_string())[0] % UNNAMED)
}

/// What was recorded lately, and until when it is not recorded again. In memory: a restart forgets it, and an hour's
/// activities are then recorded once more.
#[derive(Debug, Default)]
pub struct Recent(Mutex<HashMap<Activity, Timestamp>>);

impl Recent {
    /// The turn to record an activity, which then holds for so many milliseconds; `None` where it is not time for it.
    pub(super) fn begin<'r>(&'r self, activity: &'r Activity, now: Timestamp, hold: i64) -> Option<Turn<'r>> {
        let mut recent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A clock that was set back leaves times that are too far away: those hold no longer than they would now.
        if recent.get(activity).is_some_and(|until| *until > now && *until <= now.plus_millis(hold)) {
            return None;
        }
        if recent.len() >= MOST {
            recent.retain(|_, until| *until > now);
        }
        if recent.len() >= MOST {
            recent.clear();
        }
        recent.insert(activity.clone(), now.plus_millis(hold));
        Some(Turn { recent: self, activity, is_done: false })
    }
}

/// Somebody's turn to record an activity. Dropped before it is done, the activity counts as not recorded.
pub(super) struct Turn<'r> {
    recent: &'r Recent,
    activity: &'r Activity,
    is_done: bool,
}

impl Turn<'_> {
    /// It is recorded.
    pub fn done(mut self) {
        self.is_done = true;
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        if !self.is_done {
            self.recent.0.lock().unwrap_or_else(PoisonError::into_inner).remove(self.activity);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn activity(reader: &str, action: &str) -> Activity {
        Activity {
            project: ProjectId(1),
            client: ClientId::parse("acme").unwrap(),
            view: None,
            reader: Who::Named(reader.to_owned()),
            action: action.to_owned(),
        }
    }

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    #[test]
    fn one_reader_s_activity_counts_once_while_it_holds() {
        let recent = Recent::default();
        let ann = activity("ann", "opened");
        let records = |activity: &Activity, now: i64| recent.begin(activity, at(now), MINUTE).map(Turn::done).is_some();
        assert!(records(&ann, 0));
        assert!(!records(&ann, MINUTE - 1));
        assert!(records(&activity("bob", "opened"), 1));
        assert!(records(&activity("ann", "exported"), 1));
        drop(recent.begin(&ann, at(MINUTE), MINUTE).unwrap());
        assert!(records(&ann, MINUTE + 1), "what failed is tried again");
        assert!(records(&ann, -HOUR), "the clock was set back");
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let recent = Recent::default();
        for number in 0..=MOST {
            recent.begin(&activity(&number.to_string(), "opened"), at(0), MINUTE).unwrap().done();
        }
        assert!(recent.0.lock().unwrap().len() <= MOST);
        let places = (0..=255).map(|last| place(Some(IpAddr::from([192, 0, 2, last]))));
        assert!(places.into_iter().all(|place| place < UNNAMED));
        let mapped: IpAddr = "::ffff:192.0.2.1".parse().unwrap();
        assert_eq!(place(Some(mapped)), place(Some(IpAddr::from([192, 0, 2, 1]))));
    }
}
