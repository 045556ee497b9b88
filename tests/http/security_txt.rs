//! `/.well-known/security.txt`

use crate::support::{Differing, TestApp};
use daybook::http::{Options, SecurityContact};

const PATH: &str = "/.well-known/security.txt";

#[tokio::test]
async fn it_says_whom_to_tell_where_the_operator_does() {
    let contact = SecurityContact { contacts: vec!["mailto:security@example.com".to_owned()], policy: None };
    let serving = Options { security: Some(contact), ..Options::default() };
    let app = TestApp::differing(Differing { serving, ..Differing::default() }).await;
    let answer = app.stranger().get(PATH).await.expect(200);
    assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
    assert_eq!(answer.text(), "Contact: mailto:security@example.com\nExpires: 2026-04-15T00:00:00Z\n");
}

#[tokio::test]
async fn without_a_contact_there_is_none() {
    TestApp::new().await.stranger().get(PATH).await.expect(404);
}
