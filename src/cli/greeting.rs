//! What the first start tells: everything that is needed to send an event and to see it.

use daybook::backend::keys::CreatedKey;
use daybook::domain::access::ViewId;

/// Where the pages are.
pub struct Addresses {
    /// Of the server.
    pub server: String,
    /// Of the demo's host application, when it is served.
    pub demo: Option<String>,
}

/// The keys of a first start.
pub struct FirstKeys<'k> {
    pub key: &'k CreatedKey,
    pub view: &'k ViewId,
    pub access_key: &'k str,
}

/// The client of the sample event.
const SAMPLE_CLIENT: &str = "1234567890";

/// The whole text of a first start.
pub fn first(addresses: &Addresses, keys: &FirstKeys<'_>) -> String {
    let Addresses { server, demo } = addresses;
    let FirstKeys { key: CreatedKey { id, secret, .. }, view, access_key } = keys;
    let see = match demo {
        Some(demo) => format!(
            "See it in a page of another origin, as your customer would (client “Great Client”):\n\n{demo}/?client={SAMPLE_CLIENT}"
        ),
        None => format!("See it by putting this into a page of yours:\n\n{}", snippet(server, view, access_key)),
    };
    format!(
        "\
Daybook runs at {server}

  Consumer id   {id}
  Secret        {secret}
  View          {view}
  Access key    {access_key}

The secret is shown only now; `daybook key create --name NAME` makes another key.

Send a first event:

{}

{see}

The API is described at {server}/api
",
        sample(server, id.as_str(), secret)
    )
}

/// One line for every later start.
pub fn later(addresses: &Addresses) -> String {
    match &addresses.demo {
        Some(demo) => format!("Daybook runs at {}, its demo at {demo}", addresses.server),
        None => format!("Daybook runs at {}", addresses.server),
    }
}

/// How the first person gets in, as long as there is nobody. The code is good until the next start.
pub fn set_up(addresses: &Addresses, code: &str) -> String {
    format!("\nCreate the first account, to manage keys in your browser:\n\n{}/admin/set-up#{code}\n", addresses.server)
}

/// A line to paste.
fn sample(server: &str, id: &str, secret: &str) -> String {
    format!(
        r#"curl {server}/api/v1/events -X POST -H 'x-api-key: {id}:{secret}' -H 'content-type: application/json' -d '[{{
  "uuid": "sample-event-001", "client": {{"uuid": "{SAMPLE_CLIENT}", "name": "Great Client"}}, "time": "2018-06-30T16:35:52",
  "action": "user.invite", "description": "Invited new user, QA role", "url": "",
  "actor": {{"uuid": "bd275099-e808-4c1a-bd32-57a589b7cf93", "name": "Roberta Wharton", "email": "rwharton@great-client.test"}},
  "context": {{"client": {{"ipAddress": "", "browserAgent": "Mozilla/5.0 (Windows NT 6.1; WOW64)"}}, "server": {{"serverId": "prod-01-us-appfarm", "version": "20180325-01"}}}},
  "target": {{"type": "user", "uuid": "95c102ae-5930-413f-b794-8f0934fdb136", "label": "Salman Randall", "url": ""}}}}]'"#
    )
}

fn snippet(server: &str, view: &ViewId, access_key: &str) -> String {
    format!(
        "<div id=\"audit-log\"></div>
<script src=\"{server}/dropin/dropin.js\"></script>
<script>auditLog({{view: '{view}', accessKey: '{access_key}', clientId: '{SAMPLE_CLIENT}', target: 'audit-log', host: '{server}'}});</script>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_is_json_in_single_quotes() {
        let line = sample("http://127.0.0.1:3000", "ck_1", "s");
        let body = line.split("-d '").nth(1).and_then(|rest| rest.strip_suffix('\'')).unwrap();
        assert!(!body.contains('\''));
        let events: serde_json::Value = serde_json::from_str(body).unwrap();
        assert_eq!(events[0]["client"]["uuid"], SAMPLE_CLIENT);
        assert!(line.starts_with("curl http://127.0.0.1:3000/api/v1/events -X POST -H 'x-api-key: ck_1:s' "));
    }
}
