//! Moments as the reader's browser writes them.

use crate::domain::time::Timestamp;
use crate::domain::view::Calendar;
use js_sys::{Array, Date, Intl::DateTimeFormat, Object, Reflect};
use wasm_bindgen::JsValue;

/// The browser's own calendar (ECMA-402), in its own zone.
pub struct BrowserCalendar {
    date: DateTimeFormat,
    time: DateTimeFormat,
    both: DateTimeFormat,
    now: Timestamp,
}

impl BrowserCalendar {
    /// For a language tag, read at a moment.
    pub fn new(locale: &str, now: Timestamp) -> Self {
        let format = |styles: &[&str]| {
            let options = Object::new();
            for style in styles {
                // A plain object takes any property.
                drop(Reflect::set(&options, &JsValue::from_str(style), &JsValue::from_str("medium")));
            }
            DateTimeFormat::new(&Array::of1(&JsValue::from_str(locale)), &options)
        };
        Self {
            date: format(&["dateStyle"]),
            time: format(&["timeStyle"]),
            both: format(&["dateStyle", "timeStyle"]),
            now,
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds of the years 1 to 9999 are exact")]
fn date(moment: Timestamp) -> Date {
    Date::new(&JsValue::from_f64(moment.millis() as f64))
}

fn written(format: &DateTimeFormat, moment: Timestamp) -> String {
    let text = format.format().call1(&JsValue::NULL, &date(moment));
    text.ok().and_then(|text| text.as_string()).unwrap_or_else(|| moment.to_string())
}

impl Calendar for BrowserCalendar {
    fn date(&self, moment: Timestamp) -> String {
        written(&self.date, moment)
    }

    fn time(&self, moment: Timestamp) -> String {
        written(&self.time, moment)
    }

    fn both(&self, moment: Timestamp) -> String {
        written(&self.both, moment)
    }

    fn ago(&self, moment: Timestamp) -> String {
        moment.ago(self.now).unwrap_or_else(|| self.both(moment))
    }

    fn zone(&self, _: Timestamp) -> String {
        let options = self.date.resolved_options();
        let zone = Reflect::get(&options, &JsValue::from_str("timeZone")).ok().and_then(|zone| zone.as_string());
        zone.unwrap_or_else(|| "UTC".to_owned())
    }
}
