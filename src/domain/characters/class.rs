//! What a character does to a text: whether it is seen, and whether it belongs where it stands.

/// What a character is to a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Shown,
    /// An ordinary blank.
    Blank,
    Tab,
    LineEnd,
    /// Looks like a blank and is none.
    OtherBlank,
    /// Cannot be seen, or turns the text around it.
    Hidden,
    /// Joins or parts the letters beside it, as Persian, the scripts of India and pictures do.
    Joiner,
    /// Chooses how the sign before it looks.
    Selector,
}

/// The class of a character: what Unicode calls ignorable, controls, blanks, and what has no meaning of its own.
pub(super) fn class(sign: char) -> Class {
    match sign {
        ' ' => Class::Blank,
        '!'..='~' => Class::Shown,
        '\t' => Class::Tab,
        '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => Class::LineEnd,
        '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{2800}' | '\u{3000}' => {
            Class::OtherBlank
        }
        '\u{200c}' | '\u{200d}' => Class::Joiner,
        // The tags too: they choose which flag a black one is.
        '\u{180b}'..='\u{180f}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0020}'..='\u{e007f}' | '\u{e0100}'..='\u{e01ef}' => {
            Class::Selector
        }
        sign if is_hidden(sign) => Class::Hidden,
        _ => Class::Shown,
    }
}

fn is_hidden(sign: char) -> bool {
    let number = u32::from(sign);
    sign.is_control()
        || matches!(sign,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
        // Private use, whose look nobody knows.
        || matches!(sign, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..)
        // Never to be characters, and planes without any.
        || matches!(sign, '\u{fdd0}'..='\u{fdef}' | '\u{40000}'..='\u{dffff}')
        || number & 0xfffe == 0xfffe
}

/// Whether a joiner, a selector or a tag stands where its script or its picture needs it.
pub(super) fn belongs(text: &str, at: usize, sign: char) -> bool {
    let mut before = text[..at].chars().rev();
    let Some(last) = before.next() else { return false };
    let next = text[at + sign.len_utf8()..].chars().next();
    match sign {
        '\u{200c}' | '\u{200d}' if is_virama(last) => true,
        '\u{200d}' if is_picture_part(last) => next.is_some_and(is_picture),
        '\u{200c}' | '\u{200d}' => is_joining(last) && next.is_some_and(is_joining),
        '\u{180b}'..='\u{180f}' => is_mongolian(last),
        '\u{fe0e}' | '\u{fe0f}' => is_picture(last) || (is_keycap(last) && next == Some('\u{20e3}')),
        '\u{fe00}'..='\u{fe0d}' => is_ideograph(last) || is_varied(last),
        '\u{e0100}'..='\u{e01ef}' => is_ideograph(last),
        _ => is_of_flag(last, before, &text[at..]),
    }
}

/// The longest name of a place on a flag, and its end.
const LONGEST_FLAG: usize = 7;

/// Whether tags, this one among them, name the place of a flag: after a black flag, and ended by the tag that ends them.
fn is_of_flag(last: char, before: impl Iterator<Item = char>, rest: &str) -> bool {
    let is_tag = |sign: &char| ('\u{e0020}'..='\u{e007e}').contains(sign);
    let head = std::iter::once(last).chain(before).take(LONGEST_FLAG).find(|sign| !is_tag(sign));
    let end = rest.chars().take(LONGEST_FLAG).find(|sign| !is_tag(sign));
    head == Some('\u{1f3f4}') && end == Some('\u{e007f}')
}

/// The sign that takes a letter's vowel away, after which a joiner says how the letters beside it are written.
fn is_virama(sign: char) -> bool {
    matches!(
        sign,
        '\u{94d}'
            | '\u{9cd}'
            | '\u{a4d}'
            | '\u{acd}'
            | '\u{b4d}'
            | '\u{bcd}'
            | '\u{c4d}'
            | '\u{ccd}'
            | '\u{d3b}'
            | '\u{d3c}'
            | '\u{d4d}'
            | '\u{dca}'
            | '\u{1039}'
            | '\u{103a}'
            | '\u{1714}'
            | '\u{1734}'
            | '\u{17d2}'
            | '\u{1a60}'
            | '\u{1b44}'
            | '\u{1baa}'
            | '\u{1bab}'
            | '\u{a806}'
            | '\u{a8c4}'
            | '\u{a953}'
            | '\u{a9c0}'
            | '\u{aaf6}'
            | '\u{abed}'
            | '\u{11046}'
            | '\u{110b9}'
            | '\u{11133}'
            | '\u{111c0}'
            | '\u{1134d}'
    )
}

/// Scripts whose letters join, and those of India and beyond whose signs do.
fn is_joining(sign: char) -> bool {
    is_joining_script(sign) && !sign.is_numeric()
}

fn is_joining_script(sign: char) -> bool {
    matches!(sign,
        '\u{610}'..='\u{61a}' | '\u{620}'..='\u{65f}' | '\u{66e}'..='\u{6d3}' | '\u{6d5}'..='\u{6dc}'
        | '\u{6de}'..='\u{6ff}' | '\u{710}'..='\u{74a}' | '\u{74d}'..='\u{7b1}' | '\u{7ca}'..='\u{7f5}'
        | '\u{840}'..='\u{85b}' | '\u{860}'..='\u{88e}' | '\u{8a0}'..='\u{8e1}' | '\u{8e3}'..='\u{dff}'
        | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17b3}' | '\u{17b6}'..='\u{17d3}' | '\u{1820}'..='\u{18aa}'
        | '\u{1b00}'..='\u{1b4c}' | '\u{a840}'..='\u{a873}' | '\u{a980}'..='\u{a9c0}' | '\u{fb50}'..='\u{fdcf}'
        | '\u{fdf0}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}' | '\u{10d00}'..='\u{10d27}' | '\u{11000}'..='\u{11fff}'
        | '\u{1e900}'..='\u{1e94b}')
}

