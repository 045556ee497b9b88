//! How long an organization's events are to be kept, as its company says.

use super::answer::Refused;
use super::object::Object;
use super::organizations::{change, known};
use crate::domain::problem::Faults;
use crate::http::AppState;
use crate::http::body::JsonBytes;
use crate::http::caller::{ApiHolder, ApiReader, ApiWriter};
use crate::http::uri::Path;
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use serde_json::{Value, json};

/// Days of what counts as a month, and as a year.
const MONTH: u32 = 30;
const YEAR: u32 = 365;

#[derive(Serialize)]
pub struct Retention {
    retention_period_in_days: Option<u32>,
}

/// `GET /organizations/{id}/audit_logs_retention`
pub async fn get(
    State(state): State<AppState>,
    ApiHolder { holder, .. }: ApiHolder<ApiReader>,
    Path(id): Path<String>,
) -> Result<Json<Retention>, Refused> {
    let kept = known(&state.backend, &holder, &id).await?;
    Ok(Json(Retention { retention_period_in_days: kept.body.retention_days }))
}

/// `PUT /organizations/{id}/audit_logs_retention`
pub async fn set(
    State(state): State<AppState>,
    ApiHolder { holder, .. }: ApiHolder<ApiWriter>,
    Path(id): Path<String>,
    JsonBytes(body): JsonBytes,
) -> Result<Json<Retention>, Refused> {
    let days = days(&super::json(&body, super::LONGEST)?)?;
    change(&state.backend, &holder, &id, |kept| {
        kept.body.retention_days = Some(days);
        Ok(())
    })
    .await?;
    Ok(Json(Retention { retention_period_in_days: Some(days) }))
}

/// `GET /organizations/{id}/audit_log_configuration`
pub async fn configuration(
    State(state): State<AppState>,
    ApiHolder { holder, .. }: ApiHolder<ApiReader>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Refused> {
    let kept = known(&state.backend, &holder, &id).await?;
    Ok(Json(json!({
        "organization_id": kept.id,
        "retention_period_in_days": kept.body.retention_days,
        "state": "active",
    })))
}

/// Of either form: a name such as `3_MONTHS`, or a number of days.
fn days(body: &Value) -> Result<u32, Faults> {
    let mut faults = Faults::default();
    let whole = Object::of(body, &mut faults);
    let name = whole.text("retention_period", &mut faults);
    let days = whole.whole_number("retention_period_in_days", &mut faults);
    let found = match (name, days) {
        (Some(name), _) => {
            of_name(name).ok_or(("retention_period", "must be 1_MONTH to 11_MONTHS or 1_YEAR to 10_YEARS"))
        }
        (None, Some(days)) => {
            of_number(days).ok_or(("retention_period_in_days", "must be whole months of 30 days or years of 365"))
        }
        (None, None) => Err(("retention_period", "is required")),
    };
    match found {
        Ok(days) if faults.is_empty() => Ok(days),
        Ok(_) => Err(faults),
        Err((field, expected)) => {
            if faults.is_empty() {
                faults.add(field, expected);
            }
            Err(faults)
        }
    }
}

fn of_name(name: &str) -> Option<u32> {
    let (number, unit) = name.split_once('_')?;
    match (number.parse().ok()?, unit) {
        (1, "MONTH") => Some(MONTH),
        (months @ 2..=11, "MONTHS") => Some(months * MONTH),
        (1, "YEAR") => Some(YEAR),
        (years @ 2..=10, "YEARS") => Some(years * YEAR),
        _ => None,
    }
}

fn of_number(days: i64) -> Option<u32> {
    let days = u32::try_from(days).ok()?;
    let of = |unit: u32, most: u32| days.is_multiple_of(unit) && (1..=most).contains(&(days / unit));
    (of(MONTH, 11) || of(YEAR, 10)).then_some(days)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_mean_days() {
        let of = |body: Value| days(&body).map_err(|faults| faults.iter().map(|(path, _)| path.to_owned()).collect());
        let fault = |path: &str| Err::<u32, Vec<String>>(vec![path.to_owned()]);
        assert_eq!(of(json!({"retention_period": "1_MONTH"})), Ok(30));
        assert_eq!(of(json!({"retention_period": "11_MONTHS"})), Ok(330));
        assert_eq!(of(json!({"retention_period": "10_YEARS"})), Ok(3_650));
        assert_eq!(of(json!({"retention_period_in_days": 365})), Ok(365));
        for name in ["12_MONTHS", "1_MONTHS", "0_MONTHS", "11_YEARS", "year"] {
            assert_eq!(of(json!({"retention_period": name})), fault("retention_period"), "{name}");
        }
        for number in [0, 31, 360, 366, 4_015, -30] {
            assert_eq!(of(json!({"retention_period_in_days": number})), fault("retention_period_in_days"), "{number}");
        }
        assert_eq!(of(json!({})), fault("retention_period"));
        assert_eq!(of(json!({"retention_period_in_days": "30"})), fault("retention_period_in_days"));
    }
}
