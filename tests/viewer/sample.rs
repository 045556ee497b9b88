//! A log to look at: some fifty events of a fictional company's customer, among them everything that is hard to set.

use daybook::backend::calendar::ReaderCalendar;
use daybook::domain::event::{Draft, Event, EventId, Stamp};
use daybook::domain::query::{Cursor, FacetValue, Facets, MoreValues, Total};
use daybook::domain::time::Timestamp;
use daybook::domain::view::{HeaderLink, SafeLink, ViewConfig};
use daybook::ui::viewer::{Assets, Direction, Found, Place, Session, Shell, ViewerPage};
use serde_json::{Value, json};

pub const NOW: &str = "2026-11-21T14:06:00Z";
pub const BASE: &str = "/embed/vw_3kTq9/s/h7Gm2Xw0";
/// A value that would do harm anywhere but in a text.
pub const HARM: &str = "\"'><img src=x onerror=alert(1)><script>alert(2)</script>";

const PEOPLE: [(&str, &str, &str); 7] = [
    ("bd275099", "Roberta Wharton", "rwharton@great-client.test"),
    ("7c1f02aa", "Salman Randall", "salman.randall@great-client.test"),
    ("e4410b6d", "Ingrid Åkerström-Söderbergh", "ingrid@great-client.test"),
    ("91d2c8f0", "田中 美咲", "tanaka@great-client.test"),
    ("0fa7715e", "ليلى حداد", "layla@great-client.test"),
    ("a00e9c31", "Deploy key “release”", ""),
    ("55b1d7c2", "", "ops@great-client.test"),
];

const ACTS: [(&str, &str, &str, &str, &str); 12] = [
    ("user.signed_in", "", "", "", "203.0.113.24"),
    ("user.invited", "Invited new user, QA role", "user", "Salman Randall", "203.0.113.24"),
    (
        "document.shared",
        "Shared with everyone who has the link",
        "document",
        "Q3 forecast – board version, final (2).xlsx",
        "198.51.100.7",
    ),
    ("role.changed", "Viewer became editor of two projects", "user", "Jonas Lindqvist", "2001:db8:85a3::8a2e:370:7334"),
    ("api_key.created", "", "api key", "ci-release", "203.0.113.180"),
    ("invoice.downloaded", "", "invoice", "INV-2026-0417", "198.51.100.93"),
    ("project.archived", "No activity for ninety days", "project", "Northern lights", "2001:db8::1f"),
    ("sso.updated", "Certificate replaced before it ran out", "connection", "Okta (SAML)", "203.0.113.24"),
    ("export.requested", "All events of October as CSV", "export", "audit-2026-10.csv", "198.51.100.7"),
    ("user.sign_in_failed", "Wrong one-time code, third attempt", "", "", "192.0.2.66"),
    (
        "webhook.deleted",
        "",
        "webhook",
        "https://hooks.great-client.test/v1/incoming/long/path/that/does/not/end/soon",
        "203.0.113.180",
    ),
    ("member.removed", "Left the company", "user", "Dariusz Wiśniewski", "2001:db8::1f"),
];

/// The newest first.
pub fn log() -> Vec<(Event, Vec<u8>)> {
    let newest = Timestamp::parse("2026-11-21T14:03:22Z").unwrap();
    let mut at = newest;
    (0..50_usize)
        .map(|number| {
            let document = document(number);
            let entry = stamped(at, number, &document);
            at = at.plus_millis(-[41_000, 732_000, 9_400, 5_460_000, 88_000, 12_903_000, 304_000][number % 7]);
            entry
        })
        .collect()
}

/// A log of one event.
pub fn one(document: &Value) -> Vec<(Event, Vec<u8>)> {
    vec![stamped(Timestamp::parse("2026-11-21T14:03:22Z").unwrap(), 0, document)]
}

fn stamped(at: Timestamp, number: usize, document: &Value) -> (Event, Vec<u8>) {
    let mut id = [u8::try_from(number).unwrap() ^ 0x5a; 16];
    id[..6].copy_from_slice(&at.plus_millis(180).millis().to_be_bytes()[2..]);
    let bytes = serde_json::to_vec(document).unwrap();
    let draft: Draft<'_> = serde_json::from_slice(&bytes).unwrap();
    (draft.into_event(Stamp { id: EventId::from_bytes(id), occurred_at: at }), bytes)
}

