//! What an admin sets for a view.

use super::{Field, MomentFormat, SafeLink};
use serde::{Deserialize, Serialize};

/// Everything a view shows besides the events.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ViewConfig {
    pub brand: Brand,
    pub theme: Theme,
    /// From left to right; at least one.
    pub columns: Vec<Column>,
}

/// Whose log it looks like.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Brand {
    /// Shown above the table; also the page's title.
    pub title: String,
    /// Where the title leads.
    pub title_link: Option<SafeLink>,
    /// An image's `https` address.
    pub logo: Option<SafeLink>,
    pub links: Vec<HeaderLink>,
    /// Plain text under the table; `{year}` becomes the current year.
    pub copyright: String,
}

/// One link in the header.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HeaderLink {
    pub label: String,
    pub url: SafeLink,
}

/// How it looks. Every token is checked text, safe to stand in a style sheet; see [`Theme::with`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Theme {
    pub scheme: Scheme,
    tokens: std::collections::BTreeMap<String, String>,
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

/// One column of the table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Column {
    pub label: String,
    /// What each cell shows, one or two lines.
    pub lines: Lines,
    /// Left out on phones.
    #[serde(default)]
    pub wide_only: bool,
}

/// One or two fields, one above the other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Field>", into = "Vec<Field>")]
pub struct Lines {
    pub first: Field,
    pub second: Option<Field>,
}

impl TryFrom<Vec<Field>> for Lines {
    type Error = &'static str;
    fn try_from(fields: Vec<Field>) -> Result<Self, Self::Error> {
        let mut fields = fields.into_iter();
        match (fields.next(), fields.next(), fields.next()) {
            (Some(first), second, None) => Ok(Self { first, second }),
            _ => Err("expected one or two fields"),
        }
    }
}

impl From<Lines> for Vec<Field> {
    fn from(lines: Lines) -> Self {
        std::iter::once(lines.first).chain(lines.second).collect()
    }
}

impl Default for ViewConfig {
    fn default() -> Self {
        let column = |label: &str, first, second| Column {
            label: label.to_owned(),
            lines: Lines { first, second },
            wide_only: false,
        };
        Self {
            brand: Brand::default(),
            theme: Theme::default(),
            columns: vec![
                column("Time", Field::Time(MomentFormat::Time), Some(Field::Time(MomentFormat::Date))),
                column("Actor", Field::ActorName, Some(Field::ActorEmail)),
                column("Action", Field::Action, Some(Field::Description)),
                column("Target", Field::TargetLabel, Some(Field::TargetType)),
                Column { wide_only: true, ..column("IP address", Field::IpAddress, None) },
            ],
        }
    }
}

impl Default for Brand {
    fn default() -> Self {
        Self {
            title: "Audit log".to_owned(),
            title_link: None,
            logo: None,
            links: Vec::new(),
            copyright: String::new(),
        }
    }
}

impl Theme {
    /// The names a company may set, each a CSS variable `--audit-…` of the viewer.
    pub const TOKENS: [&'static str; 10] =
        ["accent", "surface", "text", "muted", "border", "danger", "radius", "font", "font-size", "row-padding"];

    /// With one token set, if its name is known and its value is no more than a colour, a length or a list of font names.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        let value = value.trim();
        if Self::TOKENS.contains(&name) && is_plain(value) {
            self.tokens.insert(name.to_owned(), value.to_owned());
        }
        self
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
        });
        theme
    }

    /// The tokens set, checked again: a stored document may be older than the rule.
    pub fn tokens(&self) -> impl Iterator<Item = (&str, &str)> {
        self.tokens
            .iter()
            .filter(|(name, value)| Self::TOKENS.contains(&name.as_str()) && is_plain(value))
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }
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
        && !value.to_ascii_lowercase().contains("url(")
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
            .with("danger", "\"x")
            .with("position", "fixed");
        assert_eq!(theme.tokens().map(|(name, _)| name).collect::<Vec<_>>(), ["accent", "font", "surface"]);
    }

    #[test]
    fn a_column_has_one_or_two_lines() {
        let column = |lines: &str| serde_json::from_str::<Column>(&format!(r#"{{"label":"A","lines":{lines}}}"#));
        assert!(column(r#"["action","description"]"#).is_ok());
        assert!(column(r#"["action"]"#).is_ok());
        assert!(column("[]").is_err());
        assert!(column(r#"["action","uuid","url[anchor]"]"#).is_err());
    }
}
