//! AuditLog.co's API, which ours extends; `tests/http/api_*` are about all of it.

use crate::golden;
use crate::support::TestApp;

#[tokio::test]
async fn requests_events_and_answers_are_the_golden_ones() {
    golden::check("auditlog", TestApp::writer).await;
}
