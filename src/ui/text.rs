//! Texts of others on a page: what cannot be seen in them, or would turn the page around them, stands as marks.

use crate::domain::characters::{Depth, Mark, Piece, json_pieces, pieces};
use leptos::prelude::*;

/// A text among others; the element around it isolates its direction.
pub fn text(text: &str) -> AnyView {
    set(text, Depth::Line, &|part| part.to_owned().into_any())
}

/// A text whose visible parts are set by `part`, and the rest as marks.
pub fn set(text: &str, depth: Depth, part: &dyn Fn(&str) -> AnyView) -> AnyView {
    let mut pieces = pieces(text, depth);
    match pieces.pop() {
        None => ().into_any(),
        // As nearly every text is: no more elements than it needs.
        Some(Piece::Text(only)) if pieces.is_empty() => part(&only),
        Some(last) => {
            pieces.push(last);
            let parts = pieces.into_iter().map(|piece| match piece {
                Piece::Text(text) => part(&text),
                Piece::Mark(mark) => self::mark(mark, depth),
            });
            parts.collect_view().into_any()
        }
    }
}

fn mark(mark: Mark, depth: Depth) -> AnyView {
    let (label, name) = (mark.label(), mark.name());
    let class = if mark.is_white() { "sign white" } else { "sign" };
    // The lines of a long text end where they end.
    let ends = (depth != Depth::Line && mark.line_ends() > 0).then(|| "\n".repeat(mark.line_ends()));
    view! { <span class=class role="img" aria-label=name.clone() title=name>{label}</span>{ends} }.into_any()
}

/// JSON in which marks are escapes of JSON's own.
pub fn json(text: &str) -> AnyView {
    let parts = json_pieces(text).into_iter().map(|(is_mark, part)| {
        let part = part.into_owned();
        if is_mark { view! { <span class="sign">{part}</span> }.into_any() } else { part.into_any() }
    });
    parts.collect_view().into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_without_anything_to_mark_is_text_alone() {
        assert_eq!(text("Roberta Wharton").to_html(), "Roberta Wharton");
    }

    #[test]
    fn a_mark_has_a_name_and_the_character_itself_is_not_on_the_page() {
        let html = text("user\u{202e}gpj").to_html();
        assert!(html.contains("role=\"img\" aria-label=\"right-to-left override, U+202E\""), "{html}");
        assert!(html.contains(">RLO</span>") && !html.contains('\u{202e}'), "{html}");
    }

    #[test]
    fn lines_end_where_they_end_in_what_is_read_as_evidence_only() {
        let lines = |depth| set("a\r\nb", depth, &|part| part.to_owned().into_any()).to_html();
        assert!(lines(Depth::Exact).contains(">CRLF</span>"));
        assert!(!lines(Depth::Line).contains("CRLF"));
    }

    #[test]
    fn json_stays_json() {
        let html = json("{\"a\":\"x\u{200b}\"}").to_html();
        assert!(html.contains("<span class=\"sign\">\\u200b</span>"), "{html}");
    }
}
