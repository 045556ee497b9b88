//! What people call themselves, their keys and their views.

use super::access::NotAName;

/// Most characters of a name.
pub const LONGEST_NAME: usize = 80;

/// A name without the blanks around it, if it is one that stands in a line.
pub fn checked_name(text: &str) -> Result<String, NotAName> {
    let text = text.trim();
    let fits = (1..=LONGEST_NAME).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    if fits { Ok(text.to_owned()) } else { Err(NotAName { expected: format!("1 to {LONGEST_NAME} characters") }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_line_of_few_characters() {
        assert_eq!(checked_name(" Åsa ").as_deref(), Ok("Åsa"));
        assert!(checked_name(&"å".repeat(LONGEST_NAME)).is_ok());
        for wrong in ["", " ", "a\nb", &"x".repeat(LONGEST_NAME + 1)] {
            assert!(checked_name(wrong).is_err(), "{wrong:?}");
        }
    }
}
