//! Characters that cannot be seen, or that turn the text around them, made visible: a text is parted into what can be
//! shown as it is and marks that stand for the rest (Unicode UAX #9, UTS #39, UTS #51).

mod class;
mod name;

use class::{Class, class};
use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Most marks of one text that are told apart; the rest of a longer one is written out by [`plain`], so that no text
/// makes a page many times its own size.
const MOST_MARKS: usize = 1_000;

/// How much of a text is marked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Depth {
    /// Where a value stands in a line among others: what cannot be seen, blanks at its ends, and more than one of them.
    #[default]
    Line,
    /// Where a value is read as evidence: line ends, tabs and every blank that is not an ordinary one as well.
    Exact,
    /// Where two texts that look alike are told apart: also what takes part in how the letters beside it look.
    Every,
}

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece<'t> {
    /// Shown as it is.
    Text(Cow<'t, str>),
    Mark(Mark),
}

/// Stands for a character, or for several of the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    sign: Sign,
    count: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    One(char),
    /// Carriage return and line feed.
    LineEnd,
}

impl Mark {
    /// What is shown in its place: `·` for a blank, `RLO` for a right-to-left override.
    pub fn label(self) -> String {
        let label = match self.sign {
            Sign::LineEnd => Cow::Borrowed("CRLF"),
            Sign::One(sign) => name::label(sign),
        };
        let times = if self.is_space() || self.count < 4 { self.count } else { 1 };
        let label = label.repeat(times);
        if times == self.count { label } else { format!("{label}×{}", self.count) }
    }

    /// What it is called: `right-to-left override, U+202E`, `3 spaces`.
    pub fn name(self) -> String {
        match (self.sign, self.count) {
            (Sign::LineEnd, 1) => "carriage return and line feed".to_owned(),
            (Sign::LineEnd, count) => format!("{count} times carriage return and line feed"),
            (Sign::One(' '), 1) => "space".to_owned(),
            (Sign::One(' '), count) => format!("{count} spaces"),
            (Sign::One(sign), 1) => name::name(sign),
            (Sign::One(sign), count) => format!("{count} times {}", name::name(sign)),
        }
    }

    /// Whether it stands for white space, which is shown less loudly than what does not belong into a text.
    pub fn is_white(self) -> bool {
        match self.sign {
            Sign::LineEnd => true,
            Sign::One(sign) => matches!(class(sign), Class::Blank | Class::Tab | Class::LineEnd | Class::OtherBlank),
        }
    }

    /// How many lines end with it.
    pub fn line_ends(self) -> usize {
        match self.sign {
            Sign::LineEnd => self.count,
            Sign::One(sign) if class(sign) == Class::LineEnd => self.count,
            Sign::One(_) => 0,
        }
    }

    fn is_space(self) -> bool {
        self.sign == Sign::One(' ')
    }
}

/// Whether a text may be shown as it is, whatever the depth: nothing but visible ASCII and single blanks within.
fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let ends = bytes.first().is_some_and(|byte| *byte == b' ') || bytes.last().is_some_and(|byte| *byte == b' ');
    !ends && bytes.iter().all(|byte| (b' '..0x7f).contains(byte)) && !text.contains("  ")
}

/// The parts of a text, in their order. What the marks stand for is in none of the others.
pub fn pieces(text: &str, depth: Depth) -> Vec<Piece<'_>> {
    if text.is_empty() {
        return Vec::new();
    }
    if is_plain(text) {
        return vec![Piece::Text(Cow::Borrowed(text))];
    }
    let mut pieces = Vec::new();
    let (mut start, mut marks) = (0, 0);
    for found in Found::all(text, depth) {
        let beside = start == found.start;
        if !beside {
            pieces.push(Piece::Text(Cow::Borrowed(&text[start..found.start])));
        }
        match pieces.last_mut() {
            Some(Piece::Mark(last)) if beside && last.sign == found.sign => last.count += 1,
            _ if marks == MOST_MARKS => {
                pieces.push(Piece::Text(Cow::Owned(written(&text[found.start..]))));
                return pieces;
            }
            _ => {
                marks += 1;
                pieces.push(Piece::Mark(Mark { sign: found.sign, count: 1 }));
            }
        }
        start = found.end;
    }
    if start < text.len() {
        pieces.push(Piece::Text(Cow::Borrowed(&text[start..])));
    }
    pieces
}

/// A sign to be marked, and where it stands.
struct Found {
    sign: Sign,
    start: usize,
    end: usize,
}

