//! Templates: text with marks in double braces, each replaced in the way that its place in the page needs.

use html_escape::encode_quoted_attribute;

/// Fills a template. A mark `{{name}}` becomes the value as HTML text or attribute, `{{js name}}` as the inside of a
/// script's quoted string, and `{{html name}}` as it is. A mark without a value stays.
pub fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(template.len() * 2);
    let mut rest = template;
    while let Some((before, mark, after)) = next_mark(rest) {
        filled += before;
        let (place, name) = mark.split_once(' ').unwrap_or(("", mark));
        match (place, values.iter().find(|(known, _)| *known == name)) {
            ("", Some((_, value))) => filled += &encode_quoted_attribute(value),
            ("js", Some((_, value))) => filled += &for_script(value),
            ("html", Some((_, value))) => filled += value,
            _ => filled.extend(["{{", mark, "}}"]),
        }
        rest = after;
    }
    filled + rest
}

fn next_mark(text: &str) -> Option<(&str, &str, &str)> {
    let (before, from_mark) = text.split_once("{{")?;
    let (mark, after) = from_mark.split_once("}}")?;
    Some((before, mark, after))
}

/// Everything but plain ASCII goes as a code unit, so that a value ends neither the string nor the script.
fn for_script(value: &str) -> String {
    let escaped = |unit: u16| match u8::try_from(unit).map(char::from) {
        Ok(plain @ (' '..='~')) if !"'\"`\\<>&$".contains(plain) => plain.to_string(),
        _ => format!("\\u{unit:04x}"),
    };
    value.encode_utf16().map(escaped).collect()
}

#[cfg(test)]
mod tests {
    use super::fill;

    const NASTY: [(&str, &str); 1] = [("v", "</script>'\"&\\\u{2028}海$")];

    #[test]
    fn a_value_stays_inside_the_place_it_is_put() {
        assert_eq!(fill("<p title=\"{{v}}\">", &NASTY), "<p title=\"&lt;/script&gt;&#x27;&quot;&amp;\\\u{2028}海$\">");
        assert_eq!(
            fill("f('{{js v}}')", &NASTY),
            "f('\\u003c/script\\u003e\\u0027\\u0022\\u0026\\u005c\\u2028\\u6d77\\u0024')"
        );
        assert_eq!(fill("{{html v}}", &NASTY), NASTY[0].1);
    }

    #[test]
    fn a_value_is_never_read_as_a_template() {
        assert_eq!(fill("{{a}}{{b}}", &[("a", "{{b}}"), ("b", "x")]), "{{b}}x");
        assert_eq!(fill("{{unknown}} {{sql v}} {{", &NASTY), "{{unknown}} {{sql v}} {{");
    }
}
