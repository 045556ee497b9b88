//! What the company's own people see of all clients: sums, clients, and the events behind them.

use super::admin::{become_a, browser, owner};
use crate::support::{Answer, START, TestApp};
use daybook::domain::people::Role;
use serde_json::{Value, json};

const HOME: &str = "/admin/projects/default";
const HOUR: i64 = 3_600_000;

fn event(client: &str, name: &str, number: usize) -> Value {
    let outcome = if number.is_multiple_of(4) { "failure" } else { "success" };
    let time = START - i64::try_from(number).unwrap() * HOUR;
    json!({
        "uuid": format!("e-{number}"), "client": {"uuid": client, "name": name}, "time": time, "outcome": outcome,
        "action": (["user.invite", "invoice.paid", "report.viewed"][number % 3]),
        "actor": {"uuid": format!("u-{}", number % 5), "name": format!("Person {}", number % 5)},
    })
}

/// Two clients' events of the last days.
async fn filled() -> TestApp {
    let app = TestApp::new().await;
    let events: Vec<Value> = (0..60)
        .map(|number| if number % 3 == 0 { event("a/1", "Acme", number) } else { event("b", "<b>Bright</b>", number) })
        .collect();
    app.writer().post("/api/v1/events", &json!(events)).await.expect(200);
    app
}

/// A page's HTML without the marks between two texts.
fn read(answer: &Answer) -> String {
    answer.text().replace("<!>", "")
}

/// The rows of a page's table: its menus list what else there is.
fn rows(page: &str) -> &str {
    page.split("<tbody>").nth(1).unwrap().split("</tbody>").next().unwrap()
}

/// The first number of the figures.
fn counted(page: &str) -> &str {
    page.split("<strong>").nth(1).and_then(|rest| rest.split("</strong>").next()).unwrap()
}

