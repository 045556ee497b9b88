//! Leaves comments and indentation out of style sheets and scripts: most of what a minifier saves after compression,
//! without renaming or rearranging anything.

/// A style sheet without comments, indentation and empty lines.
pub fn style(text: &str) -> String {
    tidy(&Stripper::new(text, Language::Style).run())
}

/// A script without comments, indentation and empty lines. Line ends stay, as they may end statements.
pub fn script(text: &str) -> String {
    tidy(&Stripper::new(text, Language::Script).run())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Language {
    Style,
    Script,
}

/// What a `}` closes.
#[derive(PartialEq, Eq)]
enum Brace {
    Block,
    /// `${…}` in a template: after it, the template goes on.
    Hole,
}

/// A piece of the result: literals are never touched again.
enum Piece {
    Code(String),
    Literal(String),
}

struct Stripper<'t> {
    rest: std::iter::Peekable<std::str::Chars<'t>>,
    language: Language,
    pieces: Vec<Piece>,
    braces: Vec<Brace>,
}

impl<'t> Stripper<'t> {
    fn new(text: &'t str, language: Language) -> Self {
        Self { rest: text.chars().peekable(), language, pieces: Vec::new(), braces: Vec::new() }
    }

    fn run(mut self) -> Vec<Piece> {
        while let Some(c) = self.rest.next() {
            match (c, self.rest.peek().copied()) {
                ('/', Some('*')) => self.skip_block_comment(),
                ('/', Some('/')) if self.language == Language::Script => self.skip_line_comment(),
                ('"' | '\'', _) => self.copy_text(c),
                ('`', _) if self.language == Language::Script => self.copy_template("`"),
                ('/', _) if self.language == Language::Script && self.regex_may_begin() => self.copy_regex(),
                ('{', _) => {
                    self.braces.push(Brace::Block);
                    self.code(c);
                }
                ('}', _) => match self.braces.pop() {
                    Some(Brace::Hole) => self.copy_template("}"),
                    Some(Brace::Block) | None => self.code(c),
                },
                _ => self.code(c),
            }
        }
        self.pieces
    }

    fn code(&mut self, c: char) {
        match self.pieces.last_mut() {
            Some(Piece::Code(code)) => code.push(c),
            _ => self.pieces.push(Piece::Code(c.to_string())),
        }
    }

    /// A comment counts as a blank, or as a line end when it has one.
    fn skip_block_comment(&mut self) {
        self.rest.next();
        let (mut before, mut lines) = (' ', false);
        for c in self.rest.by_ref() {
            lines |= c == '\n';
            if before == '*' && c == '/' {
                break;
            }
            before = c;
        }
        self.code(if lines { '\n' } else { ' ' });
    }

    fn skip_line_comment(&mut self) {
        while self.rest.next_if(|c| *c != '\n').is_some() {}
    }

    fn copy_text(&mut self, quote: char) {
        let mut text = quote.to_string();
        while let Some(c) = self.rest.next() {
            text.push(c);
            if c == '\\' {
                text.extend(self.rest.next());
            } else if c == quote {
                break;
            }
        }
        self.pieces.push(Piece::Literal(text));
    }

    /// The part of a template up to its end or its next hole.
    fn copy_template(&mut self, opening: &str) {
        let mut text = opening.to_owned();
        while let Some(c) = self.rest.next() {
            text.push(c);
            if c == '\\' {
                text.extend(self.rest.next());
            } else if c == '`' {
                break;
            } else if c == '$' && self.rest.next_if_eq(&'{').is_some() {
                text.push('{');
                self.braces.push(Brace::Hole);
                break;
            }
        }
        self.pieces.push(Piece::Literal(text));
    }

    fn copy_regex(&mut self) {
        let mut text = "/".to_owned();
        let mut in_class = false;
        while let Some(c) = self.rest.next() {
            text.push(c);
            match c {
                '\\' => text.extend(self.rest.next()),
                '[' => in_class = true,
                ']' => in_class = false,
                '/' if !in_class => break,
                _ => {}
            }
        }
        self.pieces.push(Piece::Literal(text));
    }

