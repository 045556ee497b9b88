//! What WorkOS refuses of what can be stored all the same: looked at where a project asks for it.

use super::answer::{Misfit, Refused};
use super::event::Received;
use super::organizations;
use crate::backend::Backend;
use crate::backend::auth::Holder;
use crate::backend::strictness::{Violated, Watch};
use crate::domain::problem::Faults;
use crate::domain::strictness::{Api, Violation};
use crate::http::dialects::faults::sentence;
use serde_json::{Map, Value};

/// Whether an event's fields are as they are documented.
pub fn check_fields(watch: &Watch, received: &Received<'_>) -> Result<(), Faults> {
    if !watch.looks(Api::WorkOs) {
        return Ok(());
    }
    let faults = of_event(received.event);
    if faults.is_empty() {
        return Ok(());
    }
    let example = || format!("{}: {}", said(received), sentence(&faults));
    watch.violated(Violation::WorkOsFields, example).map_err(|Violated| faults)
}

/// Whether an organization that nothing was recorded of is one: because it has events, by whichever API.
pub async fn check_organization(
    watch: &Watch,
    backend: &Backend,
    holder: &Holder,
    received: &Received<'_>,
) -> Result<(), Refused> {
    if !watch.looks(Api::WorkOs) {
        return Ok(());
    }
    match organizations::known(backend, holder, received.organization.as_str()).await {
        Ok(_) => Ok(()),
        Err(unknown @ Refused::NoOrganization(_)) => {
            let violated = watch.violated(Violation::UnknownOrganization, || said(received));
            violated.map_err(|Violated| unknown)
        }
        Err(refused) => Err(refused),
    }
}

/// An action that has no schema.
pub fn check_action(watch: &Watch, received: &Received<'_>) -> Result<(), Refused> {
    let misfit = || Misfit::at("/action", "must be an action that has a schema");
    let violated = watch.violated(Violation::ActionWithoutSchema, || said(received));
    violated.map_err(|Violated| Refused::UnfitEvent(vec![misfit()]))
}

/// An event, in words.
fn said(received: &Received<'_>) -> String {
    format!("an event “{}” of the organization “{}”", received.action, received.organization)
}

fn of_event(event: &Value) -> Faults {
    let mut faults = Faults::default();
    if event["occurred_at"].as_str().is_some_and(|text| text.parse::<jiff::Timestamp>().is_err()) {
        faults.add(
            "event.occurred_at",
            "must be an ISO 8601 date and time with its zone, such as 2026-05-13T10:23:00.000Z",
        );
    }
    of_metadata(&event["metadata"], "event.metadata", &mut faults);
    of_metadata(&event["actor"]["metadata"], "event.actor.metadata", &mut faults);
    for (at, target) in event["targets"].as_array().into_iter().flatten().enumerate() {
        of_metadata(&target["metadata"], &format!("event.targets[{at}].metadata"), &mut faults);
    }
    faults
}

fn of_metadata(metadata: &Value, path: &str, faults: &mut Faults) {
    for (name, value) in metadata.as_object().into_iter().flat_map(Map::iter) {
        if value.is_null() {
            faults.add(format!("{path}.{name}"), "must be a string, a number or a boolean");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_time_needs_its_zone_and_no_value_is_nothing() {
        let event = json!({"occurred_at": "2026-01-10", "metadata": {"a": null}, "actor": {"metadata": {"b": 1}},
            "targets": [{}, {"metadata": {"c": null}}]});
        let faults = of_event(&event);
        let paths: Vec<&str> = faults.iter().map(|(path, _)| path).collect();
        assert_eq!(paths, ["event.metadata.a", "event.occurred_at", "event.targets[1].metadata.c"]);
        for time in ["2026-01-10T10:00:00.000Z", "2026-01-10T10:00:00+02:00"] {
            assert!(of_event(&json!({"occurred_at": time})).is_empty(), "{time}");
        }
    }
}
