//! What an admin sets for a view.

use super::{Field, Image, MomentFormat, SafeLink, Start, Theme};
use serde::{Deserialize, Serialize};

/// Everything a view shows besides the events.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ViewConfig {
    pub brand: Brand,
    pub theme: Theme,
    /// From left to right; at least one.
    pub columns: Vec<Column>,
    #[serde(skip_serializing_if = "Start::is_everything")]
    pub start: Start,
}

/// Whose log it looks like.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Brand {
    /// Shown above the table; also the page's title.
    pub title: String,
    /// Where the title leads.
    pub title_link: Option<SafeLink>,
    pub logo: Option<Image>,
    /// In its place where the page is dark.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dark_logo: Option<Image>,
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
    #[serde(default, skip_serializing_if = "usual")]
    pub width: Width,
    /// How the lines are set, where that is not as their fields are usually.
    #[serde(default, rename = "as", skip_serializing_if = "usual")]
    pub looks: Looks,
}

impl Column {
    /// A column of one or two fields, as they are usually shown.
    pub fn of(label: &str, first: Field, second: Option<Field>) -> Self {
        let lines = Lines { first, second };
        Self { label: label.to_owned(), lines, wide_only: false, width: Width::Auto, looks: Looks::default() }
    }
}

/// How wide a column is beside the others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Width {
    /// As its field needs.
    #[default]
    Auto,
    Narrow,
    Medium,
    Wide,
}

impl Width {
    /// All of them, the usual one first.
    pub const ALL: [Self; 4] = [Self::Auto, Self::Narrow, Self::Medium, Self::Wide];

    /// Its word, in documents and style sheets.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Narrow => "narrow",
            Self::Medium => "medium",
            Self::Wide => "wide-column",
        }
    }
}

/// How each line of a column is set; `None` as its field is usually.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Looks {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<Look>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub second: Option<Look>,
}

/// Whether it need not be written.
pub(super) fn usual<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// How a text is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Look {
    Plain,
    /// In a fixed-width face.
    Code,
    /// On a tinted ground.
    Badge,
    /// Leads to the address that it is, where that is safe.
    Link,
}

impl Look {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Plain, Self::Code, Self::Badge, Self::Link];
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
        let column = Column::of;
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
            start: Start::default(),
        }
    }
}

impl Default for Brand {
    fn default() -> Self {
        Self {
            title: "Audit log".to_owned(),
            title_link: None,
            logo: None,
            dark_logo: None,
            links: Vec::new(),
            copyright: String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_has_one_or_two_lines() {
        let column = |lines: &str| serde_json::from_str::<Column>(&format!(r#"{{"label":"A","lines":{lines}}}"#));
        assert!(column(r#"["action","description"]"#).is_ok());
        assert!(column(r#"["action"]"#).is_ok());
        assert!(column("[]").is_err());
        assert!(column(r#"["action","uuid","url[anchor]"]"#).is_err());
    }
}
