//! Lists, a page at a time: a cursor is the id of an object, and the page after the last has none.

use crate::backend::storage::{Side, Stretch};
use crate::domain::problem::Faults;
use serde::Serialize;
use std::borrow::Cow;

/// Objects on a page, unless asked otherwise.
const USUAL: u32 = 10;
/// Most objects on a page.
const MOST: u32 = 100;

/// What a list's query asks.
#[derive(Debug, PartialEq)]
pub struct Paging {
    pub limit: u32,
    pub oldest_first: bool,
    pub beside: Option<(Side, String)>,
}

/// A page of objects.
#[derive(Debug, Serialize)]
pub struct List<T> {
    object: &'static str,
    data: Vec<T>,
    #[serde(rename = "list_metadata")]
    cursors: Cursors,
}

#[derive(Debug, Serialize)]
struct Cursors {
    before: Option<String>,
    after: Option<String>,
}

impl Paging {
    /// Reads a URL's query. An unknown name is a fault: ignoring it would answer another question than was asked.
    pub fn parse(query: Option<&str>) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let mut paging = Self { limit: USUAL, oldest_first: false, beside: None };
        for (name, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            if !value.is_empty() {
                paging.take(&name, value, &mut faults);
            }
        }
        if faults.is_empty() { Ok(paging) } else { Err(faults) }
    }

    fn take(&mut self, name: &str, value: Cow<'_, str>, faults: &mut Faults) {
        match name {
            "limit" => match value.parse() {
                Ok(limit @ 1..=MOST) => self.limit = limit,
                _ => faults.add(name, format!("must be an integer from 1 to {MOST}")),
            },
            "order" => match &*value {
                "asc" => self.oldest_first = true,
                "desc" | "normal" => self.oldest_first = false,
                _ => faults.add(name, "must be asc or desc"),
            },
            "after" => self.go(Side::After, value, faults),
            "before" => self.go(Side::Before, value, faults),
            _ => faults.add(name, "is not a parameter of this call"),
        }
    }

    fn go(&mut self, side: Side, id: Cow<'_, str>, faults: &mut Faults) {
        if self.beside.replace((side, id.into_owned())).is_some() {
            faults.add("before", "must not be given together with after");
        }
    }

    /// The stretch of a shelf that holds the page, and one more by which it is known whether there are more.
    pub fn stretch(&self) -> Stretch {
        Stretch { oldest_first: self.oldest_first, beside: self.beside.clone(), limit: self.limit + 1 }
    }

    /// The page of such a stretch.
    pub fn page<R, T>(&self, mut found: Vec<R>, id: impl Fn(&R) -> String, object: impl Fn(R) -> T) -> List<T> {
        let limit = self.limit as usize;
        let more = found.len() > limit;
        let backwards = matches!(self.beside, Some((Side::Before, _)));
        if backwards {
            found.drain(..found.len().saturating_sub(limit));
        } else {
            found.truncate(limit);
        }
        let (first, last) = (found.first().map(&id), found.last().map(&id));
        let (before, after) = if backwards {
            (first.filter(|_| more), last)
        } else {
            (first.filter(|_| self.beside.is_some()), last.filter(|_| more))
        };
        List { object: "list", data: found.into_iter().map(object).collect(), cursors: Cursors { before, after } }
    }

    /// The page of a few objects that are all at hand, oldest first.
    pub fn page_of_all<R, T>(&self, mut all: Vec<R>, id: impl Fn(&R) -> String, object: impl Fn(R) -> T) -> List<T> {
        if !self.oldest_first {
            all.reverse();
        }
        if let Some((side, beside)) = &self.beside {
            let at = all.iter().position(|one| id(one) == *beside);
            match (side, at) {
                (Side::After, Some(at)) => drop(all.drain(..=at)),
                (Side::Before, Some(at)) => all.truncate(at),
                (_, None) => all.clear(),
            }
        }
        self.page(all, id, object)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The objects and the cursors of one page of seven objects.
    fn page(query: &str) -> (Vec<u32>, Option<String>, Option<String>) {
        let paging = Paging::parse(Some(query)).unwrap();
        let List { data, cursors: Cursors { before, after }, .. } =
            paging.page_of_all((1..=7).collect(), ToString::to_string, |one| one);
        (data, before, after)
    }

    #[expect(clippy::unnecessary_wraps, reason = "compared to cursors, which may be none")]
    fn id(number: u32) -> Option<String> {
        Some(number.to_string())
    }

    #[test]
    fn following_after_comes_to_an_end_and_sees_everything_once() {
        assert_eq!(page("limit=3"), (vec![7, 6, 5], None, id(5)));
        assert_eq!(page("limit=3&after=5"), (vec![4, 3, 2], id(4), id(2)));
        assert_eq!(page("limit=3&after=2"), (vec![1], id(1), None));
        assert_eq!(page("limit=7&order=asc"), ((1..=7).collect(), None, None));
        assert_eq!(page("after=99"), (vec![], None, None));
    }

    #[test]
    fn going_before_gives_the_nearest() {
        assert_eq!(page("limit=3&before=2"), (vec![5, 4, 3], id(5), id(3)));
        assert_eq!(page("limit=3&before=5"), (vec![7, 6], None, id(6)));
        assert_eq!(page("limit=2&before=4&order=asc"), (vec![2, 3], id(2), id(3)));
    }

    #[test]
    fn wrong_parameters_are_named() {
        let faults = Paging::parse(Some("limit=101&order=up&domains=a&after=1&before=2")).unwrap_err();
        let names: Vec<&str> = faults.iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["before", "domains", "limit", "order"]);
    }
}
