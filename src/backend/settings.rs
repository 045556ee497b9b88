//! Every setting: its names, its default, its meaning, each in one place.

use super::backups::{self, BackupPlan};
use super::rate::Rate;
use super::setting_values::{contacts, issuer, number, public_url, rate, web_address, yes_or_no};
use std::net::SocketAddr;
use std::path::PathBuf;

/// One setting. Its key names it in the file (`public_url`), its flag (`--public-url`) and its environment variable
/// (`DAYBOOK_PUBLIC_URL`).
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    pub key: &'static str,
    /// What stands for the value in the help.
    pub value: &'static str,
    /// As text; `None` where no value has a meaning of its own.
    pub default: Option<&'static str>,
    pub meaning: &'static str,
    /// Only `daybook serve` knows it.
    pub serve_only: bool,
}

impl Setting {
    /// `--public-url`, without the dashes before it.
    pub fn flag(&self) -> String {
        self.key.replace('_', "-")
    }

    /// `DAYBOOK_PUBLIC_URL`.
    pub fn variable(&self) -> String {
        format!("DAYBOOK_{}", self.key.to_uppercase())
    }
}

const fn setting(
    key: &'static str,
    value: &'static str,
    default: Option<&'static str>,
    meaning: &'static str,
) -> Setting {
    Setting { key, value, default, meaning, serve_only: true }
}

const fn everywhere(key: &'static str, value: &'static str, default: &'static str, meaning: &'static str) -> Setting {
    Setting { key, value, default: Some(default), meaning, serve_only: false }
}

/// All of them, in the order of the help.
pub const SETTINGS: [Setting; 24] = [
    everywhere("data", "FOLDER", "./data", "The data folder: the log, its index and the server's secret"),
    everywhere("log", "FORMAT", "text", "How the server logs to standard error: text or json"),
    everywhere(
        "log_level",
        "FILTER",
        "info",
        "What is logged: error, warn, info, debug, or such as info,daybook=debug",
    ),
    setting("listen", "ADDRESS", Some("127.0.0.1:3000"), "Address and port that the server listens on"),
    setting(
        "public_url",
        "URL",
        None,
        "How browsers reach the server, such as https://audit.example.com; none means as they asked for it",
    ),
    setting(
        "metrics_listen",
        "ADDRESS",
        Some(METRICS_LISTEN),
        "Address and port where Prometheus finds /metrics, which is nowhere else; off for nowhere",
    ),
    setting(
        "demo_listen",
        "ADDRESS",
        Some("127.0.0.1:3001"),
        "Address and port of the demo's host application, with --demo",
    ),
    setting(
        "monthly_quota",
        "EVENTS",
        None,
        "Most events that a project may store in a calendar month; none means no limit",
    ),
    setting(
        "key_rate",
        "RATE",
        Some("2000/4000"),
        "Requests that one API key may make: a second, and at once; 0 means no limit",
    ),
    setting(
        "address_rate",
        "RATE",
        Some("2000/4000"),
        "Requests that one network address may make: a second, and at once; 0 means no limit",
    ),
    setting(
        "max_connections",
        "NUMBER",
        Some("4096"),
        "Connections that may be open at once; fewer where the system's limit on open files is lower",
    ),
    setting(
        "connections_per_address",
        "NUMBER",
        Some("512"),
        "Of these, connections from one network address; does not count with trust_proxy",
    ),
    setting(
        "body_memory",
        "MEGABYTES",
        Some("256"),
        "Memory for the bodies of all requests in flight; large ones beyond it are told to come again",
    ),
    setting("access_log", "YES/NO", Some("no"), "Log every request, with its id, route, status and address"),
    setting(
        "trust_proxy",
        "YES/NO",
        Some("no"),
        "Take the caller's address from X-Forwarded-For: only behind a proxy of your own that sets it",
    ),
    setting(
        "oidc_issuer",
        "URL",
        None,
        "Your OpenID Connect provider, such as https://login.example.com, where people may sign in too",
    ),
    setting("oidc_client_id", "ID", None, "What the provider knows this server by"),
    setting(
        "oidc_client_secret",
        "SECRET",
        None,
        "What this server proves itself to the provider with; better a variable than a flag, which others may see",
    ),
    setting(
        "security_contact",
        "ADDRESS,…",
        None,
        "Whom to tell of a security hole, such as mailto:security@example.com, for /.well-known/security.txt",
    ),
    setting("security_policy", "URL", None, "Your rules for reporting one, for the same file"),
    setting(
        "backup_folder",
        "FOLDER",
        None,
        "Where the server puts backups that it makes by itself; none means that it makes none",
    ),
    setting("backup_every", "TIME", Some("24h"), "From one backup to the next, such as 30m, 24h or 7d"),
    setting("backup_keep", "NUMBER", Some("7"), "Backups that are kept; the oldest goes"),
    setting("readers", "NUMBER", Some("4"), "Database connections that read at the same time"),
];

