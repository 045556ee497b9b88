//! How a view looks.

use super::CustomCss;
use super::css::loads_a_file;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How it looks. Every token is checked text, safe to stand in a style sheet; see [`Theme::with`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Theme {
    pub scheme: Scheme,
    tokens: BTreeMap<String, String>,
    /// The colours that are others by night.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    dark: BTreeMap<String, String>,
    /// Rules of the company's own, after all of ours.
    #[serde(skip_serializing_if = "CustomCss::is_empty")]
    pub css: CustomCss,
}

/// Light, dark, or whatever the reader's system says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scheme {
    #[default]
    Auto,
    Light,
    Dark,
}

impl Theme {
    /// The names a company may set, each a CSS variable `--audit-…` of the viewer.
    pub const TOKENS: [&'static str; 10] =
        ["accent", "surface", "text", "muted", "border", "danger", "radius", "font", "font-size", "row-padding"];

    /// Those of them that are colours, each as it is by day and by night while nobody sets it.
    pub const COLOURS: [(&'static str, &'static str, &'static str); 4] = [
        ("accent", "#2a5bd0", "#8fb0ff"),
        ("surface", "#ffffff", "#17181b"),
        ("text", "#1d1e22", "#e4e4e7"),
        ("danger", "#b42318", "#ff9a8f"),
    ];

    /// With one token set, if its name is known and its value is no more than a colour, a length or a list of font names.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        let value = value.trim();
        if Self::TOKENS.contains(&name) && is_plain(value) {
            self.tokens.insert(name.to_owned(), value.to_owned());
        }
        self
    }

    /// With one colour set that holds by night, under the same rule.
    #[must_use]
    pub fn with_dark(mut self, name: &str, value: &str) -> Self {
        let value = value.trim();
        if Self::COLOURS.iter().any(|(known, ..)| *known == name) && is_plain(value) {
            self.dark.insert(name.to_owned(), value.to_owned());
        }
        self
    }

    /// Without one token, by day and by night.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.tokens.remove(name);
        self.dark.remove(name);
        self
    }

    /// A token as it was set.
    pub fn token(&self, name: &str) -> Option<&str> {
        self.tokens.get(name).map(String::as_str)
    }

    /// A colour as it was set for the night.
    pub fn dark_token(&self, name: &str) -> Option<&str> {
        self.dark.get(name).map(String::as_str)
    }

    /// This theme, with what `other` sets set over it.
    #[must_use]
    pub fn under(&self, other: &Self) -> Self {
        let mut theme = self.clone();
        if other.scheme != Scheme::Auto {
            theme.scheme = other.scheme;
        }
        other.tokens().for_each(|(name, value)| {
            theme.tokens.insert(name.to_owned(), value.to_owned());
            // Whoever sets one colour has chosen it for the page as it is.
            theme.dark.remove(name);
        });
        theme
    }

    /// The tokens set, checked again: a stored document may be older than the rule.
    pub fn tokens(&self) -> impl Iterator<Item = (&str, &str)> {
        valid(&self.tokens)
    }

    /// The declarations that set them, such as `--audit-accent:light-dark(#635bff,#a29bff);`.
    pub fn declarations(&self) -> String {
        let by_day = |name: &str| {
            let usual = Self::COLOURS.iter().find(|(known, ..)| *known == name).map(|(_, day, _)| *day);
            valid(&self.tokens).find(|(known, _)| *known == name).map(|(_, value)| value).or(usual)
        };
        let light = valid(&self.tokens).filter(|(name, _)| !self.dark.contains_key(*name));
        let light = light.map(|(name, value)| format!("--audit-{name}:{value};"));
        let both = valid(&self.dark)
            .filter_map(|(name, night)| by_day(name).map(|day| format!("--audit-{name}:light-dark({day},{night});")));
        light.chain(both).collect()
    }
}

fn valid(tokens: &BTreeMap<String, String>) -> impl Iterator<Item = (&str, &str)> {
    tokens
        .iter()
        .filter(|(name, value)| Theme::TOKENS.contains(&name.as_str()) && is_plain(value))
        .map(|(name, value)| (name.as_str(), value.as_str()))
}

/// Letters, digits and the few signs that colours, lengths and font lists need: nothing that ends a declaration,
/// opens a comment or names an address.
fn is_plain(value: &str) -> bool {
    !value.is_empty()
        && value.len() <= 200
        && value.chars().all(|c| {
            c.is_ascii_alphanumeric() || matches!(c, '#' | '.' | ',' | '%' | ' ' | '-' | '(' | ')' | '"' | '\'' | '/')
        })
        && !value.contains("//")
        && !value.contains("/*")
        && loads_a_file(&value.to_ascii_lowercase()).is_none()
        && value.matches('"').count().is_multiple_of(2)
        && value.matches('\'').count().is_multiple_of(2)
        && value.matches('(').count() == value.matches(')').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_theme_takes_colours_lengths_and_fonts_only() {
        let theme = Theme::default()
            .with("accent", "#635bff")
            .with("font", "\"Inter\", system-ui, sans-serif")
            .with("surface", "oklch(98% 0.01 250 / 90%)")
            .with("text", "red;}body{display:none")
            .with("muted", "url(https://evil.test/x)")
            .with("border", "UrL(x)")
            .with("row-padding", "image-set(\"/x\" 1x)")
            .with("danger", "\"x")
            .with("position", "fixed");
        assert_eq!(theme.tokens().map(|(name, _)| name).collect::<Vec<_>>(), ["accent", "font", "surface"]);
    }

    #[test]
    fn a_colour_of_the_night_stands_beside_that_of_the_day() {
        let theme = Theme::default().with("accent", "#111").with_dark("accent", "#eee").with_dark("text", "#fff");
        assert_eq!(theme.declarations(), "--audit-accent:light-dark(#111,#eee);--audit-text:light-dark(#1d1e22,#fff);");
        let host = Theme::default().with("accent", "red").with_dark("radius", "3px");
        assert_eq!(theme.under(&host).token("accent"), Some("red"));
        assert!(theme.under(&host).declarations().starts_with("--audit-accent:red;--audit-text:light-dark("));
    }
}