impl Found {
    /// Every sign of a text that is marked at a depth.
    fn all(text: &str, depth: Depth) -> impl Iterator<Item = Self> {
        let ends = (text.len() - text.trim_start().len(), text.trim_end().len());
        let mut at = 0;
        // Where the run of white space ends that is being gone through, and whether it is marked.
        let mut run = (0, false);
        std::iter::from_fn(move || {
            while let Some(sign) = text[at..].chars().next() {
                let start = at;
                let is_white = is_white(sign);
                if is_white && start >= run.0 {
                    run = white_run(text, start, depth);
                }
                let is_line_end = sign == '\r' && text[start + 1..].starts_with('\n');
                at += sign.len_utf8() + usize::from(is_line_end);
                let is_marked = match class(sign) {
                    Class::Blank | Class::Tab | Class::LineEnd => run.1,
                    Class::OtherBlank => depth != Depth::Line || start < ends.0 || start >= ends.1,
                    Class::Hidden => true,
                    Class::Joiner | Class::Selector => depth == Depth::Every || !class::belongs(text, start, sign),
                    Class::Shown => depth == Depth::Every && is_composed(sign),
                };
                if is_marked {
                    let sign = if is_line_end { Sign::LineEnd } else { Sign::One(sign) };
                    return Some(Self { sign, start, end: at });
                }
            }
            None
        })
    }
}

fn is_white(sign: char) -> bool {
    matches!(class(sign), Class::Blank | Class::Tab | Class::LineEnd)
}

/// Where the run of white space ends that begins here, and whether it is marked. A single blank between words never is.
/// In a line, a run that ends lines within a text is how long texts are written, and is set as one blank.
fn white_run(text: &str, start: usize, depth: Depth) -> (usize, bool) {
    let rest = &text[start..];
    let run = &rest[..rest.find(|sign| !is_white(sign)).unwrap_or(rest.len())];
    let end = start + run.len();
    let at_an_end = start == 0 || end == text.len();
    let ends_lines = depth == Depth::Line && run.contains(['\n', '\r']);
    (end, at_an_end || (run != " " && !ends_lines))
}

/// Whether a sign is one of several spellings of what it looks like.
fn is_composed(sign: char) -> bool {
    is_combining_mark(sign) || !sign.nfc().eq([sign])
}

/// Whether two different texts cannot be told apart by looking at them.
pub fn look_alike(one: &str, other: &str) -> bool {
    let bare = |text: &str| -> String {
        text.chars().filter(|sign| !matches!(class(*sign), Class::Joiner | Class::Selector)).nfc().collect()
    };
    one != other && bare(one) == bare(other)
}

/// A text for where there is no room for marks, such as the name of a control: what cannot be seen is written as
/// `[U+202E]`.
pub fn plain(text: &str) -> Cow<'_, str> {
    if is_plain(text) || pieces(text, Depth::Line).iter().all(|piece| matches!(piece, Piece::Text(_))) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(written(text))
}

fn written(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut start = 0;
    for found in Found::all(text, Depth::Line) {
        // Blanks read as blanks; separators of lines and paragraphs cannot be told from them.
        if let Sign::One(sign) = found.sign
            && (!is_white(sign) || matches!(sign, '\u{85}' | '\u{2028}' | '\u{2029}'))
        {
            out.push_str(&text[start..found.start]);
            out.extend(["[", &name::code(sign), "]"]);
            start = found.end;
        }
    }
    out + &text[start..]
}

/// A JSON text in parts, each with whether it is a mark: an escape of JSON's own for what cannot be seen, so that all of
/// it together still means the same.
pub fn json_pieces(json: &str) -> Vec<(bool, Cow<'_, str>)> {
    let hidden = |at: usize, sign: char| match class(sign) {
        Class::Hidden | Class::OtherBlank => true,
        Class::Joiner | Class::Selector => !class::belongs(json, at, sign),
        // Those of the text itself are escaped already; these two end the lines that the text is set in.
        Class::LineEnd => !matches!(sign, '\n' | '\r'),
        Class::Blank | Class::Tab | Class::Shown => false,
    };
    let mut pieces: Vec<(bool, Cow<'_, str>)> = Vec::new();
    let (mut start, mut marks) = (0, 0);
    for (at, sign) in json.char_indices().filter(|(at, sign)| hidden(*at, *sign)) {
        let beside = start == at;
        if !beside {
            pieces.push((false, Cow::Borrowed(&json[start..at])));
        }
        let escape = |text: String, unit: &u16| text + &format!("\\u{unit:04x}");
        let escape = sign.encode_utf16(&mut [0; 2]).iter().fold(String::new(), escape);
        match pieces.last_mut() {
            Some((is_mark, last)) if beside && (*is_mark || marks == MOST_MARKS) => last.to_mut().push_str(&escape),
            _ => {
                pieces.push((marks < MOST_MARKS, Cow::Owned(escape)));
                marks = (marks + 1).min(MOST_MARKS);
            }
        }
        start = at + sign.len_utf8();
    }
    if start < json.len() {
        pieces.push((false, Cow::Borrowed(&json[start..])));
    }
    pieces
}

#[cfg(test)]
mod tests;
