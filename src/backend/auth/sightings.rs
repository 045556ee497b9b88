//! What is kept of the openings of a view for the people who keep it: which pages asked, which secrets signed.

use super::session::Look;
use crate::backend::Backend;
use crate::backend::storage::{SeenOrigin, StorageError};
use crate::domain::access::{Origin, ViewId};
use crate::domain::time::Timestamp;
use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

/// Most origins kept of a view, and noted of it in a minute: anybody can name one, and none of them may fill the disk.
pub const MOST_ORIGINS: u32 = 50;

/// What was noted within this minute, by view, so that a busy view is not a note for each opening.
#[derive(Default)]
pub struct Sightings(Mutex<HashMap<ViewId, Minute>>);

#[derive(Default)]
struct Minute {
    number: i64,
    origins: HashSet<Origin>,
    kids: HashSet<String>,
}

impl Sightings {
    /// Has a look at the minute's notes of a view.
    fn within<T>(&self, view: &ViewId, now: Timestamp, look: impl FnOnce(&mut Minute) -> T) -> T {
        let number = now.millis().div_euclid(60_000);
        let mut views = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let minute = views.entry(view.clone()).or_default();
        if minute.number != number {
            *minute = Minute { number, ..Minute::default() };
        }
        look(minute)
    }

    fn is_new_origin(&self, view: &ViewId, origin: &Origin, now: Timestamp) -> bool {
        self.within(view, now, |minute| {
            minute.origins.len() < MOST_ORIGINS as usize && minute.origins.insert(origin.clone())
        })
    }

    fn is_new_kid(&self, view: &ViewId, kid: &str, now: Timestamp) -> bool {
        self.within(view, now, |minute| minute.kids.insert(kid.to_owned()))
    }
}

/// A page has asked for a view; whether it is let in is not told yet.
pub(super) fn note_page(backend: &Backend, view: &ViewId, look: &Look) {
    let named = look.origin.as_deref().filter(|_| !look.own);
    let Some(origin) = named.and_then(|origin| Origin::parse(origin).ok()) else { return };
    let now = backend.clock.now();
    if backend.sightings.is_new_origin(view, &origin, now) {
        let (storage, view) = (backend.storage.clone(), view.clone());
        let seen = SeenOrigin { origin, at: now };
        aside(backend, async move { storage.note_origin(&view, &seen, MOST_ORIGINS).await });
    }
}

/// A secret of a view has signed a token that opens it.
pub(super) fn note_signing(backend: &Backend, view: &ViewId, kid: &str) {
    let now = backend.clock.now();
    if backend.sightings.is_new_kid(view, kid, now) {
        let (storage, view, kid) = (backend.storage.clone(), view.clone(), kid.to_owned());
        aside(backend, async move { storage.note_signing(&view, &kid, now).await });
    }
}

/// Written beside the opening: no reader waits for a disk because of a note.
fn aside(backend: &Backend, note: impl Future<Output = Result<(), StorageError>> + Send + 'static) {
    let backend = backend.clone();
    tokio::spawn(async move {
        // Nobody is there to be told; that it is logged is all that can be done.
        note.await.map_err(|error| backend.internal(error)).ok();
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_and_a_secret_are_noted_once_a_minute_and_no_flood_of_pages_is() {
        let sightings = Sightings::default();
        let view = |name: &str| ViewId::parse(name).unwrap();
        let origin = |number: u32| Origin::parse(format!("https://{number}.test")).unwrap();
        let at = |seconds: i64| Timestamp::from_millis(seconds * 1_000);
        assert!(sightings.is_new_origin(&view("vw_1"), &origin(0), at(0)));
        assert!(!sightings.is_new_origin(&view("vw_1"), &origin(0), at(59)));
        assert!(sightings.is_new_origin(&view("vw_2"), &origin(0), at(59)));
        assert!(sightings.is_new_origin(&view("vw_1"), &origin(0), at(60)));
        let noted = (0..200).filter(|number| sightings.is_new_origin(&view("vw_1"), &origin(*number), at(120)));
        assert_eq!(noted.count(), 50);
        assert!(sightings.is_new_kid(&view("vw_1"), "vs_1", at(120)), "a flood of pages hides no secret");
        assert!(!sightings.is_new_kid(&view("vw_1"), "vs_1", at(179)));
    }
}
