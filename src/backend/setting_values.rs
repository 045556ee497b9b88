//! How the values of settings are read: `None` for what cannot be used.

use super::rate::Rate;
use crate::domain::access::Origin;

pub fn number<N: std::str::FromStr + PartialOrd>(text: &str, least: N, most: N) -> Option<N> {
    text.parse().ok().filter(|number| (least..=most).contains(number))
}

pub fn rate(text: &str) -> Option<Rate> {
    let (per_second, burst) =
        text.split_once('/').map_or((text, None), |(per_second, burst)| (per_second, Some(burst)));
    let per_second: u32 = per_second.parse().ok()?;
    let burst = burst.map_or(Some(per_second.saturating_mul(2)), |burst| burst.parse().ok())?;
    (burst > 0 || per_second == 0).then_some(Rate { per_second, burst })
}

pub fn yes_or_no(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "yes" | "true" | "on" | "1" => Some(true),
        "no" | "false" | "off" | "0" => Some(false),
        _ => None,
    }
}

pub fn public_url(text: &str) -> Option<String> {
    let text = text.trim_end_matches('/');
    Origin::parse(text).ok().filter(|_| !text.contains('*')).map(String::from)
}

/// With a path, as some providers have one.
pub fn issuer(text: &str) -> Option<String> {
    let (scheme, rest) = text.split_once("://")?;
    let host = rest.split('/').next()?;
    Origin::parse(format!("{scheme}://{host}")).ok().filter(|_| !host.contains('*')).map(|_| text.to_owned())
}

/// By the schemes of RFC 9116, section 2.5.3.
pub fn contacts(text: &str) -> Option<Vec<String>> {
    let is_one = |text: &str| ["mailto:", "https://", "tel:"].iter().any(|scheme| text.starts_with(scheme));
    let one = |text: &str| Some(text.trim()).filter(|text| is_one(text) && is_line(text)).map(str::to_owned);
    text.split(',').map(one).collect()
}

pub fn web_address(text: &str) -> Option<String> {
    (text.starts_with("https://") && is_line(text)).then(|| text.to_owned())
}

/// Whether a text is one word of a line.
fn is_line(text: &str) -> bool {
    !text.contains(|letter: char| letter.is_control() || letter.is_whitespace())
}
