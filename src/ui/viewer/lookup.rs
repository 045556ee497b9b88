//! Looking for a value in one of the filters' lists, and how a URL says that.

use crate::domain::query::FacetField;

/// The lists, each with the name of its filter.
const LISTS: [(&str, FacetField); 5] = [
    ("actor", FacetField::Actor),
    ("action", FacetField::Action),
    ("target", FacetField::Target),
    ("type", FacetField::TargetType),
    ("client", FacetField::Client),
];

/// The longest text that is looked for, in bytes: no name is longer.
const LONGEST: usize = 400;

/// What somebody looks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lookup {
    pub field: FacetField,
    pub text: String,
    /// Only the list is wanted, as a script asks while somebody types; a form sends all of it.
    pub alone: bool,
}

impl Lookup {
    /// Reads it from a URL's query: `list=actor&find=ann` for the list alone, `find-actor=ann` for a page with it.
    pub fn in_query(query: &str) -> Option<Self> {
        let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
        let value = |wanted: &str| pairs.iter().find(|(name, _)| name == wanted).map(|(_, value)| shortened(value));
        if let Some(list) = value("list") {
            let (_, field) = LISTS.into_iter().find(|(name, _)| *name == list)?;
            return Some(Self { field, text: value("find").unwrap_or_default().to_owned(), alone: true });
        }
        LISTS.into_iter().find_map(|(name, field)| {
            let text = value(&format!("find-{name}")).filter(|text| !text.is_empty())?;
            Some(Self { field, text: text.to_owned(), alone: false })
        })
    }
}

fn shortened(text: &str) -> &str {
    let text = text.trim();
    &text[..text.floor_char_boundary(LONGEST)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_asks_for_a_list_and_a_form_for_a_page_with_it() {
        let lookup = |field, text: &str, alone| Some(Lookup { field, text: text.to_owned(), alone });
        let read = Lookup::in_query;
        assert_eq!(read("actor=a&list=type&find=+do+c"), lookup(FacetField::TargetType, "do c", true));
        assert_eq!(read("list=actor"), lookup(FacetField::Actor, "", true));
        assert_eq!(read("find-actor=&find-client=x&q=y"), lookup(FacetField::Client, "x", false));
        assert_eq!((read("find-actor="), read("list=other&find=x"), read("")), (None, None, None));
        let long = read(&format!("list=actor&find={}", "%C3%A5".repeat(500))).unwrap().text;
        assert_eq!(long.len(), LONGEST);
    }
}