/// How the server logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    Text,
    Json,
}

/// The settings in force; see [`SETTINGS`] for what each means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    pub data: PathBuf,
    pub log: LogFormat,
    pub log_level: String,
    pub listen: SocketAddr,
    pub public_url: Option<String>,
    pub metrics_listen: MetricsListen,
    pub demo_listen: SocketAddr,
    pub monthly_quota: Option<u64>,
    pub key_rate: Rate,
    pub address_rate: Rate,
    pub max_connections: usize,
    pub connections_per_address: usize,
    /// Bytes.
    pub body_memory: u64,
    pub access_log: bool,
    pub trust_proxy: bool,
    pub oidc: Option<OidcSettings>,
    pub security_contacts: Vec<String>,
    pub security_policy: Option<String>,
    pub readers: u32,
    pub backups: Option<BackupPlan>,
}

/// Where `/metrics` is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricsListen {
    Off,
    /// Where nobody chose: another server on the machine may have the port.
    Usual(SocketAddr),
    At(SocketAddr),
}

/// A provider that people may sign in at.
#[derive(Clone, PartialEq, Eq)]
pub struct OidcSettings {
    pub issuer: String,
    pub client_id: String,
    pub client_secret: String,
}

/// Without the secret.
impl std::fmt::Debug for OidcSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OidcSettings")
            .field("issuer", &self.issuer)
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

/// A setting that cannot be used, by the name under which it was given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingError {
    #[error("{name} is {found:?}; expected {expected}")]
    Value { name: String, found: String, expected: &'static str },
    #[error("{file}: there is no setting {key:?}; the settings are {known}")]
    Unknown { file: String, key: String, known: String },
    #[error("{file} is not a TOML file: {reason}")]
    File { file: String, reason: String },
}

/// Where values come from: a flag counts before a variable, a variable before the file, the file before the default.
pub struct Sources<'s> {
    /// A flag's value by the setting's key.
    pub flags: &'s dyn Fn(&str) -> Option<String>,
    /// An environment variable by its name.
    pub variables: &'s dyn Fn(&str) -> Option<String>,
    /// The settings file's path and text.
    pub file: Option<(String, String)>,
}

