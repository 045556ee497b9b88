//! Everything that is wrong with a request as one text, for APIs whose clients show no more.

use crate::domain::problem::Faults;

/// `Missing required fields: actor.id. Invalid: timestamp expected …`; a lone event's place in its list is left out.
pub fn sentence(faults: &Faults) -> String {
    let named = |path: &str| path.strip_prefix("[0]").map_or(path, |rest| rest.trim_start_matches('.')).to_owned();
    let (mut missing, mut wrong) = (Vec::new(), Vec::new());
    for (path, expected) in faults.iter() {
        for expected in expected {
            if expected.starts_with("is required") {
                missing.push(named(path));
            } else {
                wrong.push(format!("{} {expected}", named(path)).trim().to_owned());
            }
        }
    }
    let missing = (!missing.is_empty()).then(|| format!("Missing required fields: {}", missing.join(", ")));
    let wrong = (!wrong.is_empty()).then(|| format!("Invalid: {}", wrong.join("; ")));
    missing.into_iter().chain(wrong).collect::<Vec<_>>().join(". ")
}
