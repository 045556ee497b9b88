//! JSON on indented lines, every sign of the sender's kept: order, escapes, the digits of numbers.

/// The same JSON, set out over lines. Text that is not JSON comes back as sensibly as it went in.
pub fn indented(json: &str) -> String {
    let mut out = String::with_capacity(json.len() * 2);
    let (mut depth, mut in_text, mut escaped) = (0_usize, false, false);
    let mut signs = json.chars().peekable();
    while let Some(sign) = signs.next() {
        if in_text {
            out.push(sign);
            in_text = escaped || sign != '"';
            escaped = !escaped && sign == '\\';
            continue;
        }
        match sign {
            '"' => {
                in_text = true;
                out.push(sign);
            }
            sign if is_blank(sign) => {}
            '{' | '[' => {
                out.push(sign);
                while signs.next_if(|next| is_blank(*next)).is_some() {}
                let closing = if sign == '{' { '}' } else { ']' };
                if signs.peek() == Some(&closing) {
                    out.extend(signs.next());
                } else {
                    depth += 1;
                    new_line(&mut out, depth);
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                new_line(&mut out, depth);
                out.push(sign);
            }
            ',' => {
                out.push(sign);
                new_line(&mut out, depth);
            }
            ':' => out.push_str(": "),
            other => out.push(other),
        }
    }
    out
}

/// What stands between JSON's values (RFC 8259 §2).
fn is_blank(sign: char) -> bool {
    matches!(sign, ' ' | '\t' | '\n' | '\r')
}

fn new_line(out: &mut String, depth: usize) {
    out.push('\n');
    out.extend(std::iter::repeat_n("  ", depth));
}

#[cfg(test)]
mod tests {
    use super::indented;

    #[test]
    fn order_escapes_and_digits_are_kept() {
        let json = r#"{"b":1.50,"a":[ ],"c":{"x":"a, \"b\": {","y":[1,null]},"e":{}}"#;
        let lines = "{\n  \"b\": 1.50,\n  \"a\": [],\n  \"c\": {\n    \"x\": \"a, \\\"b\\\": {\",\n    \"y\": [\n      1,\n      null\n    ]\n  },\n  \"e\": {}\n}";
        assert_eq!(indented(json), lines);
        let again = indented(lines);
        assert_eq!(again, lines, "setting it twice changes nothing");
    }

    #[test]
    fn a_text_keeps_every_character_that_json_allows_bare() {
        let json = "{\r\n\t\"a\": \"x\u{7f}\u{85}\u{9b}  y\u{2028}\"\r\n}";
        assert_eq!(indented(json), "{\n  \"a\": \"x\u{7f}\u{85}\u{9b}  y\u{2028}\"\n}");
    }
}