impl Settings {
    /// Reads all settings; the first that cannot be used is the error.
    pub fn read(sources: &Sources<'_>) -> Result<Self, SettingError> {
        let file = sources.file.as_ref().map(|(path, text)| table(path, text)).transpose()?.unwrap_or_default();
        let found = |key: &str| find(sources, &file, key);
        Ok(Self {
            data: found("data").required("a folder", |text| (!text.is_empty()).then(|| PathBuf::from(text)))?,
            log: found("log").required("text or json", |text| match text {
                "text" => Some(LogFormat::Text),
                "json" => Some(LogFormat::Json),
                _ => None,
            })?,
            log_level: found("log_level").required("a filter such as info", |text| Some(text.to_owned()))?,
            listen: found("listen").required(ADDRESS, |text| text.parse().ok())?,
            public_url: found("public_url").parsed("an origin such as https://audit.example.com", public_url)?,
            metrics_listen: metrics_listen(found("metrics_listen"))?,
            demo_listen: found("demo_listen").required(ADDRESS, |text| text.parse().ok())?,
            monthly_quota: found("monthly_quota").parsed("a number of events", |text| text.parse().ok())?,
            key_rate: found("key_rate").required(RATE, rate)?,
            address_rate: found("address_rate").required(RATE, rate)?,
            max_connections: found("max_connections")
                .required("a number from 16 to 1000000", |text| number(text, 16, 1_000_000))?,
            connections_per_address: found("connections_per_address")
                .required("a number from 1 to 1000000", |text| number(text, 1, 1_000_000))?,
            body_memory: found("body_memory")
                .required("a number of megabytes from 32", |text| number(text, 32, 1 << 20))?
                * 1_024
                * 1_024,
            access_log: found("access_log").required("yes or no", yes_or_no)?,
            trust_proxy: found("trust_proxy").required("yes or no", yes_or_no)?,
            oidc: oidc(&found)?,
            security_contacts: found("security_contact")
                .parsed("addresses such as mailto:security@example.com", contacts)?
                .unwrap_or_default(),
            security_policy: found("security_policy").parsed("a web address", web_address)?,
            readers: found("readers").required("a number from 1 to 64", |text| number(text, 1, 64))?,
            backups: backups(&found)?,
        })
    }
}

const ADDRESS: &str = "an address and port such as 127.0.0.1:3000";
/// Beside the server's port and the demo's.
const METRICS_LISTEN: &str = "127.0.0.1:3002";
const RATE: &str = "requests a second such as 50, or with how many at once such as 50/200";

fn backups(found: &dyn Fn(&str) -> Found) -> Result<Option<BackupPlan>, SettingError> {
    let folder = found("backup_folder").parsed("a folder", |text| Some(PathBuf::from(text)))?;
    let every = found("backup_every").required("a time such as 24h", backups::span)?;
    let keep = found("backup_keep")
        .required("a number from 1 to 10000", |text| text.parse().ok().filter(|n| (1..=10_000).contains(n)))?;
    Ok(folder.map(|folder| BackupPlan { folder, every, keep }))
}

/// All three, or none.
fn oidc(found: &dyn Fn(&str) -> Found) -> Result<Option<OidcSettings>, SettingError> {
    let issuer = found("oidc_issuer").parsed("an address such as https://login.example.com", issuer)?;
    let text = |text: &str| Some(text.to_owned());
    let client_id = found("oidc_client_id").parsed("a text", text)?;
    let client_secret = found("oidc_client_secret").parsed("a text", text)?;
    match (issuer, client_id, client_secret) {
        (Some(issuer), Some(client_id), Some(client_secret)) => {
            Ok(Some(OidcSettings { issuer, client_id, client_secret }))
        }
        (None, None, None) => Ok(None),
        (issuer, client_id, _) => {
            let missing = match (issuer, client_id) {
                (None, _) => "oidc_issuer",
                (_, None) => "oidc_client_id",
                _ => "oidc_client_secret",
            };
            let expected = "a value, since others of the provider's are given";
            Err(SettingError::Value { name: missing.to_owned(), found: String::new(), expected })
        }
    }
}

fn metrics_listen(found: Found) -> Result<MetricsListen, SettingError> {
    let is_usual = found.name == "metrics_listen";
    let listen = found.required("an address and port such as 127.0.0.1:3002, or off", |text| match text {
        "off" => Some(MetricsListen::Off),
        _ => text.parse().ok().map(MetricsListen::At),
    })?;
    Ok(match listen {
        MetricsListen::At(address) if is_usual => MetricsListen::Usual(address),
        listen => listen,
    })
}

/// A value with the name under which it was given.
struct Found {
    name: String,
    text: Option<String>,
}

impl Found {
    /// No value, or one that reads well. An empty text counts as none, so that a variable can be switched off.
    fn parsed<T>(self, expected: &'static str, read: impl Fn(&str) -> Option<T>) -> Result<Option<T>, SettingError> {
        let Some(text) = self.text.filter(|text| !text.trim().is_empty()) else { return Ok(None) };
        match read(text.trim()) {
            Some(value) => Ok(Some(value)),
            None => Err(SettingError::Value { name: self.name, found: text, expected }),
        }
    }

