//! The viewer's HTML: what must be in it, and pages to look at, which are left in `target/looks`.

#![expect(clippy::unwrap_used, reason = "a test that stops has failed")]

mod sample;

use daybook::domain::query::Cursor;
use daybook::ui::viewer::{Direction, Notice, render_desk, render_document, render_notice};
use sample::{BASE, HARM, log, one, page, shell};
use serde_json::{Value, json};
use std::{fs, path::PathBuf};

/// The nth event of the sample, as a URL names it.
fn id(number: usize) -> String {
    log()[number].0.stamp.id.to_string()
}

/// The number of the first event of the sample with this action.
fn first(action: &str) -> usize {
    log().iter().position(|(event, _)| event.action == action).unwrap()
}

#[test]
fn the_first_document_holds_the_rows() {
    let html = render_document(&page(shell("en-GB"), "", &log()));
    assert!(html.starts_with("<!DOCTYPE html><html lang=\"en-GB\" dir=\"ltr\""));
    assert_eq!(html.matches("class=\"details\"").count(), 50);
    for text in [
        "Roberta Wharton",
        "田中 美咲",
        "2,041 events",
        "title=\"Europe/Stockholm, UTC+1. Show UTC\"",
        ">Stockholm, UTC+1<",
        "© 2026 Acme Industries AB",
    ] {
        assert!(html.contains(text), "{text}");
    }
    assert_eq!((html.matches("<main").count(), html.matches("<h1").count()), (1, 1));
    assert!(html.find("viewer.css").unwrap() < html.find("<table").unwrap());
    assert!(html.find("<table").unwrap() < html.find("<script").unwrap());
}

#[test]
fn every_script_and_style_carries_the_nonce_and_nothing_is_set_inline() {
    let mut shell = shell("en-GB");
    shell.config.theme = shell.config.theme.with("accent", "#635bff");
    let html = render_document(&page(shell, "", &log()));
    assert_eq!(html.matches("<script").count(), html.matches("<script nonce=\"bm9uY2U\"").count());
    assert!(html.contains("<style nonce=\"bm9uY2U\">:root{--audit-accent:#635bff;}</style>"));
    assert!(!html.contains(" style=") && !html.contains(" onclick="));
}

#[test]
fn values_are_text_whatever_they_hold() {
    let html = render_document(&page(shell("en-GB"), &format!("event={}", id(11)), &log()));
    assert!(!html.contains("<img src=x") && !html.contains("<script>alert"), "a value became markup");
    assert!(!html.contains("href=\"javascript:"));
    assert!(html.contains("&lt;img src=x onerror=alert(1)&gt;"));
    let searched = render_desk(&page(
        shell("en-GB"),
        &form_urlencoded::Serializer::new(String::new()).append_pair("q", HARM).finish(),
        &log(),
    ));
    assert!(!searched.contains("<img src=x") && !searched.contains("<script>"));
}

/// An event that has a text wherever one can be shown.
fn everywhere(text: &str) -> Value {
    let person = json!({"uuid": text, "name": text, "email": text, "type": text, "metadata": {text: text}});
    let target = json!({"type": text, "uuid": text, "label": text, "metadata": {text: [text]}});
    json!({
        "client": {"uuid": "c", "name": text}, "action": text, "description": text, "url": text,
        "actor": person, "impersonator": person, "target": target, "targets": [target, target],
        "outcome": {"result": "failure", "reason": text, "code": text},
        "context": {
            "client": {"ipAddress": text, "browserAgent": text, "location": text},
            "server": {"serverId": text, "version": text, "service": text},
            "http": {"method": text, "path": text, "domain": text},
        },
        "sessionId": text, "correlationId": text, "externalId": text,
        "changes": [{"field": text, "before": text, "after": {text: [text]}}],
        "metadata": {text: {text: [text, {text: text}]}}, "fields": {text: text}, "detail": text,
    })
}