fn is_mongolian(sign: char) -> bool {
    matches!(sign, '\u{1800}'..='\u{180a}' | '\u{1820}'..='\u{18aa}')
}

/// A picture that others may be joined to: one itself, the selector that makes it one, or the tone of a skin.
fn is_picture_part(sign: char) -> bool {
    is_picture(sign) || matches!(sign, '\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}')
}

/// Near enough to what Unicode calls an extended pictograph.
fn is_picture(sign: char) -> bool {
    matches!(sign,
        '\u{a9}' | '\u{ae}' | '\u{203c}' | '\u{2049}' | '\u{2122}' | '\u{2139}' | '\u{2194}'..='\u{21aa}'
        | '\u{231a}'..='\u{23ff}' | '\u{24c2}' | '\u{25aa}'..='\u{25fe}' | '\u{2600}'..='\u{27bf}' | '\u{2934}'
        | '\u{2935}' | '\u{2b05}'..='\u{2b55}' | '\u{3030}' | '\u{303d}' | '\u{3297}' | '\u{3299}'
        | '\u{1f000}'..='\u{1f3fa}' | '\u{1f400}'..='\u{1faff}')
}

fn is_keycap(sign: char) -> bool {
    matches!(sign, '0'..='9' | '#' | '*')
}

fn is_ideograph(sign: char) -> bool {
    matches!(sign, '\u{3000}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ff9f}' | '\u{20000}'..='\u{33fff}')
}

/// Other signs that Unicode lists variations of: of mathematics, of Burmese, of 'Phags-pa.
fn is_varied(sign: char) -> bool {
    matches!(sign, '\u{2190}'..='\u{22ff}' | '\u{2a00}'..='\u{2aff}' | '\u{1000}'..='\u{109f}' | '\u{a840}'..='\u{a877}')
}