    /// The same of a setting that has a default.
    fn required<T>(self, expected: &'static str, read: impl Fn(&str) -> Option<T>) -> Result<T, SettingError> {
        let name = self.name.clone();
        self.parsed(expected, read)?.ok_or(SettingError::Value { name, found: String::new(), expected })
    }
}

fn find(sources: &Sources<'_>, file: &toml::Table, key: &str) -> Found {
    let setting = SETTINGS.iter().find(|setting| setting.key == key).expect("only settings are asked for");
    let path = sources.file.as_ref().map_or("", |(path, _)| path.as_str());
    let given = |text: &String| !text.trim().is_empty();
    None.or_else(|| Some((format!("--{}", setting.flag()), (sources.flags)(key)?)))
        .or_else(|| Some((setting.variable(), (sources.variables)(&setting.variable()).filter(given)?)))
        .or_else(|| Some((format!("{path}: {key}"), file.get(key).map(text_of)?)))
        .map_or_else(
            || Found { name: key.to_owned(), text: setting.default.map(str::to_owned) },
            |(name, text)| Found { name, text: Some(text) },
        )
}

fn table(path: &str, text: &str) -> Result<toml::Table, SettingError> {
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| SettingError::File {
        file: path.to_owned(),
        reason: error.message().to_owned(),
    })?;
    match table.keys().find(|key| SETTINGS.iter().all(|setting| setting.key != **key)) {
        Some(key) => Err(SettingError::Unknown {
            file: path.to_owned(),
            key: key.clone(),
            known: SETTINGS.map(|setting| setting.key).join(", "),
        }),
        None => Ok(table),
    }
}

