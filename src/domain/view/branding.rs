//! What a view shows one client of itself in the place of what it shows all others.

use super::{HeaderLink, Image, MOST_LINKS, Theme, ViewConfig};
use crate::domain::problem::Faults;
use serde::{Deserialize, Serialize};

/// The parts of a view's branding that are a client's own. What is not given is the view's, also when that changes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Branding {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// With either logo given, both of the view's are out of place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo: Option<Image>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dark_logo: Option<Image>,
    /// A colour as in [`Theme::with`], by day and by night where there is no other for the night.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accent: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dark_accent: Option<String>,
    /// In the place of all of the view's; those where there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<HeaderLink>,
}

impl Branding {
    /// Whether nothing is the client's own.
    pub fn is_views_own(&self) -> bool {
        *self == Self::default()
    }

    /// Everything that is wrong with it, by field such as `accent`.
    pub fn faults(&self) -> Faults {
        let mut faults = Faults::default();
        let Self { title, logo: _, dark_logo: _, accent, dark_accent, links } = self;
        if let Some(title) = title {
            super::check::title(&mut faults, "title", title);
        }
        for (field, colour) in [("accent", accent), ("darkAccent", dark_accent)] {
            if colour.as_deref().is_some_and(|colour| Theme::default().with("accent", colour).token("accent").is_none())
            {
                faults.add(field, "expected a colour, such as #2a5bd0");
            }
        }
        if dark_accent.is_some() && accent.is_none() {
            faults.add("accent", "is needed beside one for the night");
        }
        if links.len() > MOST_LINKS {
            faults.add("links", format!("expected at most {MOST_LINKS} links"));
        }
        for link in links {
            super::check::label(&mut faults, "links", &link.label);
        }
        faults
    }
}

impl ViewConfig {
    /// The view as a client with branding of its own sees it.
    #[must_use]
    pub fn worn_by(mut self, theirs: &Branding) -> Self {
        let Branding { title, logo, dark_logo, accent, dark_accent, links } = theirs.clone();
        if let Some(title) = title {
            self.brand.title = title;
        }
        if logo.is_some() || dark_logo.is_some() {
            (self.brand.logo, self.brand.dark_logo) = (logo, dark_logo);
        }
        if let Some(accent) = accent {
            self.theme = self.theme.without("accent").with("accent", &accent);
        }
        if let Some(accent) = dark_accent {
            self.theme = self.theme.with_dark("accent", &accent);
        }
        if !links.is_empty() {
            self.brand.links = links;
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::view::SafeLink;

    fn image(name: &str) -> Option<Image> {
        Image::parse(&format!("https://cdn.test/{name}.svg"))
    }

    fn link(label: &str) -> HeaderLink {
        HeaderLink { label: label.to_owned(), url: SafeLink::parse("https://help.test").unwrap() }
    }

    #[test]
    fn what_is_given_is_the_clients_and_everything_else_stays_the_views() {
        let mut view = ViewConfig::default();
        view.brand.copyright = "© us".to_owned();
        (view.brand.logo, view.brand.dark_logo) = (image("day"), image("night"));
        view.brand.links = vec![link("Ours")];
        view.theme = Theme::default().with("accent", "#111111").with_dark("accent", "#eeeeee").with("radius", "3px");
        assert_eq!(view.clone().worn_by(&Branding::default()), view);
        let theirs = Branding {
            title: Some("Theirs".to_owned()),
            logo: image("their"),
            accent: Some("#222222".to_owned()),
            ..Branding::default()
        };
        let worn = view.clone().worn_by(&theirs);
        assert_eq!((worn.brand.title.as_str(), worn.brand.copyright.as_str()), ("Theirs", "© us"));
        assert_eq!((worn.brand.logo, worn.brand.dark_logo), (image("their"), None), "no logo of two companies");
        assert_eq!((worn.theme.token("accent"), worn.theme.dark_token("accent")), (Some("#222222"), None));
        assert_eq!((worn.theme.token("radius"), worn.brand.links), (Some("3px"), view.brand.links.clone()));
        let theirs = Branding { links: vec![link("Theirs")], ..Branding::default() };
        assert_eq!(view.worn_by(&theirs).brand.links[0].label, "Theirs");
    }

    #[test]
    fn every_fault_is_named_by_its_field() {
        let faults = Branding {
            title: Some(" ".to_owned()),
            accent: Some("url(https://evil.test)".to_owned()),
            links: vec![link(""); MOST_LINKS + 1],
            ..Branding::default()
        };
        let faults = faults.faults();
        assert_eq!(faults.iter().map(|(field, _)| field).collect::<Vec<_>>(), ["accent", "links", "title"]);
        assert!(!Branding { dark_accent: Some("#fff".to_owned()), ..Branding::default() }.faults().is_empty());
    }
}
