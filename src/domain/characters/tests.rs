use super::*;
use proptest::prelude::*;

/// A text with its marks in brackets.
fn shown(text: &str, depth: Depth) -> String {
    let pieces = pieces(text, depth).into_iter().map(|piece| match piece {
        Piece::Text(text) => text.into_owned(),
        Piece::Mark(mark) => format!("[{}]", mark.label()),
    });
    pieces.collect()
}

#[test]
fn what_cannot_be_seen_or_turns_the_text_is_marked_wherever_a_value_stands() {
    for (text, marked) in [
        ("user\u{202e}gpj.exe", "user[RLO]gpj.exe"),
        ("\u{202a}a\u{202b}b\u{202c}c\u{202d}d", "[LRE]a[RLE]b[PDF]c[LRO]d"),
        ("\u{2066}a\u{2067}b\u{2068}c\u{2069}", "[LRI]a[RLI]b[FSI]c[PDI]"),
        ("a\u{200e}b\u{200f}c\u{61c}d", "a[LRM]b[RLM]c[ALM]d"),
        ("ad\u{200b}min", "ad[ZWSP]min"),
        ("ad\u{200c}min\u{200d}", "ad[ZWNJ]min[ZWJ]"),
        ("\u{feff}admin", "[BOM]admin"),
        ("pass\u{ad}word", "pass[SHY]word"),
        ("a\u{2060}b\u{2063}c\u{34f}d\u{180e}e", "a[WJ]b[IS]c[CGJ]d[MVS]e"),
        ("x\u{3164}y\u{ffa0}z\u{115f}\u{1160}", "x[HF]y[HHF]z[HCF][HJF]"),
        ("\u{1b}[31mred\u{7}\0\u{7f}", "[ESC][31mred[BEL][NUL][DEL]"),
        ("a\u{85}b\u{9b}c", "a[NEL]b[U+009B]c"),
        ("hi\u{e0041}\u{e0042}", "hi[TAG A][TAG B]"),
        ("a\u{fe0f}b\u{fe00}c\u{e0100}", "a[VS16]b[VS1]c[VS17]"),
        ("1\u{fe0f}2", "1[VS16]2"),
        ("\u{e000}\u{fffe}\u{fdd0}\u{10ffff}\u{50000}", "[U+E000][U+FFFE][U+FDD0][U+10FFFF][U+50000]"),
        ("\u{fff9}a\u{fffb}", "[U+FFF9]a[U+FFFB]"),
        ("\u{1d173}\u{1bca0}", "[U+1D173][U+1BCA0]"),
    ] {
        for depth in [Depth::Line, Depth::Exact] {
            assert_eq!(shown(text, depth), marked, "{}", text.escape_unicode());
        }
    }
}

#[test]
fn scripts_and_pictures_that_need_joiners_and_selectors_stay_as_they_are() {
    for text in [
        "می\u{200c}خواهم",
        "نامه\u{200c}ای",
        "क्\u{200d}ष",
        "ക്\u{200d}",
        "ශ්\u{200d}රී",
        "র\u{200d}্য",
        "🏳\u{fe0f}\u{200d}🌈",
        "👩🏽\u{200d}🚀",
        "👨\u{200d}👩\u{200d}👧\u{200d}👦",
        "❤\u{fe0f}",
        "1\u{fe0f}\u{20e3}",
        "🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}",
        "葛\u{e0100}",
        "ᠠ\u{180b}",
        "≨\u{fe00}",
        "ليلى حداد",
        "שלום עולם",
        "Ægir Þórðarson",
        "e\u{301}t\u{e9}",
        "田中 美咲",
    ] {
        for depth in [Depth::Line, Depth::Exact] {
            assert_eq!(shown(text, depth), text, "{}", text.escape_unicode());
        }
        assert_eq!(plain(text), text);
    }
}

#[test]
fn white_space_is_marked_as_far_as_it_matters_where_it_stands() {
    for (text, in_a_line, exactly) in [
        ("a b", "a b", "a b"),
        ("a  b", "a[··]b", "a[··]b"),
        (" a ", "[·]a[·]", "[·]a[·]"),
        (" ", "[·]", "[·]"),
        ("a\tb", "a[⇥]b", "a[⇥]b"),
        ("a\nb", "a\nb", "a[↵]b"),
        ("a\r\nb", "a\r\nb", "a[CRLF]b"),
        ("a\rb", "a\rb", "a[CR]b"),
        ("a\n\r\nb", "a\n\r\nb", "a[↵][CRLF]b"),
        ("a\n\n  b", "a\n\n  b", "a[↵↵][··]b"),
        ("a\n", "a[↵]", "a[↵]"),
        ("a\u{a0}b", "a\u{a0}b", "a[NBSP]b"),
        ("a\u{a0}", "a[NBSP]", "a[NBSP]"),
        ("a\u{2003}\u{3000}b", "a\u{2003}\u{3000}b", "a[EMSP][IDSP]b"),
        ("a\u{2028}b", "a[LS]b", "a[LS]b"),
    ] {
        assert_eq!(shown(text, Depth::Line), in_a_line, "{}", text.escape_unicode());
        assert_eq!(shown(text, Depth::Exact), exactly, "{}", text.escape_unicode());
    }
}

