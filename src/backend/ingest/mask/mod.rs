//! Secrets that senders did not mean to keep: found in an event's JSON, and replaced before anything else is done with it.

mod names;
mod parts;
mod said;
mod walk;

pub use names::{Names, UsualNames};

use std::ops::Range;

/// What stands in a secret's place.
const MASK: &str = "[masked]";
/// Texts that hold JSON are looked into, and those in them, so many times.
const DEEPEST: u8 = 3;

/// An event's JSON without its secrets.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Masked {
    pub json: String,
    /// Where they were, such as `metadata.password`.
    pub paths: Vec<String>,
}

/// What is to stand in the place of a part of the text.
struct Cut {
    part: Range<usize>,
    instead: String,
}

/// The JSON without what these names, or the texts themselves, tell to be secrets; `None` where there are none. `json` is
/// valid, and no deeper than an event may be.
pub(super) fn mask(json: &str, names: &Names) -> Option<Masked> {
    within(json, names, "", DEEPEST)
}

fn within(json: &str, names: &Names, path: &str, deepest: u8) -> Option<Masked> {
    let (mut cuts, paths) = walk::secrets(json, names, path, deepest);
    if cuts.is_empty() {
        return None;
    }
    cuts.sort_unstable_by_key(|cut| cut.part.start);
    let mut masked = String::with_capacity(json.len());
    let mut at = 0;
    for Cut { part, instead } in cuts {
        masked.push_str(&json[at..part.start]);
        masked.push_str(&instead);
        at = part.end;
    }
    masked.push_str(&json[at..]);
    Some(Masked { json: masked, paths })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn masked(event: &Value) -> (Value, Vec<String>) {
        let json = event.to_string();
        match mask(&json, &Names::usual()) {
            Some(Masked { json, paths }) => (serde_json::from_str(&json).unwrap(), paths),
            None => (event.clone(), Vec::new()),
        }
    }

    #[test]
    fn headers_cookies_tokens_and_passwords_are_masked_and_the_rest_is_not() {
        let (event, paths) = masked(&json!({
            "action": "user.password.reset", "target": {"type": "token", "uuid": "t-1"},
            "http": {"headers": {"Authorization": "Bearer abc", "X-Api-Key": "k", "Cookie": "a=b", "Accept": "*/*"}},
            "metadata": {"password": "p", "newPassword": "q", "access_token": ["a", {"b": "c"}], "max_tokens": 12,
                "token": 7, "pin": 1234, "has_password": true, "password_age": "3 days", "secret": null}
        }));
        let (mask, kept) = (MASK, "*/*");
        assert_eq!(
            event["http"]["headers"],
            json!({"Accept": kept, "Authorization": mask, "Cookie": mask, "X-Api-Key": mask})
        );
        assert_eq!(
            event["metadata"],
            json!({"password": mask, "newPassword": mask, "access_token": [mask, {"b": mask}],
            "max_tokens": 12, "token": 7, "pin": mask, "has_password": true, "password_age": "3 days", "secret": null})
        );
        assert_eq!((&event["action"], &event["target"]["type"]), (&json!("user.password.reset"), &json!("token")));
        assert_eq!(
            paths,
            [
                "http.headers.Authorization",
                "http.headers.Cookie",
                "http.headers.X-Api-Key",
                "metadata.access_token[0]",
                "metadata.access_token[1].b",
                "metadata.newPassword",
                "metadata.password",
                "metadata.pin"
            ]
        );
    }

    #[test]
    fn a_change_of_a_secret_field_is_masked_whichever_comes_first() {
        let (event, paths) = masked(&json!({"changes": [
            {"field": "password", "before": "x", "after": {"y": "z"}}, {"field": "role", "before": "a", "after": "b"}],
            "fields": [{"value": "x", "key": "api_key"}]}));
        assert_eq!(
            event["changes"],
            json!([{"field": "password", "before": MASK, "after": {"y": MASK}},
            {"field": "role", "before": "a", "after": "b"}])
        );
        assert_eq!(event["fields"], json!([{"value": MASK, "key": "api_key"}]));
        assert_eq!(paths, ["changes[0].after.y", "changes[0].before", "fields[0].value"]);
    }

    #[test]
    fn values_are_told_by_their_names_however_those_are_written_and_listed() {
        for (event, expected) in [
            (
                json!({"field": "password", "old_value": "a", "new_value": "b", "at": "c"}),
                json!({"field": "password", "old_value": MASK, "new_value": MASK, "at": "c"}),
            ),
            (json!([{"Name": "password", "Value": "x"}]), json!([{"Name": "password", "Value": MASK}])),
            (json!({"name": "Cookie", "values": ["a", "b"]}), json!({"name": "Cookie", "values": [MASK, MASK]})),
            (
                json!({"field": "password", "from": "a", "to": "b"}),
                json!({"field": "password", "from": MASK, "to": MASK}),
            ),
            (json!({"previous": "a", "key": "secret"}), json!({"previous": MASK, "key": "secret"})),
            (
                json!({"rawHeaders": ["Host", "a.test", "Cookie", "sid=1", "Accept", "*/*"]}),
                json!({"rawHeaders": ["Host", "a.test", "Cookie", MASK, "Accept", "*/*"]}),
            ),
            (
                json!({"h": [["Cookie", "sid=1"], ["Host", "a.test"]]}),
                json!({"h": [["Cookie", MASK], ["Host", "a.test"]]}),
            ),
            (json!({"argv": ["x", "--password", "y", "z"]}), json!({"argv": ["x", "--password", MASK, "z"]})),
            (json!({"tokens": ["t"], "secrets": {"a": "b"}}), json!({"tokens": [MASK], "secrets": {"a": MASK}})),
        ] {
            assert_eq!(masked(&event).0, expected);
        }
        for plain in [
            json!({"changed": ["password", "email"], "tokens": 120, "token_count": 5, "secrets": 3}),
            json!({"argv": ["--password", "--force"], "lists": [["password", "email", "name"]]}),
            json!({"field": "email", "old_value": "a", "new_value": "b"}),
            json!({"name": "Reset password", "to": "ann@a.test"}),
        ] {
            assert_eq!(masked(&plain), (plain.clone(), Vec::new()));
        }
    }

    #[test]
    fn json_in_a_text_is_looked_into() {
        let inner = json!({"user": {"password": "p \" q"}, "more": json!({"token": "t"}).to_string()}).to_string();
        let (event, paths) = masked(&json!({"detail": inner, "note": "{not json", "list": "[1, 2]"}));
        let detail: Value = serde_json::from_str(event["detail"].as_str().unwrap()).unwrap();
        assert_eq!(detail["user"]["password"], MASK);
        assert_eq!(detail["more"], json!({"token": MASK}).to_string());
        assert_eq!(paths, ["detail.more.token", "detail.user.password"]);
        assert_eq!((&event["note"], &event["list"]), (&json!("{not json"), &json!("[1, 2]")));
    }

    #[test]
    fn names_may_be_added_and_left_out() {
        let names = Names::usual().with(["iban"]).without(["token", "metadata.cookie"]);
        let json = r#"{"metadata":{"IBAN":"DE1","token":"t","cookie":"c"},"cookie":"d"}"#;
        let found = mask(json, &names).unwrap();
        assert_eq!(found.json, r#"{"metadata":{"IBAN":"[masked]","token":"t","cookie":"c"},"cookie":"[masked]"}"#);
        assert_eq!(found.paths, ["metadata.IBAN", "cookie"]);
    }

    #[test]
    fn what_is_not_secret_stays_byte_for_byte() {
        let json = "{ \"a\\u0062\" : 1.50,\t\"token\" : \"x\\\"y\" , \"é\":[true , \"\\\\\"] }";
        let found = mask(json, &Names::usual()).unwrap();
        assert_eq!(found.json, "{ \"a\\u0062\" : 1.50,\t\"token\" : \"[masked]\" , \"é\":[true , \"\\\\\"] }");
        assert_eq!(mask(r#"{"p\u0061ssword":"x"}"#, &Names::usual()).unwrap().json, r#"{"p\u0061ssword":"[masked]"}"#);
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let name =
            prop_oneof!["[a-z]{0,3}", Just("password".to_owned()), Just("field".to_owned()), Just("after".to_owned())];
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            ".{0,6}".prop_map(Value::from),
            Just(json!("password")),
            Just(json!("{\"token\":\"x\"}")),
            Just(json!("https://a.test/?token=x"))
        ];
        leaf.prop_recursive(4, 24, 4, move |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                proptest::collection::hash_map(name.clone(), inner, 0..4)
                    .prop_map(|map| map.into_iter().collect::<Value>()),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]
        #[test]
        fn masking_leaves_json_in_which_there_is_nothing_more_to_mask(event in any_json()) {
            if let Some(found) = mask(&event.to_string(), &Names::usual()) {
                prop_assert!(serde_json::from_str::<Value>(&found.json).is_ok());
                prop_assert_eq!(mask(&found.json, &Names::usual()), None);
            }
        }
    }
}