fn document(number: usize) -> Value {
    let (action, description, kind, label, address) = ACTS[(number * 7 + number / 12) % ACTS.len()];
    let (id, name, email) = PEOPLE[(number * 3 + number / 5) % PEOPLE.len()];
    let mut document = json!({
        "uuid": format!("evt-{number:05}"),
        "client": {"uuid": "1234567890", "name": "Great Client"},
        "action": action, "description": description,
        "actor": {"uuid": id, "name": name, "email": email, "type": if email.is_empty() { "api" } else { "user" }},
        "context": {
            "client": {"ipAddress": address, "browserAgent": "Mozilla/5.0 (Macintosh; Intel Mac OS X 15_1) AppleWebKit/605.1.15 Version/18.1 Safari/605.1.15"},
            "server": {"serverId": "prod-01-eu-north", "version": "2026.11.3"},
            "http": {"method": "POST", "path": "/api/members", "domain": "app.great-client.test"},
        },
        "sessionId": "ses_8f2ab", "correlationId": "req_01JD7X9GQ2",
    });
    if !label.is_empty() {
        document["target"] = json!({"type": kind, "uuid": format!("t-{}", number % 9), "label": label});
    }
    if action == "user.sign_in_failed" {
        document["outcome"] = json!({"result": "failure", "reason": "The one-time code was wrong", "code": "E_TOTP"});
    }
    if action == "role.changed" {
        document["changes"] = json!([
            {"field": "role", "before": "viewer", "after": "editor"},
            {"field": "projects", "before": ["Northern lights"], "after": ["Northern lights", "Meridian"]},
            {"field": "expires_at", "before": "2026-12-31"},
            {"field": "approved_by", "after": "Ingrid Åkerström-Söderbergh"},
        ]);
        document["metadata"] = json!({"plan": {"name": "Enterprise", "seats": 240}, "tags": ["access", "quarterly review"], "ticket": "SEC-4411", "note": ""});
        document["url"] = json!("https://app.great-client.test/members/jonas");
    }
    if number == 11 {
        document["description"] = json!(HARM);
        document["url"] = json!("javascript:alert(3)");
        document["metadata"] = json!({"<b>name</b>": HARM});
    }
    if number == 13 {
        document["description"] = json!(
            "The quick review of everybody’s access found nine accounts that nobody had used since spring; each was suspended, its sessions ended and its keys revoked, and the owners were told by e-mail how to ask for them back within thirty days."
        );
    }
    document
}

pub fn shell(locale: &str) -> Shell {
    let link = |text: &str| SafeLink::parse(text).unwrap();
    let mut config = ViewConfig::default();
    "Audit log".clone_into(&mut config.brand.title);
    config.brand.title_link = Some(link("https://app.great-client.test/"));
    config.brand.links =
        [("Settings", "https://app.great-client.test/settings"), ("Help", "mailto:help@great-client.test")]
            .map(|(label, url)| HeaderLink { label: label.to_owned(), url: link(url) })
            .to_vec();
    "© {year} Acme Industries AB".clone_into(&mut config.brand.copyright);
    Shell {
        config,
        of_all_clients: false,
        client_name: Some("Great Client".to_owned()),
        base: BASE.to_owned(),
        renew: "/embed/vw_3kTq9/session".to_owned(),
        news: None,
        session: Some(Session { token: "eyJhbGciOiJIUzI1NiJ9.e30.sig".to_owned(), seconds: 900 }),
        parent: Some("https://app.great-client.test".to_owned()),
        searchable: true,
        may: daybook::domain::opening::Rights::ALL,
        assets: Assets { style: "viewer.css".to_owned(), script: String::new(), wasm: String::new() },
        nonce: "bm9uY2U".to_owned(),
        locale: locale.to_owned(),
        direction: Direction::of_locale(locale),
        local_zone: Some("Europe/Stockholm".to_owned()),
        now: Timestamp::parse(NOW).unwrap(),
    }
}

/// A page as the server lays it out, for a URL's query.
pub fn page(shell: Shell, query: &str, log: &[(Event, Vec<u8>)]) -> ViewerPage {
    let zone = daybook::ui::viewer::ZoneChoice::in_query(query);
    let calendar = ReaderCalendar::new(&shell.locale, zone.resolve(shell.local_zone.as_deref()));
    let place = Place::parse(query, calendar.time_zone());
    let events: Vec<Event> =
        log.iter().map(|(event, _)| event.clone()).filter(|event| place.filter.fits(event)).collect();
    let open = place.event.and_then(|id| log.iter().find(|(event, _)| event.stamp.id == id));
    let last = events.last().filter(|_| place.filter.is_empty());
    let facets = facets();
    let found = Found {
        next: last.map(|event| Cursor { occurred_at: event.stamp.occurred_at, id: event.stamp.id }),
        total: if place.filter.is_empty() {
            Total { count: if log.is_empty() { 0 } else { 2_041 }, exact: true }
        } else {
            Total { count: events.len() as u64, exact: true }
        },
        events: &events,
        facets: &facets,
        looked_up: None,
        open: open.map(|(event, document)| (event, document.as_slice())),
    };
    let zone = calendar.time_zone().clone();
    ViewerPage::lay_out(shell, place, &found, &calendar, zone, &|number| calendar.number(number))
}

fn facets() -> Facets {
    let value =
        |value: &str, label: &str, count| FacetValue { value: value.to_owned(), label: label.to_owned(), count };
    Facets {
        actors: PEOPLE
            .iter()
            .zip(1..)
            .map(|((id, name, email), at)| value(id, if name.is_empty() { email } else { name }, 1_080 / at))
            .collect(),
        actions: ACTS.iter().zip(1..).map(|((action, ..), at)| value(action, action, 900 / at)).collect(),
        target_types: ["user", "document", "project"].iter().map(|kind| value(kind, kind, 40)).collect(),
        clients: Vec::new(),
        more: MoreValues { actors: 1_204, ..MoreValues::default() },
    }
}
