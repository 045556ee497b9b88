//! What the settings of a view are called.

/// The names of settings whose paths do not say them.
const NAMES: [(&str, &str); 22] = [
    ("brand.title", "Title"),
    ("brand.titleLink", "Title link"),
    ("brand.logo", "Light logo"),
    ("brand.darkLogo", "Dark logo"),
    ("brand.links", "Links"),
    ("brand.copyright", "Footer text"),
    ("theme.scheme", "Theme"),
    ("theme.css", "Custom CSS"),
    ("columns", "Columns"),
    ("start.order", "Default order"),
    ("start.text", "Default search"),
    ("start.actor", "Default actor"),
    ("start.action", "Default action"),
    ("start.targetType", "Default target type"),
    ("start.failed", "Default outcome"),
    ("surface", "Background"),
    ("muted", "Muted text"),
    ("border", "Borders"),
    ("danger", "Error"),
    ("radius", "Corners"),
    ("font", "Typeface"),
    ("row-padding", "Density"),
];

/// What a setting is called, such as `Title link` for `brand.titleLink`.
pub fn setting_name(path: &str) -> String {
    let known = |path: &str| NAMES.iter().find(|(known, _)| *known == path).map(|(_, name)| (*name).to_owned());
    let token = |name: &str| known(name).unwrap_or_else(|| capital(&name.replace('-', " ")));
    match (path.strip_prefix("theme.tokens."), path.strip_prefix("theme.dark.")) {
        (Some(light), _) => token(light),
        (_, Some(dark)) => format!("Dark {}", token(dark).to_lowercase()),
        _ => known(path).unwrap_or_else(|| path.to_owned()),
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::setting_name;

    #[test]
    fn a_setting_has_a_name_for_people() {
        for (path, name) in [
            ("brand.titleLink", "Title link"),
            ("theme.tokens.font-size", "Font size"),
            ("theme.tokens.surface", "Background"),
            ("theme.dark.accent", "Dark accent"),
            ("elsewhere", "elsewhere"),
        ] {
            assert_eq!(setting_name(path), name);
        }
    }
}
