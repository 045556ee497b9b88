//! The page of Harbour where a customer finds its audit log, in three ways to embed it.

use super::DemoHost;
use super::customers::{CUSTOMERS, Customer};
use super::template::fill;
use serde::Deserialize;

/// How the audit log is put into the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// A call of the loader's function.
    Script,
    /// Attributes of the loader's script tag, in a page whose policy forbids inline scripts and forms to other origins.
    Strict,
    /// A custom element.
    Element,
}

/// What proves to Daybook that the page may show the client's events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Credential {
    /// The view's access key, which stands in the page.
    Key,
    /// A token that Harbour's backend signs.
    Token,
}

/// The page's light or dark looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scheme {
    /// As the browser wants it.
    #[default]
    Auto,
    Light,
    Dark,
}

/// What the visitor of the demo has chosen, as it stands in the address.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Choice {
    pub client: Option<String>,
    pub with: Option<Credential>,
    #[serde(default)]
    pub scheme: Scheme,
}

impl Way {
    const ALL: [Self; 3] = [Self::Script, Self::Strict, Self::Element];

    fn path(self) -> &'static str {
        match self {
            Self::Script => "/",
            Self::Strict => "/strict",
            Self::Element => "/element",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Script => "Script",
            Self::Strict => "Tag, strict CSP",
            Self::Element => "Element",
        }
    }

    /// What the way shows best.
    fn usual_credential(self) -> Credential {
        match self {
            Self::Script | Self::Strict => Credential::Key,
            Self::Element => Credential::Token,
        }
    }

    /// The lines that an integrator writes.
    fn lines(self, credential: Credential) -> &'static str {
        match (self, credential) {
            (Self::Script, Credential::Key) => include_str!("embeds/script_key.html"),
            (Self::Script, Credential::Token) => include_str!("embeds/script_token.html"),
            (Self::Strict, Credential::Key) => include_str!("embeds/strict_key.html"),
            (Self::Strict, Credential::Token) => include_str!("embeds/strict_token.html"),
            (Self::Element, Credential::Key) => include_str!("embeds/element_key.html"),
            (Self::Element, Credential::Token) => include_str!("embeds/element_token.html"),
        }
    }
}

impl Credential {
    const ALL: [Self; 2] = [Self::Key, Self::Token];

    fn value(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Token => "token",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Key => "Access key",
            Self::Token => "Signed token",
        }
    }
}

impl Scheme {
    const ALL: [Self; 3] = [Self::Auto, Self::Light, Self::Dark];

    fn value(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Auto => "As the system",
            Self::Light => "Light",
            Self::Dark => "Dark",
        }
    }
}

/// The whole page. The nonce counts in the strict way only.
pub fn page(way: Way, host: &DemoHost, customer: &Customer, choice: &Choice, nonce: &str) -> String {
    let credential = choice.with.unwrap_or(way.usual_credential());
    let strict = way == Way::Strict;
    let embed = embed(way, credential, host, customer, nonce);
    let policy = if strict {
        fill(
            "<p>Under this policy:</p>\n<pre><code>Content-Security-Policy: {{policy}}</code></pre>",
            &[("policy", &strict_policy(&host.viewer, nonce))],
        )
    } else {
        String::new()
    };
    let nonce = if strict { fill(" nonce=\"{{nonce}}\"", &[("nonce", nonce)]) } else { String::new() };
    let values = [
        ("scheme", choice.scheme.value()),
        ("nonce", &nonce),
        ("customers", &options(CUSTOMERS.map(|other| (other.id, other.name, other == *customer)))),
        ("credentials", &options(Credential::ALL.map(|other| (other.value(), other.name(), other == credential)))),
        ("schemes", &options(Scheme::ALL.map(|other| (other.value(), other.name(), other == choice.scheme)))),
        ("ways", &ways(way, customer, choice)),
        ("customer", customer.name),
        ("person", customer.person),
        ("initials", &customer.initials()),
        ("embed", &embed),
        ("policy", &policy),
    ];
    fill(include_str!("page.html"), &values)
}

/// The embed, as it stands in the page and is shown beside it.
fn embed(way: Way, credential: Credential, host: &DemoHost, customer: &Customer, nonce: &str) -> String {
    let client: String = form_urlencoded::byte_serialize(customer.id.as_bytes()).collect();
    let values = [
        ("viewer", host.viewer.as_str()),
        ("view", host.view.as_str()),
        ("access-key", &host.access_key),
        ("client", customer.id),
        ("token-url", &format!("/audit-token?client={client}")),
        ("nonce", nonce),
    ];
    fill(way.lines(credential).trim_end(), &values)
}

/// As a bank's page might have it: nothing inline, nothing from elsewhere but the viewer's loader and frame, and no
/// form to another origin, so that the loader has to open the view without one.
pub fn strict_policy(viewer: &str, nonce: &str) -> String {
    format!(
        "default-src 'none'; script-src 'nonce-{nonce}' {viewer}; frame-src {viewer}; style-src 'self'; img-src 'self'; \
         connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
}

/// The choices of a list, the chosen one marked.
fn options<const N: usize>(choices: [(&str, &str, bool); N]) -> String {
    let option = |(value, name, chosen)| {
        let chosen = if chosen { " selected" } else { "" };
        fill(
            "<option value=\"{{value}}\"{{html chosen}}>{{name}}</option>",
            &[("value", value), ("name", name), ("chosen", chosen)],
        )
    };
    choices.map(option).concat()
}

/// Links to the same page in the other ways; each opens with what it shows best.
fn ways(current: Way, customer: &Customer, choice: &Choice) -> String {
    let link = |way: Way| {
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("client", customer.id)
            .append_pair("scheme", choice.scheme.value())
            .finish();
        fill(
            "<li><a href=\"{{path}}?{{query}}\"{{html current}}>{{name}}</a></li>",
            &[
                ("path", way.path()),
                ("query", &query),
                ("current", if way == current { " aria-current=\"page\"" } else { "" }),
                ("name", way.name()),
            ],
        )
    };
    Way::ALL.map(link).concat()
}
