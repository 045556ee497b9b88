//! `daybook import`: files as spreadsheets and other systems write them.

use super::complaint;
use super::import::{Place, figure};
use serde_json::{Value, json};
use std::fs;

fn utf_16(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    format!("\u{feff}{text}").encode_utf16().flat_map(to_bytes).collect()
}

#[test]
fn utf_16_and_marks_are_read_in_tables_and_json() {
    let table = "client.uuid\taction\tactor.uuid\ttime\r\nc\tZoë\tu\t2026-01-01T00:00:00Z\r\n";
    let json =
        json!({"client": {"uuid": "c"}, "action": "Zoë", "actor": {"uuid": "u"}, "time": "2026-01-01T00:00:00Z"});
    for text in [table.to_owned(), json.to_string()] {
        for bytes in
            [utf_16(&text, u16::to_le_bytes), utf_16(&text, u16::to_be_bytes), format!("\u{feff}{text}").into()]
        {
            let place = Place::new();
            assert_eq!(place.takes(&[&place.file("file", bytes)]), 1);
            let events = place.events();
            assert_eq!((&events[0]["action"], &events[0]["actor"]["uuid"]), (&json!("Zoë"), &json!("u")));
        }
    }
}

#[test]
fn refused_rows_are_named_by_their_line_of_the_file() {
    for end in ["\n", "\r\n", "\r"] {
        let place = Place::new();
        let rows = ["sep=;", "client.uuid;action;actor.uuid;detail", "c;a;u;\"1", "", "2\"", "", "c;;u;x"];
        let output = place.import(&[&place.file("rows.csv", rows.join(end))]);
        assert_eq!((figure(&output, "stored"), figure(&output, "refused")), (1, 1), "{}", complaint(&output));
        assert!(complaint(&output).contains("rows.csv, line 7: action is required"), "{}", complaint(&output));
        let lines =
            ["{\"client\":{\"uuid\":\"c\"},\"action\":\"a\",\"actor\":{\"uuid\":\"u\"}}", "", "{\"action\":\"a\"}", ""];
        let output = place.import(&[&place.file("lines.ndjson", lines.join(end)), "--format", "native"]);
        assert!(complaint(&output).contains("lines.ndjson, line 3: "), "{}", complaint(&output));
    }
}

#[test]
fn guarded_and_odd_cells_come_back_as_they_were() {
    let texts = [
        "=1+1",
        "'=1+1",
        "''-x",
        "\0=1",
        "\u{feff}=1",
        "\u{200b}@x",
        "\r\n=1",
        "a\rb\nc\r\n",
        "\u{ff1d}1",
        "\"q\"",
        "'tis",
    ];
    let event = |text: &str| {
        json!({"client": {"uuid": "c"}, "action": "a", "actor": {"uuid": "u"}, "time": "2026-01-01T00:00:00Z",
            "detail": text, "metadata": {"text": text}})
    };
    let old = Place::new();
    let lines: String = texts.iter().fold(String::new(), |lines, text| lines + &format!("{}\n", event(text)));
    assert_eq!(old.takes(&[&old.file("events.ndjson", lines)]), texts.len() as u64);
    let export = old.export("format=csv");
    for unguarded in ["=", "\"=", "\"\0=", "\"\u{feff}=", "\"\u{200b}@", "\"\u{ff1d}"] {
        // Where a cell begins: within the JSON of metadata it is no formula.
        assert!(!export.contains(&format!(",{unguarded}")), "{unguarded:?}");
    }
    let new = Place::new();
    assert_eq!(new.takes(&[&new.file("export.csv", export)]), texts.len() as u64);
    assert_eq!(new.events(), old.events());
    let kept: Vec<Value> = new.events().iter().map(|event| event["detail"].clone()).collect();
    assert!(texts.iter().all(|text| kept.contains(&json!(text))), "{kept:?}");
}

#[test]
fn a_long_page_is_read_entry_by_entry() {
    let place = Place::new();
    let event = |number: u32| {
        json!({"eventVersion": "1.11", "eventID": format!("e{number}"), "eventTime": "2026-01-01T00:00:00Z",
            "eventSource": "s3.amazonaws.com", "eventName": "GetObject", "recipientAccountId": "1",
            "userIdentity": {"type": "Root", "accountId": "1"}, "requestParameters": {"key": "x".repeat(1_000)}})
    };
    // A list of several MB on one line, which is cut off: what stands before is stored.
    let events: Vec<String> = (0..5_000).map(|number| event(number).to_string()).collect();
    let whole = format!("{{\"Records\":[{}]}}", events.join(","));
    let cut = place.file("cut.json", &whole[..whole.len() - 2]);
    let output = place.import(&[&cut]);
    assert_eq!(output.status.code(), Some(1));
    assert!(complaint(&output).contains("the file ends on line 1, within a list of events"), "{}", complaint(&output));
    let whole = place.file("whole.json", whole);
    let output = place.import(&[&whole]);
    assert_eq!((figure(&output, "read"), figure(&output, "stored")), (5_000, 0), "{}", complaint(&output));
    assert!(fs::metadata(&whole).unwrap().len() > 5_000_000);
}