#[test]
fn marks_have_names_and_end_the_lines_they_stand_for() {
    let marks = |text: &str| -> Vec<Mark> {
        let marks = pieces(text, Depth::Exact).into_iter().filter_map(|piece| match piece {
            Piece::Mark(mark) => Some(mark),
            Piece::Text(_) => None,
        });
        marks.collect()
    };
    let names = |text: &str| marks(text).into_iter().map(Mark::name).collect::<Vec<_>>();
    assert_eq!(names("a\u{202e}"), ["right-to-left override, U+202E"]);
    assert_eq!(names("   a "), ["3 spaces", "space"]);
    assert_eq!(names("a\r\nb\u{1b}"), ["carriage return and line feed", "control character ESC, U+001B"]);
    assert_eq!(names("\u{e0041}"), ["tag A, U+E0041"]);
    assert_eq!(names("\u{200b}\u{200b}"), ["2 times zero width space, U+200B"]);
    let ends = |text: &str| marks(text).into_iter().map(|mark| (mark.line_ends(), mark.is_white())).collect::<Vec<_>>();
    assert_eq!(ends("a\n\nb\r\nc\u{202e}d\te"), [(2, true), (1, true), (0, false), (0, true)]);
    assert_eq!(marks(&"\u{200b}".repeat(7))[0].label(), "ZWSP×7");
}

#[test]
fn texts_that_look_alike_are_told_apart() {
    for (one, other, first, second) in [
        ("é", "e\u{301}", "é", "e[U+0301]"),
        ("Å", "\u{212b}", "Å", "[U+212B]"),
        ("دا\u{200c}ر", "دار", "دا[ZWNJ]ر", "دار"),
        ("❤\u{fe0f}", "❤", "❤[VS16]", "❤"),
    ] {
        assert!(look_alike(one, other), "{}", one.escape_unicode());
        assert_eq!((shown(one, Depth::Every), shown(other, Depth::Every)), (first.to_owned(), second.to_owned()));
    }
    assert!(!look_alike("a", "b") && !look_alike("a", "a") && !look_alike("a", "a\u{202e}"));
}

#[test]
fn a_name_without_room_for_marks_writes_them_out() {
    assert_eq!(plain("Ann\u{202e} Lee"), "Ann[U+202E] Lee");
    assert_eq!(plain("  two  blanks\n"), "  two  blanks\n");
    assert_eq!(plain("hi\u{e0041}"), "hi[U+E0041]");
}

#[test]
fn json_says_the_same_with_its_own_escapes() {
    let json = "{\"a\": \"x\u{202e}y\u{a0}\u{200b}\u{e0041}\", \"b\": \"می\u{200c}خواهم  \"}";
    let pieces = json_pieces(json);
    let whole: String = pieces.iter().map(|(_, piece)| piece.as_ref()).collect();
    assert!(!whole.contains(['\u{202e}', '\u{a0}', '\u{200b}', '\u{e0041}']) && whole.contains('\u{200c}'));
    let marks: Vec<&str> = pieces.iter().filter(|(mark, _)| *mark).map(|(_, piece)| piece.as_ref()).collect();
    assert_eq!(marks, ["\\u202e", "\\u00a0\\u200b\\udb40\\udc41"]);
    let same: [serde_json::Value; 2] = [json, &whole].map(|json| serde_json::from_str(json).unwrap());
    assert_eq!(same[0], same[1]);
}

#[test]
fn a_text_of_marks_alone_makes_no_page_without_end() {
    let text = "a\u{200b}".repeat(80_000);
    let pieces = pieces(&text, Depth::Exact);
    assert!(pieces.len() <= 2 * MOST_MARKS + 2, "{}", pieces.len());
    assert_eq!(shown(&text, Depth::Exact).matches(['[']).count(), 80_000, "none is lost");
    assert!(json_pieces(&format!("\"{text}\"")).len() < 200_000);
    let blanks = format!("{}x", "\u{a0} ".repeat(40_000));
    assert!(super::pieces(&blanks, Depth::Line).len() <= 2 * MOST_MARKS + 2);
}

/// Texts of what is seen and what is not, in any order.
fn any_text() -> impl Strategy<Value = String> {
    let signs = prop_oneof![
        prop::sample::select(vec![
            ' ',
            '\t',
            '\n',
            '\r',
            '\u{202e}',
            '\u{2066}',
            '\u{200d}',
            '\u{200c}',
            '\u{fe0f}',
            '\u{a0}',
            '\u{e0041}',
            '\u{e007f}',
            '\u{1f3f4}',
            '👩',
            'a',
            'ی',
            '\u{94d}',
            '\u{301}',
            '\u{85}',
        ]),
        any::<char>(),
    ];
    prop::collection::vec(signs, 0..40).prop_map(|signs| signs.into_iter().collect())
}

proptest! {
    /// What can turn the text around a value is never part of what is shown as text.
    #[test]
    fn no_text_that_is_shown_turns_what_stands_around_it(text in any_text()) {
        let turns = |sign: char| matches!(sign, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{61c}');
        for depth in [Depth::Line, Depth::Exact, Depth::Every] {
            prop_assert!(!shown(&text, depth).contains(turns));
        }
        prop_assert!(!plain(&text).contains(turns));
    }

    /// Two different texts are never shown alike where they are read as evidence, but for what only takes part in how
    /// letters look.
    #[test]
    fn different_texts_are_shown_differently(one in any_text(), other in any_text()) {
        prop_assume!(one != other && !look_alike(&one, &other));
        let parts = |text: &str| format!("{:?}", pieces(text, Depth::Exact));
        prop_assert_ne!(parts(&one), parts(&other));
    }
}