    /// Whether a slash begins a regular expression here rather than divides: it does after an operator, an opening
    /// bracket or a word such as `return`, and never after a value.
    fn regex_may_begin(&self) -> bool {
        let mut before = String::new();
        for piece in self.pieces.iter().rev() {
            match piece {
                Piece::Literal(_) if before.trim().is_empty() => return false,
                Piece::Literal(_) => break,
                Piece::Code(code) => before.insert_str(0, code),
            }
        }
        let before = before.trim_end();
        match before.chars().next_back() {
            None
            | Some(
                '(' | ',' | '=' | ':' | '[' | '!' | '&' | '|' | '?' | '{' | '}' | ';' | '+' | '-' | '*' | '%' | '<'
                | '>' | '~' | '^',
            ) => true,
            Some(_) => {
                let word = before.rsplit(|c: char| !c.is_alphanumeric() && c != '_' && c != '$').next().unwrap_or("");
                [
                    "return", "typeof", "case", "in", "of", "delete", "void", "throw", "new", "else", "do", "await",
                    "yield",
                ]
                .contains(&word)
            }
        }
    }
}

/// Lines without indentation, trailing blanks and emptiness; what is within a literal stays.
fn tidy(pieces: &[Piece]) -> String {
    let mut text = String::new();
    for piece in pieces {
        match piece {
            Piece::Literal(literal) => text.push_str(literal),
            Piece::Code(code) => code.chars().for_each(|c| push(&mut text, c)),
        }
    }
    text.truncate(text.trim_end().len());
    if !text.is_empty() {
        text.push('\n');
    }
    text
}

fn push(text: &mut String, c: char) {
    match c {
        '\n' => {
            text.truncate(text.trim_end_matches([' ', '\t', '\r']).len());
            if !text.is_empty() && !text.ends_with('\n') {
                text.push('\n');
            }
        }
        ' ' | '\t' | '\r' if text.is_empty() || text.ends_with(['\n', ' ', '\t']) => {}
        _ => text.push(c),
    }
}

#[cfg(test)]
mod tests {
    use super::{script, style};

    #[test]
    fn comments_and_indentation_go() {
        assert_eq!(style("/* a\n b */\n.x {\n    color: red; /* c */\n}\n\n\n.y{}\n"), ".x {\ncolor: red;\n}\n.y{}\n");
        assert_eq!(script("// a\nlet x = 1 // b\n\n  /* c */ let y\n"), "let x = 1\nlet y\n");
    }

    #[test]
    fn texts_stay_as_they_are() {
        assert_eq!(
            style(".x::after { content: \"/* no */   \\\"//\"; background: url(//a/b) }"),
            ".x::after { content: \"/* no */   \\\"//\"; background: url(//a/b) }\n"
        );
        assert_eq!(script("a = 'http://x  \\' // y'; b = \"/*\""), "a = 'http://x  \\' // y'; b = \"/*\"\n");
    }

    #[test]
    fn templates_keep_their_lines_and_their_holes_are_code() {
        assert_eq!(
            script("x = `\n   // kept ${ {a: 1 /* gone */}.a }   `\n   y"),
            "x = `\n   // kept ${ {a: 1 }.a }   `\ny\n"
        );
        assert_eq!(script("`${`${1}//`}/*`"), "`${`${1}//`}/*`\n");
    }

    #[test]
    fn a_slash_divides_or_begins_an_expression() {
        assert_eq!(script("a = b / c // d\ne = f/2/g"), "a = b / c\ne = f/2/g\n");
        assert_eq!(script("x.replace(/[/'\"]\\//g, '') // y"), "x.replace(/[/'\"]\\//g, '')\n");
        assert_eq!(script("return /'/.test(x) // y"), "return /'/.test(x)\n");
        assert_eq!(script("'a'.length /2 // y"), "'a'.length /2\n");
    }

    #[test]
    fn a_comment_with_a_line_end_still_ends_the_line() {
        assert_eq!(script("return /*\n*/ 1"), "return\n1\n");
        assert_eq!(script("a/**/b"), "a b\n");
    }
}