#[test]
fn no_value_can_turn_the_page_around_it_or_hide_in_it() {
    let texts = [
        "x\u{202e}y",
        "\u{202a}x\u{202b}\u{202c}\u{202d}y",
        "x\u{2066}\u{2067}\u{2068}\u{2069}y",
        "x\u{200e}\u{200f}\u{61c}y",
        "x\u{200b}y",
        "\u{feff}xy",
        "x\u{ad}y",
        "x\u{2060}y",
        "x\u{e0041}y",
        "x\u{e000}y",
        "x\u{1b}y",
        "x\u{9b}y",
        "x\u{2028}y",
        "x\u{200d}y",
        "x\u{200c}y",
        "x\u{fe0f}y",
    ];
    for text in texts {
        let log = one(&everywhere(text));
        let mut shell = shell("en-GB");
        shell.client_name = Some(text.to_owned());
        let address = form_urlencoded::Serializer::new(String::new())
            .append_pair("actor", text)
            .append_pair("type", text)
            .finish();
        let html = render_document(&page(shell, &format!("{address}&event={}", log[0].0.stamp.id), &log));
        // What the form sends again is no text of the page.
        let html = html.replace(&format!("value=\"{text}\""), "");
        let hidden: Vec<char> = text.chars().filter(|sign| !sign.is_ascii_alphabetic()).collect();
        let found = html.find(hidden.as_slice());
        assert_eq!(found.map(|at| &html[at.saturating_sub(80)..]), None, "{}", text.escape_unicode());
        assert!(html.matches("class=\"sign").count() > 30, "{}", text.escape_unicode());
    }
}

#[test]
fn a_value_in_a_row_makes_no_more_elements_than_it_needs() {
    let html = render_desk(&page(shell("en-GB"), "", &log()));
    assert!(!html.contains("class=\"sign"), "nothing in the sample is hidden");
    let rows = html.split("<tbody>").nth(1).unwrap().split("</tbody>").next().unwrap();
    let elements = rows.matches('<').count() - rows.matches("</").count() - rows.matches("<!").count();
    assert!(elements <= 50 * 34, "{} in a row", elements / 50);
}

#[test]
fn lists_say_how_many_they_leave_out_and_take_typing() {
    let html = render_desk(&page(shell("en-GB"), "", &log()));
    assert!(html.contains("1,204 more: type to find them"));
    assert!(html.contains("name=\"find-actor\"") && html.contains("aria-label=\"Find actors\""));
    assert!(html.contains("All 12 actions"));
    let targets: Vec<Value> = (0..40).map(|at| json!({"type": "file", "uuid": format!("f-{at}")})).collect();
    let log = one(&json!({"client": {"uuid": "c"}, "action": "move", "anonymous": true, "targets": targets}));
    let html = render_desk(&page(shell("en-GB"), &format!("event={}", log[0].0.stamp.id), &log));
    assert!(html.contains("aria-label=\"and 39 more in the details\"") && html.contains(">+39</span>"));
    assert!(html.contains(" and 39 more") && html.contains("Also on (40)"));
}

#[test]
fn every_way_on_is_a_plain_link() {
    let html = render_desk(&page(shell("en-GB"), "actor=bd275099&zone=utc", &log()));
    assert!(html.starts_with("<div id=\"desk\">"));
    assert!(html.contains(&format!("href=\"{BASE}?actor=bd275099&amp;zone=utc&amp;event=")), "details keep the place");
    assert!(html.contains(&format!("href=\"{BASE}?zone=utc\"")), "the filter can be taken away");
    assert!(html.contains("by Roberta Wharton: remove this filter"));
    assert!(html.contains(&format!("href=\"{BASE}?actor=bd275099\"")), "local time");
    let html = render_desk(&page(shell("en-GB"), "", &log()));
    assert!(html.contains("aria-label=\"View details, user.signed_in by Roberta Wharton, 15:03:22 21 Nov 2026\""));
    assert!(html.contains("rel=\"next\""));
}

#[test]
fn details_say_everything() {
    let at = first("role.changed");
    let html = render_desk(&page(shell("en-GB"), &format!("event={}", id(at)), &log()));
    for text in [
        "performed",
        "role.changed",
        "Added",
        "Removed",
        "Changed",
        "not set",
        "240",
        "quarterly review",
        "prod-01-eu-north",
        "POST /api/members",
    ] {
        assert!(html.contains(text), "{text}");
    }
    assert!(html.contains("rel=\"noopener noreferrer nofollow\""));
    assert!(html.contains(&format!("event={}", id(at - 1))) && html.contains(&format!("event={}", id(at + 1))));
    let failed = render_desk(&page(shell("en-GB"), &format!("event={}", id(first("user.sign_in_failed"))), &log()));
    assert!(failed.contains("failed to perform") && failed.contains("The one-time code was wrong (E_TOTP)"));
    let missing = render_desk(&page(shell("en-GB"), "event=01939c5e-8f2a-7b3c-9d4e-5f6071829304", &log()));
    assert!(missing.contains("This event is not here"));
}

