//! Where people work: offices, clocks, addresses and browsers.

use super::names::{AMERICAN, BRITISH, EAST_ASIAN, GULF, NORDIC, Name};

/// A place where a company has its office.
#[derive(Debug)]
pub struct Home {
    pub city: &'static str,
    /// Hours ahead of UTC.
    pub offset: i64,
    /// The office's network, from the blocks kept for documentation (RFC 5737); two parts of it.
    pub network: &'static str,
    /// The same for RFC 3849.
    pub network_v6: &'static str,
    pub names: &'static [Name],
    pub currency: &'static str,
    /// Places in [`super::names::PORTS`].
    pub port: usize,
}

pub const HOMES: [Home; 5] = [
    Home {
        city: "Felixstowe, GB",
        offset: 0,
        network: "192.0.2",
        network_v6: "2001:db8:4a1",
        names: BRITISH,
        currency: "GBP",
        port: 0,
    },
    Home {
        city: "Göteborg, SE",
        offset: 1,
        network: "198.51.100",
        network_v6: "2001:db8:5e07",
        names: NORDIC,
        currency: "EUR",
        port: 2,
    },
    Home {
        city: "横浜市, JP",
        offset: 9,
        network: "203.0.113",
        network_v6: "2001:db8:81f0",
        names: EAST_ASIAN,
        currency: "JPY",
        port: 5,
    },
    Home {
        city: "دبي, AE",
        offset: 4,
        network: "198.51.100",
        network_v6: "2001:db8:a3c",
        names: GULF,
        currency: "USD",
        port: 10,
    },
    Home {
        city: "Houston, TX, US",
        offset: -6,
        network: "192.0.2",
        network_v6: "2001:db8:77",
        names: AMERICAN,
        currency: "USD",
        port: 11,
    },
];

pub const BROWSERS: &[&str] = &[
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605.1.15",
    "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36",
];

pub const CLIENT_LIBRARIES: &[&str] =
    &["harbour-python/4.2.1", "harbour-node/6.0.3 node/22.9.0", "Apache-HttpClient/5.3.1 (Java/21.0.4)", "curl/8.9.1"];

/// Where password guessers come from.
pub const ELSEWHERE: &[(&str, &str)] = &[
    ("203.0.113.201", "unknown (VPN exit)"),
    ("198.51.100.77", "unknown (Tor exit)"),
    ("2001:db8:dead:beef::1f", "unknown (hosting network)"),
];
