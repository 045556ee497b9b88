//! What the marks are called: short where they stand, in words for who hears or points at them.

use std::borrow::Cow;

const CONTROLS: [&str; 32] = [
    "NUL", "SOH", "STX", "ETX", "EOT", "ENQ", "ACK", "BEL", "BS", "HT", "LF", "VT", "FF", "CR", "SO", "SI", "DLE",
    "DC1", "DC2", "DC3", "DC4", "NAK", "SYN", "ETB", "CAN", "EM", "SUB", "ESC", "FS", "GS", "RS", "US",
];

/// Unicode's own abbreviations and names.
const NAMED: [(char, &str, &str); 54] = [
    (' ', "·", "space"),
    ('\t', "⇥", "tab"),
    ('\n', "↵", "line feed"),
    ('\r', "CR", "carriage return"),
    ('\u{7f}', "DEL", "delete"),
    ('\u{85}', "NEL", "next line"),
    ('\u{a0}', "NBSP", "no-break space"),
    ('\u{ad}', "SHY", "soft hyphen"),
    ('\u{34f}', "CGJ", "combining grapheme joiner"),
    ('\u{61c}', "ALM", "Arabic letter mark"),
    ('\u{115f}', "HCF", "Hangul choseong filler"),
    ('\u{1160}', "HJF", "Hangul jungseong filler"),
    ('\u{1680}', "OGSP", "Ogham space mark"),
    ('\u{180e}', "MVS", "Mongolian vowel separator"),
    ('\u{2000}', "NQSP", "en quad"),
    ('\u{2001}', "MQSP", "em quad"),
    ('\u{2002}', "ENSP", "en space"),
    ('\u{2003}', "EMSP", "em space"),
    ('\u{2004}', "3/MSP", "three-per-em space"),
    ('\u{2005}', "4/MSP", "four-per-em space"),
    ('\u{2006}', "6/MSP", "six-per-em space"),
    ('\u{2007}', "FSP", "figure space"),
    ('\u{2008}', "PSP", "punctuation space"),
    ('\u{2009}', "THSP", "thin space"),
    ('\u{200a}', "HSP", "hair space"),
    ('\u{200b}', "ZWSP", "zero width space"),
    ('\u{200c}', "ZWNJ", "zero width non-joiner"),
    ('\u{200d}', "ZWJ", "zero width joiner"),
    ('\u{200e}', "LRM", "left-to-right mark"),
    ('\u{200f}', "RLM", "right-to-left mark"),
    ('\u{2028}', "LS", "line separator"),
    ('\u{2029}', "PS", "paragraph separator"),
    ('\u{202a}', "LRE", "left-to-right embedding"),
    ('\u{202b}', "RLE", "right-to-left embedding"),
    ('\u{202c}', "PDF", "pop directional formatting"),
    ('\u{202d}', "LRO", "left-to-right override"),
    ('\u{202e}', "RLO", "right-to-left override"),
    ('\u{202f}', "NNBSP", "narrow no-break space"),
    ('\u{205f}', "MMSP", "medium mathematical space"),
    ('\u{2060}', "WJ", "word joiner"),
    ('\u{2061}', "FA", "function application"),
    ('\u{2062}', "IT", "invisible times"),
    ('\u{2063}', "IS", "invisible separator"),
    ('\u{2064}', "IP", "invisible plus"),
    ('\u{2066}', "LRI", "left-to-right isolate"),
    ('\u{2067}', "RLI", "right-to-left isolate"),
    ('\u{2068}', "FSI", "first strong isolate"),
    ('\u{2069}', "PDI", "pop directional isolate"),
    ('\u{2800}', "BRSP", "Braille pattern blank"),
    ('\u{3000}', "IDSP", "ideographic space"),
    ('\u{3164}', "HF", "Hangul filler"),
    ('\u{feff}', "BOM", "byte order mark"),
    ('\u{ffa0}', "HHF", "halfwidth Hangul filler"),
    ('\u{e0001}', "TAG", "language tag"),
];

/// Such as `U+202E`.
pub(super) fn code(sign: char) -> String {
    format!("U+{:04X}", u32::from(sign))
}

/// What stands in its place.
pub(super) fn label(sign: char) -> Cow<'static, str> {
    if let Some((_, label, _)) = NAMED.iter().find(|(named, ..)| *named == sign) {
        return Cow::Borrowed(label);
    }
    let number = u32::from(sign);
    match sign {
        '\0'..='\x1f' => Cow::Borrowed(CONTROLS[number as usize]),
        '\u{180b}'..='\u{180d}' => format!("FVS{}", number - 0x180a).into(),
        '\u{fe00}'..='\u{fe0f}' => format!("VS{}", number - 0xfdff).into(),
        '\u{e0100}'..='\u{e01ef}' => format!("VS{}", number - 0xe00ef).into(),
        '\u{e0021}'..='\u{e007e}' => format!("TAG {}", tagged(sign)).into(),
        _ => code(sign).into(),
    }
}

/// What it is called aloud.
pub(super) fn name(sign: char) -> String {
    let number = u32::from(sign);
    let name: Cow<'_, str> = match sign {
        _ if let Some((.., name)) = NAMED.iter().find(|(named, ..)| *named == sign) => Cow::Borrowed(*name),
        '\0'..='\x1f' => format!("control character {}", CONTROLS[number as usize]).into(),
        '\u{80}'..='\u{9f}' => "control character".into(),
        '\u{180b}'..='\u{180d}' | '\u{180f}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' => {
            "variation selector".into()
        }
        '\u{e0020}' => "tag space".into(),
        '\u{e0021}'..='\u{e007e}' => format!("tag {}", tagged(sign)).into(),
        '\u{e007f}' => "cancel tag".into(),
        '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{ffffd}' | '\u{100000}'..='\u{10fffd}' => {
            "private use character".into()
        }
        _ if unicode_normalization::char::is_combining_mark(sign) => "combining mark".into(),
        _ if super::class::class(sign) == super::Class::Shown => format!("compatibility form {sign}").into(),
        _ => "invisible character".into(),
    };
    format!("{name}, {}", code(sign))
}

/// The ASCII character that a tag repeats without being seen.
fn tagged(sign: char) -> char {
    char::from_u32(u32::from(sign) - 0xe0000).unwrap_or(sign)
}
