//! What a view's design says to those who open it: where the log begins, and whose it looks like.

use super::admin::{form, owner};
use super::embed::{House, cookie, told};
use daybook::backend::views::Change;
use daybook::domain::query::Order;
use daybook::domain::view::{Start, ViewConfig};

/// A house whose view opens with failures or what else a start says.
async fn opening_with(start: Start) -> House {
    let mut house = House::new().await;
    let config = ViewConfig { start, ..ViewConfig::default() };
    house.change(Change { config: Some(config), ..Change::default() }).await;
    house
}

#[tokio::test]
async fn a_log_opens_with_its_views_order_and_filter_which_the_reader_may_clear() {
    let start = Start { order: Order::Oldest, action: Some("user.*".to_owned()), ..Start::default() };
    let house = opening_with(start).await;
    let opened = house.open_with_key("acme").await.expect(200);
    assert_eq!(told(&opened, "query"), "action=user.*&order=oldest");
    let text = opened.text();
    assert!(text.contains("Only Acme knows") && !text.contains("Only the accounts know"));
    assert!(text.contains("aria-sort=\"ascending\"") && text.contains("oldest first"));
    let base = told(&opened, "base");
    assert!(text.contains(&format!("href=\"{base}\" class=\"clear\"")), "{text}");
    let cleared = house.app.stranger().with("cookie", &cookie(&opened)).get(&base).await.expect(200);
    let text = cleared.text();
    assert_eq!(told(&cleared, "query"), "");
    assert!(text.contains("Only the accounts know") && text.contains("aria-sort=\"descending\""));
}

#[tokio::test]
async fn a_page_that_says_where_to_begin_is_not_overruled_by_the_view() {
    let house = opening_with(Start { failed: Some(true), ..Start::default() }).await;
    let key = house.view.access_key.as_str();
    for (name, value, query) in [
        ("zone", "utc", "outcome=failure&zone=utc"),
        ("actor", "u-2", "actor=u-2"),
        ("order", "oldest", "order=oldest"),
        ("url", "http://127.0.0.1:5173/log?audit=", ""),
        ("url", "http://127.0.0.1:5173/log?audit=actor%3Du-1", "actor=u-1"),
    ] {
        let opened = house.open(&[("accessKey", key), ("clientId", "acme"), (name, value)]).await.expect(200);
        assert_eq!(told(&opened, "query"), query, "{name}={value}");
    }
}

#[tokio::test]
async fn pages_run_on_from_the_oldest_event_to_the_newest() {
    let house = opening_with(Start { order: Order::Oldest, ..Start::default() }).await;
    let text = house.open_with_key("acme").await.expect(200).text();
    let (first, second) = (text.find("Only Acme knows"), text.find("Only the accounts know"));
    assert!(first.is_some() && first < second, "{first:?} {second:?}");
    assert!(!text.contains("class=\"news\""), "what is new comes at the end");
}

#[tokio::test]
async fn what_a_credential_hides_is_not_asked_for_by_the_view_either() {
    let house = opening_with(Start { text: "roberta".to_owned(), ..Start::default() }).await;
    let token = house.token(&serde_json::json!({"hide": ["actor.name"]}));
    let opened = house.open(&[("token", &token)]).await.expect(200);
    let total = opened.text().matches("class=\"details\"").count();
    assert_eq!(total, 2, "words would find out what the name is");
}

/// What a client sees of the view, opened and asked for again.
async fn seen_by(house: &House, client: &str) -> [String; 2] {
    let opened = house.open_with_key(client).await.expect(200);
    let again = house.app.stranger().with("cookie", &cookie(&opened)).get(&told(&opened, "base")).await.expect(200);
    [opened.text(), again.text()]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clients_own_branding_is_seen_by_that_client_alone_until_it_is_the_views_again() {
    let house = House::new().await;
    let anna = owner(&house.app).await;
    let at = |client: &str| format!("/admin/projects/default/views/{}/clients/{client}", house.view.id);
    let theirs = "title=Harbour+log&logo=https%3A%2F%2Fcdn.test%2Fharbour.svg&accent=%23b0413e&darkAccent=%23ffb4a8\
                  &links=Harbour+help+https%3A%2F%2Fhelp.harbour.test";
    form(&anna, &at("acme"), theirs).await.expect(303);
    let own =
        ["Harbour log", "https://cdn.test/harbour.svg", "light-dark(#b0413e,#ffb4a8)", "https://help.harbour.test"];
    for page in seen_by(&house, "acme").await {
        assert!(own.iter().all(|own| page.contains(own)), "{page}");
    }
    for client in ["globex", "never-heard-of", "acme2"] {
        for page in seen_by(&house, client).await {
            assert!(own.iter().all(|own| !page.contains(own)), "{client} sees {page}");
        }
    }
    let form_again = anna.get(&at("acme")).await.expect(200).text();
    assert!(
        form_again.contains("Harbour help https://help.harbour.test")
            && form_again.contains("Reset to the view’s branding")
    );
    let list = anna.get(&format!("/admin/projects/default/views/{}/clients", house.view.id)).await.expect(200).text();
    assert!(list.contains("title, logo, accent, links") && list.contains("Anna"));
    let page = anna.get("/admin/projects/default/clients/acme").await.expect(200).text();
    assert!(page.contains(&at("acme")) && page.contains("(of its own)"));
    form(&anna, &at("acme/reset"), "").await.expect(303);
    for page in seen_by(&house, "acme").await {
        assert!(own.iter().all(|own| !page.contains(own)), "{page}");
    }
    assert!(!anna.get(&at("acme")).await.expect(200).text().contains("Reset to the view’s branding"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_clients_branding_is_told_by_field_and_nothing_is_saved() {
    let house = House::new().await;
    let anna = owner(&house.app).await;
    let path = format!("/admin/projects/default/views/{}/clients/acme", house.view.id);
    for (typed, told) in [
        ("logo=harbour.svg", "Enter an https address"),
        ("links=https%3A%2F%2Fhelp.test", "as a label, a blank and an https address"),
        ("links=Run+javascript%3Aalert(1)", "as a label, a blank and an https address"),
        ("accent=red%3Bbackground%3Aurl(x)", "expected a colour"),
    ] {
        let page = form(&anna, &path, &format!("title=Harbour+log&{typed}")).await.expect(400).text();
        assert!(page.contains(told) && page.contains("Harbour log"), "{typed}: {page}");
    }
    assert!(!seen_by(&house, "acme").await[0].contains("Harbour log"));
    let wanted = format!("/admin/projects/default/views/{}/clients?client=a%0Ab", house.view.id);
    assert!(anna.get(&wanted).await.expect(400).text().contains("aria-invalid"));
}

#[tokio::test(flavor = "multi_thread")]
async fn each_change_of_a_clients_branding_is_a_line_of_the_account_trail() {
    let house = House::new().await;
    let anna = owner(&house.app).await;
    let path = format!("/admin/projects/default/views/{}/clients/acme", house.view.id);
    for title in ["title=Harbour+log", "title=Harbour+log", ""] {
        form(&anna, &path, title).await.expect(303);
    }
    let trail = anna.get("/admin/projects/default/trail?action=view.client_branded").await.expect(200).text();
    assert_eq!(trail.matches("looks to the client “acme”").count(), 2, "what changed nothing is no line");
}