/// Numbers and truth values may stand in the file without quotes.
fn text_of(value: &toml::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(flag: Option<(&str, &str)>, variable: Option<(&str, &str)>, file: &str) -> Result<Settings, SettingError> {
        let value = |pair: Option<(&str, &str)>, name: &str| {
            pair.filter(|(key, _)| *key == name).map(|(_, value)| value.to_owned())
        };
        Settings::read(&Sources {
            flags: &|key| value(flag, key),
            variables: &|name| value(variable, name),
            file: Some(("daybook.toml".to_owned(), file.to_owned())),
        })
    }

    #[test]
    fn without_anything_the_defaults_count() {
        let settings = read(None, None, "").unwrap();
        assert_eq!(settings.data, PathBuf::from("./data"));
        assert_eq!(settings.listen.to_string(), "127.0.0.1:3000");
        assert_eq!(settings.demo_listen.to_string(), "127.0.0.1:3001");
        assert_eq!((settings.key_rate, settings.address_rate), (Rate::default(), Rate::default()));
        assert_eq!((settings.public_url, settings.monthly_quota, settings.trust_proxy), (None, None, false));
    }

    #[test]
    fn a_flag_counts_before_a_variable_before_the_file_before_the_default() {
        let (flag, variable, file) =
            (Some(("listen", "[::1]:1")), Some(("DAYBOOK_LISTEN", "[::1]:2")), "listen = \"[::1]:3\"");
        let port = |settings: Result<Settings, SettingError>| settings.unwrap().listen.port();
        assert_eq!(port(read(flag, variable, file)), 1);
        assert_eq!(port(read(None, variable, file)), 2);
        assert_eq!(port(read(None, None, file)), 3);
        assert_eq!(port(read(None, Some(("DAYBOOK_LISTEN", " ")), "")), 3000);
    }

    #[test]
    fn a_wrong_value_names_itself() {
        let message = |result: Result<Settings, SettingError>| result.unwrap_err().to_string();
        assert_eq!(
            message(read(Some(("listen", "3000")), None, "")),
            format!("--listen is \"3000\"; expected {ADDRESS}")
        );
        assert_eq!(
            message(read(None, Some(("DAYBOOK_LOG", "xml")), "")),
            "DAYBOOK_LOG is \"xml\"; expected text or json"
        );
        assert_eq!(
            message(read(None, None, "key_rate = \"5/0\"")),
            format!("daybook.toml: key_rate is \"5/0\"; expected {RATE}")
        );
        assert!(message(read(None, None, "lisen = 1")).starts_with("daybook.toml: there is no setting \"lisen\""));
        assert!(message(read(None, None, "listen =")).starts_with("daybook.toml is not a TOML file"));
        assert!(message(read(Some(("public_url", "https://a.test/audit")), None, "")).starts_with("--public-url"));
    }

    #[test]
    fn a_provider_is_given_whole_or_not_at_all() {
        assert_eq!(read(None, None, "").unwrap().oidc, None);
        let part = "oidc_issuer = 'https://login.test/realm'\noidc_client_id = 'daybook'";
        assert!(read(None, None, part).unwrap_err().to_string().starts_with("oidc_client_secret is"));
        let whole = read(None, None, &format!("{part}\noidc_client_secret = 'hidden'")).unwrap();
        assert_eq!(whole.oidc.as_ref().unwrap().issuer, "https://login.test/realm");
        assert!(!format!("{whole:?}").contains("hidden"));
        assert!(read(None, Some(("DAYBOOK_OIDC_ISSUER", "login.test")), "").is_err());
    }

    #[test]
    fn metrics_are_where_nobody_chose_where_somebody_did_or_nowhere() {
        let listen = |file: &str| read(None, None, file).map(|settings| settings.metrics_listen);
        assert_eq!(listen(""), Ok(MetricsListen::Usual("127.0.0.1:3002".parse().unwrap())));
        let chosen = listen("metrics_listen = '127.0.0.1:3002'");
        assert_eq!(chosen, Ok(MetricsListen::At("127.0.0.1:3002".parse().unwrap())));
        assert_eq!(listen("metrics_listen = 'off'"), Ok(MetricsListen::Off));
        assert!(listen("metrics_listen = '3002'").is_err());
    }

    #[test]
    fn whom_to_tell_of_a_hole_is_an_address_that_can_be_followed() {
        let contacts = |text: &str| {
            let settings = read(None, None, &format!("security_contact = '{text}'"));
            settings.map(|settings| settings.security_contacts)
        };
        assert_eq!(
            contacts("mailto:a@b.test, https://b.test/report"),
            Ok(vec!["mailto:a@b.test".to_owned(), "https://b.test/report".to_owned()])
        );
        assert_eq!(contacts(""), Ok(Vec::new()));
        for wrong in ["a@b.test", "http://b.test", "mailto:a@b.test,", "mailto:a b"] {
            assert!(contacts(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_file_may_hold_numbers_and_truth_values() {
        let settings =
            read(None, None, "monthly_quota = 1000\nkey_rate = 0\ntrust_proxy = true\npublic_url = 'https://a.test/'")
                .unwrap();
        assert_eq!(settings.monthly_quota, Some(1000));
        assert_eq!(settings.key_rate, Rate::NONE);
        assert_eq!(settings.public_url.as_deref(), Some("https://a.test"));
        assert!(settings.trust_proxy);
    }

    #[test]
    fn the_server_makes_backups_once_it_knows_where() {
        assert_eq!(read(None, None, "backup_every = '1h'").unwrap().backups, None);
        let plan = read(None, None, "backup_folder = '/backups'\nbackup_keep = 3").unwrap().backups.unwrap();
        assert_eq!((plan.every.as_secs(), plan.keep), (86_400, 3));
        let wrong = read(Some(("backup_every", "daily")), None, "").unwrap_err().to_string();
        assert_eq!(wrong, "--backup-every is \"daily\"; expected a time such as 24h");
        assert!(read(Some(("backup_keep", "0")), None, "").is_err());
    }

    #[test]
    fn the_readme_lists_every_setting() {
        let readme = include_str!("../../README.md");
        for Setting { key, default, meaning, .. } in &SETTINGS {
            let default = default.map(|default| format!("`{default}` ")).unwrap_or_default();
            let row = format!("| `{key}` | {default}| {meaning} |");
            assert!(readme.contains(&row), "the README lacks the row {row}");
        }
    }
}
