//! Texts that have broken programs before, and any others.

use proptest::prelude::*;
use proptest::sample::select;

/// What stands in bodies, parameters and paths alike: edges of numbers, moments, patterns and alphabets.
const WORDS: &[&str] = &[
    "",
    " ",
    "0",
    "-1",
    "1",
    "7",
    "1000",
    "4294967296",
    "18446744073709551616",
    "1e400",
    "NaN",
    "null",
    "None",
    "true",
    "*",
    "**",
    "a*b",
    "user.*",
    "%",
    "_",
    "'",
    "\"",
    "\\",
    ",",
    ":",
    ".",
    "..",
    "/",
    "\0",
    "\u{feff}",
    "\u{202e}",
    "😀",
    "e\u{301}",
    "ﬃ",
    "[forgotten]",
    "[masked]",
    "daybook:trail",
    "$daybook",
    "default",
    "(no group)",
    "acme",
    "other",
    "2026-01-01",
    "2026-02-30",
    "2026-01-01T00:00:00Z",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59.999Z",
    "9999-12-31T23:59:59-23:59",
    "-009999-01-01T00:00:00Z",
    "2026-01-01T24:00:00",
    "2016-12-31T23:59:60Z",
    "202601",
    "000101",
    "999912",
    "asc",
    "desc",
    "csv",
    "ndjson",
    "json",
    "success",
    "failure",
    "24h",
    "1_MONTH",
    "audit_logs",
    "1768478400000.019bc186-0000-7000-8000-000000000000",
    "019bc186-0000-7000-8000-000000000000",
    "user",
    "u-1",
    "javascript:alert(1)",
    "https://a.test/?access_token=x",
    "Bearer abcdefghijkl",
    "<script>",
    "=1+1",
];

/// Any text, of so many characters at most.
fn up_to(longest: usize) -> impl Strategy<Value = String> {
    let long = ("\\PC", 1..longest).prop_map(|(text, times)| text.repeat(times));
    prop_oneof![8 => select(WORDS).prop_map(str::to_owned), 4 => "\\PC{0,20}", 1 => ".{0,20}", 1 => long]
}

/// Any text.
pub fn any() -> impl Strategy<Value = String> {
    up_to(9_000)
}

/// As a part of a path or of a query; what escapes to nothing is a blank.
pub fn escaped() -> impl Strategy<Value = String> {
    let bytes = proptest::collection::vec(proptest::num::u8::ANY, 1..8);
    prop_oneof![9 => up_to(600).prop_map(|text| escape(text.as_bytes())), 1 => bytes.prop_map(|bytes| escape(&bytes))]
}

/// Every byte but letters and digits as `%…`.
pub fn escape(bytes: &[u8]) -> String {
    if bytes.is_empty() {
        return "%20".to_owned();
    }
    let one = |byte: &u8| {
        let plain = byte.is_ascii_alphanumeric();
        if plain { char::from(*byte).to_string() } else { format!("%{byte:02X}") }
    };
    bytes.iter().map(one).collect()
}