#[test]
fn searched_words_are_set_off() {
    let html = render_desk(&page(shell("en-GB"), "q=wharton", &log()));
    assert!(html.contains("<mark>Wharton"));
}

#[test]
fn no_rows_are_explained() {
    let empty = render_desk(&page(shell("en-GB"), "", &[]));
    assert!(empty.contains("No events yet"));
    let none = render_desk(&page(shell("en-GB"), "actor=nobody&outcome=failure", &log()));
    let said = none.split("There is nothing").nth(1).unwrap().split("</p>").next().unwrap();
    let words: String = said.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text)).collect();
    assert!(none.contains("No events match"));
    assert_eq!(words, " by nobody, that failed.");
    assert!(none.contains("Clear all filters"));
    let mut unfinished = page(shell("en-GB"), "actor=nobody", &log());
    unfinished.next =
        log().last().map(|(event, _)| Cursor { occurred_at: event.stamp.occurred_at, id: event.stamp.id });
    let unfinished = render_desk(&unfinished);
    assert!(unfinished.contains("Nothing found so far") && unfinished.contains("Search further back"));
}

fn notice() -> Notice {
    Notice {
        code: "expired",
        title: "This page has expired".to_owned(),
        text: "Reload the page around it to see the log again.".to_owned(),
        again: Some("/embed/vw_1".to_owned()),
        retry: true,
        brand: Some(daybook::domain::view::Brand::default()),
        request: Some("01JD7X9GQ2".to_owned()),
        theme: daybook::domain::view::Theme::default(),
        style: "viewer.css".to_owned(),
        nonce: "bm9uY2U".to_owned(),
        locale: "en".to_owned(),
        direction: Direction::LeftToRight,
        parent: None,
    }
}

#[test]
fn a_notice_is_a_document_of_its_own() {
    let html = render_notice(&notice());
    assert!(html.contains(">This page has expired</h1>") && html.contains("01JD7X9GQ2"));
    assert!(html.contains("<p class=\"title\"><bdi>Audit log</bdi></p>"), "{html}");
    assert!(html.contains("<a href=\"/embed/vw_1\">Try again</a>"));
    assert!(!html.contains("data-script"));
    let helpless = render_notice(&Notice { retry: false, ..notice() });
    assert!(!helpless.contains("Try again") && helpless.contains("data-again=\"/embed/vw_1\""));
}

/// Writes the pages that a designer would look at.
#[test]
fn pages_to_look_at() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/looks");
    fs::create_dir_all(&folder).unwrap();
    let style = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("style");
    let main = fs::read_to_string(style.join("main.css")).unwrap();
    let parts = main.lines().filter_map(|line| line.strip_prefix("@import \"")?.split('"').next());
    let css: String = parts.map(|part| fs::read_to_string(style.join(part)).unwrap()).collect();
    fs::write(folder.join("viewer.css"), css).unwrap();

    let role = format!("event={}", id(first("role.changed")));
    let failed = format!("event={}", id(first("user.sign_in_failed")));
    let mut branded = shell("en-GB");
    branded.config.theme =
        branded.config.theme.with("accent", "#0a7d5a").with("radius", "10px").with("font-size", "14px");
    let pages = [
        ("list", shell("en-GB"), String::new(), log()),
        ("drawer", shell("en-GB"), role.clone(), log()),
        ("failed", shell("en-GB"), failed, log()),
        ("filtered", shell("en-GB"), "q=wharton&actor=bd275099&last=7d&zone=utc".to_owned(), log()),
        ("range", shell("en-GB"), "from=2026-11-20&through=2026-11-21&outcome=failure".to_owned(), log()),
        ("nomatch", shell("en-GB"), "actor=0fa7715e&outcome=failure&last=24h&target=t-99".to_owned(), log()),
        ("empty", shell("en-GB"), String::new(), Vec::new()),
        ("missing", shell("en-GB"), "event=01939c5e-8f2a-7b3c-9d4e-5f6071829304".to_owned(), log()),
        ("rtl", shell("ar-EG"), String::new(), log()),
        ("rtl-drawer", shell("ar-EG"), role, log()),
        ("german", shell("de"), String::new(), log()),
        ("branded", branded, "outcome=failure".to_owned(), log()),
    ];
    for (name, shell, query, log) in pages {
        fs::write(folder.join(format!("{name}.html")), render_document(&page(shell, &query, &log))).unwrap();
    }
    fs::write(folder.join("notice.html"), render_notice(&notice())).unwrap();
}
