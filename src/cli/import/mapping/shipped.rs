//! The mappings that are in the binary.

use super::Mapping;

/// A shipped mapping: its name, and its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shipped {
    pub name: &'static str,
    text: &'static str,
}

/// All of them.
pub const SHIPPED: [Shipped; 5] = [
    Shipped { name: "github", text: include_str!("maps/github.toml") },
    Shipped { name: "cloudtrail", text: include_str!("maps/cloudtrail.toml") },
    Shipped { name: "okta", text: include_str!("maps/okta.toml") },
    Shipped { name: "kubernetes", text: include_str!("maps/kubernetes.toml") },
    Shipped { name: "keycloak", text: include_str!("maps/keycloak.toml") },
];

impl Shipped {
    /// Its rules.
    pub fn mapping(self) -> anyhow::Result<Mapping> {
        Mapping::parse(self.text, self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_mapping_is_read_and_goes_by_its_name() {
        for shipped in SHIPPED {
            assert_eq!(shipped.mapping().unwrap().name(), shipped.name);
        }
    }
}