/// Where the bars of a page lead, each with the number of events that it tells.
fn bars(page: &str) -> Vec<(String, String)> {
    let bars = page.split("<a ").skip(1).filter(|link| link.split('>').next().unwrap().contains("data-from"));
    let told = |bar: &str| attribute(bar, "aria-label").rsplit(": ").next().unwrap().to_owned();
    bars.map(|bar| (attribute(bar, "href"), told(bar))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_overview_sums_all_clients_and_each_client_its_own() {
    let app = filled().await;
    let member = owner(&app).await;
    let page = read(&member.get(HOME).await.expect(200));
    assert_eq!(counted(&page), "60");
    for told in ["Acme", "&lt;b&gt;Bright&lt;/b&gt;", "user.invite", "Person 3", "15", "failed, 25\u{a0}%"] {
        assert!(page.contains(told), "{told}");
    }
    let acme = read(&member.get(&format!("{HOME}/clients/a%2F1")).await.expect(200));
    assert_eq!(counted(&acme), "20");
    assert!(acme.contains("20 events in all") && !acme.contains("Bright"), "{acme}");
    member.get(&format!("{HOME}/clients/nobody")).await.expect(404);
    assert_eq!(counted(&member.get(&format!("{HOME}?range=24h")).await.text()), "24");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_bar_leads_to_as_many_events_as_it_tells() {
    let app = filled().await;
    let member = owner(&app).await;
    for path in [format!("{HOME}?range=24h"), format!("{HOME}/clients/b?range=7d&by=kind&zone=Asia/Kolkata")] {
        let bars = bars(&read(&member.get(&path).await.expect(200)));
        assert!(bars.len() >= 24, "{path}: {}", bars.len());
        for (to, told) in bars {
            let events = match told.split(',').next().unwrap() {
                "no events" => ">No events<".to_owned(),
                some => format!(">{some}<"),
            };
            assert!(read(&member.get(&to).await.expect(200)).contains(&events), "{path}: {told} at {to}");
        }
    }
    let page = read(&member.get(HOME).await);
    let failures = page.split("id=\"failures\"").nth(1).unwrap();
    let to = failures.split("href=\"").nth(1).unwrap().split('"').next().unwrap().replace("&amp;", "&");
    assert!(read(&member.get(&to).await.expect(200)).contains(">5 events<"), "{to}");
}

/// The value of an attribute in a link's HTML.
fn attribute(link: &str, name: &str) -> String {
    let value = link.split(&format!("{name}=\"")).nth(1).and_then(|rest| rest.split('"').next());
    value.unwrap().replace("&amp;", "&")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_part_of_a_bar_leads_to_its_own_events_in_the_chart_and_in_the_table() {
    let app = filled().await;
    let member = owner(&app).await;
    let leads_to = async |to: String, count: &str| {
        let page = read(&member.get(&to).await.expect(200));
        let events = if count == "1" { ">1 event<".to_owned() } else { format!(">{count} events<") };
        assert!(page.contains(&events), "{count} at {to}");
        page
    };
    for (by, parts) in [("outcome", 2), ("kind", 3)] {
        let page = read(&member.get(&format!("{HOME}?range=30d&by={by}")).await.expect(200));
        let links = page.split("<a ").skip(1);
        let pieces: Vec<&str> =
            links.filter(|link| link.split('>').next().unwrap().contains("class=\"piece\"")).collect();
        assert!(pieces.len() >= parts, "{by}: {}", pieces.len());
        for piece in &pieces {
            leads_to(attribute(piece, "href"), attribute(piece, "aria-label").rsplit(": ").next().unwrap()).await;
        }
        let table = page.split("as-table").nth(1).unwrap().split("</table>").next().unwrap();
        let cells: Vec<&str> = table.split("<td class=\"count\"><a ").skip(1).collect();
        assert_eq!(cells.len(), pieces.len(), "{by}");
        for cell in cells {
            leads_to(attribute(cell, "href"), cell.split('>').nth(1).unwrap().split('<').next().unwrap()).await;
        }
    }
    let invited = leads_to(format!("{HOME}/events?crud=create"), "20").await;
    assert!(invited.contains("of kind create: remove this filter") && !rows(&invited).contains("report.viewed<"));
    assert!(invited.contains("name=\"crud\" value=\"create\""), "the form keeps it");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_clients_of_a_span_are_told_in_that_span() {
    let app = filled().await;
    let member = owner(&app).await;
    let page = read(&member.get(&format!("{HOME}?range=24h")).await.expect(200));
    let figures = page.split("class=\"figures\"").nth(1).unwrap().split("</ul>").next().unwrap();
    let clients = figures.split("<a ").find(|link| link.contains(" clients</a>")).unwrap();
    let place = attribute(clients, "href");
    let place = place.strip_prefix('#').expect("a place of this page, whose span is the one asked for");
    let list = page.split(&format!("id=\"{place}\"")).nth(1).unwrap();
    let acme = list.split("<a ").find(|link| link.contains("Acme")).unwrap();
    let acme = read(&member.get(&attribute(acme, "href")).await.expect(200));
    assert_eq!(counted(&acme), "8", "of the same span");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_is_one_of_the_reader_s_zone_which_the_browser_or_the_address_names() {
    let app = filled().await;
    let member = owner(&app).await;
    assert!(read(&member.get(HOME).await).contains("Times in UTC"));
    let told = format!("{}; daybook-zone=Asia/Tokyo", cookie_of(&app).await);
    let traveller = browser(&app).with("cookie", &told);
    let page = read(&traveller.get(HOME).await.expect(200));
    assert!(page.contains("Times in Asia/Tokyo, UTC+9") && page.contains("from=2025-12-16T15%3A00%3A00.000Z"));
    assert!(read(&traveller.get(&format!("{HOME}?zone=utc")).await).contains("Times in UTC"));
    let strange = browser(&app).with("cookie", &told.replace("Asia/Tokyo", "Mars/Olympus"));
    assert!(read(&strange.get(HOME).await.expect(200)).contains("Times in UTC"));
}

/// The cookie of somebody who signs in again.
async fn cookie_of(app: &TestApp) -> String {
    let caller = browser(app).with("content-type", "application/x-www-form-urlencoded");
    let body = "email=anna@harbour.test&password=seven+small+boats";
    let answer = caller.send("POST", "/admin/sign-in", body.into()).await.expect(303);
    answer.header("set-cookie").split(';').next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_another_project_is_summed_listed_or_opened() {
    let app = filled().await;
    let member = owner(&app).await;
    let theirs = app.writer_of_another_project().await;
    let sent =
        theirs.post("/api/v1/events", &json!([event("a/1", "Acme", 1), event("c", "Theirs", 2)])).await.expect(200);
    let id = sent.json()["ReceivedEvents"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(counted(&member.get(HOME).await.text()), "60");
    assert!(!member.get(&format!("{HOME}/clients")).await.expect(200).text().contains("Theirs"));
    member.get(&format!("{HOME}/clients/c")).await.expect(404);
    assert!(member.get(&format!("{HOME}/events?client=c")).await.expect(200).text().contains("No events"));
    assert!(member.get(&format!("{HOME}/events?event={id}")).await.text().contains("This event is not here"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_events_of_all_clients_are_filtered_by_client_and_by_everything_else() {
    let app = filled().await;
    let member = owner(&app).await;
    become_a(&app, Role::Analyst).await;
    let events = format!("{HOME}/events");
    let all = member.get(&events).await.expect(200);
    assert!(all.text().contains(">60 events<") && all.text().contains("<bdi>Client</bdi>"));
    assert!(all.header("content-security-policy").contains("frame-ancestors 'none'"));
    let acme = member.get(&format!("{events}?client=a%2F1&action=user.invite&outcome=failure")).await.text();
    assert!(acme.contains(">5 events<") && !rows(&acme).contains("<bdi>&lt;b&gt;Bright"));
    let acme = acme.replace("<!>", "");
    assert!(acme.contains("of client Acme: remove this filter"));
    let part = member.clone().with("x-daybook-part", "desk").get(&events).await.expect(200);
    assert!(part.text().starts_with("<div id=\"desk\">"));
    let stranger = browser(&app).with("x-daybook-part", "desk").get(&events).await.expect(401);
    assert!(!stranger.text().contains("user.invite"), "no page, which a script would take for the part");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_customer_s_page_asks_of_other_clients_counts_as_not_asked() {
    let app = filled().await;
    let view = daybook::backend::start::view(&app.backend, app.project).await.unwrap_or_else(|p| panic!("{p}"));
    let shown = daybook::backend::views::show(&app.backend, &view).await.unwrap_or_else(|p| panic!("{p}"));
    let caller = app.stranger().with("origin", "http://localhost:8000");
    let caller = caller.with("content-type", "application/x-www-form-urlencoded");
    let body = format!("clientId=a%2F1&accessKey={}&query=client%3Db", shown.access_key);
    let opened = caller.send("POST", &format!("/embed/{view}"), body.into()).await.expect(200);
    let base = opened.text().split("data-base=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let cookie = opened.header("set-cookie").split(';').next().unwrap().to_owned();
    let page = app.stranger().with("cookie", &cookie).get(&format!("{base}?client=b")).await.expect(200).text();
    assert!(page.contains(">20 events<") && !page.contains("Bright") && !page.contains("by-client"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_are_found_by_name_and_by_id_page_by_page() {
    let app = TestApp::new().await;
    let member = owner(&app).await;
    assert!(member.get(&format!("{HOME}/clients")).await.expect(200).text().contains("No client has events yet"));
    let events: Vec<Value> =
        (0..120).map(|number| event(&format!("client-{number}"), &format!("Company {number}"), number)).collect();
    app.writer().post("/api/v1/events", &json!(events)).await.expect(200);
    let first = member.get(&format!("{HOME}/clients")).await.text();
    assert!(first.contains("Company 99<") && !first.contains("Company 100<"));
    let next = first.split("href=\"").find(|link| link.contains("after=")).unwrap().split('"').next().unwrap();
    let second = member.get(&next.replace("&amp;", "&")).await.expect(200).text();
    assert!(second.contains("Company 100<") && second.contains("Company 119<") && !second.contains("Company 99<"));
    assert!(!second.contains("after="));
    let found = member.get(&format!("{HOME}/clients?q=company+7")).await.text();
    assert!(found.contains("Company 71<") && !found.contains("Company 81<"));
    assert!(member.get(&format!("{HOME}/clients?q=CLIENT-119")).await.text().contains("Company 119<"));
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_an_address_says_there_is_a_page() {
    let app = filled().await;
    let member = owner(&app).await;
    for query in [
        "range=9y&by=size&zone=Mars",
        "from=0001-01-01&through=9999-12-31",
        "from=9999-12-31&through=9999-12-31",
        "from=0001-01-01&through=0001-01-01",
        "from=2026-01-15T11:00&through=2026-01-15T11:20&zone=Asia/Kathmandu",
        "range=12mo&by=kind&zone=America/St_Johns",
    ] {
        member.get(&format!("{HOME}?{query}")).await.expect(200);
        member.get(&format!("{HOME}/clients/b?{query}")).await.expect(200);
    }
    member.get(&format!("{HOME}/clients/%00")).await.expect(404);
}
